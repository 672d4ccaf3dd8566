"""Repair of polygons, in the coordinate system in which they are used."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from ahec_analysis.data.layers import EQUAL_AREA

_GRID = 1e-8
_MANY = 2_500
"""Polygons that are tested for validity at a time."""


def in_equal_area(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return geometries in EQUAL_AREA, polygons made valid there: what is valid in degrees may not be in metres.

    Points, lines and missing geometries stay.
    """
    placed = np.array(shapes.to_crs(EQUAL_AREA))
    drawn = np.isin(shapely.get_type_id(placed), [3, 6])
    placed[drawn] = polygonal(placed[drawn])
    return gpd.GeoSeries(placed, shapes.index, crs=EQUAL_AREA, name=shapes.name)


def polygonal(shapes: np.ndarray) -> np.ndarray:
    """Return valid, flat polygons that cover no more than the given ones; valid ones are the same objects.

    Where nothing is left, the polygon is empty.
    """
    result = np.asarray(shapes, dtype=object).copy()
    result[shapely.is_missing(result) | shapely.is_empty(result)] = shapely.Polygon()
    deep = shapely.has_z(result)
    result[deep] = shapely.force_2d(result[deep])
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        slices = np.array_split(result, len(result) // _MANY + 1)
        broken = ~np.concatenate(list(pool.map(shapely.is_valid, slices)))
    result[broken] = [_repaired(shape) for shape in result[broken]]
    return without_lines(result)


def _repaired(shape: Any) -> Any:
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    parts = shapely.get_parts(shapely.get_parts(shape))
    if (shapely.get_num_interior_rings(parts) == 0).all():
        return mended
    # A hole drawn outside its shell is taken for a shell: what lies in no shell was never part of the area.
    shells = shapely.polygons(shapely.get_exterior_ring(parts[shapely.get_type_id(parts) == 3]))
    shells = shapely.make_valid(shells, method="structure", keep_collapsed=False)
    return shapely.intersection(mended, shapely.union_all(shells, grid_size=_GRID), grid_size=_GRID)


def without_lines(shapes: np.ndarray) -> np.ndarray:
    """Return shapes with the polygons of collections only, in place."""
    for place in np.flatnonzero(~np.isin(shapely.get_type_id(shapes), [3, 6])):
        parts = shapely.get_parts(shapely.get_parts(shapes[place]))
        shapes[place] = shapely.union_all(parts[shapely.get_type_id(parts) == 3])
    return shapes
