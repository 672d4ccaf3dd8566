"""The river network: reaches between confluences with length, upstream area, order, name and elevation."""

from __future__ import annotations

from pathlib import Path

import basins
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from flow import HERE, Flow, position_of
from layers import DECIMALS, write
from pyproj import Geod

MIN_UPSTREAM_KM2 = 300.0
SIMPLIFY_DEGREES = 0.004
# Steps smaller than this are lost in the mean of an elevation cell several kilometres wide.
RESOLUTION_M = 10.0
# Their cells drain to closed pans over a modelled spill, not along rivers.
DRY = ("", "eastern_steppe")


def _kept(flow: Flow, cells: np.ndarray, names: list[str]) -> np.ndarray:
    wet = np.array([name not in DRY for name in names])
    return ((flow.upstream_km2 >= MIN_UPSTREAM_KM2) & wet[cells]).ravel()


def _downstream(flow: Flow, kept: np.ndarray) -> np.ndarray:
    """Return the next kept cell of each kept cell, -1 at outlets."""
    downstream = flow.directions.idxs_ds.astype(np.int64)
    own = np.arange(downstream.size)
    ends = (downstream == own) | (downstream < 0) | ~kept[np.maximum(downstream, 0)]
    return np.where(kept & ~ends, downstream, -1)


def _river_numbers(paths: dict[str, list[int]], size: int) -> tuple[np.ndarray, list[str]]:
    """Return per cell the river it belongs to; a river downstream of another overrides it."""
    order = ["", *paths]
    numbers = np.zeros(size, dtype=np.int32)
    for number, name in enumerate(order[1:], start=1):
        numbers[paths[name]] = number
    return numbers, order


def _line(path: np.ndarray) -> shapely.LineString:
    """Return a reach as a line: steps of the grid evened out, ends kept, so that reaches still meet."""
    points = position_of(path)
    if len(points) > 2:
        inner = (points[:-2] + 2 * points[1:-1] + points[2:]) / 4
        points = np.vstack([points[:1], inner, points[-1:]])
    line = shapely.simplify(shapely.LineString(points), SIMPLIFY_DEGREES)
    return shapely.transform(line, lambda xy: np.round(xy, DECIMALS))


def _steps_km(cells: np.ndarray, downstream: np.ndarray) -> np.ndarray:
    """Return the length of the step from each of the cells to the next."""
    here, there = position_of(cells), position_of(downstream[cells])
    return Geod(ellps="WGS84").inv(*here.T, *there.T)[2] / 1e3


def _bed(
    flow: Flow, kept: np.ndarray, downstream: np.ndarray, at_sea: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return heights along the rivers that never rise, and where they lie between two known ones.

    Most heights of the grid are those of valley sides. A height is known where the grid shows it to lie clearly
    above the sea and clearly below every known height above it, and at the sea. Between two known heights the fall
    is spread evenly along the river; below the last one it is not known.
    """
    cells = np.flatnonzero(kept)
    cells = cells[np.argsort(flow.upstream_km2.ravel()[cells], kind="stable")]
    step = np.zeros(kept.size)
    inner = cells[downstream[cells] >= 0]
    step[inner] = _steps_km(inner, downstream)
    height = flow.elevation.ravel().astype(float)
    above = np.full(kept.size, np.inf)
    since = np.zeros(kept.size)
    for cell in cells:
        if RESOLUTION_M <= height[cell] <= above[cell] - RESOLUTION_M:
            since[cell] = 0.0
        else:
            height[cell] = above[cell]
        following = downstream[cell]
        if following >= 0 and height[cell] < above[following]:
            above[following], since[following] = height[cell], since[cell] + step[cell]
    last = height.copy()
    known = at_sea.copy()
    height[at_sea] = 0.0
    floor, ahead = height.copy(), np.zeros(kept.size)
    for cell in inner[::-1]:
        following = downstream[cell]
        same = last[cell] == last[following] and since[following] == since[cell] + step[cell]
        floor[cell] = floor[following] if same else height[following]
        ahead[cell] = step[cell] + (ahead[following] if same else 0.0)
        known[cell] = known[following] if same else True
        if known[cell] and since[cell]:
            height[cell] = floor[cell] + (last[cell] - floor[cell]) * ahead[cell] / (
                ahead[cell] + since[cell]
            )
    low = np.isinf(height)
    height[low], known[low] = floor[low], False
    return height, known


def reaches(flow: Flow, paths: dict[str, list[int]], cells: np.ndarray, names: list[str]) -> gpd.GeoDataFrame:
    """Return the reaches, numbered from the smallest upstream area to the largest."""
    kept = _kept(flow, cells, names)
    downstream = _downstream(flow, kept)
    basin = cells.ravel()
    river, river_names = _river_numbers(paths, kept.size)
    inner = np.flatnonzero(downstream >= 0)
    inflows = np.bincount(downstream[inner], minlength=kept.size)
    turns = inner[(basin[inner] != basin[downstream[inner]]) | (river[inner] != river[downstream[inner]])]
    first = kept & (inflows != 1)
    first[downstream[turns]] = True
    heads = np.flatnonzero(first)
    heads = heads[np.argsort(flow.upstream_km2.ravel()[heads], kind="stable")]
    number = {int(cell): i for i, cell in enumerate(heads, start=1)}
    kinds = pd.read_csv(HERE / "basins.csv", keep_default_na=False).set_index("basin_id")["outlet"]
    to_sea = np.isin(basin, [i for i, name in enumerate(names) if kinds.get(name) == "sea"])
    bed, known = _bed(flow, kept, downstream, kept & (downstream < 0) & to_sea)
    order = flow.directions.stream_order(type="strahler", mask=kept.reshape(cells.shape)).ravel()
    upstream = flow.upstream_km2.ravel()
    rows = []
    for head in heads:
        path = [int(head)]
        while downstream[path[-1]] >= 0 and not first[downstream[path[-1]]]:
            path.append(int(downstream[path[-1]]))
        last = path[-1]
        following = int(downstream[last])
        foot = following if following >= 0 else last
        fall = round(float(bed[head] - bed[foot]), 2)
        end = following if following >= 0 else int(flow.directions.idxs_ds[last])
        if end not in (-1, last):
            path.append(end)
        if len(path) < 2:
            continue
        rows.append(
            {
                "reach_id": number[int(head)],
                "downstream_id": number[following] if following >= 0 else pd.NA,
                "river": river_names[river[head]],
                "basin_id": names[basin[head]],
                "upstream_km2": round(float(upstream[last]), 1),
                "strahler": int(order[head]),
                "elevation_up_m": round(float(bed[head]), 1),
                "elevation_down_m": round(float(bed[foot]), 1),
                "fall_m": fall if fall > 0 and known[path].all() else np.nan,
                "geometry": _line(np.array(path)),
            }
        )
    layer = gpd.GeoDataFrame(rows, geometry="geometry", crs=4326)
    return _described(layer)


def _described(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    layer["downstream_id"] = layer["downstream_id"].astype("Int32")
    missing = ~layer["downstream_id"].isin(layer["reach_id"])
    layer.loc[missing, "downstream_id"] = pd.NA
    geod = Geod(ellps="WGS84")
    layer.insert(2, "length_km", [round(geod.geometry_length(g) / 1e3, 3) for g in layer.geometry])
    table = basins.rivers()
    layer.insert(3, "name", layer["river"].map(table["name"]).fillna(""))
    layer.insert(4, "name_local", layer["river"].map(table["name_local"]).fillna(""))
    kinds = pd.read_csv(HERE / "basins.csv", keep_default_na=False).set_index("basin_id")["outlet"]
    layer["outlet"] = layer["basin_id"].map(kinds).where(layer["downstream_id"].isna(), "")
    return layer.drop(columns="river")


def build(flow: Flow, paths: dict[str, list[int]], cells: np.ndarray, names: list[str]) -> list[Path]:
    """Write the river network."""
    return [write(reaches(flow, paths, cells, names), "rivers")]
