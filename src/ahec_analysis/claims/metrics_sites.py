"""Answers claims about protected areas and international designations from the inventory."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ahec_analysis import data, territory
from ahec_analysis.claims.audit import Answer, Note, Reading, note
from ahec_analysis.claims.registry import TODAY, Question, demand, metric, when
from ahec_analysis.coverage import sites, sums
from ahec_analysis.values import shown

_ALL_OF_RUSSIA = {"country": ("RUS",), "governance_level": ("national", "subnational")}
_BY_LEVEL = "protected-areas.html#by-level-designation-and-iucn-category"
_KNOWN = "protected-areas.html#what-is-known-and-what-is-missing"
_READINGS = "ecoregion.html#six-readings-of-one-name"
_DESIGNATIONS = "protected-areas.html#international-designations"
_NEVER = "9999-12-32"


def existing(day: str) -> pd.DataFrame:
    """Return the sites that may have existed, and may be summed, on a day (ISO date), former ones included.

    ``doubt`` says why one may not have existed then ("" where a source shows that it did): ``name_only`` (no
    source), ``status_unclear`` or ``date_unknown``.
    """
    rows = data.table("protected_areas")
    dates = data.table("site_dates").set_index(["event", "site_id"])["date"]
    known = {event: rows["site_id"].map(dates[event]) for event in ("established", "abolished", "attested")}
    start = known["established"].fillna(rows["established_year"].astype("string")).fillna("")
    end = known["abolished"].fillna(_NEVER)
    attested = known["attested"].fillna(_NEVER) <= day
    summed = rows["in_totals"].fillna(False).astype(bool)
    former = (rows["status"] == "former") & (end < _NEVER) & (rows["in_ahec"] != "no")
    undated = ((start == "") & (day != TODAY)) | (start == day[:4])
    doubt = pd.Series("", index=rows.index).mask(undated & ~attested, "date_unknown")
    doubt = doubt.mask(rows["status"] == "doubtful", "status_unclear")
    doubt = doubt.mask(rows["existence_basis"] != "sourced", "name_only")
    return rows.assign(doubt=doubt)[(start <= day) & (end > day) & (summed | former)]


@metric("protected_area_ha", "ha", keys=("territory",), table="protected_areas", report=_BY_LEVEL)
def protected_area_ha(asked: Question) -> Answer:
    """Return the area of the sites in scope at the date of the claim, with and without buffer zones."""
    first, last = (_living(asked, day) for day in asked.days)
    known = [float(rows.loc[rows["doubt"] == "", "area_ha"].sum()) for rows in (first, last)]
    unknown, doubtful = int(last["area_ha"].isna().sum()), int((last["doubt"] != "").sum())
    short = unknown + doubtful > 0
    zones = last.loc[last["doubt"] == "", "buffer_zone_ha"]
    others = {
        "with_buffer_zones": Reading(
            note("claims-buffer-zones", zones=int(zones.notna().sum()), sites=len(last)),
            known[1] + float(zones.sum()),
            lower_bound=short or bool(zones.isna().any()),
        )
    }
    facts = data.table("claim_facts")
    series = facts[facts["metric"] == "protected_area_series"]
    until = series["as_of"].max()
    if asked.conditions == _ALL_OF_RUSSIA and asked.days[1][:4] >= until:
        total = float(series["value"].astype(float).sum())
        others["wwf_series"] = Reading(note("claims-wwf-series", until=until), total, own=True)
    summed = note("claims-listed.summed", sites=len(last), unknown=unknown, doubtful=doubtful)
    official = _official(asked)
    return Answer(
        Reading(
            note("claims-listed", when=when(asked.days)), max(known), least=min(known), lower_bound=short
        ),
        others,
        (note("claims-official", summed=summed, totals=official) if official else summed,),
        needs=note("claims-listed.needs"),
        source_ids="|".join(series["source_ids"].unique()) if "wwf_series" in others else "",
    )


@metric("site_count", "sites", keys=("territory",), table="protected_areas", report=_KNOWN)
def site_count(asked: Question) -> Answer:
    """Return how many sites in scope existed at the date of the claim; a list by name may be short."""
    first, last = (_living(asked, day) for day in asked.days)
    certain = [int((rows["doubt"] == "").sum()) for rows in (first, last)]
    most = max(len(first), len(last))
    return Answer(
        Reading(note("claims-named", when=when(asked.days)), most, least=min(certain), lower_bound=True),
        {"today": Reading(note("claims-when"), len(_living(asked, TODAY)))},
        (note("claims-named.list", doubtful=int((last["doubt"] != "").sum())),),
        needs=note("claims-named.needs"),
        names=tuple(
            note("claims-doubtful", site=r.name_en, doubt=r.doubt) if r.doubt else r.name_en
            for r in last.itertuples()
        ),
    )


@metric("coverage_percent", "percent", keys=("territory", "country"), report=_READINGS)
def coverage_percent(asked: Question) -> Answer:
    """Return the listed share of the territory at the date of the claim, and what its page's own area makes."""
    ground = territory.ahec(asked.ground)
    wanted = asked.conditions.get("country", ()) or tuple(ground["country"].unique())
    demand(wanted, sorted(ground["country"].unique()), "country")
    then = existing(asked.days[1])
    pieces = sites.sites("inventory").pieces()
    pieces = pieces[pieces["site_id"].isin(then.loc[then["doubt"] == "", "site_id"])]
    rows = sums.in_territory(pieces, ground, "country")
    inside = rows[rows["land_km2"].notna() & rows["unit"].isin(wanted)]
    share = 100 * float(inside["protected_km2"].sum()) / float(inside["land_km2"].sum())
    own = _own_shares(asked)
    rounding = max((reading.spread for reading in own.values()), default=0.0)
    reading = note("claims-listed.ground", when=when(asked.days), definition=asked.ground)
    return Answer(
        Reading(reading, share, lower_bound=True),
        own,
        (note("claims-own-hectares", rounding=rounding),),
        needs=note("claims-own-hectares.needs"),
    )


@metric("designation_count", "designations", keys=("exclude",), table="designations", report=_DESIGNATIONS)
def designation_count(asked: Question) -> Answer:
    """Return how many international designations are in scope, without those the claim sets apart."""
    chosen = _designated(asked)
    without = set(asked.conditions.get("exclude", ()))
    _listed(without)
    kept = chosen[[not set(cell.split("|")) & without for cell in chosen["linked_site_ids"]]]
    everything = Reading(note("claims-scheme"), len(chosen))
    return Answer(
        Reading(note("claims-scheme.without"), len(kept)) if without else everything,
        {"all": everything} if without else {},
        (note("claims-scheme.table"),),
        names=tuple(note("claims-designated.name", **_numbered(r)) for r in chosen.itertuples()),
    )


@metric("designation_member", "site_id", table="designations", report=_DESIGNATIONS)
def designation_member(asked: Question) -> Answer:
    """Return whether the site is part of a designation of the scheme, with its number and year."""
    site = asked.value
    _listed([site])
    chosen = _designated(asked)
    holders = chosen[[site in cell.split("|") for cell in chosen["linked_site_ids"]]]
    holders = holders[~holders["part_of"].isin(holders["designation_id"])]
    held = tuple(note("claims-designated.holder", **_numbered(r)) for r in holders.itertuples())
    return Answer(
        Reading(note("claims-scheme.sites"), frozenset({site} if held else ())),
        evidence=held or (note("claims-designated.none"),),
    )


@metric("designation_listed", "designation_id", table="designations", report=_DESIGNATIONS)
def designation_listed(asked: Question) -> Answer:
    """Return whether the designation is on the list of the scheme, with its number, year and area."""
    chosen = _designated(asked)
    own = chosen[chosen["designation_id"] == asked.value]
    held = tuple(note("claims-designated.area", area=r.area_ha, **_numbered(r)) for r in own.itertuples())
    return Answer(
        Reading(note("claims-scheme.list"), frozenset(own["designation_id"])),
        evidence=held or (note("claims-designated.absent", listed=len(chosen)),),
    )


def _listed(site_ids: set[str] | list[str]) -> None:
    known = data.table("protected_areas")["site_id"]
    demand(site_ids, known, "site", where="data/tables/protected_areas.csv")


def _designated(asked: Question) -> pd.DataFrame:
    """Return the designations in scope that were made by the last day the claim may speak of."""
    chosen = asked.chosen(data.table("designations"), "exclude")
    last = int(asked.days[1][:4])
    return chosen[(chosen["designated_year"].isna() | (chosen["designated_year"] <= last)).astype(bool)]


def _living(asked: Question, day: str) -> pd.DataFrame:
    """Return the sites in scope that may have existed on a day."""
    chosen = asked.chosen(data.table("protected_areas"), "territory")
    if asked.ground == "russia_provinces":
        named = set(territory.RUSSIAN_PROVINCES)
        chosen = chosen[[bool(named & set(cell.split("|"))) for cell in chosen["province_code"]]]
    then = existing(day)
    return then[then["site_id"].isin(chosen["site_id"])]


def _official(asked: Question) -> tuple[Note, ...]:
    """Return the official totals of whole provinces for the level in scope, as information."""
    totals = data.table("reported_totals")
    level = r"\|".join(asked.conditions.get("governance_level", ()))
    own = totals[
        totals["scope_filter"].str.fullmatch(rf"province_code=[A-Z-]+;governance_level={level}")
        & totals["country"].isin(asked.conditions.get("country", ()))
        & totals["area_ha"].notna()
    ]
    return tuple(
        note("claims-official.one", province=r.province, mha=f"{r.area_ha / 1e6:.2g}", year=r.as_of[:4])
        for r in own.itertuples()
    )


def _own_shares(asked: Question) -> dict[str, Reading]:
    """Return what the largest area that the source of a claim states makes of each ground, in percent."""
    claims = data.table("claims")
    own = claims["source_ids"] == asked.claim.get("source_ids", "")
    stated = claims[(claims["metric"] == "protected_area_ha") & own]
    if stated.empty:
        return {}
    largest = stated.loc[stated["value"].astype(float).idxmax()]
    hectares, tolerance = float(largest["value"]), float(largest["tolerance"])
    page = float(claims.set_index("claim_id").loc["ahec-area", "value"])
    found = {}
    for key, km2 in {"own_area": page, **territory.definitions().set_index("definition")["area_km2"]}.items():
        rounded = f"{float(f'{km2:.3g}') / 1e6:g}"
        name = note("claims-own-share", hectares=hectares / 1e6, ground=rounded, definition=key)
        found[f"own_total_on_{key}"] = Reading(name, hectares / km2, own=True, spread=tolerance / km2)
    return found


def _numbered(row: Any) -> dict[str, Any]:
    known = note("claims-number", number=row.official_number)
    number = known if row.official_number else note("claims-number.unknown")
    return {"name": row.name_en, "number": number, "year": shown(row.designated_year, "year")}
