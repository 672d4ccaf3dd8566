"""The river network as a checked tree, its segments between barriers, and its main stems.

Reaches are rows with `reach_id`, `downstream_id` (NA at an outlet) and `length_km`. An optional `ends_in`
says at each outlet whether the water reaches the "sea", a "closed" basin or "leaves" the territory; without
it, the sea. Barriers are rows with `reach_id`, `position` (0 at the upper end of the reach, 1 at the lower)
and `passability` (0 to 1, the round trip: the share that passes up times the share that passes down).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from ahec_analysis import expect
from ahec_analysis.errors import DataError, ParameterError, SchemaError
from ahec_analysis.territory.ahec import EQUAL_AREA

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]

ENDS = ("sea", "closed", "leaves")


@dataclass(frozen=True)
class Network:
    """A checked network; reaches are counted in the caller's order, outlets in theirs."""

    ids: pd.Index
    down: Rows
    downstream_first: Rows
    mouths: Rows
    outlet: Rows
    ends_in: NDArray[Any]
    weight: Floats


@dataclass(frozen=True)
class Segments:
    """Stretches between barriers: segment b lies directly above barrier b, the last ones end at the outlets.

    `piece_*` are the parts of reaches that make up the segments; `outlet` and `length` go by segment; `below`
    is the segment under each barrier.
    """

    network: Network
    barrier_row: Rows
    passability: Floats
    labels: NDArray[Any]
    below: Rows
    upstream_first: Rows
    outlet: Rows
    length: Floats
    piece_reach: Rows
    piece_start: Floats
    piece_end: Floats
    piece_segment: Rows


def main_stem(reaches: pd.DataFrame, from_name: str) -> pd.DataFrame:
    """Return the reaches from the source of a named river down to its outlet, in order.

    Parameters
    ----------
    reaches
        As in the module `tree`, with a column `name` (several names separated by "|").
    from_name
        River to start on: at its reach that lies farthest from the outlet. "Amur" gives the Amur alone,
        "Argun" the Argun and the Amur below it.

    Returns
    -------
    DataFrame or GeoDataFrame
        Rows of `reaches` from source to outlet, with km_from_source and km_to_outlet at their upper end.

    Raises
    ------
    ParameterError
        If no reach carries the name.

    Examples
    --------
    >>> reaches = pd.DataFrame({"reach_id": [1, 2], "downstream_id": [pd.NA, 1], "length_km": [5.0, 3.0]})
    >>> reaches["name"] = ["Amur", "Argun"]
    >>> main_stem(reaches, "Argun")[["reach_id", "km_to_outlet"]].to_numpy().tolist()
    [[2.0, 8.0], [1.0, 5.0]]
    """
    expect.columns(reaches, ["name"], "reaches")
    net = network(reaches)
    to_outlet = net.weight.copy()
    for row in net.downstream_first[net.down[net.downstream_first] >= 0]:
        to_outlet[row] += to_outlet[net.down[row]]
    wanted = river_keys(from_name)
    named = np.array([bool(wanted & river_keys(name)) for name in reaches["name"]])
    if not named.any():
        raise ParameterError(f"no reach is named {from_name!r}; see the column `name` of `reaches`")
    row = int(np.flatnonzero(named)[np.argmax(to_outlet[named])])
    path = downstream(net, row)
    return reaches.iloc[path].assign(
        km_from_source=to_outlet[row] - to_outlet[path], km_to_outlet=to_outlet[path]
    )


def network(reaches: pd.DataFrame, weight: str = "length_km") -> Network:
    """Return the checked network of `reaches`, or say which reach is wrong."""
    expect.columns(reaches, ["reach_id", "downstream_id", weight], "reaches")
    ids = pd.Index(reaches["reach_id"])
    if ids.hasnans:
        raise DataError(
            f"row {shown(reaches.index[int(np.argmax(ids.isna()))])} of `reaches` has no reach_id"
        )
    if ids.has_duplicates:
        twice = ids[ids.duplicated()][0]
        below = reaches.loc[(ids == twice), "downstream_id"].tolist()
        raise DataError(
            f"reach {shown(twice)} has {len(below)} downstream reaches, {below}; a tree allows one"
        )
    has_next = reaches["downstream_id"].notna().to_numpy()
    down = np.full(len(ids), -1, dtype=np.intp)
    down[has_next] = ids.get_indexer(pd.Index(reaches["downstream_id"][has_next]))
    lost = np.flatnonzero(has_next & (down < 0))
    if len(lost):
        named = reaches["downstream_id"].iloc[lost[0]]
        raise DataError(
            f"reach {shown(ids[lost[0]])} flows into {shown(named)}, not in `reaches`; add it or use NA"
        )
    values = _numbers(reaches, weight, "reach", ids, np.finfo(float).max)
    order = _downstream_first(down, ids)
    mouths = np.flatnonzero(down < 0)
    outlet = np.empty(len(ids), dtype=np.intp)
    outlet[mouths] = np.arange(len(mouths))
    for row in order[down[order] >= 0]:
        outlet[row] = outlet[down[row]]
    ends = np.full(len(mouths), "sea", dtype=object)
    if "ends_in" in reaches.columns:
        ends = reaches["ends_in"].to_numpy(dtype=object)[mouths]
        odd = np.flatnonzero(~np.isin(ends.astype(str), ENDS))
        if len(odd):
            outlet_id, value = ids[mouths[odd[0]]], ends[odd[0]]
            raise SchemaError(
                f"outlet {shown(outlet_id)} has ends_in = {shown(value)}; write one of {', '.join(ENDS)}"
            )
    return Network(ids, down, order, mouths, outlet, ends, values)


def segments(net: Network, barriers: pd.DataFrame) -> Segments:
    """Return the network as the segments between its barriers, or say which barrier is wrong."""
    expect.columns(barriers, ["reach_id", "position", "passability"], "barriers")
    labels = labels_of(barriers)
    row = net.ids.get_indexer(pd.Index(barriers["reach_id"])).astype(np.intp)
    off = np.flatnonzero(row < 0)
    if len(off):
        reach_id = barriers["reach_id"].iloc[off[0]]
        raise DataError(
            f"barrier {shown(labels[off[0]])} is on no reach (reach_id {shown(reach_id)}); snap or drop it"
        )
    position, passability = (_numbers(barriers, c, "barrier", labels, 1) for c in ("position", "passability"))
    count = len(row)
    rank = np.empty(len(net.ids), dtype=np.intp)
    rank[net.downstream_first] = np.arange(len(net.ids))
    flow = np.lexsort((-position, rank[row]))
    at, where = row[flow], position[flow]
    changes = at[1:] != at[:-1]
    lowest, highest = np.append(True, changes)[:count], np.append(changes, True)[:count]
    highest_on = dict(zip(at[highest].tolist(), flow[highest].tolist(), strict=True))
    floor = count + net.outlet
    for upper in net.downstream_first[net.down[net.downstream_first] >= 0].tolist():
        lower = int(net.down[upper])
        floor[upper] = highest_on.get(lower, floor[lower])
    below = np.empty(count, dtype=np.intp)
    below[flow] = np.where(lowest, floor[at], np.append(-1, flow)[:count])
    lower_start = np.zeros(len(net.ids))
    lower_start[at[lowest]] = where[lowest]
    start = np.where(highest, 0.0, np.append(where, 0.0)[1:])
    reach = np.concatenate([np.arange(len(net.ids)), at])
    starts, ends = np.concatenate([lower_start, start]), np.concatenate([np.ones(len(net.ids)), where])
    segment = np.concatenate([floor, flow])
    length: Floats = np.zeros(count + len(net.mouths))
    np.add.at(length, segment, net.weight[reach] * (ends - starts))
    outlet = np.concatenate([net.outlet[row], np.arange(len(net.mouths))])
    return Segments(
        net, row, passability, labels, below, flow[::-1], outlet, length, reach, starts, ends, segment
    )


def reachable(parts: Segments, passable: Floats) -> tuple[Floats, Floats]:
    """Return per outlet and scenario sum_i sum_j l_i l_j c_ij and sum_j l_j c_0j, in one pass downstream.

    `passable` is barriers by scenarios. With U the length within reach above the foot of a segment, the pairs
    whose paths meet in it add U² minus the squares of what came through each of the barriers above.
    """
    scenarios = passable.shape[1]
    reach = np.repeat(parts.length[:, None], scenarios, axis=1)
    through = np.empty_like(passable, dtype=np.float64)
    for barrier in parts.upstream_first:
        through[barrier] = passable[barrier] * reach[barrier]
        reach[parts.below[barrier]] += through[barrier]
    pairs = np.zeros((len(parts.network.mouths), scenarios))
    np.add.at(pairs, parts.outlet, reach**2)
    np.subtract.at(pairs, parts.outlet[: len(parts.below)], through**2)
    return pairs, reach[len(parts.below) :]


def downstream(net: Network, row: int) -> list[int]:
    """Return the rows from a reach down to its outlet, itself first."""
    path = [row]
    while net.down[path[-1]] >= 0:
        path.append(int(net.down[path[-1]]))
    return path


def downstream_lines(reaches: gpd.GeoDataFrame, net: Network) -> NDArray[Any]:
    """Return one line per reach in the equal-area CRS, each drawn in the direction of flow."""
    expect.projected(reaches, "reaches")
    lines = shapely.line_merge(np.asarray(reaches.geometry.to_crs(EQUAL_AREA).array))
    odd = np.flatnonzero((shapely.get_type_id(lines) != 1) | shapely.is_empty(lines))
    if len(odd):
        raise DataError(f"reach {shown(net.ids[odd[0]])} is not one connected line; split or repair it")
    above = np.full(len(lines), -1)
    upper = np.flatnonzero(net.down >= 0)
    above[net.down[upper]] = upper
    beside = lines[np.where(net.down >= 0, net.down, above)]
    start, end = (shapely.distance(shapely.get_point(lines, at), beside) for at in (0, -1))
    turn = np.where(net.down >= 0, start < end, (above >= 0) & (end < start))
    return np.asarray(np.where(turn, shapely.reverse(lines), lines))


def river_keys(names: Any) -> set[str]:
    """Return the plain names in a text such as "Songhua (main stem)|Tao'er", in lower case.

    What stands in parentheses is a name of its own; apostrophes do not count: transliterations differ in them.

    Examples
    --------
    >>> sorted(river_keys("Halaha (Khalkh)|Tao'er"))
    ['halaha', 'khalkh', 'taoer']
    """
    if not isinstance(names, str):
        return set()
    plain = re.sub("['’ʼ]", "", names)
    return {name.strip().casefold() for name in re.split(r"[|()]", plain)} - {""}


def shown(value: Any) -> str:
    """Return a value as a message should show it: 7 and 'Zeya', not np.int64(7)."""
    return repr(value.item() if isinstance(value, np.generic) else value)


def labels_of(table: pd.DataFrame) -> NDArray[Any]:
    """Return what each barrier is called in messages and results: its id, else its name, else its index."""
    named = [table[column] for column in ("barrier_id", "dam_id", "name") if column in table]
    return np.array([*named, table.index][0].tolist(), dtype=object)


def _numbers(table: pd.DataFrame, column: str, what: str, labels: Any, most: float) -> Floats:
    """Return a column as numbers from 0 to `most`, or say which row is wrong."""
    values: Floats = pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = np.flatnonzero(~((values >= 0) & (values <= most)))
    if len(wrong):
        range_ = "lie between 0 and 1" if most == 1 else "be 0 or more"
        raise DataError(
            f"{what} {shown(labels[wrong[0]])} has {column} = {values[wrong[0]]}; it must {range_}"
        )
    return values


def _downstream_first(down: Rows, ids: pd.Index) -> Rows:
    """Return the rows from the outlets up; a reach that is never met flows into a loop."""
    size = len(down)
    below = np.where(down < 0, size, down)
    order = breadth_first_order(_edges(below, np.arange(size), size + 1), size, return_predecessors=False)
    if len(order) <= size:
        _, knot = connected_components(_edges(np.arange(size), below, size + 1), connection="strong")
        self_loop = down == np.arange(size)
        loop = np.flatnonzero((np.bincount(knot)[knot[:size]] > 1) | self_loop)
        one = ids[loop[knot[loop] == knot[loop[0]]]].tolist()
        raise DataError(f"reaches {one[:10]} flow in a loop; one of them needs another downstream_id")
    return np.asarray(order[1:], dtype=np.intp)


def _edges(one: Rows, two: Rows, size: int) -> csr_array:
    return csr_array((np.ones(len(one), dtype=np.int8), (one, two)), shape=(size, size))
