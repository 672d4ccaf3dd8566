"""How far apart shapes are, how the edge of a region cuts them, and the CRS in which they are measured."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from ahec_analysis.territory.ahec import EQUAL_AREA

Shapes = NDArray[Any]
Rows = NDArray[np.intp]
Floats = NDArray[np.float64]

STRING = 64  # vertices per string; shapely.distance looks at every pair of edges, so its cost is a product
WINDOW = (107.0, 41.0, 142.0, 57.5)
"""Degrees west, south, east, north, round the complex; inside, lengths in EQUAL_AREA are right to 1 %."""


def boundary_distance(shapes: Shapes, one: Rows, two: Rows) -> Floats:
    """Return the exact distance between pairs of polygons with disjoint interiors, in units of their CRS.

    Boundaries are cut into strings; of a pair, only strings whose boxes could hold the nearest points are measured.
    """
    vertices = shapely.get_num_coordinates(shapes)
    detailed = vertices[one] * vertices[two] > 4 * STRING**2
    result = np.empty(len(one))
    result[~detailed] = shapely.distance(shapes[one[~detailed]], shapes[two[~detailed]])
    cut = {k: _strings(shapes[k]) for k in np.unique(np.concatenate([one[detailed], two[detailed]]))}
    for pair in np.flatnonzero(detailed):
        result[pair] = _nearest(cut[one[pair]], cut[two[pair]])
    return result


def _strings(shape: Any) -> tuple[Shapes, Floats, Floats]:
    """Return the strings of a polygon's rings, their boxes and their first vertices."""
    lines = []
    for ring in shapely.get_rings(shape):
        points = shapely.get_coordinates(ring)
        starts = range(0, len(points) - 1, STRING - 1)
        lines += [shapely.linestrings(points[start : start + STRING]) for start in starts]
    strings = np.array(lines, dtype=object)
    return strings, shapely.bounds(strings), shapely.get_coordinates(shapely.get_point(strings, 0))


def _nearest(a: tuple[Shapes, Floats, Floats], b: tuple[Shapes, Floats, Floats]) -> float:
    (lines_a, box_a, first_a), (lines_b, box_b, first_b) = a, b
    between = first_a[:, None] - first_b[None]
    above = np.hypot(between[..., 0], between[..., 1]).min()
    apart = np.maximum(box_a[:, None, :2] - box_b[None, :, 2:], box_b[None, :, :2] - box_a[:, None, 2:])
    apart = np.maximum(apart, 0)
    row, column = np.nonzero(np.hypot(apart[..., 0], apart[..., 1]) <= above)
    return float(shapely.distance(lines_a[row], lines_b[column]).min())


def fitted_crs(region: gpd.GeoDataFrame | gpd.GeoSeries) -> CRS:
    """Return the equal-area CRS in which a region and what lies near it are measured.

    EQUAL_AREA where the region lies in `WINDOW`; else Lambert's azimuthal at the middle of
    the region, wherever on the globe: distances right within 0.5 % up to 1,250 km from there.
    """
    degrees = region.geometry.to_crs(4326)
    points = shapely.get_coordinates(degrees.to_numpy())
    if (points >= WINDOW[:2]).all() and (points <= WINDOW[2:]).all():
        return EQUAL_AREA
    lon, lat = np.radians(points).T
    globe = np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    x, y, z = globe.min(axis=1) + globe.max(axis=1)
    lon_0, lat_0 = np.degrees([np.arctan2(y, x), np.arctan2(z, np.hypot(x, y))])
    return CRS.from_proj4(f"+proj=laea +lat_0={lat_0:.2f} +lon_0={lon_0:.2f} +datum=WGS84 +units=m +no_defs")


def cut_at_edge(shapes: Shapes, region: Any, halo: Any) -> tuple[Shapes, NDArray[np.bool_], Rows]:
    """Return the parts of shapes inside the region and in its halo, whether inside, and the shape of each."""
    beyond = shapely.difference(shapely.intersection(shapes, halo), region)
    cut = np.concatenate([shapely.intersection(shapes, region), beyond])
    single, origin = shapely.get_parts(cut, return_index=True)
    polygon = shapely.area(single) > 0
    single, origin = single[polygon], origin[polygon]
    return single, origin < len(shapes), origin % max(len(shapes), 1)
