"""Tables of the species reports: what is shown of a species, on land, in rivers and at sites."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ahec_analysis import data
from ahec_analysis.habitat import bird_sites
from ahec_analysis.habitat import species as taxa
from ahec_analysis.habitat.base import Assessment
from ahec_analysis.show import species_wording as wording
from ahec_analysis.show import tables
from ahec_analysis.show.messages import say

ROUGH = [
    *("habitat_km2", "habitat_low_km2", "habitat_high_km2", "possible_km2", "protected_km2", "gap_km2"),
    *("range_km2", "protected_percent", "target_percent", "habitat_percent"),
    *("was_km", "habitat_km", "open_km", "protected_km"),
]
"""Columns of an expert index, and of lengths along a grid, that two digits are enough for."""
_RECORDED = [
    *("site", "country", "status", "abundance", "year", "index", "location_basis", "value_basis"),
    "source_ids",
]


def table(frame: pd.DataFrame, name: str, *, always: bool = False, **facts: Any) -> tables.Table | None:
    """Return a table of a species report, with two digits beside an index or reaches.

    Without rows it is None, or if ``always`` says that there are none; ``facts`` as in
    :func:`ahec_analysis.show.tables.table`.
    """
    if frame.empty and not always:
        return None
    modelled = any(str(column).startswith("habitat_") for column in frame)
    return tables.table(frame, name, rough=ROUGH if modelled else (), **facts)


def headline(found: Assessment | bird_sites.Reported) -> tables.Headline:
    """Return the key figures of a report."""
    return tables.headline(*wording.key_figures(found))


def _counts() -> pd.DataFrame:
    return data.table("species_counts").set_index("count_id", drop=False)


def counts(species_id: str) -> pd.DataFrame:
    """Return the counts of a species, earliest first, undated ones last, each in words as ``estimate``."""
    rows = taxa.rows("species_counts", species_id).sort_values("year", na_position="last", kind="stable")
    said = [wording.amount(row) + wording.norm(row) for _, row in rows.iterrows()]
    taxon = rows["taxon_scope"].where(rows["taxon_scope"] != "taxon", "")
    return rows.assign(taxon=taxon, estimate=said).reset_index(drop=True)


def headlines(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with their ``headline`` in words: the figure of that identifier, and what it covers."""
    every = {key: f"{wording.figure(row)}, {wording.place(row)}" for key, row in _counts().iterrows()}
    return rows.assign(headline=rows["headline"].map(every).fillna(""))


def trends(compared: pd.DataFrame) -> pd.DataFrame:
    """Return what :func:`ahec_analysis.habitat.trends.compared` found in words."""
    every, out = _counts(), []
    for row in compared.itertuples():
        species = wording.species_name(row.species_id)
        if row.kind == "none":
            out.append((species, say("species-incomparable"), "", "", ""))
            continue
        first, last = every.loc[row.first], every.loc[row.last]
        signed = f"{row.change:+.0f}".replace("-", "−")
        facts = {"times": f"{row.change:.1f}", "norm": wording.number(last["norm"])}
        change = say(
            "species-change", kind=row.kind, signed=signed, change=row.change, bound=last["bound"], **facts
        )
        if row.kind == "published":
            what = f"{wording.place(last)}, {last['method']}"
            out.append((species, what, str(last["year_from"]), str(last["year"]), change))
        else:
            out.append((species, first["series"], wording.figure(first), wording.figure(last), change))
    said = pd.DataFrame(out, columns=["species", "counted", "first", "last", "change"])
    return compared.reset_index(drop=True).drop(columns=["first", "last", "change"]).join(said)


def sites(species_id: str) -> pd.DataFrame:
    """Return sites, latest counts in words and protection of a bird; nothing for other animals."""
    if taxa.record(species_id)["group"] != "bird":
        return pd.DataFrame()
    rows, every = bird_sites.table(species_id), _counts().apply(wording.figure, axis=1)
    return rows.assign(**{c: rows[c].map(every).fillna("") for c in ("breeding", "others")})


def holding(found: Assessment) -> pd.DataFrame:
    """Return the protected areas with most habitat, their class in words."""
    rows = found.holding()
    titles = data.table("designation_classes").set_index("designation")["title"]
    return rows.assign(designation=rows["designation"].map(titles).fillna(rows["designation"]))


def recorded(found: Assessment) -> pd.DataFrame:
    """Return the sites where the species is recorded, on land with the index at their point."""
    rows = found.recorded()
    return rows[[c for c in _RECORDED if c in rows]]


def published(species_id: str) -> pd.DataFrame:
    """Return what others have published on the area and protection of a species."""
    return taxa.rows("published_areas", species_id)


def patches(found: Assessment) -> pd.DataFrame:
    """Return the largest patches of suitable ground and a point in each."""
    rows = found.largest()
    around = [say("species-around", lat=f"{r.lat:.1f}", lon=f"{r.lon:.1f}") for r in rows.itertuples()]
    return rows.assign(around=around)


def sourced(species_id: str) -> list[pd.DataFrame]:
    """Return the rows whose sources a report lists."""
    named = ["habitat_parameters", "species_traits", "species_ranges", "species_counts", "species_in_sites"]
    return [taxa.rows(name, species_id) for name in ["species", *named, "published_areas", "barriers"]]
