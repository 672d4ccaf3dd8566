"""Numbers of species: the figure that stands first, and what can be compared over time."""

from __future__ import annotations

import pandas as pd

from ahec_analysis import data
from ahec_analysis.data.tables import COUNTRY_NAMES
from ahec_analysis.habitat import species as taxa
from ahec_analysis.values import shown

NONE = "no comparable pair"
CHANGE = "published_change"
"""Metric of a change that a source gives as such, in percent over a period."""
_UNITS = {
    "individuals": "",
    "mature_individuals": "mature",
    "breeding_pairs": "pairs",
    "t_per_year": "t a year",
    "kt_per_year": "kt a year",
    "million_individuals_per_year": "million fish a year",
    "individuals_per_100_m2": "fish per 100 m²",
}
_WHOLE = 100
"""From here on figures are shown without a decimal."""
_NEAR = {"regional": 1, "basin": 1, "site": 2}
"""Scopes that stand after those of a whole population or country."""
_BOUNDS = {"at_least": "at least ", "at_most": "at most ", "about": "about "}


def number(value: float) -> str:
    """Return a figure as text, a decimal only for small ones.

    Examples
    --------
    >>> number(0.1), number(31.9), number(750.0), number(409.1)
    ('0.1', '31.9', '750', '409')
    """
    value = float(value)
    if value == int(value):
        return shown(int(value))
    return shown(value, "x") if abs(value) >= _WHOLE else f"{value:.1f}"


def amount(row: pd.Series) -> str:
    """Return the estimate of a row of species_counts in words, without its unit.

    Examples
    --------
    >>> amount(pd.Series({"estimate_low": 7.0, "estimate_high": 16.0, "bound": ""}))
    '7–16'
    """
    low, high = float(row["estimate_low"]), float(row["estimate_high"])
    return _BOUNDS.get(row["bound"], "") + (number(low) if low == high else f"{number(low)}–{number(high)}")


def figure(row: pd.Series) -> str:
    """Return a count in words: bound, estimate, unit, year.

    Examples
    --------
    >>> figure(pd.Series({"estimate_low": 750.0, "estimate_high": 750.0, "bound": "at_least",
    ...                   "unit": "individuals", "year": 2022}))
    'at least 750 (2022)'
    """
    unit = _UNITS.get(row["unit"], str(row["unit"]).replace("_", " "))
    unit = unit.removesuffix("s") if row["estimate_high"] == 1 else unit
    about = "about " if row.get("year_basis") == "midpoint" else ""
    year = f"({about}{int(row['year'])})" if pd.notna(row["year"]) else "(year not stated)"
    return " ".join(part for part in (amount(row), unit, year) if part)


def place(row: pd.Series) -> str:
    """Return what a count covers: its region, else its country, else the world."""
    countries = " and ".join(COUNTRY_NAMES[c] for c in str(row["country"]).split("|") if c)
    return str(row["region"] or countries or "world")


def norm(row: pd.Series) -> str:
    """Return the level that the source calls normal, in brackets, "" without one."""
    return f" (normal {number(row['norm'])})" if pd.notna(row["norm"]) else ""


def headline(species_id: str) -> str:
    """Return the figure that the table puts first, with what it covers, "" without one.

    Examples
    --------
    >>> headline("panthera-tigris-altaica")
    'at least 750 (2022), Russia'
    """
    key = taxa.record(species_id)["headline_count"]
    rows = taxa.counts(species_id)
    rows = rows[rows["count_id"] == key]
    if rows.empty:
        return ""
    row = rows.iloc[0]
    return f"{figure(row)}, {place(row)}{norm(row)}"


def key_figure(species_id: str) -> list[tuple[str, str, str]]:
    """Return the number that stands first as a key figure, nothing without one."""
    amount, _, place = headline(species_id).partition(", ")
    return [("Number", amount, place)] if amount else []


def compared(counts: pd.DataFrame) -> pd.DataFrame:
    """Return what can be compared over time among rows of species_counts.

    Parameters
    ----------
    counts : DataFrame
        Rows of species_counts; those with one text in ``series`` have one metric, scope, place and taxon.

    Returns
    -------
    DataFrame
        One row for each series of two dated years or more and for each change that a source gives as such:
        ``species``, ``counted``, ``first``, ``last``, ``change``, ``note``, ``source_ids``.
    """
    names = data.table("species").set_index("species_id")["common_name_en"]
    out = []
    dated = counts[(counts["series"] != "") & counts["year"].notna()]
    dated = dated.sort_values("scope", key=lambda s: s.map(_NEAR).fillna(0), kind="stable")
    for (species, series), rows in dated.groupby(["species_id", "series"], sort=False):
        ordered = rows.sort_values("year", kind="stable")
        first, last = ordered.iloc[0], ordered.iloc[-1]
        if first["year"] == last["year"]:
            continue
        sources = "|".join(dict.fromkeys("|".join(ordered["source_ids"]).split("|")))
        out.append(
            (species, series, figure(first), figure(last), _change(first, last), last["note"], sources)
        )
    for _, row in counts[counts["metric"] == CHANGE].iterrows():
        least = "or more" if row["bound"] == "at_least" else ""
        words = f"{row['estimate_low']:+.0f} % {least}".strip().replace("-", "−")
        span = f"{int(row['year_from'])}", f"{int(row['year'])}"
        out.append(
            (
                row["species_id"],
                f"{place(row)}, {row['method']}",
                *span,
                words,
                row["note"],
                row["source_ids"],
            )
        )
    found = pd.DataFrame(out, columns=["species", "counted", "first", "last", "change", "note", "source_ids"])
    found["species"] = found["species"].map(lambda ids: " and ".join(names[i] for i in ids.split("|")))
    return found


def _change(first: pd.Series, last: pd.Series) -> str:
    """Return how far the middle of the last estimate lies from that of the first, or from the level called normal.

    Estimates that overlap, one that is only an upper end beginning at 0, show no clear change.
    """
    start = (first["estimate_low"] + first["estimate_high"]) / 2
    end = (last["estimate_low"] + last["estimate_high"]) / 2
    if pd.notna(last["norm"]):
        return f"{100 * end / last['norm']:.0f} % of the normal {number(last['norm'])}"
    low = [0.0 if row["bound"] == "at_most" else row["estimate_low"] for row in (first, last)]
    if low[0] <= last["estimate_high"] and low[1] <= first["estimate_high"]:
        return "no clear change"
    if end >= 2 * start:
        return f"× {end / start:.1f}"
    return f"{100 * (end / start - 1):+.0f} %".replace("-", "−")


def of_species(species_id: str) -> pd.DataFrame:
    """Return :func:`compared` for a species; figures of two species together are among them, named so."""
    return compared(taxa.counts(species_id))


def all_focal() -> pd.DataFrame:
    """Return :func:`compared` for every focal species, each figure once, with a row for those without any."""
    focal = taxa.focal()
    counts = data.table("species_counts")
    mine = [bool(set(ids.split("|")) & set(focal["species_id"])) for ids in counts["species_id"]]
    found = compared(counts[mine])
    named = set(" and ".join(found["species"]).split(" and "))
    missing = [n for n in focal["common_name_en"] if n not in named]
    blank = dict.fromkeys(found.columns, "") | {"counted": NONE}
    rest = pd.DataFrame([blank | {"species": name} for name in missing], columns=found.columns)
    order = {name: n for n, name in enumerate(focal["common_name_en"])}
    out = pd.concat([found, rest], ignore_index=True)
    return out.sort_values(
        "species", key=lambda s: s.str.split(" and ").str[0].map(order), kind="stable", ignore_index=True
    )
