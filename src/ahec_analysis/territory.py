"""The territory: its equal-area coordinate system, countries, provinces, districts, basins and rivers."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from ahec_analysis.errors import DataError

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
        raise DataError("`geometries` carry no CRS; set it with geometries.set_crs(...) before measuring areas")
    return (geometries.geometry.to_crs(EQUAL_AREA).area / 1e6).rename("area_km2")
