"""The territory: its equal-area coordinate system, countries, provinces, districts, basins and rivers."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import xarray as xr
from pyproj import CRS

from ahec_analysis.errors import DataError
from ahec_analysis.project import root

EQUAL_AREA = CRS.from_proj4("+proj=aea +lat_1=44 +lat_2=54 +lat_0=49 +lon_0=125 +datum=WGS84 +units=m +no_defs")
"""Albers equal-area conic on the WGS84 ellipsoid, centred on the region; every area is measured in it."""


def area_km2(geometries: gpd.GeoSeries | gpd.GeoDataFrame) -> pd.Series:
    """Return the area of each geometry on the WGS84 ellipsoid.

    Parameters
    ----------
    geometries : GeoSeries or GeoDataFrame
        Any CRS; edges longer than 0.1 degree should be segmentized first.

    Returns
    -------
    Series of float
        Square kilometres, in the caller's index, named ``area_km2``.

    Raises
    ------
    DataError
        If the geometries carry no CRS.

    Examples
    --------
    >>> from shapely import box
    >>> cell = gpd.GeoSeries([box(125, 49, 126, 50)], crs="EPSG:4326").segmentize(0.1)
    >>> round(area_km2(cell)[0])
    8056
    """
    if geometries.crs is None:
        raise DataError("`geometries` carry no CRS; set it with geometries.set_crs(...) before measuring")
    return (geometries.geometry.to_crs(EQUAL_AREA).area / 1e6).rename("area_km2")


def countries() -> gpd.GeoDataFrame:
    """Return the countries inside 105–145° E, 39–59° N: `country` (ISO3), `name`; EPSG:4326.

    Borders follow Natural Earth's de facto lines (1:10 million).
    """
    return _layer("countries")


def provinces() -> gpd.GeoDataFrame:
    """Return the first-level units: `province_code` (ISO 3166-2), names, `country`, `clipped`; EPSG:4326.

    The provinces of the AHEC are whole; where `clipped` is true the unit ends at the edge of the window.
    """
    return _layer("provinces")


def districts() -> gpd.GeoDataFrame:
    """Return the districts: `district_id`, names, `country`, `province_code`; EPSG:4326; ODbL 1.0."""
    return _layer("districts")


def land() -> gpd.GeoDataFrame:
    """Return the land inside 105–145° E, 39–59° N as polygons, largest first; EPSG:4326."""
    return _layer("land")


def lakes() -> gpd.GeoDataFrame:
    """Return lakes and reservoirs: names ("" unknown), `kind`; EPSG:4326."""
    return _layer("lakes")


def named_rivers() -> gpd.GeoDataFrame:
    """Return the large rivers as mapped lines with English and local names; EPSG:4326."""
    return _layer("named_rivers")


def river_lines() -> gpd.GeoDataFrame:
    """Return mapped rivers without names by `river_class` (2 main … 5 intermittent); EPSG:4326; LGPL-3+."""
    return _layer("river_lines")


def towns() -> gpd.GeoDataFrame:
    """Return towns of 5,000 people and more: `name`, `country`, `population`, flags; EPSG:4326; CC BY 4.0."""
    return _layer("towns")


def elevation() -> xr.DataArray:
    """Return elevation in metres, int16, on a grid of 4 arc-minutes (`y` southwards, `x`); the sea is 0."""
    return _grid("elevation", "m")


def landcover() -> xr.DataArray:
    """Return IGBP land-cover classes of 2019, uint8, on a grid of 0.05°; 0 is water, 255 unknown."""
    return _grid("landcover", "IGBP class")


def _path(filename: str) -> Path:
    path = root() / "data" / "reference" / filename
    if not path.is_file():
        raise DataError(f"{path} is missing; restore it with `git checkout` or rebuild it with `make data`")
    return path


@lru_cache
def _read(path: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(path)


def _layer(name: str) -> gpd.GeoDataFrame:
    return _read(_path(f"{name}.fgb")).copy()


@lru_cache
def _read_grid(path: Path, units: str) -> xr.DataArray:
    with rasterio.open(path) as source:
        values, transform, crs = source.read(1), source.transform, source.crs
    rows, columns = values.shape
    return xr.DataArray(
        values,
        coords={
            "y": transform.f + transform.e * (np.arange(rows) + 0.5),
            "x": transform.c + transform.a * (np.arange(columns) + 0.5),
        },
        dims=("y", "x"),
        name=path.stem,
        attrs={"units": units, "crs": crs.to_string(), "transform": tuple(transform)[:6]},
    )


def _grid(name: str, units: str) -> xr.DataArray:
    return _read_grid(_path(f"{name}.tif"), units).copy()
