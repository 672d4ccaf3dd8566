"""How connected a river is: Dendritic Connectivity Index, free-flowing length, what each barrier takes.

The tables `reaches` and `barriers` are described in the module `tree`.
"""

from __future__ import annotations

from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely.ops import substring

from ahec_analysis import expect
from ahec_analysis.connectivity.tree import Floats, Segments, downstream_lines, network, reachable, segments
from ahec_analysis.errors import SchemaError
from ahec_analysis.territory.ahec import EQUAL_AREA

MODES = ("potamodromous", "diadromous")
MEASURES = ("free_km", "dci_potamodromous", "dci_diadromous", "dci_main")
"""What dams cost: kilometres open to the sea, both indexes of the rivers to the sea, that of the longest of them."""


def dci(
    reaches: pd.DataFrame,
    barriers: pd.DataFrame,
    mode: Literal["potamodromous", "diadromous"] = "potamodromous",
    weight: str = "length_km",
) -> pd.Series:
    """Return the Dendritic Connectivity Index of the river above each outlet.

    Potamodromous: 100 sum_i sum_j (l_i / L)(l_j / L) c_ij, two points of the same river; diadromous:
    100 sum_j (l_j / L) c_0j, the mouth and a point of the river; c is the product of the passabilities between.
    The nodes are the segments between barriers, never the reaches.

    Parameters
    ----------
    reaches, barriers
        As in the module `tree`.
    mode
        Fish that stay in the river, or that come from the sea.
    weight
        Column of `reaches` to weigh by: a length or a habitat measure, 0 or more.

    Returns
    -------
    Series of float
        0 to 100 by `reach_id` of the outlet. NaN where the weights are all 0 and, for diadromous fish, at
        outlets that do not end in the sea.

    Raises
    ------
    SchemaError, DataError, ParameterError
        If a column is missing, the tables are no river network with barriers on it, or `mode` is neither.

    References
    ----------
    Cote, D. et al. (2009), Landscape Ecology 24, 101-113.

    Examples
    --------
    >>> reaches = pd.DataFrame({"reach_id": [1], "downstream_id": [None], "length_km": [80.0]})
    >>> dam = pd.DataFrame({"reach_id": [1], "position": [0.5], "passability": [0.0]})
    >>> float(dci(reaches, dam)[1])
    50.0
    """
    expect.choice(mode, MODES, "mode")
    return _indexes(segments(network(reaches, weight), barriers))[mode]


def river_summary(reaches: pd.DataFrame, barriers: pd.DataFrame) -> pd.DataFrame:
    """Return length, open length (km) and both DCI for each outlet, and for all to the sea (row "sea").

    The DCI of "sea" is weighted by river length; closed rivers and those that leave have no part in it.
    """
    net = network(reaches)
    parts = segments(net, barriers)
    free = reachable(parts, np.zeros((len(parts.below), 1)))[1][:, 0]
    table = pd.DataFrame(
        {
            "ends_in": net.ends_in,
            "length_km": _length(parts),
            "barriers": np.bincount(net.outlet[parts.barrier_row], minlength=len(net.mouths)),
            "free_km": np.where(net.ends_in == "sea", free, np.nan),
        },
        index=pd.Index(net.ids[net.mouths], name="outlet", dtype=object),
    )
    table = table.join(_indexes(parts).add_prefix("dci_"))
    sea = table[table["ends_in"] == "sea"]
    km = sea["length_km"]
    total = {"ends_in": "sea", **sea[["length_km", "barriers", "free_km"]].sum()}
    for mode in MODES:
        total[f"dci_{mode}"] = (sea[f"dci_{mode}"] * km).sum() / km.sum() if km.sum() > 0 else np.nan
    return pd.concat([table, pd.DataFrame(total, index=["sea"])]).astype({"barriers": int})


def free_flowing(reaches: pd.DataFrame, barriers: pd.DataFrame) -> pd.DataFrame:
    """Return the reaches cut at the barriers (whatever their passability), with what lies below each piece.

    Parameters
    ----------
    reaches, barriers
        As in the module `tree`; the lines of a GeoDataFrame are cut too.

    Returns
    -------
    DataFrame or GeoDataFrame
        The columns of `reaches`, `start` and `end` (positions on the reach), `length_km` of the piece, `dams_below`
        (a number), `first_dam` (the next one downstream), `state` ("free", "dammed", or "closed" and "leaves" where
        the river does not end in the sea), `free_flowing`.

    Raises
    ------
    SchemaError, DataError
        As in `dci`.

    Examples
    --------
    >>> reaches = pd.DataFrame({"reach_id": [1], "downstream_id": [None], "length_km": [80.0]})
    >>> dam = pd.DataFrame({"name": ["High"], "reach_id": [1], "position": [0.25], "passability": [0.0]})
    >>> free_flowing(reaches, dam)[["length_km", "state"]].to_numpy().tolist()
    [[20.0, 'dammed'], [60.0, 'free']]
    """
    net = network(reaches)
    parts = segments(net, barriers)
    dams = np.zeros(len(parts.length), dtype=np.int64)
    for barrier in parts.upstream_first[::-1]:
        dams[barrier] = dams[parts.below[barrier]] + 1
    first = np.append(parts.labels, np.full(len(net.mouths), None, dtype=object))
    order = np.lexsort((parts.piece_start, parts.piece_reach))
    row, segment = parts.piece_reach[order], parts.piece_segment[order]
    start, end = parts.piece_start[order], parts.piece_end[order]
    ends_in = net.ends_in[net.outlet[row]]
    pieces = reaches.iloc[row].assign(
        length_km=net.weight[row] * (end - start),
        start=start,
        end=end,
        dams_below=dams[segment],
        first_dam=first[segment],
        state=np.where(ends_in != "sea", ends_in, np.where(dams[segment] > 0, "dammed", "free")),
    )
    cut = np.flatnonzero(end - start < 1)
    if isinstance(reaches, gpd.GeoDataFrame) and len(cut):
        lines = downstream_lines(reaches, net)[row[cut]]
        shorter = [
            substring(*piece, normalized=True) for piece in zip(lines, start[cut], end[cut], strict=True)
        ]
        shapes = pieces.geometry.to_numpy().copy()
        shapes[cut] = gpd.GeoSeries(shorter, crs=EQUAL_AREA).to_crs(reaches.crs).to_numpy()
        pieces = pieces.set_geometry(gpd.GeoSeries(shapes, crs=reaches.crs, index=pieces.index))
    return pieces.assign(free_flowing=pieces["state"] == "free").reset_index(drop=True)


def free_flowing_summary(pieces: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the kilometres of pieces from `free_flowing` by a column and state, and what is free of those to the sea."""
    expect.columns(pieces, [by, "length_km", "state"], "pieces")
    table = pd.DataFrame({by: pieces[by], "length_km": pieces["length_km"]})
    for state in ("free", "dammed", "closed", "leaves"):
        table[f"{state}_km"] = pieces["length_km"].where(pieces["state"] == state, 0.0)
    table = table.groupby(by, dropna=False, as_index=False).sum()
    to_sea = table["free_km"] + table["dammed_km"]
    return table.assign(free_percent=100 * (table["free_km"] / to_sea.where(to_sea > 0)))


def barrier_importance(reaches: pd.DataFrame, barriers: pd.DataFrame) -> pd.DataFrame:
    """Return what each single barrier takes of the :data:`MEASURES`, beside the built ones and alone (`alone_`).

    Barriers with one label are places of one dam: at each, its other places are empty. For a built one the loss is what
    the rivers would regain without it (Cote et al. 2009), for a planned one (`built` is False) what it would take.
    """
    built = barriers.get("built", pd.Series(True, barriers.index))
    if not pd.api.types.is_bool_dtype(built):
        raise SchemaError("column `built` of `barriers` must hold True and False, without gaps")
    parts = segments(network(reaches), barriers)
    dam, names = pd.factorize(parts.labels)
    each = np.arange(len(barriers))
    table = barriers.copy()
    # Two dams in a row hide each other, so each is also set alone on the natural rivers.
    for prefix, base in {"loss": built.to_numpy(dtype=bool), "alone": np.zeros(len(dam), dtype=bool)}.items():
        without = base[:, None] & (dam[:, None] != np.arange(len(names)))
        present = without[:, dam]
        present[each, each] = True
        away, there = measures(parts, without), measures(parts, present)
        for column in MEASURES:
            table[f"{prefix}_{column}"] = away[column].to_numpy()[dam] - there[column].to_numpy() + 0.0
    return table


def measures(parts: Segments, present: NDArray[np.bool_]) -> pd.DataFrame:
    """Return the :data:`MEASURES` of the rivers that end in the sea, one row per column of `present`.

    `present` says which barriers (rows) stand in each scenario. The DCI of an outlet counts by its river length.
    """
    sea = parts.network.ends_in == "sea"
    total = _length(parts)[sea][:, None]
    km = total.sum() or np.nan
    rows = []
    for start in range(0, present.shape[1], 256):
        batch = present[:, start : start + 256]
        within, from_sea = reachable(parts, np.where(batch, parts.passability[:, None], 1.0))
        _, free = reachable(parts, (~batch).astype(np.float64))
        index = np.divide(within[sea], total**2, out=np.zeros_like(within[sea]), where=total > 0)
        sums = {
            "free_km": free[sea].sum(axis=0),
            "dci_potamodromous": 100 * (index * total).sum(axis=0) / km,
            "dci_diadromous": 100 * from_sea[sea].sum(axis=0) / km,
            "dci_main": 100 * index[total.argmax()] if sea.any() else np.nan,
        }
        rows.append(pd.DataFrame(sums))
    return pd.concat(rows or [pd.DataFrame(columns=MEASURES, dtype=float)], ignore_index=True)


def _length(parts: Segments) -> Floats:
    """Return the kilometres (or other weight) of the river above each outlet."""
    net = parts.network
    return np.bincount(net.outlet, net.weight, minlength=len(net.mouths)).astype(np.float64)


def _indexes(parts: Segments) -> pd.DataFrame:
    """Return both DCI by outlet: each sum over its highest possible value."""
    net, total = parts.network, _length(parts)
    within, from_sea = reachable(parts, parts.passability[:, None])
    best = np.where(total > 0, total, np.nan)
    both = {
        "potamodromous": 100 * within[:, 0] / best**2,
        "diadromous": np.where(net.ends_in == "sea", 100 * from_sea[:, 0] / best, np.nan),
    }
    return pd.DataFrame(both, index=net.ids[net.mouths].rename("outlet"))
