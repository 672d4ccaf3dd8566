"""Answers claims about species, their breeding and trends, and about WWF's focus regions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
from scipy.stats import spearmanr

from ahec_analysis import claim_scopes, data, hydrography, territory
from ahec_analysis.claim_scopes import Conditions
from ahec_analysis.claims import Answer, Reading
from ahec_analysis.errors import ParameterError

_REPORT = "species-summary.html"
_RIVERS = ("amur",)
_FEWEST_COUNTS = 3
_CLEAR_RANK = 0.5


def present(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return the species of which there are records or counts; a habitat in scope makes the claim untestable."""
    wanted = _known(str(claim["value"]).split("|"))
    records, counts = data.table("species_in_sites"), data.table("species_counts")
    counted = counts["species_id"].str.split("|")
    found = frozenset(
        s
        for s in wanted
        if (records["species_id"] == s).any() or counted.map(lambda ids, s=s: s in ids).any()
    )
    places = int(records.loc[records["species_id"].isin(wanted), "site_name_raw"].nunique())
    number = int(counted.map(lambda ids: bool(set(ids) & set(wanted))).sum())
    evidence = f"{_many(places, 'site')} with a record, {_many(number, 'count')}"
    if "habitat" in conditions:
        habitat = claim_scopes.one(conditions, "habitat", known=("forest",))
        needs = f"a map of intact {habitat}; the records of the species are evidence of the species alone"
        return Answer((), evidence, _REPORT, needs=needs)
    missing = ["what the page means: it names no species"] if claim.get("checkable") == "partly" else []
    if "river" in conditions:
        claim_scopes.one(conditions, "river", known=_RIVERS)
        missing.append("positions along the river: counts are given by region")
    return Answer((Reading("records and counts", found),), evidence, _REPORT, needs="; ".join(missing))


def breeding(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return whether breeding is recorded in the complex and, where the scope has a river, in its basin."""
    (species,) = _known([str(claim["value"])])
    records = data.table("species_in_sites")
    own = records[(records["species_id"] == species) & records["status"].str.contains("breeding")]
    anywhere = Reading("breeding is recorded in the complex", frozenset({species} if len(own) else ()))
    evidence = f"Breeding recorded from {_many(own['site_name_raw'].nunique(), 'site')}"
    readings: tuple[Reading, ...] = (anywhere,)
    if "river" in conditions:
        river = claim_scopes.one(conditions, "river", known=_RIVERS)
        there = _in_system(own["site_id"], river)
        inside = own[own["site_id"].isin(there)]
        evidence += f", {inside['site_name_raw'].nunique() or 'none'} of them with a position in the basin of the river"
        in_basin = Reading("breeding is recorded in the basin", frozenset({species} if len(inside) else ()))
        readings = (in_basin, anywhere)
    return Answer(
        readings,
        evidence,
        _REPORT,
        needs="the world range, for the word last, and positions in the valley itself",
        names=tuple(own["site_name_raw"].unique()),
    )


def trend(_: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return whether the sourced counts of a species in Russia grow, by rank correlation with the year."""
    (species,) = _known([claim_scopes.one(conditions, "species")])
    counts = data.table("species_counts")
    own = counts[
        (counts["species_id"] == species) & (counts["country"] == "RUS") & (counts["metric"] == "population")
    ]
    own = own[
        own["year"].notna() & own["scope"].isin(["national", "regional"]) & (own["value_basis"] == "sourced")
    ]
    series = own.assign(mid=(own["estimate_low"] + own["estimate_high"]) / 2).groupby("year")["mid"].max()
    if len(series) < _FEWEST_COUNTS:
        evidence = f"{_many(len(series), 'year')} with a sourced count of the population in Russia"
        return Answer((), evidence, _REPORT, needs="a series of counts by one method")
    rank = float(spearmanr(series.index.astype(float), series.to_numpy()).statistic)
    value = "increasing" if rank > _CLEAR_RANK else "decreasing" if rank < -_CLEAR_RANK else "stable"
    return Answer(
        (Reading("sourced counts of Russia, rank correlation with the year", value),),
        f"{series.iloc[0]:.0f} in {int(series.index[0])}, {series.iloc[-1]:.0f} in {int(series.index[-1])}; "
        f"rank correlation {rank:.2f}",
        _REPORT,
        needs="one method along the series",
    )


def sites_with(_: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return how many sites have a resident record of one of the species."""
    wanted = _known(list(conditions.get("species", ())))
    if not wanted:
        raise ParameterError("scope lacks `species`")
    records = data.table("species_in_sites")
    own = records[
        records["species_id"].isin(wanted) & records["status"].isin(["resident", "breeding", "reintroduced"])
    ]
    return Answer(
        (Reading("sites with a resident record", own["site_name_raw"].nunique()),),
        "Table of species in sites",
        _REPORT,
        needs="evaluations of management",
        names=tuple(own["site_name_raw"].unique()),
    )


def fish_runs(_: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return the catches of the species; they are no measure of how large a run is, so nothing is decided."""
    claim_scopes.one(conditions, "river", known=_RIVERS)
    wanted = _known(list(conditions.get("species", ())))
    names = data.table("species").set_index("species_id")["common_name_en"]
    counts = data.table("species_counts")
    catches = counts[(counts["metric"] == "catch") & counts["year"].notna()]
    parts = []
    for species in wanted:
        own = catches[catches["species_id"] == species].sort_values("year")
        if len(own) > 1:
            first, last = own.iloc[0], own.iloc[-1]
            unit = str(first["unit"]).replace("_per_", " a ").replace("_", " ")
            parts.append(
                f"{names[species]}: {first['estimate_low']:g} {unit} in {first['year']}, "
                f"{last['estimate_high']:g} in {last['year']}"
            )
    return Answer(
        (),
        "Catches. " + "; ".join(parts) if parts else "No catches of the species in the table",
        "species-chum-salmon.html",
        needs="a series of the runs of salmon, and counts of sturgeon by one method",
    )


def focus(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return which regions the project's own focus regions name; they are drawn from the statement itself."""
    claim_scopes.one(conditions, "organisation", known=("wwf",))
    if "topic" in conditions:
        claim_scopes.one(conditions, "topic", known=("river_basin_management",))
    named = " ".join(territory.focus_regions()[["name", "provinces"]].to_numpy().ravel()).lower()
    provinces = territory.provinces().set_index("province_code")["name"]
    parts = frozenset(
        v
        for v in str(claim["value"]).split("|")
        if v.lower() in named or str(provinces.get(v, "?")).lower() in named
    )
    return Answer(
        (Reading("regions of this project, drawn from the statement itself", parts, own=True),),
        "Named by WWF without a boundary",
        "ecoregion.html#the-focus-regions-of-wwf",
    )


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


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
