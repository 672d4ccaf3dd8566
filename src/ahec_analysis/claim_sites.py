"""Answers claims about protected areas and international designations from the inventory."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ahec_analysis import claim_scopes, data, scopes, sites, summary, territory
from ahec_analysis.claim_scopes import Conditions
from ahec_analysis.claims import Answer, Reading, number
from ahec_analysis.errors import ParameterError
from ahec_analysis.tables import shown

PAGE_DATE = "2019-12-19"
"""The page is undated; its counts are older than the national park of 20 December 2019."""
OF_SITES = ("as_of", "territory")
OF_DESIGNATIONS = ("exclude",)
"""Conditions that are not columns of the table of sites, or of designations."""
_TODAY = "today"
_DESIGNATIONS = "protected-areas.html#international-designations"


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

    Raises
    ------
    ParameterError
        If the date is neither a day nor a year.
    """
    rows = data.table("protected_areas")
    if date == _TODAY:
        return rows[rows["in_totals"].fillna(False).astype(bool)]
    if not re.fullmatch(r"\d{4}(-\d\d-\d\d)?", date):
        raise ParameterError(f"scope has `as_of={date}`; give a day such as 2019-12-20, a year, or today")
    day = date if len(date) == 10 else f"{date}-12-31"
    dates = data.table("site_dates")
    known = {event: group.set_index("site_id")["date"] for event, group in dates.groupby("event")}
    start = rows["site_id"].map(known["established"])
    start = start.fillna(rows["established_year"].map(lambda y: "" if pd.isna(y) else f"{int(y)}-01-01"))
    end = rows["site_id"].map(known["abolished"]).fillna("9999")
    lived = (start <= day) & (end > day)
    former = (rows["status"] == "former") & (end != "9999") & (rows["in_ahec"] != "no")
    return rows[(lived & (rows["in_totals"].fillna(False).astype(bool) | former)).astype(bool)]


def protected_area_ha(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return the area of the sites in scope at the date of the page and today, with and without buffer zones."""
    readings = []
    for when, date in _dated(conditions):
        chosen = _living(conditions, date)
        area = float(chosen["area_ha"].sum())
        readings.append(Reading(when, area))
        readings.append(Reading(f"{when}, with buffer zones", area + float(chosen["buffer_zone_ha"].sum())))
        sourced = chosen["area_basis"] == "sourced"
        readings.append(Reading(f"{when}, sourced areas only", float(chosen.loc[sourced, "area_ha"].sum())))
    listed = _living(conditions, _dated(conditions)[0][1])
    unknown = int(listed["area_ha"].isna().sum())
    stated = number(claim)
    nearest = min(readings, key=lambda reading: abs(reading.value - stated))
    return Answer(
        tuple(readings),
        f"{shown(len(listed))} sites by name, {unknown or 'none'} of them without a known area. Nearest reading: "
        f"{shown(nearest.value)} ha ({nearest.name})",
        "protected-areas.html#by-level-designation-and-iucn-category",
        lower_bound=unknown > 0,
        needs="areas and names that the inventory lacks" if unknown else "",
        names=_named(listed),
    )


def site_count(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return how many sites are in scope, by date, by evidence of their existence, and with doubtful ones."""
    readings = []
    for when, date in _dated(conditions):
        chosen = _living(conditions, date)
        confirmed = chosen[chosen["existence_basis"] == "sourced"]
        readings += [Reading(when, len(chosen)), Reading(f"{when}, named by a source", len(confirmed))]
    wider = _in_scope(data.table("protected_areas"), conditions)
    today = len(_living(conditions, _TODAY))
    for status, what in (("outside", "outside the complex"), ("doubtful", "of unclear status")):
        more = wider[(wider["status"] == status) & ~wider["in_totals"].fillna(False).astype(bool)]
        if len(more):
            readings.append(Reading(f"today, with {len(more)} {what}", today + len(more)))
    listed = _living(conditions, _dated(conditions)[0][1])
    recalled = int((listed["existence_basis"] != "sourced").sum())
    stated = number(claim)
    return Answer(
        tuple(readings),
        f"{len(listed)} by name, {recalled or 'none'} of them known only by name or from a count",
        "protected-areas.html#what-is-known-and-what-is-missing",
        lower_bound=len(listed) < stated,
        needs="the missing names" if len(listed) < stated else "",
        names=_named(listed),
    )


def coverage_percent(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return the protected share of the territory, and what the page's own area makes of each territory."""
    areas = territory.definitions().set_index("definition")
    ground = claim_scopes.definition(conditions)
    found = sites.sites("inventory")
    rows = summary.in_territory(found.pieces(), territory.ahec(ground), "country")
    inside = rows[rows["land_km2"].notna()]
    wanted = conditions.get("country", ())
    unknown = set(wanted) - set(data.COUNTRY_NAMES)
    if unknown:
        raise ParameterError(
            f"scope has country {', '.join(sorted(unknown))}; known: {', '.join(data.COUNTRY_NAMES)}"
        )
    if wanted:
        inside = inside[inside["name"].isin([data.COUNTRY_NAMES[code] for code in wanted])]
    if inside.empty:
        raise ParameterError(f"scope `{claim['scope']}`: the country has no land in the territory")
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
    )


def designation_count(_: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return how many international designations are in scope, with and without those the claim sets apart."""
    chosen = scopes.select(data.table("designations"), claim_scopes.columns(conditions, OF_DESIGNATIONS))
    everything = Reading("all of the scheme", len(chosen))
    without = set(conditions.get("exclude", ()))
    unknown = without - set(data.table("protected_areas")["site_id"])
    if unknown:
        raise ParameterError(f"scope excludes {', '.join(sorted(unknown))}, which is not in the inventory")
    kept = chosen[[not set(cell.split("|")) & without for cell in chosen["linked_site_ids"]]]
    apart = Reading("without those the claim sets apart", len(kept))
    return Answer(
        (apart, everything) if without else (everything,),
        "Table of international designations",
        _DESIGNATIONS,
        names=tuple(f"{r.name_en} ({_numbered(r)})" for r in chosen.itertuples()),
    )


def designation_member(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return whether the site is part of a designation of the scheme, with its number and year."""
    site = str(claim["value"])
    if site not in set(data.table("protected_areas")["site_id"]):
        raise ParameterError(f"site `{site}` is not in the inventory")
    chosen = scopes.select(data.table("designations"), claim_scopes.columns(conditions, ()))
    holders = chosen[[site in cell.split("|") for cell in chosen["linked_site_ids"]]]
    return Answer(
        (Reading("linked sites", frozenset({site} if len(holders) else ())),),
        "; ".join(f"{r.name_en}, {_numbered(r)}" for r in holders.itertuples())
        or "No designation of the scheme names the site",
        _DESIGNATIONS,
    )


def designation_listed(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return whether the designation is on the list of the scheme, with its number, year and area."""
    wanted = str(claim["value"])
    chosen = scopes.select(data.table("designations"), claim_scopes.columns(conditions, ()))
    own = chosen[chosen["designation_id"] == wanted]
    return Answer(
        (Reading("the list of the scheme", frozenset(own["designation_id"])),),
        "; ".join(f"{_numbered(r)}, {shown(r.area_ha, 'area_ha')} ha" for r in own.itertuples())
        or f"Not among the {len(chosen)} of the list",
        _DESIGNATIONS,
    )


def _dated(conditions: Conditions) -> list[tuple[str, str]]:
    if "as_of" in conditions:
        date = claim_scopes.one(conditions, "as_of")
        return [(f"on {date}", date)]
    return [("at the date of the page", PAGE_DATE), (_TODAY, _TODAY)]


def _living(conditions: Conditions, date: str) -> pd.DataFrame:
    """Return the sites in scope that existed on a day."""
    rows = as_of(date)
    wanted = _in_scope(data.table("protected_areas"), conditions)
    return rows[rows["site_id"].isin(wanted["site_id"])]


def _in_scope(rows: pd.DataFrame, conditions: Conditions) -> pd.DataFrame:
    chosen = scopes.select(rows, claim_scopes.columns(conditions, OF_SITES))
    if claim_scopes.definition(conditions) != "russia_provinces":
        return chosen
    named = set(territory.RUSSIAN_PROVINCES)
    return chosen[[bool(named & set(cell.split("|"))) for cell in chosen["province_code"]]]


def _grounds(areas: pd.DataFrame) -> list[tuple[str, float, bool]]:
    """Return what a share may refer to: name, area in km², and whether it is the page's own figure."""
    derived = [(f"{row['name']} (derived)", float(row["area_km2"]), False) for _, row in areas.iterrows()]
    page = float(data.table("claims").set_index("claim_id").loc["ahec-area", "value"])
    return [*derived, ("the page's own area of the complex", page, True)]


def _stated_totals(claim: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Return the largest protected area (ha) that the source of a claim states itself, and its tolerance."""
    source = str(claim.get("source_ids", ""))
    claims = data.table("claims")
    own = claims[
        (claims["metric"] == "protected_area_ha") & (claims["source_ids"] == source) & (source != "")
    ]
    own = own.assign(number=own["value"].astype(float)).nlargest(1, "number")
    return [(row.number, float(row.tolerance)) for row in own.itertuples()]


def _numbered(row: Any) -> str:
    number_known = f"no. {row.official_number}" if row.official_number else "number unknown"
    return f"{number_known}, {shown(row.designated_year, 'year')}"


def _named(rows: pd.DataFrame) -> tuple[str, ...]:
    weak = rows["existence_basis"] != "sourced"
    return tuple(f"{n}{' (name only)' if w else ''}" for n, w in zip(rows["name_en"], weak, strict=True))
