"""Loaders of the layers of data/reference, and areas in the one equal-area coordinate system."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
import xarray as xr
from pyproj import CRS

from ahec_analysis.data import tables
from ahec_analysis.errors import DataError
from ahec_analysis.project import root

EQUAL_AREA = CRS.from_proj4(
    "+proj=aea +lat_1=44 +lat_2=54 +lat_0=49 +lon_0=125 +datum=WGS84 +units=m +no_defs"
)
"""Albers equal-area conic on the WGS84 ellipsoid, centred on the region; every area is measured in it."""
SLIVER_DEGREES = 1e-6
"""Width below which what two borders leave between them is nothing."""
REGION = (107.0, 41.0, 142.0, 57.0)
"""The degrees west, south, east and north that a layer must cover."""


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


def districts() -> gpd.GeoDataFrame:
    """Return the districts: `district_id`, names, `country`, `province_code`; EPSG:4326; ODbL 1.0."""
    return layer("districts")


def ecoregions() -> gpd.GeoDataFrame:
    """Return the ecoregions: `ecoregion_id`, `name`, `biome`, `clipped`; EPSG:4326; CC BY 4.0.

    RESOLVE Ecoregions 2017 (Dinerstein et al. 2017, BioScience 67(6)), simplified: good for sums by ecoregion, not
    for the ecoregion of one small site. Where `clipped` is true it ends at the edge of the window.
    """
    return layer("ecoregions")


def by_ecoregion(ground: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return pieces of ground cut by ecoregion; lakes and strips of coast without one are kept, "" their ecoregion.

    ``ground`` are polygons that do not overlap, in any CRS. Added to its columns are ``ecoregion_id`` (Int64),
    ``ecoregion``, ``biome`` and ``area_km2``; EPSG:4326. The areas add up to those of the ground.

    Examples
    --------
    >>> from shapely import box
    >>> cut = by_ecoregion(gpd.GeoDataFrame(geometry=[box(135, 45, 136, 46)], crs="EPSG:4326"))
    >>> sorted(cut["ecoregion"])
    ['Okhotsk-Manchurian taiga', 'Ussuri broadleaf and mixed forests']
    """
    regions = ecoregions().rename(columns={"name": "ecoregion"}).drop(columns="clipped")
    kept = ground.drop(columns="area_km2", errors="ignore").to_crs(regions.crs)
    inside = kept.overlay(regions, keep_geom_type=False)
    rest = kept.overlay(regions[["geometry"]], how="difference", keep_geom_type=False)
    cut = pd.concat([inside, rest], ignore_index=True)
    # Leaves the points and lines where borders only touch, and slivers without width.
    cut["geometry"] = shapely.set_precision(cut.geometry.buffer(0).to_numpy(), SLIVER_DEGREES)
    cut = cut[~cut.geometry.is_empty].reset_index(drop=True)
    cut["ecoregion_id"] = cut["ecoregion_id"].astype("Int64")
    cut[["ecoregion", "biome"]] = cut[["ecoregion", "biome"]].fillna("")
    return cut.assign(area_km2=area_km2(cut))


def land() -> gpd.GeoDataFrame:
    """Return the land inside 105–145° E, 39–59° N as polygons, largest first; EPSG:4326."""
    return layer("land")


def lakes() -> gpd.GeoDataFrame:
    """Return lakes and reservoirs: names ("" unknown), `kind`; EPSG:4326."""
    return layer("lakes")


def named_rivers() -> gpd.GeoDataFrame:
    """Return the large rivers as mapped lines with English and local names; EPSG:4326."""
    return layer("named_rivers")


def towns() -> gpd.GeoDataFrame:
    """Return towns of 5,000 people and more: `name`, `country`, `population`, flags; EPSG:4326; CC BY 4.0."""
    return layer("towns")


def elevation(*, source: str | Path | None = None) -> xr.DataArray:
    """Return elevation in metres on a grid in EPSG:4326 (`y` southwards, `x`); the sea is 0.

    It is the shipped grid of 4 arc-minutes (int16, GMTED2010), or that of a raster file of yours. DataError if the
    file cannot be read, has another CRS, does not cover :data:`REGION`, or has missing cells there.
    """
    if source is None:
        return grid("elevation", "m")
    where = "107–142° E, 41–57° N"
    try:
        with rasterio.open(source) as opened:
            crs = opened.crs
            if crs is None or crs.to_epsg() != 4326:
                raise DataError(
                    f"{source} is in {crs}, not in EPSG:4326; warp it with `gdalwarp -t_srs EPSG:4326`"
                )
            gaps = np.subtract(opened.bounds, REGION) * (1, 1, -1, -1)
            sides = zip(("west", "south", "east", "north"), gaps, strict=True)
            if short := [f"{gap:.2f}° in the {side}" for side, gap in sides if gap > 0]:
                raise DataError(f"{source} does not cover {where}: it ends short {', '.join(short)}")
            inside = (
                opened.read(1, window=opened.window(*REGION), masked=True).astype("float64").filled(np.nan)
            )
    except rasterio.errors.RasterioIOError as error:
        raise DataError(f"{source} cannot be read as a raster: {error}") from error
    if missing := int((~np.isfinite(inside)).sum()):
        raise DataError(
            f"{source} has {missing:,} missing cells inside {where} ({missing / inside.size:.2%}); "
            "fill them, with 0 at sea"
        )
    return _raster(Path(source), "m").copy()


def landcover() -> xr.DataArray:
    """Return IGBP land-cover classes of 2019, uint8, on a grid of 0.05°; 0 is water, 255 unknown."""
    return grid("landcover", "IGBP class")


def layer(name: str) -> gpd.GeoDataFrame:
    """Return a vector layer of data/reference by its file name without ending."""
    return _vector(path(f"{name}.fgb")).copy()


def grid(name: str, units: str) -> xr.DataArray:
    """Return a raster of data/reference: `y` from north to south, `x`, attributes `units`, `crs`, `transform`."""
    return _raster(path(f"{name}.tif"), units).copy()


def table(name: str) -> pd.DataFrame:
    """Return a table of data/reference by its file name without ending; unknown text is ""."""
    read = pd.read_csv(path(f"{name}.csv"))
    text = read.select_dtypes(exclude="number").columns
    return read.fillna(dict.fromkeys(text, ""))


def path(filename: str) -> Path:
    """Return where a file of data/reference is; it counts as read."""
    found = root() / "data" / "reference" / filename
    if not found.is_file():
        raise DataError(f"{found} is missing; restore it with `git checkout` or rebuild it with `make data`")
    tables.opened.add(found.stem)
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
