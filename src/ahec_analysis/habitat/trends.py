"""Numbers of species: the figure that stands first, and what can be compared over time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ahec_analysis import data
from ahec_analysis.habitat import species as taxa

CHANGE = "published_change"
"""Metric of a change that a source gives as such, in percent over a period."""
_NEAR = {"regional": 1, "basin": 1, "site": 2}
"""Scopes that stand after those of a whole population or country."""
COLUMNS = ["species_id", "kind", "first", "last", "change", "source_ids", "note"]


def headline(species_id: str) -> pd.Series | None:
    """Return the row of species_counts that the table puts first, None without one."""
    rows = taxa.rows("species_counts", species_id)
    rows = rows[rows["count_id"] == taxa.record(species_id)["headline_count"]]
    return None if rows.empty else rows.iloc[0]


def compared(counts: pd.DataFrame) -> pd.DataFrame:
    """Return what compares over time among rows of species_counts: series of two years or more, and published changes.

    ``first`` and ``last`` are identifiers of counts. Kinds of ``change``: ``percent`` and ``times`` (of the first figure),
    ``of_norm`` (percent of what the source calls normal), ``unclear`` (estimates overlap) and ``published`` (percent).
    """
    out = []
    dated = counts[(counts["series"] != "") & counts["year"].notna()]
    dated = dated.sort_values("scope", key=lambda s: s.map(_NEAR).fillna(0), kind="stable")
    for (species, _), rows in dated.groupby(["species_id", "series"], sort=False):
        ordered = rows.sort_values("year", kind="stable")
        first, last = ordered.iloc[0], ordered.iloc[-1]
        if first["year"] < last["year"]:
            sources = "|".join(dict.fromkeys("|".join(ordered["source_ids"]).split("|")))
            kind, change = _change(first, last)
            out.append((species, kind, first["count_id"], last["count_id"], change, sources, last["note"]))
    published = counts[counts["metric"] == CHANGE].assign(kind="published")
    published = published[
        ["species_id", "kind", "count_id", "count_id", "estimate_low", "source_ids", "note"]
    ]
    return pd.DataFrame([*out, *published.to_numpy().tolist()], columns=COLUMNS)


def _change(first: pd.Series, last: pd.Series) -> tuple[str, float]:
    """Return how far the middle of the last estimate lies from that of the first, or from the level called normal.

    Estimates that overlap, one that is only an upper end beginning at 0, show no clear change.
    """
    start, end = ((row["estimate_low"] + row["estimate_high"]) / 2 for row in (first, last))
    if pd.notna(last["norm"]):
        return "of_norm", 100 * end / last["norm"]
    low = [0.0 if row["bound"] == "at_most" else row["estimate_low"] for row in (first, last)]
    if low[0] <= last["estimate_high"] and low[1] <= first["estimate_high"]:
        return "unclear", float("nan")
    return ("times", end / start) if end >= 2 * start else ("percent", 100 * (end / start - 1))


def of_species(species_id: str) -> pd.DataFrame:
    """Return :func:`compared` for a species; figures of two species together are among them."""
    return compared(taxa.rows("species_counts", species_id))


def all_focal() -> pd.DataFrame:
    """Return :func:`compared` for every focal species, each figure once, with a row of kind ``none`` for those without."""
    order = {name: place for place, name in enumerate(taxa.focal()["species_id"])}
    counts = data.table("species_counts")
    found = compared(counts[[not order.keys().isdisjoint(ids.split("|")) for ids in counts["species_id"]]])
    missing = order.keys() - set("|".join(found["species_id"]).split("|"))
    rest = pd.DataFrame([(name, "none", "", "", np.nan, "", "") for name in missing], columns=COLUMNS)
    out = pd.concat([found, rest])
    return out.sort_values(
        "species_id", key=lambda s: s.str.split("|").str[0].map(order), kind="stable", ignore_index=True
    )
