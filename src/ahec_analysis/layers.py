"""Reads the layers of data/reference, and measures areas in the one equal-area coordinate system."""

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

EQUAL_AREA = CRS.from_proj4(
    "+proj=aea +lat_1=44 +lat_2=54 +lat_0=49 +lon_0=125 +datum=WGS84 +units=m +no_defs"
)
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


def layer(name: str) -> gpd.GeoDataFrame:
    """Return a vector layer of data/reference by its file name without ending.

    Raises
    ------
    DataError
        If the file is missing.
    """
    return _vector(path(f"{name}.fgb")).copy()


def grid(name: str, units: str) -> xr.DataArray:
    """Return a raster of data/reference: `y` from north to south, `x`, attributes `units`, `crs`, `transform`.

    Raises
    ------
    DataError
        If the file is missing.
    """
    return _raster(path(f"{name}.tif"), units).copy()


def table(name: str) -> pd.DataFrame:
    """Return a table of data/reference by its file name without ending; unknown text is "".

    Raises
    ------
    DataError
        If the file is missing.
    """
    read = pd.read_csv(path(f"{name}.csv"))
    text = read.select_dtypes(exclude="number").columns
    return read.fillna(dict.fromkeys(text, ""))


def path(filename: str) -> Path:
    """Return where a file of data/reference is."""
    found = root() / "data" / "reference" / filename
    if not found.is_file():
        raise DataError(f"{found} is missing; restore it with `git checkout` or rebuild it with `make data`")
    return found


@lru_cache
def _vector(source: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(source)


@lru_cache
def _raster(source: Path, units: str) -> xr.DataArray:
    with rasterio.open(source) as opened:
        values, transform, crs = opened.read(1), opened.transform, opened.crs
    rows, columns = values.shape
    return xr.DataArray(
        values,
        coords={
            "y": transform.f + transform.e * (np.arange(rows) + 0.5),
            "x": transform.c + transform.a * (np.arange(columns) + 0.5),
        },
        dims=("y", "x"),
        name=source.stem,
        attrs={"units": units, "crs": crs.to_string(), "transform": tuple(transform)[:6]},
    )
