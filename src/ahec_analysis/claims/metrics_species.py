"""Answers claims about species: where they breed and how their numbers change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from ahec_analysis import data, territory
from ahec_analysis.claims.audit import Answer, Note, Reading, note
from ahec_analysis.claims.registry import Question, demand, metric
from ahec_analysis.errors import ParameterError

_REPORT = "species-summary.html"


@metric("last_breeding_grounds", "species_id", keys=("river",), report=_REPORT)
def last_breeding_grounds(asked: Question) -> Answer:
    """Return where else a species breeds; that no other place is known here proves nothing."""
    species, river = asked.value, asked.one("river", known=("amur",))
    _known([species])
    records = data.table("species_in_sites")
    own = records[(records["species_id"] == species) & records["status"].str.contains("breeding")]
    inside = own[own["site_id"].isin(_in_system(own["site_id"], river))]
    facts = data.table("claim_facts")
    facts = facts[
        (facts["subject"] == species) & (facts["as_of"] <= asked.days[1])
    ]  # undated ones always count
    outside, shares = (facts[facts["metric"] == key] for key in ("breeding_outside", "nesting_share"))
    sites = {"sites": own["site_name_raw"].nunique(), "placed": inside["site_name_raw"].nunique()}
    return Answer(
        Reading(note("claims-breeds-elsewhere"), ", ".join(outside["value"])) if len(outside) else None,
        evidence=(
            *(note("claims-breeds-there", fact=fact.rstrip(".")) for fact in outside["note"] if fact),
            *(note("claims-nesting-share", share=share) for share in shares["value"]),
            note("claims-breeding-sites", **sites),
        ),
        names=tuple(own["site_name_raw"].unique()),
        source_ids="|".join(pd.concat([outside, shares])["source_ids"]),
    )


@metric("population_trend", "category", keys=("species", "region", "years"), report=_REPORT)
def trend(asked: Question) -> Answer:
    """Return whether a population in Russia grew between two years: their sourced counts must not overlap."""
    species = asked.one("species")
    _known([species])
    years = asked.conditions.get("years", ())
    if len(years) != 2 or not all(year.isdigit() for year in years):
        raise ParameterError("scope lacks `years`; give two, such as years=2005|2022")
    own = data.table("species_counts").query(
        "species_id == @species and country == 'RUS' and metric == 'population' and value_basis == 'sourced'"
    )
    place = asked.conditions.get("region")
    here = own["region"].isin(place) if place else own["scope"] == "national"
    own = own[here & own["year"].isin([int(year) for year in years])]
    # Where a census gives adults and a total, the total is what the other year gives.
    pair = own.sort_values("estimate_high").drop_duplicates("year", keep="last").sort_values("year")
    if len(pair) < 2:
        known = note("claims-counts-known", counts=len(pair))
        return Answer(evidence=(known,), needs=note("claims-two-counts"))
    first, last = pair.to_dict("records")
    grew = last["estimate_low"] > first["estimate_high"]
    fell = last["estimate_high"] < first["estimate_low"]
    return Answer(
        Reading(
            note("claims-trend", first=str(first["year"]), last=str(last["year"])),
            "increasing" if grew else "decreasing" if fell else "stable",
        ),
        evidence=(_counted(first), _counted(last)),
        source_ids="|".join(pair["source_ids"]),
    )


@metric("not_tested", keys=("territory", "species", "measure"), report=_REPORT)
def not_tested(asked: Question) -> Answer:
    """Return no reading: the claim says what would test it; counts of species in scope are information."""
    wanted = asked.conditions.get("species", ())
    _known(wanted)
    counts = data.table("species_counts")
    counts = counts[counts["metric"].isin(asked.conditions.get("measure", ())) & counts["year"].notna()]
    names = data.table("species").set_index("species_id")["common_name_en"]
    dated = {species: counts[counts["species_id"] == species].sort_values("year") for species in wanted}
    ends = {species: own.iloc[[0, -1]].to_dict("records") for species, own in dated.items() if len(own) > 1}
    return Answer(
        evidence=tuple(
            note("claims-counts", species=names[species], counts=tuple(map(_counted, rows)))
            for species, rows in ends.items()
        ),
        source_ids="|".join(row["source_ids"] for rows in ends.values() for row in rows),
    )


def _counted(row: Mapping[str, Any]) -> Note:
    low, high = f"{row['estimate_low']:g}", f"{row['estimate_high']:g}"
    facts = {
        "number": low if low == high else f"{low}–{high}",
        "year": str(row["year"]),
        "how": row["method"],
    }
    message = "claims-counted" if row["unit"] == "individuals" else "claims-counted.in"
    return note(message, counted_in=row["unit"], **facts)


def _known(species: tuple[str, ...] | list[str]) -> None:
    demand(species, data.table("species")["species_id"], "species", where="data/tables/species.csv")


def _in_system(site_ids: pd.Series, system: str) -> set[str]:
    """Return the sites whose position lies in a drainage system."""
    areas = data.protected_areas(totals_only=False)
    points = areas[areas["site_id"].isin(site_ids[site_ids != ""]) & areas.geometry.notna()]
    basins = territory.basins()
    ground = basins.loc[basins["system"] == system, ["geometry"]].to_crs(points.crs)
    return set(gpd.sjoin(points[["site_id", "geometry"]], ground, predicate="within")["site_id"])
