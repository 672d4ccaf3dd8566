"""Distances between the boundaries of detailed polygons."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Shapes = NDArray[Any]
Rows = NDArray[np.intp]
Floats = NDArray[np.float64]

STRING = 64  # vertices per string; shapely.distance looks at every pair of edges, so its cost is a product


def boundary_distance(shapes: Shapes, one: Rows, two: Rows) -> Floats:
    """Return the exact distance between pairs of polygons that do not overlap.

    Boundaries are cut into strings of 64 vertices. For a pair of polygons, the nearest two first vertices
    bound the distance from above and the boxes of the strings from below; only string pairs that could be
    nearer than the upper bound are measured.

    Parameters
    ----------
    shapes : array of Polygon or Point
        In a projected CRS, interiors disjoint.
    one, two : array of int
        Rows of `shapes` that make up the pairs.

    Returns
    -------
    array of float
        One distance per pair, in the units of the CRS; 0 where boundaries touch.

    Examples
    --------
    >>> shapes = shapely.box([0, 5], [0, 0], [2, 7], [2, 2])
    >>> boundary_distance(shapes, np.array([0]), np.array([1])).tolist()
    [3.0]
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
