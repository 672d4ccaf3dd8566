"""The functions that answer the metrics of claims, each from the project's own tables and territory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from scipy.stats import spearmanr

from ahec_analysis import data, hydrography, scopes, sites, summary, territory
from ahec_analysis.claims import Answer, Metric, Reading
from ahec_analysis.errors import ParameterError
from ahec_analysis.tables import shown

PAGE_DATE = "2019-12-19"
"""The page is undated; its counts are older than the national park of 20 December 2019."""
_TODAY = "today"
_SPECIAL = (
    "territory",
    "as_of",
    "exclude",
    "extent",
    "limit",
    "basins",
    "status",
    "flyway",
    "organisation",
    "topic",
)
_TERRITORIES = {"ahec": "composition", "five_provinces": "russia_provinces"}
_BASINS = {
    "amur": ("system", "amur"),
    "ulz": ("parent", "ulz"),
    "uda": ("parent", "uda"),
    "olekma": ("parent", "olekma"),
    "sikhote-alin-east": ("parent", "sikhote_alin_east"),
    "razdolnaya": ("parent", "razdolnaya"),
    "tumen": ("parent", "tumen"),
}
_MOST_PERCENT = 98.0
_NOTICEABLE_KM2 = 5000.0


def registry() -> dict[str, Metric]:
    """Return the function for each metric of data/tables/claims.csv; a user's claims may use the same."""
    answers: dict[str, Metric] = {
        "coverage_percent": _coverage_percent,
        "protected_area_ha": _protected_area_ha,
        "site_count": _site_count,
        "designation_count": _designation_count,
        "designation_member": _designation_member,
        "designation_listed": _designation_listed,
        "territory_area_km2": _territory_area,
        "country_in_territory": _countries,
        "basin_in_territory": _basin,
        "basin_outlet": _outlet,
        "province_count": _province_count,
        "province_in_territory": _province,
        "dam_count": _dam_count,
        "species_in_territory": _species,
        "species_breeding_in_territory": _breeding,
        "population_trend": _trend,
        "site_count_with_species": _sites_with_species,
        "migratory_fish_abundance": _fish,
        "focus_region": _focus,
    }
    return answers | {metric: _needs(text) for metric, text in _NOT_TESTABLE.items()}


_NOT_TESTABLE = {
    "province_predecessors": "a table of administrative changes",
    "flow_regime_natural": "daily discharge of gauges before and after the reservoirs of the tributaries",
    "green_corridor_established": "the legal acts that establish the corridor and its boundary",
    "network_connected": "outlines of protected areas and corridors: circles about points say nothing about contact",
    "migratory_bird_count": "counts along the flyway: no table holds a total",
    "biodiversity_rank": "complete species lists by region",
    "threat_rank": "maps of population, roads and land-cover change by region",
}


def as_of(date: str = _TODAY) -> pd.DataFrame:
    """Return the sites of the inventory that existed on a day, former ones included.

    Parameters
    ----------
    date : str
        ISO date, year, or ``today``. A site founded after it does not count, one abolished before it does not
        either; a site of unknown year counts.

    Returns
    -------
    DataFrame
        Rows of the inventory that may be summed on that day.
    """
    rows = data.table("protected_areas")
    if date == _TODAY:
        return rows[rows["in_totals"].fillna(False).astype(bool)]
    day = date if len(date) == 10 else f"{date}-12-31"
    dates = data.table("site_dates")
    known = {event: group.set_index("site_id")["date"] for event, group in dates.groupby("event")}
    start = rows["site_id"].map(known["established"])
    start = start.fillna(rows["established_year"].map(lambda y: "" if pd.isna(y) else f"{int(y)}-01-01"))
    end = rows["site_id"].map(known["abolished"]).fillna("9999")
    lived = (start <= day) & (end > day)
    former = (rows["status"] == "former") & (end != "9999") & (rows["in_ahec"] != "no")
    return rows[(lived & (rows["in_totals"].fillna(False).astype(bool) | former)).astype(bool)]


def _plain(scope: str) -> tuple[str, dict[str, tuple[str, ...]]]:
    """Return the conditions on columns of a scope, and the special ones apart."""
    found = scopes.conditions(scope)
    columns = ";".join(f"{k}={'|'.join(v)}" for k, v in found.items() if k not in _SPECIAL)
    return columns, {k: v for k, v in found.items() if k in _SPECIAL}


def _dated(special: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    if "as_of" in special:
        return [(f"on {special['as_of'][0]}", special["as_of"][0])]
    return [("at the date of the page", PAGE_DATE), ("today", _TODAY)]


def _protected_area_ha(claim: Mapping[str, Any]) -> Answer:
    columns, special = _plain(claim["scope"])
    readings = []
    for when, date in _dated(special):
        chosen = scopes.select(as_of(date), columns)
        area = float(chosen["area_ha"].sum())
        readings.append(Reading(when, area))
        readings.append(Reading(f"{when}, with buffer zones", area + float(chosen["buffer_zone_ha"].sum())))
        sourced = chosen["area_basis"] == "sourced"
        readings.append(Reading(f"{when}, sourced areas only", float(chosen.loc[sourced, "area_ha"].sum())))
    everything = scopes.select(as_of(_dated(special)[0][1]), columns)
    unknown = int(everything["area_ha"].isna().sum())
    nearest = min(readings, key=lambda r: abs(r.value - float(claim["value"])))
    return Answer(
        tuple(readings),
        f"{len(everything)} sites by name, {unknown} of them without a known area; nearest: {nearest.name}, "
        f"{shown(nearest.value)} ha",
        "protected-areas.html#by-level-designation-and-iucn-category",
        lower_bound=unknown > 0,
        needs="areas and names that the inventory lacks" if unknown else "",
        names=_named(everything),
    )


def _site_count(claim: Mapping[str, Any]) -> Answer:
    columns, special = _plain(claim["scope"])
    readings = []
    for when, date in _dated(special):
        chosen = scopes.select(as_of(date), columns)
        confirmed = chosen[chosen["existence_basis"] == "sourced"]
        readings += [Reading(when, len(chosen)), Reading(f"{when}, named by a source", len(confirmed))]
    wider = scopes.select(data.table("protected_areas"), columns)
    for status, what in (("outside", "outside the complex"), ("doubtful", "of unclear status")):
        more = wider[(wider["status"] == status) & ~wider["in_totals"].fillna(False).astype(bool)]
        if len(more):
            readings.append(
                Reading(
                    f"today, with {len(more)} {what}",
                    len(as_of()[as_of()["site_id"].isin(wider["site_id"])]) + len(more),
                )
            )
    listed = scopes.select(as_of(_dated(special)[0][1]), columns)
    recalled = int((listed["existence_basis"] != "sourced").sum())
    stated = float(claim["value"])
    return Answer(
        tuple(readings),
        f"{len(listed)} by name, {recalled} of them known only by name or from a count",
        "protected-areas.html#what-is-known-and-what-is-missing",
        lower_bound=len(listed) < stated,
        needs="the missing names" if len(listed) < stated else "",
        names=_named(listed),
    )


def _coverage_percent(claim: Mapping[str, Any]) -> Answer:
    _, special = _plain(claim["scope"])
    areas = territory.definitions().set_index("definition")
    ground = _TERRITORIES.get(special.get("territory", ("ahec",))[0], "composition")
    found = sites.sites("inventory")
    rows = summary.in_territory(found.pieces(), territory.ahec(ground), "country")
    inside = rows[rows["land_km2"].notna()]
    share = 100 * float(inside["protected_km2"].sum()) / float(inside["land_km2"].sum())
    readings = [Reading(f"inventory on {areas.loc[ground, 'name']}", share)]
    for stated, tolerance in _stated_totals(claim):
        for name, area_km2, own in _grounds(areas):
            value = stated / area_km2
            readings.append(
                Reading(f"the page's own {stated / 1e6:.1f} Mha on {name}", value, own, tolerance / area_km2)
            )
    return Answer(
        tuple(readings),
        "Derived areas of the territory are independent of the page; its protected area is its own figure",
        "ecoregion.html#six-readings-of-one-name",
        lower_bound=True,
        needs="",
    )


def _grounds(areas: pd.DataFrame) -> list[tuple[str, float, bool]]:
    """Return what a share may refer to: name, area in km², and whether it is the page's own figure."""
    derived = [(f"{row['name']} (derived)", float(row["area_km2"]), False) for _, row in areas.iterrows()]
    page = float(data.table("claims").set_index("claim_id").loc["ahec-area", "value"])
    return [*derived, ("the page's own area of the complex", page, True)]


def _stated_totals(claim: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Return the largest protected area (ha) that the source of a claim states itself, and its tolerance."""
    claims = data.table("claims")
    own = claims[(claims["metric"] == "protected_area_ha") & (claims["source_ids"] == claim["source_ids"])]
    own = own.assign(number=own["value"].astype(float)).nlargest(1, "number")
    return [(row.number, float(row.tolerance)) for row in own.itertuples()]


def _designation_count(claim: Mapping[str, Any]) -> Answer:
    columns, special = _plain(claim["scope"])
    chosen = scopes.select(data.table("designations"), columns)
    all_of_them = Reading("all of the scheme", len(chosen))
    without = special.get("exclude", ())
    kept = chosen[[not set(cell.split("|")) & set(without) for cell in chosen["linked_site_ids"]]]
    readings = (
        (Reading("without those the claim sets apart", len(kept)), all_of_them) if without else (all_of_them,)
    )
    names = tuple(
        f"{r.name_en} ({r.official_number or 'no number'}, {r.designated_year})" for r in chosen.itertuples()
    )
    return Answer(
        readings,
        "Table of international designations",
        "protected-areas.html#international-designations",
        names=names,
    )


def _designation_member(claim: Mapping[str, Any]) -> Answer:
    columns, _ = _plain(claim["scope"])
    chosen = scopes.select(data.table("designations"), columns)
    linked = {s for cell in chosen["linked_site_ids"] for s in cell.split("|")}
    holders = chosen[[claim["value"] in cell.split("|") for cell in chosen["linked_site_ids"]]]
    evidence = "; ".join(
        f"{r.name_en}, no. {r.official_number or 'unknown'}, {r.designated_year}"
        for r in holders.itertuples()
    )
    return Answer(
        (Reading("linked sites", frozenset(linked & {claim["value"]})),),
        evidence,
        "protected-areas.html#international-designations",
    )


def _designation_listed(claim: Mapping[str, Any]) -> Answer:
    columns, _ = _plain(claim["scope"])
    chosen = scopes.select(data.table("designations"), columns).set_index("designation_id")
    listed = frozenset(set(chosen.index) & {claim["value"]})
    row = chosen.loc[claim["value"]] if listed else None
    evidence = (
        ""
        if row is None
        else f"no. {row['official_number'] or 'unknown'}, {row['designated_year']}, {shown(row['area_ha'], 'area_ha')} ha"
    )
    return Answer(
        (Reading("the list of the scheme", listed),),
        evidence,
        "protected-areas.html#international-designations",
    )


def _territory_area(_: Mapping[str, Any]) -> Answer:
    areas = territory.definitions()
    readings = [Reading(f"{r['name']} (derived)", float(r["area_km2"])) for r in areas.to_dict("records")]
    hydrology = data.table("hydrology")
    basin = hydrology[(hydrology["metric"] == "area") & (hydrology["unit_id"] == "amur-basin")]
    readings += [Reading(f"{r.unit_name} alone, as published", float(r.value)) for r in basin.itertuples()]
    return Answer(
        tuple(readings), "Derived from elevation and mapped rivers", "ecoregion.html#six-readings-of-one-name"
    )


def _countries(claim: Mapping[str, Any]) -> Answer:
    shares = territory.shares("composition", "country")
    status = scopes.conditions(claim["scope"]).get("status", ("inside",))[0]
    found = frozenset(shares.loc[shares["status"] == status, "unit"])
    area = "; ".join(f"{r.name} {shown(float(r.area_km2))} km²" for r in shares.itertuples(index=False))
    return Answer(
        (Reading(f"countries {status}", found),), area, "ecoregion.html#by-country-province-and-basin"
    )


def _basin(claim: Mapping[str, Any]) -> Answer:
    if claim["value"] not in _BASINS:
        raise ParameterError(f"basin `{claim['value']}` is not one of {', '.join(_BASINS)}")
    column, key = _BASINS[claim["value"]]
    inside = territory.ahec("composition")
    whole = hydrography.basins("basin")
    part = float(inside.loc[inside[column] == key, "area_km2"].sum())
    full = float(territory.area_km2(whole[whole[column] == key]).sum())
    percent = 100 * part / full
    extent = scopes.conditions(claim["scope"]).get("extent", ("part",))[0]
    fits = percent > 0 and (extent == "part" or percent > _MOST_PERCENT)
    outside = "; the rest is in the DPRK, which the page leaves out" if claim["value"] == "tumen" else ""
    reading = Reading(f"{percent:.0f} % of it inside", frozenset({claim["value"]} if fits else ()))
    readings = [reading]
    if claim["value"] == "tumen":
        readings.append(Reading("without its land in the DPRK", frozenset({claim["value"]})))
    return Answer(
        tuple(readings),
        f"{shown(part)} of {shown(full)} km²{outside}",
        "ecoregion.html#by-country-province-and-basin",
    )


def _outlet(claim: Mapping[str, Any]) -> Answer:
    (basin,) = scopes.conditions(claim["scope"])["basin"]
    reaches = hydrography.rivers()
    ends = reaches[(reaches["basin_id"] == basin) & reaches["downstream_id"].isna()]
    last = ends.loc[ends["upstream_km2"].idxmax()]
    lakes = territory.lakes().to_crs(territory.EQUAL_AREA)
    mouth = ends.to_crs(territory.EQUAL_AREA).geometry.loc[last.name]
    lake = str(lakes.loc[lakes.distance(mouth).idxmin(), "name"]).lower()
    value = "torey-lakes" if last["outlet"] == "closed lake" else str(last["outlet"])
    return Answer(
        (Reading(f"its outlet is a {last['outlet']}", value),),
        f"Sink of the network in the Torey basin; nearest mapped lake: {lake or 'without a name'}",
        "ecoregion.html#how-good-the-basins-are",
    )


def _province_count(claim: Mapping[str, Any]) -> Answer:
    (country,) = scopes.conditions(claim["scope"])["country"]
    pieces = territory.ahec("composition")
    shares = territory.shares("composition", "province")
    shares = shares[shares["unit"].isin(pieces.loc[pieces["country"] == country, "province_code"])]
    inside = shares[shares["status"] == "inside"]
    large = inside[inside["area_km2"] >= _NOTICEABLE_KM2]
    readings = (
        Reading("provinces with 1 % of their land or 1 000 km² inside", len(inside)),
        Reading(f"provinces with {shown(_NOTICEABLE_KM2)} km² inside", len(large)),
    )
    names = tuple(f"{r.name} {shown(float(r.area_km2))} km²" for r in inside.itertuples(index=False))
    return Answer(readings, "Derived territory", "ecoregion.html#by-country-province-and-basin", names=names)


def _province(claim: Mapping[str, Any]) -> Answer:
    special = scopes.conditions(claim["scope"])
    shares = territory.shares("composition", "province").set_index("unit")
    if claim["value"] not in shares.index:
        raise ParameterError(f"province `{claim['value']}` does not touch the territory")
    row = shares.loc[claim["value"]]
    percent = float(row["inside_percent"])
    whole = special["extent"][0] == "whole"
    fits = percent > _MOST_PERCENT if whole else percent > 0
    readings = [Reading(f"{percent:.1f} % of it inside", frozenset({claim["value"]} if fits else ()))]
    if whole:
        readings.append(Reading("the reading by whole provinces", frozenset({claim["value"]})))
    return Answer(
        tuple(readings),
        f"{shown(float(row['area_km2']))} km² inside",
        "ecoregion.html#by-country-province-and-basin",
    )


def _dam_count(claim: Mapping[str, Any]) -> Answer:
    dams = data.table("dams")
    conditions = scopes.conditions(claim["scope"])
    chosen = dams[dams["river"].str.casefold() == conditions["river"][0].casefold()]
    if "on_main_stem" in conditions:
        chosen = chosen[chosen["on_main_stem"].fillna(False).astype(bool)]
    planned = len(chosen)
    chosen = chosen[chosen["status_group"].isin(conditions["status_group"])]
    return Answer(
        (Reading("dams of the table", len(chosen)),),
        f"{planned} dams on it were planned or shelved; its tributaries hold {int(dams['blocks_river_today'].sum())} of the table",
        "rivers-and-wetlands.html",
        names=tuple(chosen["name_en"]),
    )


def _species(claim: Mapping[str, Any]) -> Answer:
    wanted = claim["value"].split("|")
    records = data.table("species_in_sites")
    counts = data.table("species_counts")
    found = frozenset(
        s
        for s in wanted
        if (records["species_id"] == s).any() or counts["species_id"].str.contains(s, regex=False).any()
    )
    sites_of = records[records["species_id"].isin(wanted)]["site_name_raw"].nunique()
    partly = claim.get("checkable") == "partly"
    return Answer(
        (Reading("records and counts", found),),
        f"Recorded from {sites_of} sites, {int(counts['species_id'].isin(wanted).sum())} counts",
        "species-summary.html",
        needs="what the page means: it names no species" if partly else "",
    )


def _breeding(claim: Mapping[str, Any]) -> Answer:
    records = data.table("species_in_sites")
    own = records[(records["species_id"] == claim["value"]) & records["status"].str.contains("breeding")]
    found = frozenset({claim["value"]} if len(own) else ())
    return Answer(
        (Reading("breeding is recorded", found),),
        f"Breeding recorded from {own['site_name_raw'].nunique()} sites",
        "species-summary.html",
        needs="the world range, for the word last",
        names=tuple(own["site_name_raw"].unique()),
    )


def _trend(claim: Mapping[str, Any]) -> Answer:
    (species,) = scopes.conditions(claim["scope"])["species"]
    counts = data.table("species_counts")
    own = counts[
        (counts["species_id"] == species) & (counts["country"] == "RUS") & (counts["metric"] == "population")
    ]
    own = own[
        own["year"].notna() & own["scope"].isin(["national", "regional"]) & (own["value_basis"] == "sourced")
    ]
    series = own.assign(mid=(own["estimate_low"] + own["estimate_high"]) / 2).groupby("year")["mid"].max()
    rank = float(spearmanr(series.index.astype(float), series.to_numpy()).statistic)
    value = "increasing" if rank > 0.5 else "decreasing" if rank < -0.5 else "stable"
    return Answer(
        (Reading("sourced counts of Russia, rank correlation with the year", value),),
        f"{series.iloc[0]:.0f} in {int(series.index[0])}, {series.iloc[-1]:.0f} in {int(series.index[-1])}; rank correlation {rank:.2f}",
        "species-summary.html",
        needs="one method along the series",
    )


def _sites_with_species(claim: Mapping[str, Any]) -> Answer:
    wanted = scopes.conditions(claim["scope"])["species"]
    records = data.table("species_in_sites")
    own = records[
        records["species_id"].isin(wanted) & records["status"].isin(["resident", "breeding", "reintroduced"])
    ]
    return Answer(
        (Reading("sites with a resident record", own["site_name_raw"].nunique()),),
        "Table of species in sites",
        "species-summary.html",
        needs="evaluations of management",
        names=tuple(own["site_name_raw"].unique()),
    )


def _fish(_: Mapping[str, Any]) -> Answer:
    counts = data.table("species_counts")
    catch = counts[
        (counts["metric"] == "catch")
        & counts["species_id"].str.contains("oncorhynchus")
        & (counts["unit"] == "kt_per_year")
    ]
    catch = catch[catch["year"].notna()].sort_values("year")
    first, last = catch.iloc[0], catch.iloc[-1]
    ratio = float(last["estimate_high"] / first["estimate_low"])
    return Answer(
        (
            Reading(
                "the latest catch of salmon against the earlier one", "large" if ratio >= 1 else "declining"
            ),
        ),
        f"{first['estimate_low']:g} kt a year about {first['year']}, {last['estimate_high']:g} kt in {last['year']}: {100 * ratio:.0f} %",
        "species-chum-salmon.html",
    )


def _focus(claim: Mapping[str, Any]) -> Answer:
    named = " ".join(territory.focus_regions()[["name", "provinces"]].to_numpy().ravel()).lower()
    provinces = territory.provinces().set_index("province_code")["name"]
    parts = frozenset(
        v
        for v in claim["value"].split("|")
        if v.lower() in named or str(provinces.get(v, "?")).lower() in named
    )
    return Answer(
        (Reading("regions of this project, drawn from the statement itself", parts, own=True),),
        "Named by WWF without a boundary",
        "ecoregion.html#the-focus-regions-of-wwf",
    )


def _needs(text: str) -> Metric:
    return lambda _: Answer(needs=text)


def _named(rows: pd.DataFrame) -> tuple[str, ...]:
    weak = rows["existence_basis"] != "sourced"
    return tuple(f"{n}{' (name only)' if w else ''}" for n, w in zip(rows["name_en"], weak, strict=True))
