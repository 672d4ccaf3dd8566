"""Extent of occurrence and area of occupancy from points, with the Red List thresholds they meet."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from ahec_analysis.errors import DataError, ParameterError
from ahec_analysis.territory.ahec import EQUAL_AREA

AOO_CELL_KM = 2.0
EOO_KM2 = {"CR": 100.0, "EN": 5_000.0, "VU": 20_000.0}
AOO_KM2 = {"CR": 10.0, "EN": 500.0, "VU": 2_000.0}


def eoo(points: gpd.GeoDataFrame | gpd.GeoSeries) -> pd.Series:
    """Return the extent of occurrence: the convex hull of the points, never below their area of occupancy.

    Parameters
    ----------
    points
        Points in any CRS.

    Returns
    -------
    Series
        ``points``, ``hull_km2``, ``eoo_km2``, ``threshold``: the category whose criterion B1 threshold the extent
        meets ("CR", "EN", "VU" or ""), which itself asks for two further sub-criteria (IUCN Standards and Petitions
        Committee, Guidelines for Using the IUCN Red List Categories and Criteria).

    Examples
    --------
    >>> square = gpd.GeoSeries.from_xy([0, 0, 1e5, 1e5], [0, 1e5, 0, 1e5], crs=EQUAL_AREA)
    >>> eoo(square)[["eoo_km2", "threshold"]].tolist()
    [10000.0, 'VU']
    """
    places = _coordinates(points)
    hull = float(shapely.convex_hull(shapely.multipoints(places)).area) / 1e6
    extent = max(hull, float(aoo(points)["aoo_km2"]))
    found = {"points": len(places), "hull_km2": hull, "eoo_km2": extent}
    return pd.Series({**found, "threshold": _met(extent, EOO_KM2)})


def aoo(points: gpd.GeoDataFrame | gpd.GeoSeries, *, origins: int = 4) -> pd.Series:
    """Return the area of occupancy: occupied cells of 2 × 2 km, the fewest over several grid origins.

    Parameters
    ----------
    points
        Points in any CRS.
    origins
        Grid origins tried in each direction, at least 1, evenly spread over one cell.

    Returns
    -------
    Series
        ``points``, ``cells``, ``aoo_km2``, ``origins`` (tried), ``threshold`` as in :func:`eoo`, criterion B2.

    Examples
    --------
    >>> pair = gpd.GeoSeries.from_xy([1500.0, 2500.0], [500.0, 500.0], crs=EQUAL_AREA)
    >>> aoo(pair, origins=1)["cells"], aoo(pair)["cells"]
    (2, 1)
    """
    if origins < 1:
        raise ParameterError(f"`origins` is {origins}; try at least 1")
    places = _coordinates(points) / (1000 * AOO_CELL_KM)
    steps = np.arange(origins) / origins
    cells = min(len(np.unique(np.floor(places - [x, y]), axis=0)) for x in steps for y in steps)
    area = cells * AOO_CELL_KM**2
    found = {"points": len(places), "cells": cells, "aoo_km2": area, "origins": origins**2}
    return pd.Series({**found, "threshold": _met(area, AOO_KM2)})


def _met(area_km2: float, limits: Mapping[str, float]) -> str:
    return next((name for name, limit in limits.items() if area_km2 < limit), "")


def _coordinates(points: gpd.GeoDataFrame | gpd.GeoSeries) -> NDArray[np.float64]:
    if points.crs is None:
        raise DataError("`points` have no CRS; set it with points.set_crs(...)")
    located = points.geometry[~(points.geometry.isna() | points.geometry.is_empty)]
    if set(located.geom_type) - {"Point"}:
        raise DataError("`points` holds other geometries than points; take their centroids first")
    if located.empty:
        raise DataError("`points` holds no located point")
    return np.asarray(shapely.get_coordinates(located.to_crs(EQUAL_AREA).to_numpy()))
