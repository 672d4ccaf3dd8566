"""Overlay of large polygon arrays: the flat partition, crossings with zones; plane metres."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import shapely

from ahec_analysis.data.polygons import polygonal, without_lines

Job = tuple[np.ndarray, np.ndarray, np.ndarray]
_PAIRS = 2_500
_STEPS = 64
_GRID = 1e-8
# Where GEOS fails on the finest grid, the next ones are tried: the coarsest moves a border by 0.1 mm.
_GRIDS = (_GRID, 1e-6, 1e-5, 1e-4)


def flatten(shapes: np.ndarray, executor: Executor | None = None) -> np.ndarray:
    """Return what each valid polygon keeps after all that come before it are taken away; empty where nothing is left.

    A polygon inside a single earlier one is dropped before any cutting: its cover takes what it would take.
    Untouched polygons are the same objects.
    """
    first, later = _ahead(shapes)
    hidden = _hidden(shapes, first, later, executor)
    live = ~hidden[first] & ~hidden[later]
    first, later = first[live], later[live]
    order = np.lexsort((first, -shapely.area(shapes)[first], later))
    first, later = first[order], later[order]
    result = shapes.copy()
    result[hidden] = shapely.Polygon()
    slices = _slices(later)
    cuts = _run(_erase, slices, lambda s: _job(shapes, first[s], later[s]), executor)
    for s, (touched, cut) in zip(slices, cuts, strict=True):
        result[np.unique(later[s])[touched]] = cut
    return result


def _ahead(shapes: np.ndarray) -> np.ndarray:
    """Return the pairs of polygons whose boxes meet, the earlier ones first."""
    pairs = shapely.STRtree(shapes).query(shapes).astype(np.int32)
    return np.asarray(pairs[:, pairs[0] < pairs[1]])


def _hidden(
    shapes: np.ndarray, first: np.ndarray, later: np.ndarray, executor: Executor | None
) -> np.ndarray:
    """Return which polygons lie inside a single earlier one."""
    low, high = np.split(shapely.bounds(shapes), 2, axis=1)
    around = ((low[first] <= low[later]) & (high[first] >= high[later])).all(axis=1)
    first, later = first[around], later[around]
    order = np.lexsort((later, first))
    first, later = first[order], later[order]
    covers = _run(_covers, _slices(first), lambda s: _job(shapes, first[s], later[s]), executor)
    hidden = np.zeros(len(shapes), dtype=bool)
    hidden[later[np.concatenate([np.empty(0, dtype=bool), *covers])]] = True
    return hidden


def remainders(shapes: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Return what each polygon loses in :func:`flatten`, which gave ``kept``."""
    result = np.full(len(shapes), shapely.Polygon(), dtype=object)
    cut = np.array([one is not two for one, two in zip(shapes, kept, strict=True)], dtype=bool)
    result[cut] = _overlaid(shapely.difference, shapes[cut], kept[cut], ~shapely.is_empty(kept[cut]))
    return polygonal(result)


def _slices(group: np.ndarray) -> list[slice]:
    """Return slices of about equal length that never part the rows of one group (sorted numbers)."""
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    chosen = starts[np.searchsorted(starts, np.arange(0, len(group), _PAIRS), side="right") - 1]
    return [slice(a, b) for a, b in pairwise([*np.unique(chosen).tolist(), len(group)])]


def _job(shapes: np.ndarray, first: np.ndarray, later: np.ndarray) -> Job:
    """Return the polygons that a task needs, once each, and the pairs by their position among them."""
    needed, place = np.unique(np.concatenate([first, later]), return_inverse=True)
    return shapes[needed], place[: len(first)], place[len(first) :]


def _covers(job: Job) -> np.ndarray:
    shapes, first, later = job
    chosen, place = np.unique(first, return_inverse=True)
    return np.asarray(shapely.covers(_prepared(shapes[chosen])[place], shapes[later]))


def _prepared(shapes: np.ndarray) -> np.ndarray:
    """Return prepared copies: preparing the caller's own would keep the memory as long as they live."""
    copies = shapely.from_wkb(shapely.to_wkb(shapes))
    shapely.prepare(copies)
    return np.asarray(copies)


def _erase(job: Job) -> tuple[np.ndarray, np.ndarray]:
    """Return which of the later polygons lose ground to the first ones, and what these keep."""
    shapes, first, later = job
    chosen, starts, counts = np.unique(later, return_index=True, return_counts=True)
    left, shared = shapes[chosen], _shared(shapes)
    touched = np.zeros(len(chosen), dtype=bool)
    for step in range(min(counts.max(), _STEPS)):
        todo = np.flatnonzero((counts > step) & (counts <= _STEPS) & ~shapely.is_empty(left))
        taker = first[starts[todo] + step]
        close = shapely.intersects(left[todo], shapes[taker])
        todo, taker = todo[close], taker[close]
        left[todo] = _overlaid(shapely.difference, left[todo], shapes[taker], shared[taker])
        touched[todo] = True
    for row in np.flatnonzero(counts > _STEPS):
        takers = first[starts[row] : starts[row] + counts[row]]
        takers = takers[shapely.intersects(left[row], shapes[takers])]
        risky = bool(shared[takers].any())
        taken = shapely.union_all(shapes[takers], grid_size=_GRID if risky else None)
        left[[row]] = _overlaid(shapely.difference, left[[row]], np.array([taken]), np.array([risky]))
        touched[row] = len(takers) > 0
    # A copy holds two numbers a vertex, where results of an overlay hold three.
    return touched, np.asarray(shapely.from_wkb(shapely.to_wkb(polygonal(left[touched]))))


def _shared(shapes: np.ndarray, others: np.ndarray | None = None) -> np.ndarray:
    """Return which polygons have a vertex within about 1 mm of one of another polygon, or of ``others``."""
    everything = shapes if others is None else np.concatenate([shapes, others])
    corners, owner = shapely.get_coordinates(everything, return_index=True)
    cells = np.rint(corners * 1000).astype(np.int64)
    key = cells[:, 0] * 4_294_967_291 + cells[:, 1]
    again = np.flatnonzero(pd.Series(key).duplicated(keep=False))
    order = again[np.argsort(key[again], kind="stable")]
    key, owner = key[order], owner[order]
    group = owner if others is None else owner >= len(shapes)
    same = (key[1:] == key[:-1]) & (group[1:] != group[:-1])
    result = np.zeros(len(everything), dtype=bool)
    result[owner[1:][same]] = result[owner[:-1][same]] = True
    return result[: len(shapes)]


def _overlaid(
    operation: Callable[..., Any], one: np.ndarray, two: np.ndarray, risky: np.ndarray
) -> np.ndarray:
    """Return the overlay of pairs, rounded to a grid of 10 nm where their borders may all but coincide.

    There GEOS can lose or keep a whole polygon without a word on plain coordinates; elsewhere these are faster.
    """
    result = np.empty(len(one), dtype=object)
    result[risky] = _snapped(operation, one[risky], two[risky])
    try:
        result[~risky] = operation(one[~risky], two[~risky])
    except shapely.GEOSException:
        result[~risky] = _snapped(operation, one[~risky], two[~risky])
    return without_lines(result)


def _snapped(operation: Callable[..., Any], one: np.ndarray, two: np.ndarray) -> Any:
    """Return the overlay of pairs on the finest grid on which GEOS gives an answer for each."""
    for grid in _GRIDS[:-1]:
        try:
            return operation(one, two, grid_size=grid)
        except shapely.GEOSException:
            if len(one) > 1:
                pairs = zip(one, two, strict=True)
                return [_snapped(operation, np.array([a]), np.array([b]))[0] for a, b in pairs]
    return operation(one, two, grid_size=_GRIDS[-1])


def crossings(
    cells: np.ndarray, zones: np.ndarray, executor: Executor | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return cell, zone (``len(zones)``: outside all) and km² of every meeting of valid polygons, as three arrays.

    Where zones overlap, a spot counts in each.
    """
    cell, zone, common = _commons(cells, zones, executor)
    area = shapely.area(cells)
    outside = area - np.bincount(cell, common, minlength=len(cells))
    if _overlap(zones):
        again, _, once = _commons(cells, flatten(zones, executor), executor)
        outside = area - np.bincount(again, once, minlength=len(cells))
    left = np.flatnonzero(outside > 1e-12 * area)
    return (
        np.concatenate([cell, left]),
        np.concatenate([zone, np.full(len(left), len(zones))]),
        np.concatenate([common, outside[left]]) / 1e6,
    )


def _overlap(zones: np.ndarray) -> bool:
    """Return whether zones overlap by more than the rounding of shared borders."""
    one, two = (zones[side] for side in _ahead(zones))
    meet = shapely.relate_pattern(one, two, "2********")
    one, two = one[meet], two[meet]
    least = np.minimum(shapely.area(one), shapely.area(two))
    return bool((shapely.area(shapely.intersection(one, two)) > 1e-9 * least).any())


def _commons(
    cells: np.ndarray, zones: np.ndarray, executor: Executor | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    zone, cell = shapely.STRtree(cells).query(zones)
    order = np.lexsort((cell, zone))
    zone, cell = zone[order], cell[order]
    slices = [slice(a, a + _PAIRS) for a in range(0, len(cell), _PAIRS)]
    both = np.concatenate([cells, zones])
    parts = _run(_common, slices, lambda s: _job(both, zone[s] + len(cells), cell[s]), executor)
    common = np.concatenate([*parts, []])
    found = common > 0
    return cell[found], zone[found], common[found]


def _common(job: Job) -> np.ndarray:
    shapes, zone, cell = job
    chosen, place = np.unique(zone, return_inverse=True)
    prepared = _prepared(shapes[chosen])[place]
    area = np.where(shapely.intersects(prepared, shapes[cell]), shapely.area(shapes[cell]), 0.0)
    cut = area > 0
    cut[cut] = ~shapely.covers(prepared[cut], shapes[cell[cut]])
    one, two = shapes[cell[cut]], shapes[zone[cut]]
    sides = np.unique(cell[cut])
    risky = _shared(shapes[sides], shapes[np.unique(zone[cut])])[np.searchsorted(sides, cell[cut])]
    area[cut] = shapely.area(_overlaid(shapely.intersection, one, two, risky))
    return area


def _run(
    task: Callable[[Any], Any], slices: list[slice], job: Callable[[slice], Any], executor: Executor | None
) -> list[Any]:
    """Return the results of ``task`` for the job of each slice, in order, on ``executor`` or on threads."""
    if executor is not None:
        return list(executor.map(task, [job(s) for s in slices]))
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return list(threads.map(lambda s: task(job(s)), slices))
