"""Sentences of the species reports, said from the facts of an assessment on land, in rivers or by sites."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ahec_analysis import data
from ahec_analysis.habitat import species as taxa
from ahec_analysis.habitat import trends
from ahec_analysis.habitat.base import Assessment, Protection
from ahec_analysis.habitat.bird_sites import Reported
from ahec_analysis.show import messages
from ahec_analysis.show.area_wording import release
from ahec_analysis.show.messages import listed, name_of, say
from ahec_analysis.show.tables import rough
from ahec_analysis.values import shown

_STRONG_PERCENT = 25.0
_WORTH_KM2 = 1_000
"""Ground where a species is only possible that is named beside a published area."""
_WHOLE = 100
"""From here on figures are shown without a decimal."""
_OPENING = {
    "species-opening": "kind",
    "species-no-size": "wide",
    "species-only-possible": "possible_km2",
    "species-lost": "lost_km",
    "species-protected": "protected_percent",
    "species-no-site": "unnamed",
    "birds-important": "at_one_percent",
    "birds-uncounted": "uncounted",
    "birds-without": "without",
}
_FIGURES = {
    "species-figure-number": "number",
    "species-figure-now": "habitat_km",
    "species-figure-once": "was_km",
    "species-figure-index": "habitat_km2",
    "species-figure-possible": "possible_km2",
    "birds-figure-sites": "sites",
    "birds-figure-important": "level",
    "birds-figure-national": "level",
    "species-figure-protected": "protected_percent",
    "species-figure-red-list": "protected_percent",
}
_RANGE = {
    "species-range": "range_km2",
    "species-outside": "outside_km2",
    "species-without-data": "unknown_km2",
    "species-smallest-patch": "smallest_patch",
}
_CAVEATS = {
    "species-caveats": "rows",
    "species-caveats-kind": "kind",
    "species-caveats-unused": "unused",
    "species-caveats-protected": "rows",
}


def _facts(found: Assessment | Reported) -> dict[str, Any]:
    """Return the facts of a report in words: sizes with two digits, names for keys, figures for counts."""
    row = taxa.record(found.taxon.species_id)
    spoken = {
        "name": row["common_name_en"],
        "scientific": row["scientific_name"],
        "russian": row["common_name_ru"],
        "category": row["iucn_category"] or "none",
        "scope": row["iucn_scope"] or "none",
        "number": trends.headline(found.taxon.species_id),
    }
    facts = {name: value for name, value in (spoken | found.facts).items() if value is not None}
    places = {f"{name}_place": place(value) for name, value in facts.items() if isinstance(value, pd.Series)}
    words = {name: _word(name, value) for name, value in facts.items()} | places
    if words.get("least_percent") == words.get("most_percent"):
        words["least_percent"] = "alike"
    return words


def _word(name: str, value: Any) -> Any:
    if isinstance(value, float) and name.endswith(("_km2", "_km", "_percent")):
        return rough(value, name)
    if isinstance(value, pd.Series):
        return figure(value)
    if isinstance(value, list):
        words = [_part(part) if isinstance(part, dict) else name_of(part, "variable") for part in value]
        return ("; " if any(", " in word for word in words) else ", ").join(words)
    return value


def _part(part: Mapping[str, Any]) -> str:
    words = {name: name_of(v, name) if isinstance(v, str) else _word(name, v) for name, v in part.items()}
    return say("species-part", listed=words.pop("listed", "none"), **words)


def _told(found: Assessment | Reported, sentences: Mapping[str, str], between: str = " ") -> str:
    """Return the sentences for whose fact there is something to tell."""
    facts = _facts(found)
    return between.join(say(message, **facts) for message, fact in sentences.items() if facts.get(fact))


def origin(held: Protection) -> str:
    """Return what the figures of an assessment rest on."""
    return say("species-origin", release=release(held.found))


def species_name(ids: str) -> str:
    """Return the names of the species of a cell of identifiers.

    Examples
    --------
    >>> species_name("huso-dauricus|acipenser-schrenckii")
    'Kaluga and Amur sturgeon'
    """
    names = data.table("species").set_index("species_id")["common_name_en"]
    return listed(names[i] for i in ids.split("|"))


def number(value: float) -> str:
    """Return a figure as text, a decimal only for small ones.

    Examples
    --------
    >>> number(0.1), number(31.9), number(750.0), number(409.1)
    ('0.1', '31.9', '750', '409')
    """
    if pd.isna(value) or abs(value) >= _WHOLE or value % 1:
        return f"{value:.1f}" if abs(value) < _WHOLE else shown(float(value), "x")
    return shown(int(value))


def figure(row: pd.Series) -> str:
    """Return a row of species_counts in words: bound, estimate, unit, year.

    Examples
    --------
    >>> figure(pd.Series({"estimate_low": 750.0, "estimate_high": 750.0, "bound": "at_least",
    ...                   "unit": "individuals", "year": 2022}))
    'at least 750 (2022)'
    """
    facts = {"amount": amount(row), "one": row["estimate_high"] == 1, "unit": row["unit"]}
    basis = str(row.get("year_basis", "exact"))
    return say("species-count", year=_year(row["year"]), basis=basis, **facts)


def _year(year: Any) -> str:
    return str(int(year)) if pd.notna(year) else "none"


def amount(row: pd.Series) -> str:
    """Return the estimate of a row of species_counts in words, without its unit."""
    low, high = number(row["estimate_low"]), number(row["estimate_high"])
    return say("species-amount", bound=row["bound"] or "none", amount=low if low == high else f"{low}–{high}")


def place(row: pd.Series) -> str:
    """Return what a count covers, its region, its country or the world, and the level that the source calls normal."""
    countries = [data.COUNTRY_NAMES[c] for c in str(row["country"]).split("|") if c]
    where = row["region"] or listed(countries) or name_of("world")
    return f"{where}{norm(row)}"


def norm(row: pd.Series) -> str:
    """Return the level that the source calls normal, in brackets, "" without one."""
    return say("species-norm", norm=number(row["norm"])) if pd.notna(row["norm"]) else ""


def key_figures(found: Assessment | Reported) -> list[tuple[str, str, str]]:
    """Return the key figures of the report."""
    facts = _facts(found)
    return [messages.figure(message, **facts) for message, fact in _FIGURES.items() if fact in facts]


def status(found: Assessment | Reported) -> str:
    """Return what the species is, its Red List category and the number that stands first, as the tables say."""
    note = str(taxa.record(found.taxon.species_id)["note"])
    # Sentences that carry the identifier of a source are notes to the table, not to the reader.
    spoken = [s for s in re.split(r"(?<=[.;]) ", note) if s and "[" not in s]
    said = _told(found, {"species-status": "name", "species-number": "number"})
    return " ".join([said, *(s[:1].upper() + s[1:] for s in spoken)])


def opening(found: Assessment | Reported) -> str:
    """Return the result in a few sentences."""
    return _told(found, _OPENING)


def caveats(found: Assessment | Reported) -> str:
    """Return what the model or the list cannot know, in plain words."""
    return _told(found, _CAVEATS, "\n")


def title(found: Reported) -> str:
    """Return what the map of the sites shows."""
    return _told(found, {"birds-title": "kind"})


def criterion(found: Reported) -> str:
    """Return what the 1 % is taken of."""
    return _told(found, {"birds-criterion": "level"}) or say("birds-no-level")


def listed_range(found: Assessment | Reported) -> str:
    """Return how the range was put together, what stands apart from it, and how much of it is suitable."""
    rows = taxa.rows("species_ranges", found.taxon.species_id)
    parts = []
    for presence, kinds in rows.groupby("presence", sort=False)["unit_kind"]:
        units = (say("species-units", units=n, kind=kind) for kind, n in kinds.value_counts().items())
        presence = name_of(str(presence), "listed")
        parts.append(say("species-listed-as", presence=presence, units=", ".join(units)))
    told = [say("species-listed", parts=", ".join(parts))]
    if ours := int((rows["basis"] == "mapped_by_us").sum()):
        told.append(say("species-our-reading", rows=ours))
    return " ".join([*told, _told(found, _RANGE)]).strip()


def counted(counts: pd.DataFrame, compared: pd.DataFrame) -> str:
    """Return how to read the counts, or that there are none."""
    if counts.empty:
        return say("species-no-counts")
    held = say("species-counts", figures=len(counts), dated=counts["year"].notna().sum())
    return f"{held} {say('species-no-pair' if compared.empty else 'species-pairs')}"


def evidence(found: Assessment) -> str:
    """Return what the recorded sites say of the result, beside what chance would give."""
    sites = found.recorded()["site"].nunique()
    if not sites:
        return say("species-no-site")
    tested = say("species-tested", kind=found.kind, threshold=found.threshold, **found.tested())
    return f"{say('species-sites', sites=sites)} {tested}"


def barrier(tested: pd.DataFrame) -> str:
    """Return whether the published barriers of a species emerge from the covariates, and what imposing them does."""
    ends = {
        "apart": ("as_modelled", "apart"),
        "joined": ("as_modelled", "one_patch"),
        "still": ("with_barrier", "one_patch"),
    }
    parts = []
    for name, rows in tested.groupby("barrier", sort=False):
        known = rows[rows["as_modelled"] != "no_suitable_cell"]
        at = {end: known.loc[known[column] == key, "threshold"] for end, (column, key) in ends.items()}
        facts = {end: ", ".join(f"{v:g}" for v in values) or "none" for end, values in at.items()}
        parts.append(say("species-barrier", barrier=f"{name[:1].lower()}{name[1:]}", **facts))
    return "\n\n".join(parts)


def connected(found: Assessment) -> str:
    """Return how the suitable ground hangs together; nothing is said of rivers, which have a report of their own."""
    return _told(found, {"species-patches": "kind"})


def moved(found: Assessment, sensitivity: pd.DataFrame) -> str:
    """Return which parameters the result hangs on, beside what the threshold does to it."""
    strong = sensitivity[sensitivity["change_percent"].abs() > _STRONG_PERCENT]
    strong = strong.sort_values("change_percent", ascending=False, key=abs)
    if strong.empty:
        told = say("species-hangs-on-none", limit=_STRONG_PERCENT)
    else:
        names = list(dict.fromkeys(_parameter(r.variable, r.what) for r in strong.itertuples()))
        worst = strong.iloc[0]
        signed = {"shift": f"{worst['shift']:+.1f}", "change": f"{worst['change_percent']:+.0f}"}
        told = say("species-hangs-on", parameters=", ".join(names[:3]), worst=names[0], **signed)
    return " ".join([told, _told(found, {"species-by-threshold": "habitat_km2"})]).strip()


def _parameter(variable: str, what: str) -> str:
    score = what.startswith("class_")
    return say("species-parameter", score=score, what=name_of(what), variable=name_of(variable, "variable"))


def against_published(rows: pd.DataFrame) -> str:
    """Return how the published areas of the same ground lie to ours."""
    if rows.empty:
        return say("species-nothing-published")
    areas = []
    for r in rows.itertuples():
        above, below = r.published_km2 > r.habitat_high_km2, r.published_km2 < r.habitat_low_km2
        facts = {
            "what": r.what,
            "units": r.units,
            "year": _year(r.year),
            "published": _word("x_km2", r.published_km2),
            "side": "above" if above else "below" if below else "between",
            "apart": bool(r.possible_km2 > _WORTH_KM2),
            "possible": _word("x_km2", r.possible_km2),
        }
        areas.append(say("species-published-area", **facts))
    return say("species-published", areas="; ".join(areas))
