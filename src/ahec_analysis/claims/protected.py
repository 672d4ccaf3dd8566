"""Answers claims about protected areas and international designations from the inventory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ahec_analysis import data, territory
from ahec_analysis.claims import scope
from ahec_analysis.claims.audit import Answer, Reading
from ahec_analysis.claims.scope import Conditions
from ahec_analysis.coverage import sites, sums
from ahec_analysis.data import scopes
from ahec_analysis.errors import ParameterError
from ahec_analysis.values import shown

OF_SITES = ("territory",)
OF_DESIGNATIONS = ("exclude",)
"""Conditions that are not columns of the table of sites, or of designations."""
_ALL_OF_RUSSIA = {"country": ("RUS",), "governance_level": ("national", "subnational")}
_DESIGNATIONS = "protected-areas.html#international-designations"


def existing(day: str) -> pd.DataFrame:
    """Return the inventory's sites that may have existed, and may be summed, on a day (ISO date), former ones included.

    ``doubt`` says why one may not have existed then ("" where a source shows that it did): no source names it, its
    status or its date is not known.
    """
    rows = data.table("protected_areas")
    dates = data.table("site_dates")
    known = {event: group.set_index("site_id")["date"] for event, group in dates.groupby("event")}
    start = rows["site_id"].map(known["established"])
    start = start.fillna(rows["established_year"].map(lambda y: "" if pd.isna(y) else str(int(y))))
    end = rows["site_id"].map(known["abolished"]).fillna("9999-12-32")
    attested = rows["site_id"].map(known["attested"]).fillna("9999-12-32") <= day
    summed = rows["in_totals"].fillna(False).astype(bool)
    former = (rows["status"] == "former") & (end < "9999") & (rows["in_ahec"] != "no")
    undated = ((start == "") & (day != scope.TODAY)) | (start == day[:4])
    doubt = pd.Series("", index=rows.index)
    doubt = doubt.mask(undated & ~attested, "date not known")
    doubt = doubt.mask(rows["status"] == "doubtful", "status unclear")
    doubt = doubt.mask(rows["existence_basis"] != "sourced", "name only")
    return rows.assign(doubt=doubt)[(start <= day) & (end > day) & (summed | former)]


def protected_area_ha(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return the area of the sites in scope that existed at the date of the claim, with and without buffer zones."""
    days = scope.span(claim)
    first, last = (_living(conditions, day) for day in days)
    sums = [float(rows.loc[rows["doubt"] == "", "area_ha"].sum()) for rows in (first, last)]
    unknown = int(last["area_ha"].isna().sum())
    doubtful = int((last["doubt"] != "").sum())
    short = unknown + doubtful > 0
    zones = last.loc[last["doubt"] == "", "buffer_zone_ha"]
    buffered = sums[1] + float(zones.sum())
    others = {
        "with_buffer_zones": Reading(
            f"with the {int(zones.notna().sum())} buffer zones that are known, of {len(last)} sites",
            buffered,
            lower_bound=short or bool(zones.isna().any()),
        )
    }
    facts = data.table("claim_facts")
    series = facts[facts["metric"] == "protected_area_series"]
    if dict(conditions) == _ALL_OF_RUSSIA and days[1][:4] >= series["as_of"].max():
        total = float(series["value"].astype(float).sum())
        others["wwf_series"] = Reading(f"WWF's own series up to {series['as_of'].max()}", total, own=True)
    return Answer(
        Reading(f"listed sites known {scope.when(days)}", max(sums), least=min(sums), lower_bound=short),
        others,
        f"{shown(len(last))} sites by name; without a known area: {unknown or 'none'}; not certain to have existed "
        f"then: {doubtful or 'none'}{_official(conditions)}",
        "protected-areas.html#by-level-designation-and-iucn-category",
        needs="areas, years and buffer zones that the inventory lacks",
        source_ids="|".join(series["source_ids"].unique()) if "wwf_series" in others else "",
    )


def site_count(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return how many sites in scope existed at the date of the claim; a list by name may be short."""
    days = scope.span(claim)
    first, last = (_living(conditions, day) for day in days)
    certain = [int((rows["doubt"] == "").sum()) for rows in (first, last)]
    doubtful = int((last["doubt"] != "").sum())
    return Answer(
        Reading(
            f"known by name {scope.when(days)}",
            max(len(first), len(last)),
            least=min(certain),
            lower_bound=True,
        ),
        {"today": Reading("today", len(_living(conditions, scope.TODAY)))},
        f"List by name; not certain to have existed then: {doubtful or 'none'}",
        "protected-areas.html#what-is-known-and-what-is-missing",
        needs="a complete list with the date of each decree",
        names=_named(last),
    )


def coverage_percent(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return the listed share of the territory at the date of the claim, and what its page's own area makes."""
    areas = territory.definitions().set_index("definition")
    ground = scope.definition(conditions)
    wanted = conditions.get("country", ())
    unknown = set(wanted) - set(data.COUNTRY_NAMES)
    if unknown:
        raise ParameterError(
            f"scope has country {', '.join(sorted(unknown))}; known: {', '.join(data.COUNTRY_NAMES)}"
        )
    days = scope.span(claim)
    pieces = sites.sites("inventory").pieces()
    then = existing(days[1])
    pieces = pieces[pieces["site_id"].isin(then.loc[then["doubt"] == "", "site_id"])]
    rows = sums.in_territory(pieces, territory.ahec(ground), "country")
    inside = rows[rows["land_km2"].notna()]
    if wanted:
        inside = inside[inside["unit"].isin(wanted)]
    if inside.empty:
        raise ParameterError(f"scope `{claim['scope']}`: the country has no land in the territory")
    share = 100 * float(inside["protected_km2"].sum()) / float(inside["land_km2"].sum())
    name = f"listed sites known {scope.when(days)} ({areas.loc[ground, 'name']})"
    own = _own_shares(claim, areas)
    rounding = max((reading.spread for reading in own.values()), default=0.0)
    return Answer(
        Reading(name, share, lower_bound=True),
        own,
        "The hectares are the text's own, and their rounding moves its share by up to "
        f"{rounding:.2f}; the grounds are measured here without it",
        "ecoregion.html#six-readings-of-one-name",
        needs="areas and names that the inventory lacks, and the base that the page means",
    )


def designation_count(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return how many international designations are in scope, without those the claim sets apart."""
    chosen = _designated(claim, conditions, OF_DESIGNATIONS)
    without = set(conditions.get("exclude", ()))
    unknown = without - set(data.table("protected_areas")["site_id"])
    if unknown:
        raise ParameterError(f"scope excludes {', '.join(sorted(unknown))}, which is not in the inventory")
    kept = chosen[[not set(cell.split("|")) & without for cell in chosen["linked_site_ids"]]]
    everything = Reading("all of the scheme", len(chosen))
    return Answer(
        Reading("without those the claim sets apart", len(kept)) if without else everything,
        {"all": everything} if without else {},
        "Table of international designations",
        _DESIGNATIONS,
        names=tuple(f"{r.name_en} ({_numbered(r)})" for r in chosen.itertuples()),
    )


def designation_member(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return whether the site is part of a designation of the scheme, with its number and year."""
    site = str(claim["value"])
    if site not in set(data.table("protected_areas")["site_id"]):
        raise ParameterError(f"site `{site}` is not in the inventory")
    chosen = _designated(claim, conditions)
    holders = chosen[[site in cell.split("|") for cell in chosen["linked_site_ids"]]]
    holders = holders[~holders["part_of"].isin(holders["designation_id"])]
    return Answer(
        Reading("sites linked to the list of the scheme", frozenset({site} if len(holders) else ())),
        evidence="; ".join(f"{r.name_en}, {_numbered(r)}" for r in holders.itertuples())
        or "No designation of the scheme names the site",
        report=_DESIGNATIONS,
    )


def designation_listed(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return whether the designation is on the list of the scheme, with its number, year and area."""
    chosen = _designated(claim, conditions)
    own = chosen[chosen["designation_id"] == str(claim["value"])]
    return Answer(
        Reading("the list of the scheme", frozenset(own["designation_id"])),
        evidence="; ".join(f"{_numbered(r)}, {shown(r.area_ha, 'area_ha')} ha" for r in own.itertuples())
        or f"Not among the {len(chosen)} of the list",
        report=_DESIGNATIONS,
    )


def _designated(
    claim: Mapping[str, Any], conditions: Conditions, apart: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Return the designations in scope that were made by the last day the claim may speak of."""
    chosen = scopes.select(data.table("designations"), scope.columns(conditions, apart))
    last = int(scope.span(claim)[1][:4])
    return chosen[(chosen["designated_year"].isna() | (chosen["designated_year"] <= last)).astype(bool)]


def _living(conditions: Conditions, day: str) -> pd.DataFrame:
    """Return the sites in scope that may have existed on a day."""
    rows = data.table("protected_areas")
    chosen = scopes.select(rows, scope.columns(conditions, OF_SITES))
    if scope.definition(conditions) == "russia_provinces":
        named = set(territory.RUSSIAN_PROVINCES)
        chosen = chosen[[bool(named & set(cell.split("|"))) for cell in chosen["province_code"]]]
    then = existing(day)
    return then[then["site_id"].isin(chosen["site_id"])]


def _official(conditions: Conditions) -> str:
    """Return the official totals of whole provinces for the level in scope, as information."""
    totals = data.table("reported_totals")
    level = ";governance_level=" + "|".join(conditions.get("governance_level", ()))
    own = totals[
        totals["scope_filter"].str.fullmatch(r"province_code=[A-Z-]+" + level.replace("|", r"\|"))
        & totals["country"].isin(conditions.get("country", ()))
        & totals["area_ha"].notna()
    ]
    parts = [f"{r.province} {r.area_ha / 1e6:.2g} Mha ({r.as_of[:4]})" for r in own.itertuples()]
    return f". Official totals of whole provinces: {', '.join(parts)}" if parts else ""


def _own_shares(claim: Mapping[str, Any], areas: pd.DataFrame) -> dict[str, Reading]:
    """Return what the largest area that the source of a claim states makes of each ground, in percent."""
    claims = data.table("claims")
    stated = claims[
        (claims["metric"] == "protected_area_ha") & (claims["source_ids"] == claim.get("source_ids", ""))
    ]
    if stated.empty:
        return {}
    largest = stated.loc[stated["value"].astype(float).idxmax()]
    hectares, tolerance = float(largest["value"]), float(largest["tolerance"])
    page = float(claims.set_index("claim_id").loc["ahec-area", "value"])
    grounds = {"own_total_on_own_area": ("the area that the page gives for the complex", page)}
    grounds |= {f"own_total_on_{key}": (row["name"], float(row["area_km2"])) for key, row in areas.iterrows()}
    return {
        key: Reading(
            f"the text's own {hectares / 1e6:.1f} Mha over {float(f'{km2:.3g}') / 1e6:g} million km² ({name})",
            hectares / km2,
            own=True,
            spread=tolerance / km2,
        )
        for key, (name, km2) in grounds.items()
    }


def _numbered(row: Any) -> str:
    number_known = f"no. {row.official_number}" if row.official_number else "number unknown"
    return f"{number_known}, {shown(row.designated_year, 'year')}"


def _named(rows: pd.DataFrame) -> tuple[str, ...]:
    pairs = zip(rows["name_en"], rows["doubt"], strict=True)
    return tuple(f"{name} ({doubt})" if doubt else name for name, doubt in pairs)
