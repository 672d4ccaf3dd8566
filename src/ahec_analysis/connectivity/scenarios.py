"""The rivers in each scenario of dams: what is open to the sea, which dam costs most, stems, outlets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ahec_analysis.connectivity.barriers import slide
from ahec_analysis.connectivity.dams import ENDS_IN, SCENARIOS, Rivers, barriers, moving, standing
from ahec_analysis.connectivity.dci import (
    MEASURES,
    barrier_importance,
    free_flowing,
    free_flowing_summary,
    river_summary,
)
from ahec_analysis.connectivity.tree import main_stem, network
from ahec_analysis.errors import ParameterError

_TO_SEA = "All rivers to the sea"


def compare(
    rivers: Rivers,
    scenarios: Sequence[str | Sequence[str]] = tuple(SCENARIOS),
    *,
    draws: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Return what is open to the sea in each scenario, with its interval where dams slide.

    Parameters
    ----------
    rivers : Rivers
        From :func:`on_network`.
    scenarios : sequence
        Names of :data:`SCENARIOS` or lists of dam_ids, which make a scenario "chosen".
    draws, seed : int
        Random sets of places, as in :func:`ahec_analysis.connectivity.barriers.slide`.

    Returns
    -------
    DataFrame
        One row per scenario: ``dams``, of them ``placed``, ``sliding`` and ``listed_only``; ``length_km`` of
        rivers that reach the sea; ``free_min_km`` and ``free_max_km``, ``free_min_percent`` and ``free_max_percent``;
        ``dci_potamodromous_`` and ``dci_diadromous_`` (rivers to the sea, weighted by length) and ``dci_main_`` (river
        fish, the longest of them alone) with ``min_percent`` and ``max_percent``.
    """
    rows = []
    for scenario in scenarios:
        here = standing(rivers.located, scenario)
        fixed = barriers(rivers, scenario, "sure")
        found = river_summary(rivers.reaches, fixed)
        to_sea = found.loc["sea", "length_km"]
        longest = found.drop(index="sea").query("ends_in == 'sea'")["length_km"].idxmax()
        base = found.loc["sea", ["free_km", "dci_potamodromous", "dci_diadromous"]]
        base["dci_main"] = found.loc[longest, "dci_potamodromous"]
        costs = slide(moving(rivers, here), rivers.reaches, fixed, draws=draws, seed=seed).loc["all together"]
        counts = rivers.located.loc[here, "on_map"].value_counts()
        row = {
            "scenario": scenario if isinstance(scenario, str) else "chosen",
            "dams": int(here.sum()),
            "placed": int(counts.get("placed", 0)),
            "sliding": int(counts.get("slides", 0)),
            "listed_only": int(counts.get("listed only", 0)),
            "length_km": to_sea,
        }
        for measure in MEASURES:
            for bound, other in (("min", "max"), ("max", "min")):
                loss = costs.get(f"loss_{measure}_{other}", np.nan)
                row[_column(measure, bound)] = base[measure] - (0.0 if pd.isna(loss) else loss)
        for bound in ("min", "max"):
            row[f"free_{bound}_percent"] = 100 * row[f"free_{bound}_km"] / to_sea
        rows.append(row)
    return pd.DataFrame(rows)


def open_by(rivers: Rivers, by: str, scenario: str | Sequence[str] = "today") -> pd.DataFrame:
    """Return the river kilometres by what lies between them and the sea, by basin, order or any other column.

    Parameters
    ----------
    rivers : Rivers
        From :func:`ahec_analysis.connectivity.dams.on_network`.
    by : str
        Column of its reaches, such as ``parent_name``, ``basin_name`` or ``strahler``.
    scenario : str or sequence of str
        As in :func:`ahec_analysis.connectivity.dams.standing`; dams without a point stand on their most harmful place.

    Returns
    -------
    DataFrame
        ``by``, ``length_km``, ``free_km``, ``dammed_km``, ``closed_km``, ``leaves_km`` and ``free_percent`` of those
        that reach the sea.
    """
    table = free_flowing_summary(cut(rivers, scenario, ("max",))["min"], by).reset_index()
    return table.assign(free_percent=100 * table["free_share"]).drop(columns="free_share")


def ranking(rivers: Rivers, *, scenarios: Sequence[str] = ("today", "proposed", "shelved")) -> pd.DataFrame:
    """Return what each single dam costs the rivers of today, the costliest first.

    The loss of a built dam is what the rivers would regain without it, the loss of a planned one what it would
    take. Two dams in a row hide each other, so what each would cost alone on the natural rivers is beside it.

    Returns
    -------
    DataFrame
        ``dam_id``, ``name``, ``river``, ``status_group``, ``on_map``, ``rough``, ``within`` (what bounds a dam that
        slides or stands at a rough point);
        ``loss_free_`` and ``alone_free_`` with ``min_km`` and ``max_km``; ``loss_dci_potamodromous_`` and
        ``loss_dci_diadromous_`` with ``min_percent`` and ``max_percent`` (points of the rivers to the sea),
        ``loss_dci_main_`` (points of the longest of them). Losses are empty for dams without a mapped river and on
        rivers that do not reach the sea.
    """
    dams = rivers.located
    chosen = pd.concat([standing(dams, name) for name in scenarios], axis=1).any(axis=1)
    rough = chosen & dams["rough"]
    today = standing(dams, "today")
    fixed = dams[chosen & (dams["on_map"] == "placed")]
    known = barrier_importance(rivers.reaches, fixed.assign(built=today[fixed.index])).set_index("dam_id")
    loose = moving(rivers, chosen & ~rough)
    costs = slide(loose, rivers.reaches, barriers(rivers, "today"), draws=1)
    alone = slide(loose, rivers.reaches, barriers(rivers, "natural"), draws=1)
    spread = [(costs, alone), *(_spread(rivers, dam_id) for dam_id in dams.loc[rough, "dam_id"])]
    costs, alone = (pd.concat(parts) for parts in zip(*spread, strict=True))
    known = known.drop(index=dams.loc[rough, "dam_id"], errors="ignore")
    table = dams.loc[chosen, ["dam_id", "name_en", "river", "status_group", "on_map", "rough"]].reset_index(
        drop=True
    )
    table = table.rename(columns={"name_en": "name"})
    table["within"] = table["dam_id"].map(costs["within"]).fillna("")
    for column, source, measure in [
        *((f"loss_{m}", costs, f"loss_{m}") for m in MEASURES),
        ("alone_free_km", alone, "loss_free_km"),
    ]:
        for bound in ("min", "max"):
            slid = table["dam_id"].map(source.get(f"{measure}_{bound}", pd.Series(dtype=float)))
            table[_column(column, bound)] = table["dam_id"].map(known[column]).fillna(slid).astype(float)
    net = network(rivers.reaches)
    at_sea = net.ids[net.ends_in[net.outlet] == "sea"]
    places_of = pd.concat([fixed.set_index("dam_id")["reach_id"], rivers.spots.set_index("dam")["reach_id"]])
    inland = ~table["dam_id"].isin(places_of.index[places_of.isin(at_sea)])
    losses = table.columns[table.columns.str.startswith(("loss_", "alone_"))]
    table.loc[inland, losses] = np.nan
    order = ["loss_free_max_km", "alone_free_max_km", "loss_dci_potamodromous_max_percent"]
    return table.sort_values(order, ascending=False, kind="stable", ignore_index=True)


def stems(rivers: Rivers, heads: Sequence[str], scenarios: Sequence[str] = tuple(SCENARIOS)) -> pd.DataFrame:
    """Return each main stem in each scenario.

    Parameters
    ----------
    rivers : Rivers
        From :func:`on_network`.
    heads : sequence of str
        Rivers to start from, down to the sea: "Amur" is the Amur alone, "Onon" the Onon, Shilka and Amur.
    scenarios : sequence of str
        Names of :data:`SCENARIOS`.

    Returns
    -------
    DataFrame
        ``stem`` (its rivers), ``head``, ``scenario``, ``length_km``, ``dams_on_stem`` (dams of the scenario
        that stand on it or slide along it), ``free_min_km`` and ``free_max_km`` from which no dam is crossed
        downstream.
    """
    rows = []
    spots = rivers.spots[["dam", "reach_id"]].rename(columns={"dam": "dam_id"})
    at = pd.concat([rivers.located[["dam_id", "reach_id"]], spots])
    for scenario in scenarios:
        here = set(rivers.located.loc[standing(rivers.located, scenario), "dam_id"])
        pieces = cut(rivers, scenario, ("max", "min"))
        for head in heads:
            stem = main_stem(rivers.reaches, head)
            on_it = at[at["reach_id"].isin(stem["reach_id"]) & at["dam_id"].isin(here)]["dam_id"].nunique()
            free = {
                f"free_{bound}_km": free_flowing_summary(rows_[rows_["reach_id"].isin(stem["reach_id"])])[
                    "free_km"
                ].iloc[0]
                for bound, rows_ in pieces.items()
            }
            names = " – ".join(n for n in dict.fromkeys(stem["name"]) if n)
            rows.append(
                {
                    "stem": names,
                    "head": head,
                    "scenario": scenario,
                    "length_km": stem["length_km"].sum(),
                    "dams_on_stem": on_it,
                    **free,
                }
            )
    return pd.DataFrame(rows)


def outlets(
    rivers: Rivers, scenarios: Sequence[str] = tuple(SCENARIOS), *, fold_km: float = 350
) -> pd.DataFrame:
    """Return both indexes of connectivity for each outlet and for the rivers to the sea, a column per scenario.

    Dams without a sure point stand each on its most harmful place: such values are lower ends.

    Parameters
    ----------
    rivers : Rivers
        From :func:`ahec_analysis.connectivity.dams.on_network`.
    scenarios : sequence of str
        Names of :data:`SCENARIOS`.
    fold_km : float
        Rivers with fewer kilometres share a row if no dam touches them; 0 keeps every outlet.

    Returns
    -------
    DataFrame
        ``outlet`` (name of the river at its mouth, else of the longest named river above it, else "Unnamed" and
        the basin), ``basin_name``, ``ends_in`` in words, ``length_km``, and ``dci_potamodromous_<scenario>_percent``,
        ``dci_diadromous_<scenario>_percent``; longest first. Rivers shorter than `fold_km` that no dam of any
        scenario touches share a row for each kind of end; the rivers to the sea together are last.
    """
    table = pd.DataFrame()
    for scenario in scenarios:
        found = river_summary(rivers.reaches, barriers(rivers, scenario, "max"))
        if table.empty:
            table = found[["ends_in", "length_km"]].copy()
        for measure in ("dci_potamodromous", "dci_diadromous"):
            table[f"{measure}_{scenario}_percent"] = found[measure]
    net = network(rivers.reaches)
    inner = rivers.reaches.assign(outlet=net.ids[net.mouths][net.outlet])
    inner = inner[inner["name"].fillna("") != ""].groupby(["outlet", "name"])["length_km"].sum().reset_index()
    longest = (
        inner.sort_values("length_km").drop_duplicates("outlet", keep="last").set_index("outlet")["name"]
    )
    mouth = rivers.reaches.set_index("reach_id")[["name", "basin_name"]]
    known = mouth["name"].fillna("")
    mouth["name"] = known.where(known != "", longest.reindex(mouth.index).fillna(""))
    table = table.join(mouth, how="left").reset_index(names="outlet")
    unnamed = ("Unnamed, " + table["basin_name"].fillna("")).where(
        table["name"].fillna("") == "", table["name"]
    )
    table["outlet"] = unnamed.mask(table["outlet"] == "sea", _TO_SEA)
    values = [c for c in table if c.startswith("dci_")]
    table[values] = table[values].round(9)
    total = table[table["outlet"] == _TO_SEA]
    rest = table.drop(index=total.index).sort_values("length_km", ascending=False)
    small = (rest["length_km"] < fold_km) & rest[values].fillna(100).eq(100).all(axis=1)
    small &= rest["ends_in"].where(small).groupby(rest["ends_in"]).transform("count") > 1
    folded = [
        part.head(1).assign(
            outlet=f"{len(part)} smaller rivers, no dam", basin_name="", length_km=part["length_km"].sum()
        )
        for _, part in rest[small].groupby("ends_in", sort=False)
    ]
    table = pd.concat([rest[~small], *folded, total], ignore_index=True)
    table["ends_in"] = table["ends_in"].map({end: words for words, end in ENDS_IN.items()}).fillna("")
    return table[["outlet", "basin_name", "ends_in", "length_km", *values]]


def by_length(rivers: Rivers, lengths: pd.DataFrame) -> pd.DataFrame:
    """Return what is open today by how long the rivers are taken to be.

    Parameters
    ----------
    rivers : Rivers
        From :func:`ahec_analysis.connectivity.dams.on_network`.
    lengths : DataFrame
        From :func:`ahec_analysis.territory.hydrography.published_lengths`.

    Returns
    -------
    DataFrame
        ``lengths`` ("drawn", "published", "median": published, and all other rivers stretched by the median factor),
        ``free_percent`` and ``dci_potamodromous_percent`` of the rivers to the sea, ``unnamed_percent`` of the drawn
        kilometres that carry no name.
    """
    drawn = rivers.reaches["drawn_km"]
    used = rivers.reaches["length_km"]
    rest = drawn == used
    taken = {"drawn": drawn, "published": used, "median": used.mask(rest, drawn * lengths["factor"].median())}
    unnamed = 100 * drawn[rivers.reaches["name"] == ""].sum() / drawn.sum()
    rows = []
    for name, km in taken.items():
        plain = pd.DataFrame(rivers.reaches.drop(columns="geometry")).assign(length_km=km)
        found = river_summary(plain, barriers(rivers, "today")).loc["sea"]
        rows.append((name, 100 * found["free_km"] / found["length_km"], found["dci_potamodromous"], unnamed))
    return pd.DataFrame(
        rows, columns=["lengths", "free_percent", "dci_potamodromous_percent", "unnamed_percent"]
    )


def sensitivity(
    rivers: Rivers, dam_id: str, values: Sequence[float] = (0, 0.1, 0.25, 0.5, 1)
) -> pd.DataFrame:
    """Return how the indexes of today move with the passability of one dam.

    Parameters
    ----------
    rivers : Rivers
        From :func:`ahec_analysis.connectivity.dams.on_network`.
    dam_id : str
        A dam with a point.
    values : sequence of float
        Passabilities to set in turn.

    Returns
    -------
    DataFrame
        ``passability``, ``dci_potamodromous_percent``, ``dci_diadromous_percent``. Kilometres open to the sea do not
        depend on it: every dam counts as one.

    Raises
    ------
    ParameterError
        If the dam does not bar a river today or has no point.
    """
    fixed = barriers(rivers, "today")
    if dam_id not in set(fixed["dam_id"]):
        raise ParameterError(f"{dam_id!r} is no barrier of today with a point; see `dams.barriers`")
    rows = []
    for value in values:
        changed = fixed.assign(passability=fixed["passability"].where(fixed["dam_id"] != dam_id, value))
        total = river_summary(rivers.reaches, changed).loc["sea"]
        rows.append((value, total["dci_potamodromous"], total["dci_diadromous"]))
    return pd.DataFrame(rows, columns=["passability", "dci_potamodromous_percent", "dci_diadromous_percent"])


def cut(rivers: Rivers, scenario: str | Sequence[str], at: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return the reaches cut at the dams of a scenario, for the least and the most that is open.

    `at` is where the dams without a sure point stand for either, as in :func:`ahec_analysis.connectivity.dams.barriers`.
    """
    plain = pd.DataFrame(rivers.reaches.drop(columns="geometry"))
    return {
        bound: free_flowing(plain, barriers(rivers, scenario, place))
        for bound, place in zip(("min", "max"), at, strict=False)
    }


def _spread(rivers: Rivers, dam_id: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what a dam at a rough point costs on all its places: beside the others of today, and alone."""
    spots = rivers.spots[rivers.spots["dam"] == dam_id]
    others = barriers(rivers, "today")
    others = others[others["dam_id"] != dam_id]
    found = [slide(spots, rivers.reaches, base, draws=1) for base in (others, others.iloc[:0])]
    return found[0].loc[[dam_id]], found[1].loc[[dam_id]]


def _column(measure: str, bound: str) -> str:
    """Return the name of one end of an interval, its unit last."""
    if measure.endswith("_km"):
        return f"{measure.removesuffix('_km')}_{bound}_km"
    return f"{measure}_{bound}_percent"
