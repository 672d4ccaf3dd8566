"""Degree of regulation: how much of a year's flow the reservoirs above a gauge can hold."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ahec_analysis import expect
from ahec_analysis.connectivity.barriers import snap_barriers
from ahec_analysis.connectivity.dams import Rivers, standing
from ahec_analysis.connectivity.tree import downstream, network, river_keys

KM3_PER_YEAR = {"m3_per_s": 365.25 * 86_400 / 1e9, "km3_per_year": 1.0}
GAUGE_KM = 15
"""Farthest a gauge is moved to its river: its point may be that of a town."""


def degree(reaches: pd.DataFrame, dams: pd.DataFrame, gauges: pd.DataFrame) -> pd.DataFrame:
    """Return the degree of regulation (%) at each gauge: storage above over the yearly flow, in km³.

    `dams` and `unknown` name those above with and without a known storage; both figures are NaN where none is
    known. Lehner et al. (2011), Frontiers in Ecology and the Environment 9, 494-502; Grill et al. (2019),
    Nature 569, 215-221.

    Examples
    --------
    >>> line = pd.DataFrame({"reach_id": [1], "downstream_id": [None], "length_km": [80.0]})
    >>> dam = pd.DataFrame({"name": ["High"], "reach_id": 1, "position": 0.25, "storage_km3": [3.0]})
    >>> gauge = pd.DataFrame({"reach_id": [1], "position": [0.5], "flow_km3": [6.0]})
    >>> degree(line, dam, gauge)["regulation_percent"].tolist()
    [50.0]
    """
    expect.columns(dams, ["name", "reach_id", "position", "storage_km3"], "dams")
    expect.columns(gauges, ["reach_id", "position", "flow_km3"], "gauges")
    net = network(reaches)
    ways = [downstream(net, row) for row in net.ids.get_indexer(pd.Index(dams["reach_id"]))]
    rows = []
    for gauge, at in zip(net.ids.get_indexer(pd.Index(gauges["reach_id"])), gauges["position"], strict=True):
        above = [
            gauge in way[1:] or (gauge == way[0] and position <= at)
            for way, position in zip(ways, dams["position"], strict=True)
        ]
        here = dams[above]
        known = here["storage_km3"].notna()
        rows.append(
            {
                "dams": "|".join(here.loc[known, "name"]),
                "unknown": "|".join(here.loc[~known, "name"]),
                "storage_km3": here["storage_km3"].sum(min_count=1),
            }
        )
    found = pd.DataFrame(rows, index=gauges.index, columns=["dams", "unknown", "storage_km3"])
    table = pd.concat([gauges, found], axis=1)
    return table.assign(regulation_percent=100 * table["storage_km3"] / table["flow_km3"])


def below_dams(rivers: Rivers, hydrology: pd.DataFrame) -> pd.DataFrame:
    """Return the degree of regulation of today wherever a flow is published below a dam, and what lacks elsewhere.

    Parameters
    ----------
    rivers : Rivers
        From :func:`ahec_analysis.connectivity.dams.on_network`.
    hydrology : DataFrame
        The table ``hydrology``. A flow without a point is that of the mouth.

    Returns
    -------
    DataFrame
        ``place``, ``river``, ``flow_km3``, ``period``, ``storage_km3``, ``bound`` ("at least" where a dam above lacks its
        storage, "at most" where the flow is a least one), ``regulation_percent``, ``dams``, ``missing`` (what lacks, in
        words) and ``source_ids`` of the flow; the largest flow first. Rivers with a dam and no published flow below it
        follow without figures.
    """
    located = rivers.located.assign(name=rivers.located["name_en"].str.replace(r" \(.*", "", regex=True))
    today = located[standing(located, "today")]
    gauges = _gauges(rivers, hydrology)
    table = degree(rivers.reaches, today[today["reach_id"].notna()], gauges)
    table = table[(table["dams"] != "") | (table["unknown"] != "")].sort_values("flow_km3", ascending=False)
    partly = (table["unknown"] != "").to_numpy()
    least = (table["bound"] == "at_least").to_numpy()
    table["bound"] = np.select([partly & ~least, least & ~partly], ["at least", "at most"], "")
    table["missing"] = table["unknown"].map(
        lambda names: f"storage of {names.replace('|', ', ')}" if names else ""
    )
    table.loc[table["storage_km3"].isna(), "bound"] = ""
    served = set().union(*(river_keys(name) for name in table["river"]))
    bare = today[[not river_keys(river) & served for river in today["river"]]]
    rest = [
        {
            "place": f"{river.split(' (')[0]} below {', '.join(rows['name'])}",
            "river": river,
            "missing": "flow" + (" and storage" if rows["storage_km3"].isna().any() else ""),
        }
        for river, rows in bare.groupby("river", sort=False)
    ]
    columns = ["place", "river", "flow_km3", "period", "storage_km3", "bound", "regulation_percent", "dams"]
    table = pd.concat([table, pd.DataFrame(rest)], ignore_index=True)
    return table[[*columns, "missing", "source_ids"]].fillna(
        dict.fromkeys(["period", "bound", "dams", "source_ids"], "")
    )


def _gauges(rivers: Rivers, hydrology: pd.DataFrame) -> pd.DataFrame:
    """Return the published flows on the network: at their point, or at the lower end of their river."""
    rows = hydrology[hydrology["unit"].isin(KM3_PER_YEAR) & (hydrology["network_names"] != "")]
    rows = rows.assign(flow_km3=rows["value"] * rows["unit"].map(KM3_PER_YEAR))
    point = rows["lat"].notna()
    rows = rows.rename(columns={"network_names": "river"})
    rows["place"] = rows["unit_name"].where(point, rows["river"] + ", mouth")
    named = rivers.reaches[rivers.reaches["name"] != ""]
    mouths = named.loc[named.groupby("name")["upstream_km2"].idxmax()].set_index("name")["reach_id"]
    at = snap_barriers(rows[point], rivers.reaches, max_km=GAUGE_KM)
    mouth = rows[~point].assign(reach_id=rows["river"].map(mouths), position=1.0)
    placed = pd.concat([at, mouth]).sort_index()
    return placed[placed["reach_id"].notna()]
