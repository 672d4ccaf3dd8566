"""Overlay of large polygon arrays: repair, the flat partition, crossings with zones; plane metres."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

import numpy as np
import shapely

_CHUNK = 2_000


def polygonal(shapes: np.ndarray) -> np.ndarray:
    """Return valid, two-dimensional polygons that cover no more than the given ones.

    Self-intersections are resolved, overlapping parts of one area are united, points and lines are dropped; a
    shape without polygonal part, like a missing one, becomes an empty polygon.

    Parameters
    ----------
    shapes : array of shapely geometries

    Returns
    -------
    array of shapely geometries
        Polygons and multipolygons; those that were valid already are the same objects.

    Examples
    --------
    >>> bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    >>> shapely.area(polygonal(np.array([bow, None])))
    array([2., 0.])
    """
    result = np.asarray(shapes, dtype=object).copy()
    result[shapely.is_missing(result) | shapely.is_empty(result)] = shapely.Polygon()
    deep = shapely.has_z(result)
    result[deep] = shapely.force_2d(result[deep])
    broken = ~shapely.is_valid(result)
    if broken.any():
        result[broken] = shapely.make_valid(result[broken], method="structure", keep_collapsed=False)
    mixed = np.isin(shapely.get_type_id(result), [0, 1, 2, 4, 5, 7])
    for place in np.flatnonzero(mixed):
        parts = shapely.get_parts(shapely.get_parts(result[place]))
        result[place] = shapely.union_all(parts[shapely.get_type_id(parts) == 3])
    return result


def flatten(shapes: np.ndarray, executor: Executor | None) -> np.ndarray:
    """Return what each polygon keeps after all that come before it in the array are taken away.

    Parameters
    ----------
    shapes : array of valid polygons
        In order of priority.
    executor : concurrent.futures.Executor or None
        Where the cutting runs; None: threads.

    Returns
    -------
    array of shapely geometries
        As long as ``shapes``; empty where nothing is left. Untouched polygons are the same objects.
    """
    first, later = _conflicts(shapes)
    result = shapes.copy()
    hidden = np.unique(later[shapely.covers(shapes[first], shapes[later])])
    result[hidden] = shapely.Polygon()
    live = ~(np.isin(first, hidden) | np.isin(later, hidden))
    first, later = first[live], later[live]
    order = np.lexsort((first, later))
    first, later = first[order], later[order]
    touched, starts = np.unique(later, return_index=True)
    jobs = [
        (shapes[touched[a : a + _CHUNK]], np.split(shapes[first[s:e]], cuts))
        for a, s, e, cuts in _slices(starts, len(first))
    ]
    for a, cut in zip(range(0, len(touched), _CHUNK), run(_erase, jobs, executor), strict=True):
        result[touched[a : a + _CHUNK]] = cut
    return result


def _slices(starts: np.ndarray, total: int) -> list[tuple[int, int, int, np.ndarray]]:
    ends = np.append(starts[1:], total)
    return [
        (a, starts[a], ends[min(a + _CHUNK, len(starts)) - 1], starts[a + 1 : a + _CHUNK] - starts[a])
        for a in range(0, len(starts), _CHUNK)
    ]


def _conflicts(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs (earlier, later) of positions whose interiors meet."""
    later, first = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    ahead = first < later
    first, later = first[ahead], later[ahead]
    shapely.prepare(shapes[np.unique(first)])
    meet = ~shapely.touches(shapes[first], shapes[later])
    return first[meet], later[meet]


def _erase(job: tuple[np.ndarray, list[np.ndarray]]) -> np.ndarray:
    shapes, takers = job
    taken = np.array([near[0] if len(near) == 1 else shapely.union_all(near) for near in takers], dtype=object)
    return polygonal(shapely.difference(shapes, taken))


def crossings(
    cells: np.ndarray, zones: np.ndarray, executor: Executor | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the area of every meeting of a cell with a zone, and of the part of a cell outside all zones.

    Parameters
    ----------
    cells, zones : arrays of valid polygons
    executor : concurrent.futures.Executor or None

    Returns
    -------
    tuple of arrays
        Position of the cell, position of the zone (``len(zones)``: outside all), km².
    """
    jobs = [(cells[a : a + _CHUNK], zones) for a in range(0, len(cells), _CHUNK)]
    parts = [(cell + n * _CHUNK, zone, km2) for n, (cell, zone, km2) in enumerate(run(_cross, jobs, executor))]
    if not parts:
        return np.empty(0, dtype=int), np.empty(0, dtype=int), np.empty(0)
    cell, zone, km2 = (np.concatenate(column) for column in zip(*parts, strict=True))
    return cell, zone, km2


def _cross(job: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    cells, zones = job
    zone, cell = shapely.STRtree(cells).query(zones, predicate="intersects")
    order = np.lexsort((zone, cell))
    zone, cell = zone[order], cell[order]
    area = shapely.area(cells)
    inside = area[cell]
    shapely.prepare(zones[np.unique(zone)])
    cut = ~shapely.covers(zones[zone], cells[cell])
    common = shapely.intersection(cells[cell[cut]], zones[zone[cut]])
    inside[cut] = shapely.area(common)
    within = np.bincount(cell, inside, minlength=len(cells))
    pieces = cells[cell].copy()
    pieces[cut] = common
    several = np.flatnonzero(np.bincount(cell, minlength=len(cells)) > 1)
    bounds = np.searchsorted(cell, [several, several + 1])
    within[several] = [shapely.union_all(pieces[a:b]).area for a, b in bounds.T]
    outside = np.maximum(area - within, 0)
    outside[outside < 1e-12 * area] = 0
    left = np.flatnonzero(outside)
    return (
        np.concatenate([cell, left]),
        np.concatenate([zone, np.full(len(left), len(zones))]),
        np.concatenate([inside, outside[left]]) / 1e6,
    )


def run(task: Callable[[Any], Any], jobs: list[Any], executor: Executor | None) -> list[Any]:
    """Return the results of ``task`` for all jobs, in their order, on ``executor`` or on threads."""
    if executor is not None:
        return list(executor.map(task, jobs))
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return list(threads.map(task, jobs))
