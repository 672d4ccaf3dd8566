"""Answers claims about species: where they breed and how their numbers change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from ahec_analysis import data
from ahec_analysis.claims import scope
from ahec_analysis.claims.audit import Answer, Reading
from ahec_analysis.claims.scope import Conditions
from ahec_analysis.errors import ParameterError
from ahec_analysis.territory import hydrography

_REPORT = "species-summary.html"


def last_breeding_grounds(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return where else a species breeds; that no other place is known here proves nothing."""
    (species,) = _known([str(claim["value"])])
    river = scope.one(conditions, "river", known=("amur",))
    records = data.table("species_in_sites")
    own = records[(records["species_id"] == species) & records["status"].str.contains("breeding")]
    inside = own[own["site_id"].isin(_in_system(own["site_id"], river))]
    facts = data.table("claim_facts")
    facts = facts[(facts["subject"] == species) & facts["metric"].isin(["breeding_outside", "nesting_share"])]
    facts = facts[facts["as_of"] <= scope.span(claim)[1]]  # an undated fact always counts
    outside = facts[facts["metric"] == "breeding_outside"]
    shares = facts.loc[facts["metric"] == "nesting_share", "value"]
    evidence = [
        *(f"there: {r.note.rstrip('.')}" for r in outside.itertuples() if r.note),
        *(f"another WWF text: {share} % of the population nests in the basin" for share in shares),
        f"sites of the complex with breeding recorded: {own['site_name_raw'].nunique()}, with a position in the "
        f"basin: {inside['site_name_raw'].nunique()}",
    ]
    return Answer(
        Reading("it also breeds elsewhere", ", ".join(outside["value"])) if len(outside) else None,
        evidence="; ".join(evidence),
        report=_REPORT,
        names=tuple(own["site_name_raw"].unique()),
        source_ids="|".join(facts["source_ids"]),
    )


def trend(_: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return whether a population in Russia grew between two years: their sourced counts must not overlap."""
    (species,) = _known([scope.one(conditions, "species")])
    years = conditions.get("years", ())
    if len(years) != 2 or not all(year.isdigit() for year in years):
        raise ParameterError("scope lacks `years`; give two, such as years=2005|2022")
    counts = data.table("species_counts")
    own = counts[
        (counts["species_id"] == species) & (counts["country"] == "RUS") & (counts["metric"] == "population")
    ]
    place = conditions.get("region")
    here = own["region"].isin(place) if place else own["scope"] == "national"
    own = own[here & (own["value_basis"] == "sourced") & own["year"].isin([int(year) for year in years])]
    # Where a census gives adults and a total, the total is what the other year gives.
    pair = own.sort_values("estimate_high").drop_duplicates("year", keep="last").sort_values("year")
    if len(pair) < 2:
        return Answer(
            evidence=f"Sourced counts of the two years: {len(pair)}",
            report=_REPORT,
            needs="two counts of one place by one method",
        )
    first, last = pair.to_dict("records")
    grew = last["estimate_low"] > first["estimate_high"]
    fell = last["estimate_high"] < first["estimate_low"]
    return Answer(
        Reading(
            f"its number by the counts of {first['year']} and {last['year']}",
            "increasing" if grew else "decreasing" if fell else "stable",
        ),
        evidence=f"{_counted(first)}; {_counted(last)}",
        report=_REPORT,
        source_ids="|".join(pair["source_ids"]),
    )


def not_tested(_: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return no reading: the claim itself says what would test it; counts of species in scope are information."""
    wanted = _known(list(conditions.get("species", ())))
    counts = data.table("species_counts")
    counts = counts[counts["metric"].isin(conditions.get("measure", ())) & counts["year"].notna()]
    names = data.table("species").set_index("species_id")["common_name_en"]
    parts, used = [], []
    for species in wanted:
        own = counts[counts["species_id"] == species].sort_values("year")
        if len(own) > 1:
            ends = [_counted(row) for row in own.iloc[[0, -1]].to_dict("records")]
            parts.append(f"{names[species]}: {', '.join(ends)}")
            used += own["source_ids"].iloc[[0, -1]].tolist()
    return Answer(evidence="; ".join(parts), report=_REPORT if parts else "", source_ids="|".join(used))


def _counted(row: Mapping[str, Any]) -> str:
    low, high = f"{row['estimate_low']:g}", f"{row['estimate_high']:g}"
    unit = "" if row["unit"] == "individuals" else f" {row['unit'].replace('_per_', ' a ').replace('_', ' ')}"
    return f"{low if low == high else f'{low}–{high}'}{unit} in {row['year']} ({row['method']})"


def _known(species: list[str]) -> list[str]:
    unknown = set(species) - set(data.table("species")["species_id"])
    if unknown:
        raise ParameterError(f"species {', '.join(sorted(unknown))} is not in data/tables/species.csv")
    return species


def _in_system(site_ids: pd.Series, system: str) -> set[str]:
    """Return the sites whose position lies in a drainage system."""
    areas = data.protected_areas(totals_only=False)
    points = areas[areas["site_id"].isin(site_ids[site_ids != ""]) & areas.geometry.notna()]
    basins = hydrography.basins("basin")
    ground = basins.loc[basins["system"] == system, ["geometry"]].to_crs(points.crs)
    return set(gpd.sjoin(points[["site_id", "geometry"]], ground, predicate="within")["site_id"])
