"""Drainage basins: cells labelled by river mouth and coast, and their outlines as one coverage."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio.features
import shapely
from flow import CELLS_PER_DEGREE, HERE, SHAPE, Flow, cell_of, derive, divides, mask, position_of
from layers import DECIMALS, REFERENCE, WINDOW, faces, holder, write
from scipy.ndimage import distance_transform_edt
from scipy.ndimage import label as find_patches

SIMPLIFY_CELLS = 1.5
SPECK_CELLS = 20
HEAD_SEARCH_CELLS = 3
POINT_SEARCH_CELLS = 6
DIVIDE_REACH_DEGREES = 0.06
OWN_SHARE = 0.05
UDA_MOUTH = (135.25, 54.72)
AMUR_MOUTH_LATITUDE = 53.0
CAPE_POVOROTNY_LONGITUDE = 133.05
TUMEN_MOUTH = (130.70, 42.29)
SAKHALIN = shapely.Point(142.7, 50.5)
SHANTAR = (136.3, 54.3, 139.0, 55.4)


def rivers() -> pd.DataFrame:
    """Return the table of rivers that have a name or a basin of their own."""
    return pd.read_csv(HERE / "drainage.csv", keep_default_na=False).set_index("river")


def _snapped(flow: Flow, lon: float, lat: float, reach: int) -> int:
    row, column = cell_of(lon, lat)
    part = flow.upstream_km2[row - reach : row + reach + 1, column - reach : column + reach + 1]
    largest = np.unravel_index(part.argmax(), part.shape)
    return (row - reach + int(largest[0])) * SHAPE[1] + column - reach + int(largest[1])


def courses(flow: Flow) -> dict[str, list[int]]:
    """Return the cells of each river from its source to its mouth.

    A river ends where it meets the river or the lake named in `into`, else at its outlet.
    """
    table = rivers()
    upstream = flow.directions.main_upstream(flow.upstream_km2.ravel())
    traces = {}
    for river in table.itertuples():
        midway = river.known == "midway"
        reach = POINT_SEARCH_CELLS if midway else HEAD_SEARCH_CELLS
        start = _snapped(flow, river.lon, river.lat, reach)
        while midway and upstream[start] != -1 and upstream[start] != start:
            start = int(upstream[start])
        traces[river.Index] = flow.trace(start)
    lakes = gpd.read_file(REFERENCE / "lakes.fgb")
    ended = {}
    for name, receiver in table["into"].items():
        if receiver.startswith("lake:"):
            lake = lakes[lakes["name"] == receiver.removeprefix("lake:")]
            stop = set(np.flatnonzero(mask(lake.geometry)))
        else:
            stop = set(traces.get(receiver, ()))
        cut = next((i for i, cell in enumerate(traces[name]) if cell in stop), len(traces[name]))
        ended[name] = traces[name][:cut]
    lake_born = table.index[table["known"] == "lake outlet"]
    return _extended(ended, upstream, lake_born)


def _extended(paths: dict[str, list[int]], upstream: np.ndarray, lake_born: pd.Index) -> dict[str, list[int]]:
    """Return the courses continued up the larger branch, as far as no other river has the name."""
    named = {cell for path in paths.values() for cell in path}
    extended = {}
    for name, path in paths.items():
        above: list[int] = []
        cell = int(upstream[path[0]])
        while cell != -1 and cell not in named and name not in lake_born:
            named.add(cell)
            above.append(cell)
            cell = int(upstream[cell])
        extended[name] = above[::-1] + path
    return extended


def catchment_areas(flow: Flow, paths: dict[str, list[int]]) -> pd.Series:
    """Return the whole upstream area of each river at its mouth, in km², missing if it misses its receiver."""
    upstream = flow.upstream_km2.ravel()
    outlets = set(flow.directions.idxs_pit)
    areas = pd.Series({name: upstream[path[-1]] for name, path in paths.items()}, name="area_km2")
    astray = [name for name, into in rivers()["into"].items() if into and paths[name][-1] in outlets]
    astray += [a for a in paths for b in paths if a != b and _drowned(paths[a], paths[b], upstream)]
    areas[astray] = np.nan
    return areas.round(1)


def _drowned(path: list[int], other: list[int], upstream: np.ndarray) -> bool:
    """Return whether a course runs on in the bed of another river, as its smaller branch."""
    at = {cell: i for i, cell in enumerate(other)}
    first = next((i for i, cell in enumerate(path) if cell in at), None)
    if first is None or at[path[first]] == 0:
        return False
    return first == 0 or bool(upstream[path[first - 1]] < upstream[other[at[path[first]] - 1]])


def label(flow: Flow, paths: dict[str, list[int]]) -> tuple[np.ndarray, list[str]]:
    """Return a grid of basin numbers (0 is no basin of the complex) and the basin of each number."""
    table = rivers()
    owns = table[table["basin"] != ""]
    mouths = {basin: paths[name][-1] for name, basin in owns["basin"].items()}
    # The rest of the Amur is cut at the Zeya and at the Ussuri.
    for basin, tributary in (("upper_amur", "zeya"), ("middle_amur", "ussuri")):
        junction = flow.directions.idxs_ds[paths[tributary][-1]]
        mouths[basin] = paths["amur"][paths["amur"].index(junction) - 1]
    mouths["khalkh_hulun"] = flow.sinks["hulun"][0]
    mouths["eastern_steppe"] = flow.sinks["eastern_steppe"][0]
    names = ["", *mouths, "sikhote_alin_east", "peter_the_great", "tugur_okhotsk"]
    numbers = np.arange(1, len(mouths) + 1, dtype=np.uint32)
    cells = flow.directions.basins(idxs=np.array(list(mouths.values())), ids=numbers)
    coast = flow.directions.basins()
    pits = flow.directions.idxs_pit
    slopes = _coastal_slope(position_of(pits))
    number = {name: names.index(name) for name in names}
    slope_of_pit = np.array([number[name] for name in slopes])
    of_coast = np.zeros(int(coast.max()) + 1, dtype=np.uint32)
    of_coast[coast.ravel()[pits]] = slope_of_pit
    rest = (cells == 0) & flow.is_land
    cells[rest] = of_coast[coast[rest]]
    return cells, names


def _coastal_slope(outlets: np.ndarray) -> list[str]:
    """Return the coast that each outlet belongs to, "" outside the complex."""
    land = gpd.read_file(REFERENCE / "land.fgb").geometry
    main = land.iloc[0]
    sakhalin = land[land.contains(SAKHALIN)].iloc[0]
    points = shapely.points(outlets)
    on_sakhalin = shapely.distance(points, sakhalin) < shapely.distance(points, main)
    slopes = []
    for (lon, lat), away in zip(outlets, on_sakhalin, strict=True):
        shantar = SHANTAR[0] < lon < SHANTAR[2] and SHANTAR[1] < lat < SHANTAR[3]
        north = shantar or (lon > UDA_MOUTH[0] and AMUR_MOUTH_LATITUDE < lat <= UDA_MOUTH[1] + 0.1)
        if away or lon < TUMEN_MOUTH[0] - 0.05 or (lat < 43 and lon > 136):
            slopes.append("")
        elif lat > AMUR_MOUTH_LATITUDE:
            slopes.append("tugur_okhotsk" if north else "")
        elif lon > CAPE_POVOROTNY_LONGITUDE and lat > 42:
            slopes.append("sikhote_alin_east")
        elif lat > TUMEN_MOUTH[1] - 0.02 and lon < CAPE_POVOROTNY_LONGITUDE + 0.01:
            slopes.append("peter_the_great")
        else:
            slopes.append("")
    return slopes


def outlines(cells: np.ndarray, names: list[str], is_land: np.ndarray) -> gpd.GeoDataFrame:
    """Return the leaf basins as a coverage, smoothed without gaps and cut at the mapped coast."""
    nearest = distance_transform_edt(~is_land, return_distances=False, return_indices=True)
    filled = _without_specks(cells[tuple(nearest)]).astype("int32")
    shapes = rasterio.features.shapes(filled, connectivity=4)
    parts = [(shapely.geometry.shape(geometry), int(value)) for geometry, value in shapes]
    pieces = gpd.GeoDataFrame({"number": [v for _, v in parts]}, geometry=[g for g, _ in parts])
    merged = pieces.dissolve("number")
    # A vertex at every cell corner makes neighbours meet vertex to vertex, as the simplification requires.
    noded = shapely.segmentize(merged.geometry.values, 1.0)
    simple = shapely.coverage_simplify(noded, SIMPLIFY_CELLS)
    simple = shapely.transform(simple, _lonlat)
    land = shapely.union_all(gpd.read_file(REFERENCE / "land.fgb").geometry.values)
    layer = gpd.GeoDataFrame({"basin_id": [names[i] for i in merged.index]}, geometry=simple, crs=4326)
    layer = _along_divides(layer.set_index("basin_id").geometry)
    cut = shapely.intersection(layer.to_numpy(), land)
    cut = shapely.transform(cut, lambda xy: np.round(xy, DECIMALS))
    layer = gpd.GeoDataFrame({"basin_id": layer.index}, geometry=cut, crs=4326)
    return layer[layer["basin_id"] != ""].reset_index(drop=True)


def _along_divides(outlines: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return the outlines with what the grid leaves on the wrong side of a known divide given to its own side."""
    units = gpd.read_file(REFERENCE / "provinces.fgb").set_index("province_code").geometry
    sides = []
    for divide in divides().itertuples():
        near, wide = (divide.geometry.buffer(n * DIVIDE_REACH_DEGREES) for n in (1, 3))
        for code in (divide.one, divide.other):
            inland = shapely.intersection(units[code], shapely.difference(wide, near))
            own = shapely.area(shapely.intersection(outlines.to_numpy(), inland)) > OWN_SHARE * inland.area
            sides.append((shapely.intersection(units[code], near), outlines[own]))
    parts = faces(outlines, gpd.GeoSeries([strip for strip, _ in sides], crs=4326))
    label = pd.Series(holder(parts, outlines))
    for strip, own in sides:
        inside = shapely.within(shapely.point_on_surface(parts), strip)
        for i in label.index[inside & label.notna() & ~label.isin(own.index)]:
            label[i] = own.index[shapely.distance(own.to_numpy(), parts[i]).argmin()]
    cut = gpd.GeoDataFrame({"basin_id": label}, geometry=parts, crs=4326).dropna()
    return cut.dissolve("basin_id", method="coverage").geometry.reindex(outlines.index)


def _without_specks(cells: np.ndarray) -> np.ndarray:
    """Return the grid with patches of a few cells, joined at a corner only, given to their neighbours."""
    speck = np.zeros(cells.shape, dtype=bool)
    for number in np.unique(cells):
        patches, _ = find_patches(cells == number)
        size = np.bincount(patches.ravel())
        size[0] = SPECK_CELLS
        speck |= size[patches] < SPECK_CELLS
    nearest = distance_transform_edt(speck, return_distances=False, return_indices=True)
    return cells[tuple(nearest)]


def _lonlat(corners: np.ndarray) -> np.ndarray:
    steps = np.array([1, -1]) / CELLS_PER_DEGREE
    return np.round(np.array([WINDOW[0], WINDOW[3]]) + corners * steps, DECIMALS)


def build(flow: Flow, paths: dict[str, list[int]], cells: np.ndarray, names: list[str]) -> list[Path]:
    """Write the leaf basins with names and parents, and the upstream areas of the named rivers."""
    described = pd.read_csv(HERE / "basins.csv", keep_default_na=False).set_index("basin_id")
    leaves = outlines(cells, names, flow.is_land).set_index("basin_id")
    table = described.join(leaves, how="right").loc[[b for b in described.index if b in leaves.index]]
    layer = gpd.GeoDataFrame(table.reset_index(), geometry="geometry", crs=4326)
    unguided = derive(guided=False)
    areas = pd.DataFrame(
        {
            "name": rivers()["name"],
            "area_km2": catchment_areas(flow, paths),
            "unguided_km2": catchment_areas(unguided, courses(unguided)),
        }
    )
    # Published areas of the Amur with all closed basins hold the Ulgai, which is no part of the complex.
    pans = [grid.upstream_km2.ravel()[grid.sinks["ulgai"][0]].round(1) for grid in (flow, unguided)]
    areas.loc["ulgai"] = ["Ulgai", *pans]
    areas = areas.rename_axis("river").reset_index()
    target = REFERENCE / "catchments.csv"
    areas.to_csv(target, index=False, lineterminator="\n")
    return [write(layer, "basins"), target]
