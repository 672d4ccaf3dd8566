"""Degree of regulation: how much of a year's flow the reservoirs above a gauge can hold."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ahec_analysis import expect
from ahec_analysis.connectivity.dam_places import snap
from ahec_analysis.connectivity.dams import Rivers, standing
from ahec_analysis.connectivity.tree import downstream, network, river_keys

KM3_PER_YEAR = {"m3_per_s": 365.25 * 86_400 / 1e9, "km3_per_year": 1.0}
GAUGE_KM = 15
"""Farthest a gauge is moved to its river: its point may be that of a town."""


def degree(reaches: pd.DataFrame, dams: pd.DataFrame, gauges: pd.DataFrame) -> pd.DataFrame:
    """Return the degree of regulation (%) at each gauge: storage above over the yearly flow, in km³.

    `dams` and `unknown` name those above with and without a known storage, separated by "|"; both figures are NaN where
    none is known. Lehner et al. (2011), Frontiers in Ecology and the Environment 9, 494-502; Grill et al. (2019),
    Nature 569, 215-221.
    """
    expect.columns(dams, ["name", "reach_id", "position", "storage_km3"], "dams")
    expect.columns(gauges, ["reach_id", "position", "flow_km3"], "gauges")
    net = network(reaches)
    ways = [downstream(net, row) for row in net.ids.get_indexer(pd.Index(dams["reach_id"]))]
    known = dams["storage_km3"].notna()
    rows = []
    for gauge, at in zip(net.ids.get_indexer(pd.Index(gauges["reach_id"])), gauges["position"], strict=True):
        higher = [gauge != way[0] or p <= at for way, p in zip(ways, dams["position"], strict=True)]
        above = np.array([gauge in way for way in ways], dtype=bool) & np.array(higher, dtype=bool)
        names = ("|".join(dams.loc[above & which, "name"]) for which in (known, ~known))
        rows.append((*names, dams.loc[above, "storage_km3"].sum(min_count=1)))
    found = pd.DataFrame(rows, index=gauges.index, columns=["dams", "unknown", "storage_km3"])
    table = pd.concat([gauges, found], axis=1)
    return table.assign(regulation_percent=100 * table["storage_km3"] / table["flow_km3"])


def below_dams(rivers: Rivers, hydrology: pd.DataFrame) -> pd.DataFrame:
    """Return the degree of regulation of today wherever a flow is published below a dam, and what lacks elsewhere.

    `hydrology` is the table of this name; a flow without a point is that of the mouth. ``kind`` of the place ("gauge",
    "mouth", "below" dams), ``place`` (its name, or those of the dams), ``river``, ``flow_km3``, ``period``, ``storage_km3``, ``bound``
    ("at_least" where a dam above lacks its storage, "at_most" where the flow is a least one), ``regulation_percent``,
    ``dams`` and ``unknown`` as in :func:`degree`, ``missing`` ("storage", "flow", both or ""), ``source_ids`` of the flow;
    the largest flow first. Rivers with a dam and no published flow below it follow without figures.
    """
    located = rivers.located.assign(name=rivers.located["name_en"].str.replace(r" \(.*", "", regex=True))
    today = located[standing(located, "today")]
    table = degree(rivers.reaches, today[today["reach_id"].notna()], _gauges(rivers, hydrology))
    table = table[(table["dams"] != "") | (table["unknown"] != "")].sort_values("flow_km3", ascending=False)
    partly, least = table["unknown"] != "", table["bound"] == "at_least"
    known = table["storage_km3"].notna()
    table["bound"] = np.select(
        [known & partly & ~least, known & least & ~partly], ["at_least", "at_most"], ""
    )
    table["missing"] = np.where(partly, "storage", "")
    served = set().union(*(river_keys(name) for name in table["river"]))
    bare = today[[not river_keys(river) & served for river in today["river"]]].groupby("river", sort=False)
    rest = bare.agg(place=("name", "|".join), known=("storage_km3", "count"), every=("storage_km3", "size"))
    rest["missing"] = np.where(rest["known"] < rest["every"], "flow|storage", "flow")
    table = pd.concat([table, rest.reset_index().assign(kind="below")], ignore_index=True)
    columns = ["kind", "place", "river", "flow_km3", "period", "storage_km3", "bound", "regulation_percent"]
    words = dict.fromkeys(["place", "period", "bound", "dams", "unknown", "source_ids"], "")
    return table[[*columns, "dams", "unknown", "missing", "source_ids"]].fillna(words)


def _gauges(rivers: Rivers, hydrology: pd.DataFrame) -> pd.DataFrame:
    """Return the published flows on the network: at their point, or at the lower end of their river."""
    rows = hydrology[hydrology["unit"].isin(KM3_PER_YEAR) & (hydrology["network_names"] != "")]
    rows = rows.rename(columns={"network_names": "river", "unit_name": "place"})
    point = rows["lat"].notna()
    rows = rows.assign(
        flow_km3=rows["value"] * rows["unit"].map(KM3_PER_YEAR), kind=np.where(point, "gauge", "mouth")
    )
    named = rivers.reaches[rivers.reaches["name"] != ""]
    mouths = named.loc[named.groupby("name")["upstream_km2"].idxmax()].set_index("name")["reach_id"]
    at = snap(rows[point], rivers.reaches, max_km=GAUGE_KM)
    mouth = rows[~point].assign(reach_id=rows["river"].map(mouths), position=1.0)
    return pd.concat([at, mouth]).sort_index().dropna(subset="reach_id")
