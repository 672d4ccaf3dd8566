"""The rivers in each scenario of dams: what is open to the sea, which dam costs most, stems, outlets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import pandas as pd

from ahec_analysis import expect
from ahec_analysis.connectivity.dams import SCENARIOS, Rivers, Scenario, barriers, extremes, standing
from ahec_analysis.connectivity.dci import (
    MEASURES,
    barrier_importance,
    free_flowing,
    free_flowing_summary,
    river_summary,
)
from ahec_analysis.connectivity.tree import main_stem

HEADS = ("Amur", "Argun", "Hailar", "Onon")
"""Rivers with which the main stem may begin."""
INDEXES = {"dci_potamodromous": "dci_potamodromous_percent", "dci_diadromous": "dci_diadromous_percent"}


def compare(
    rivers: Rivers,
    scenarios: Sequence[str | Sequence[str]] = tuple(SCENARIOS),
    *,
    draws: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Return what is open to the sea in each scenario (a name of `SCENARIOS` or dam_ids), with its interval.

    ``dams``, of them ``placed``, ``sliding`` and ``listed_only``; ``length_km`` of the rivers to the sea;
    ``free_min_km`` and ``free_max_km``, ``free_min_percent`` and ``free_max_percent``; ``dci_potamodromous_``,
    ``dci_diadromous_`` (weighted by length) and ``dci_main_`` (river fish, the longest of them alone) with
    ``min_percent`` and ``max_percent``. Dams without a sure point stand at their extreme places and at `draws` random
    sets of them; for the kilometres the extremes bound every draw.
    """
    to_sea = rivers.net.weight[rivers.net.ends_in[rivers.net.outlet] == "sea"].sum()
    rows = []
    for scenario in (s if isinstance(s, str) else tuple(s) for s in scenarios):
        counts = rivers.located.loc[standing(rivers.located, scenario), "on_map"].value_counts()
        found = extremes(rivers, scenario).open(draws=draws, seed=seed)
        row = {
            "scenario": scenario if isinstance(scenario, str) else "chosen",
            "dams": int(counts.sum()),
            "placed": int(counts.get("placed", 0)),
            "sliding": int(counts.get("slides", 0)),
            "listed_only": int(counts.get("listed_only", 0)),
            "length_km": to_sea,
            **{_column(m, b): found[m].agg(b) for m in MEASURES for b in ("min", "max")},
        }
        row |= {f"free_{b}_percent": 100 * row[f"free_{b}_km"] / to_sea for b in ("min", "max")}
        rows.append(row)
    return pd.DataFrame(rows)


def open_by(rivers: Rivers, by: str) -> pd.DataFrame:
    """Return the river kilometres of today by what lies between them and the sea, by a column of the reaches.

    ``length_km``, ``free_km``, ``dammed_km``, ``closed_km``, ``leaves_km`` and ``free_percent`` of those that reach the
    sea; dams without a sure point stand on their most harmful place.
    """
    return free_flowing_summary(cut(rivers, "today", "max"), by)


def ranking(rivers: Rivers, *, scenarios: Sequence[str] = ("today", "proposed", "shelved")) -> pd.DataFrame:
    """Return what each single dam costs the rivers of today, the costliest first, over all places where it may stand.

    The loss of a built dam is what the rivers would regain without it, the loss of a planned one what it would
    take. Two dams in a row hide each other, so what each would cost alone on the natural rivers is beside it.
    Columns of ``located``; ``loss_free_`` and ``alone_free_`` with ``min_km`` and ``max_km``; ``loss_dci_potamodromous_``
    and ``loss_dci_diadromous_`` with ``min_percent`` and ``max_percent`` (points of the rivers to the sea),
    ``loss_dci_main_`` (points of the longest of them). Losses are empty for dams without a mapped river and on rivers
    that do not reach the sea.
    """
    dams = rivers.located
    chosen = pd.concat([standing(dams, name) for name in scenarios], axis=1).any(axis=1)
    today = dams.loc[standing(dams, "today"), "dam_id"]
    places = rivers.spots[rivers.spots["dam_id"].isin(dams.loc[chosen, "dam_id"])]
    places = places.assign(built=places["at_point"] & places["dam_id"].isin(today))
    at_sea = rivers.net.ids[rivers.net.ends_in[rivers.net.outlet] == "sea"]
    costs = barrier_importance(rivers.reaches, places)
    spread = costs[costs["reach_id"].isin(at_sea)].groupby("dam_id")
    known = {
        _column(name, bound): spread[name].agg(bound).round(9)
        for name in (*(f"loss_{m}" for m in MEASURES), "alone_free_km")
        for bound in ("min", "max")
    }
    columns = ["dam_id", "name_en", "river", "status_group", "on_map", "rough", "within", "downstream_of"]
    table = dams.loc[chosen, [*columns, "location_precision_km"]].rename(columns={"name_en": "name"})
    table = table.join(pd.DataFrame(known), on="dam_id")
    order = ["loss_free_max_km", "alone_free_max_km", "loss_dci_potamodromous_max_percent"]
    return table.sort_values(order, ascending=False, kind="stable", ignore_index=True)


def costliest(ranked: pd.DataFrame) -> str:
    """Return the dam_id of the built dam with a point that costs most."""
    built = ranked[(ranked["status_group"] == "built") & (ranked["on_map"] == "placed")]
    return str(built["dam_id"].iloc[0])


def stems(
    rivers: Rivers, heads: Sequence[str] = HEADS, scenarios: Sequence[str] = ("today", "proposed", "shelved")
) -> pd.DataFrame:
    """Return each main stem, from the rivers `heads` down to the sea, in each scenario.

    ``stem`` (its rivers), ``head``, ``scenario``, ``length_km``, ``dams_on_stem`` (dams of the scenario that stand on it
    or slide along it), ``free_min_km`` and ``free_max_km`` from which no dam is crossed downstream.
    """
    rows = []
    for scenario in scenarios:
        here = rivers.places(scenario)
        for head in heads:
            stem = main_stem(rivers.reaches, head)
            row = {
                "stem": " – ".join(name for name in dict.fromkeys(stem["name"]) if name),
                "head": head,
                "scenario": scenario,
                "length_km": stem["length_km"].sum(),
                "dams_on_stem": here.loc[here["reach_id"].isin(stem["reach_id"]), "dam_id"].nunique(),
            }
            rows.append(row | free_range(rivers, scenario, stem["reach_id"]))
    return pd.DataFrame(rows).drop_duplicates(["stem", "scenario"], ignore_index=True)


def free_range(
    rivers: Rivers, scenario: str, reach_ids: pd.Series, at: Sequence[str] = ("max", "min")
) -> dict[str, float]:
    """Return the kilometres of some reaches that are open to the sea, ``free_min_km`` and ``free_max_km``.

    `at` is where the dams without a sure point stand for either, as in :func:`ahec_analysis.connectivity.dams.barriers`.
    """
    pieces = [cut(rivers, scenario, place) for place in at]
    free = [p.loc[p["reach_id"].isin(reach_ids) & p["free_flowing"], "length_km"].sum() for p in pieces]
    return dict(zip(("free_min_km", "free_max_km"), free, strict=True))


def outlets(
    rivers: Rivers, scenarios: Sequence[str] = tuple(SCENARIOS), *, fold_km: float = 350
) -> pd.DataFrame:
    """Return both indexes of connectivity for each outlet and for the rivers to the sea, a column per scenario.

    Dams without a sure point stand each on its most harmful place: such values are lower ends. ``outlet`` (name of the
    river at its mouth, else of the longest named river above it, else "unnamed"), ``basin_name``, ``rivers`` (how many),
    ``ends_in``, ``length_km``, and ``dci_potamodromous_<scenario>_percent``, ``dci_diadromous_<scenario>_percent``; longest
    first. Rivers shorter than `fold_km` that no dam of any scenario touches share a row for each kind of end
    ("smaller"); the rivers to the sea together are last ("total").
    """
    found = {
        scenario: river_summary(rivers.reaches, barriers(rivers, scenario, "max")) for scenario in scenarios
    }
    values = {f"{m}_{name}_percent": part[m].round(9) for name, part in found.items() for m in INDEXES}
    table = found[scenarios[0]][["ends_in", "length_km"]].assign(rivers=1, **values)
    net, name = rivers.net, rivers.reaches["name"].fillna("")
    inner = rivers.reaches.assign(outlet=net.ids[net.mouths][net.outlet])[name != ""]
    inner = inner.groupby(["outlet", "name"])["length_km"].sum().sort_values().reset_index("name")
    mouth = rivers.reaches.assign(name=name).set_index("reach_id").reindex(table.index)
    longest = inner["name"].groupby(level=0).last().reindex(table.index)
    table["outlet"] = mouth["name"].replace("", None).fillna(longest).fillna("unnamed")
    table["basin_name"] = mouth["basin_name"].fillna("")
    total, rest = table.loc[["sea"]], table.drop(index="sea").sort_values("length_km", ascending=False)
    small = (rest["length_km"] < fold_km) & rest[list(values)].fillna(100).eq(100).all(axis=1)
    small &= small.groupby(rest["ends_in"]).transform("sum") > 1
    folded = [
        part.head(1).assign(
            outlet="smaller", basin_name="", rivers=len(part), length_km=part["length_km"].sum()
        )
        for _, part in rest[small].groupby("ends_in", sort=False)
    ]
    table = pd.concat([rest[~small], *folded, total.assign(outlet="total")], ignore_index=True)
    return table[["outlet", "basin_name", "rivers", "ends_in", "length_km", *values]]


def by_length(rivers: Rivers) -> pd.DataFrame:
    """Return what is open today by how long the rivers are taken to be.

    ``lengths`` ("drawn", "published", "median": published, and all other rivers stretched by the median factor),
    ``free_percent`` and ``dci_potamodromous_percent`` of the rivers to the sea, ``unnamed_percent`` of the drawn
    kilometres without a name.
    """
    drawn, used = rivers.reaches["drawn_km"], rivers.reaches["length_km"]
    longer = used.mask(drawn == used, drawn * rivers.lengths["factor"].median())
    unnamed = 100 * drawn[rivers.reaches["name"] == ""].sum() / drawn.sum()
    rows = []
    for name, km in {"drawn": drawn, "published": used, "median": longer}.items():
        found = river_summary(rivers.reaches.assign(length_km=km), barriers(rivers, "today")).loc["sea"]
        rows.append((name, 100 * found["free_km"] / found["length_km"], found["dci_potamodromous"], unnamed))
    return pd.DataFrame(
        rows, columns=["lengths", "free_percent", "dci_potamodromous_percent", "unnamed_percent"]
    )


def sensitivity(
    rivers: Rivers, dam_id: str, values: Sequence[float] = (0, 0.1, 0.25, 0.5, 1)
) -> pd.DataFrame:
    """Return how the indexes of today move with the passability of one dam that has a point.

    Kilometres open to the sea do not depend on it: every dam counts as one.
    """
    fixed = barriers(rivers, "today")
    expect.choice(dam_id, fixed["dam_id"], "dam_id")
    rows = []
    for value in values:
        changed = fixed.assign(passability=fixed["passability"].where(fixed["dam_id"] != dam_id, value))
        total = river_summary(rivers.reaches, changed).loc["sea", list(INDEXES)].rename(INDEXES)
        rows.append({"passability": value, **total})
    return pd.DataFrame(rows)


@lru_cache
def cut(rivers: Rivers, scenario: Scenario, place: str) -> pd.DataFrame:
    """Return the reaches, without their lines, cut at :func:`ahec_analysis.connectivity.dams.barriers`."""
    plain = pd.DataFrame(rivers.reaches.drop(columns="geometry"))
    return free_flowing(plain, barriers(rivers, scenario, place))


def _column(measure: str, bound: str) -> str:
    """Return the name of one end of an interval, its unit last."""
    if measure.endswith("_km"):
        return f"{measure.removesuffix('_km')}_{bound}_km"
    return f"{measure}_{bound}_percent"
