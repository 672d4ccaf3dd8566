"""Sentences of the comparison of species: trends, key figures, and what a comparison can say."""

from __future__ import annotations

import pandas as pd

from ahec_analysis import species as taxa
from ahec_analysis.data import COUNTRY_NAMES
from ahec_analysis.species_wording import number


def trend(species_id: str) -> str:
    """Return the longest series of counts of one kind and place in words, "" without two dated figures of one."""
    rows = _dated(species_id)
    if rows.empty:
        return ""
    groups = rows.groupby(["metric", "unit", "country", "scope", "region"], sort=False)
    best = max(groups, key=lambda pair: pair[1]["year"].nunique())[1].sort_values("year")
    if best["year"].nunique() < 2:
        return ""
    first, last = best.iloc[0], best.iloc[-1]
    return (
        f"{_kind(first)} {_span(first)} ({int(first['year'])}) → {_span(last)} ({int(last['year'])}) "
        f"{str(first['unit']).replace('_', ' ')}, {_where(first)}"
    ).strip()


def latest(species_id: str) -> str:
    """Return the latest dated figure in words, "" without one."""
    rows = _dated(species_id)
    if rows.empty:
        return ""
    last = rows.sort_values(["year", "estimate_high"]).iloc[-1]
    unit = str(last["unit"]).replace("_", " ")
    return f"{_kind(last)} {_span(last)} {unit} ({int(last['year'])}), {_where(last)}".strip()


def _dated(species_id: str) -> pd.DataFrame:
    """Return the dated figures of this taxon alone, without what was taken illegally."""
    rows = taxa.counts(species_id)
    own = (rows["taxon_scope"] != "species_pair") & (rows["metric"] != "poached_take")
    return rows[rows["year"].notna() & own]


def _kind(row: pd.Series) -> str:
    return "" if row["metric"] == "population" else str(row["metric"]).replace("_", " ")


def _where(row: pd.Series) -> str:
    return str(row["region"] or COUNTRY_NAMES.get(row["country"], row["country"]) or row["scope"])


def _span(row: pd.Series) -> str:
    low, high = float(row["estimate_low"]), float(row["estimate_high"])
    return number(low) if low == high else f"{number(low)}–{number(high)}"


def summary_figures(overview: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return the key figures of the summary."""
    known = overview[overview["protected_percent"].notna()]
    least = known.loc[known["protected_percent"].idxmin()]
    most = known.loc[known["protected_percent"].idxmax()]
    short = int((known["gap_30"] > 0).sum())
    own = known[known["gap"].notna()]
    return [
        ("Focal species", str(len(overview)), f"{len(known)} with a model"),
        ("Short of 30 %", f"{short} of {len(known)}", "habitat in known protected areas"),
        (
            "Short of their own target",
            f"{int((own['gap'] > 0).sum())} of {len(own)}",
            "land species, log-linear",
        ),
        ("Least protected", f"{least['protected_percent']:.1f} %", least["species"]),
        ("Best protected", f"{most['protected_percent']:.1f} %", most["species"]),
    ]


def summary_opening(overview: pd.DataFrame) -> str:
    """Return the summary in a few sentences."""
    known = overview[overview["protected_percent"].notna()].sort_values("protected_percent")
    low = ", ".join(f"{r.species} ({r.protected_percent:.1f} %)" for r in known.head(3).itertuples())
    wide = known[known["gap"].notna()].nlargest(3, "gap")
    gaps = ", ".join(f"{r.species} ({number(r.gap)} km²)" for r in wide.itertuples())
    text = f"Least of their habitat is protected for {low}. On land the widest gaps to the species' own targets are those of {gaps}. "
    missing = overview.loc[overview["protected_percent"].isna(), "species"]
    if len(missing):
        text += f"No model yet: {', '.join(missing)}."
    return text


def summary_caveats(overview: pd.DataFrame) -> str:
    """Return what a comparison of species can and cannot say."""
    birds = ", ".join(overview.loc[overview["group"] == "bird", "species"])
    points = [
        "Every model is an expert prior read from published statements; no presence record went into it. Areas are upper "
        "bounds: habitat is where a species could live by these variables, not where it lives.",
        f"For {birds} the wetlands themselves are not visible in land cover at 5 km; their shares say how well the right "
        "lowlands are covered, not the marshes in them.",
        "The log-linear target is one of areas and does not apply to rivers. It falls to a tenth for the most widespread "
        "species, which a wide-ranging species can meet while all its reserves are too small for it.",
        "Protected areas are those of the named source; circles about points in the inventory, and an incomplete list for "
        "China and the Russian provinces: shares are lower bounds.",
        "Numbers of counts and trends are as the sources give them; series of different methods are not joined.",
    ]
    return "\n".join(f"- {point}" for point in points)
