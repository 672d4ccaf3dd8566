"""Answers claims about the territory, its basins and provinces, and the dams on its rivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from ahec_analysis import data, territory
from ahec_analysis.claims import scope
from ahec_analysis.claims.audit import Answer, Reading
from ahec_analysis.claims.scope import Conditions
from ahec_analysis.data import scopes
from ahec_analysis.errors import ParameterError
from ahec_analysis.territory import hydrography
from ahec_analysis.values import shown

BASINS = {
    "amur": ("system", "amur"),
    "shilka": ("parent", "shilka"),
    "argun": ("parent", "argun"),
    "songhua": ("parent", "songhua"),
    "ussuri": ("parent", "ussuri"),
    "zeya": ("parent", "zeya"),
    "dalai-lake": ("parent", "kherlen_hulun"),
    "hailar": ("basin_id", "hailar"),
    "onon": ("basin_id", "onon"),
    "kherlen": ("basin_id", "kherlen"),
    "ulz": ("parent", "ulz"),
    "uda": ("parent", "uda"),
    "olekma": ("parent", "olekma"),
    "sikhote-alin-east": ("parent", "sikhote_alin_east"),
    "razdolnaya": ("parent", "razdolnaya"),
    "tumen": ("parent", "tumen"),
}
"""What a claim may call a basin: the column and the value that select it."""
_LEVELS = {"system": "system", "parent": "river", "basin_id": "basin"}
_CUT_BY_PROVINCE = ("olekma",)
"""Basins of which the territory takes what lies in a province: that part cannot confirm the province."""
_SHARES = "ecoregion.html#by-country-province-and-basin"
_EXTENTS = ("whole", "part")
_MOST_PERCENT = 98.0
_CLEAR_KM2 = 10 * territory.MIN_AREA_KM2
"""What lies inside of a province that is clearly reached; an error of a divide may explain less."""
_LATITUDE_STEP = 0.1


def territory_area(_: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return the area of the territory; beside it other definitions and the Amur basin as published."""
    areas = territory.definitions().set_index("definition")
    derived = {
        key: Reading(f"{row['name']}, derived", _rounded(float(row["area_km2"])))
        for key, row in areas.iterrows()
    }
    ground = scope.definition(conditions)
    primary = derived.pop(ground)
    if ground == territory.DEFAULT:
        primary = replace(primary, name="the basins that the page lists, measured together")
    hydrology = data.table("hydrology")
    basin = hydrology[(hydrology["metric"] == "area") & (hydrology["unit_id"] == "amur-basin")]
    published = {
        f"published_{n}": Reading(f"{r.unit_name} alone, as published", float(r.value))
        for n, r in enumerate(basin.itertuples())
    }
    return Answer(
        primary,
        {**published, **derived},
        "Derived from elevation and mapped rivers",
        "ecoregion.html#six-readings-of-one-name",
    )


def countries(_: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return the countries inside the territory or left out of it, also those of one basin alone."""
    ground = scope.definition(conditions)
    status = scope.one({"status": ("inside",), **conditions}, "status", known=("inside", "excluded"))
    names = territory.countries().set_index("country")["name"]
    if "basin" in conditions:
        column, key = BASINS[scope.one(conditions, "basin", known=BASINS)]
        pieces = territory.ahec(ground)
        areas = pieces[pieces[column] == key].groupby("country")["area_km2"].sum().sort_values()[::-1]
        left_out = _left_out_km2(ground, column, key)
        excluded = pd.Series({territory.EXCLUDED_COUNTRY: left_out} if left_out > 0 else {}, dtype=float)
    else:
        shares = territory.shares(ground, "country").set_index("unit")
        areas = shares.loc[shares["status"] == "inside", "area_km2"]
        excluded = shares.loc[shares["status"] == "excluded", "area_km2"]
    parts = [f"{names[code]} {_km2(float(area))}" for code, area in areas.items()]
    parts += [f"left out: {names[code]} {_km2(float(area))}" for code, area in excluded.items()]
    chosen = areas if status == "inside" else excluded
    # The territory leaves out what the page leaves out: that cannot confirm the page.
    reading = Reading(f"countries {status}", frozenset(chosen.index), own=status == "excluded")
    return Answer(reading, evidence="; ".join(parts), report=_SHARES)


def basin(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return whether a basin lies inside, wholly or in part, apart from its land in the DPRK.

    The territory was drawn from the list of basins on the page: it cannot confirm that list.
    """
    value = str(claim["value"])
    if value not in BASINS:
        raise ParameterError(f"basin `{value}` is not one of {', '.join(BASINS)}")
    column, key = BASINS[value]
    ground = scope.definition(conditions)
    extent = scope.one(conditions, "extent", known=_EXTENTS)
    inside = territory.ahec(ground)
    whole = hydrography.basins("basin")
    left_out = _left_out_km2(ground, column, key)
    full = float(territory.area_km2(whole[whole[column] == key]).sum()) - left_out
    part = min(float(inside.loc[inside[column] == key, "area_km2"].sum()), full)
    name = "of it inside" + (", without its land in the DPRK, which the page leaves out" if left_out else "")
    return Answer(
        _share_inside(name, part / full, value, extent, own=True),
        evidence=f"{_km2(part)} of {_km2(full)}; the territory is drawn from this list of the page",
        report=_SHARES,
    )


def province_count(_: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return how many provinces of a country have land inside; those reached by little are not certain."""
    country = scope.one(conditions, "country", known=data.COUNTRY_NAMES)
    ground = scope.definition(conditions)
    pieces = territory.ahec(ground)
    shares = territory.shares(ground, "province")
    shares = shares[shares["unit"].isin(pieces.loc[pieces["country"] == country, "province_code"])]
    inside = shares[shares["status"] == "inside"]
    clear = int((inside["area_km2"] >= _CLEAR_KM2).sum())
    return Answer(
        Reading("provinces with 1 % of their land or 1 000 km² inside", len(inside), least=clear),
        evidence=f"With less than {shown(_CLEAR_KM2)} km² inside, which an error of a divide may explain: "
        f"{len(inside) - clear or 'none'}",
        report=_SHARES,
        needs="published outlines of the basins in the provinces that are hardly reached",
        names=tuple(f"{r.name} {_km2(float(r.area_km2))}" for r in inside.itertuples(index=False)),
    )


def province(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return whether a province lies inside: wholly, in part, in the basins named, or as far as a basin reaches."""
    code = str(claim["value"])
    if code not in set(territory.provinces()["province_code"]):
        raise ParameterError(f"there is no province `{code}`; give an ISO 3166-2 code such as RU-AMU")
    ground = scope.definition(conditions)
    extent = scope.one(conditions, "extent", known=_EXTENTS)
    shares = territory.shares(ground, "province").set_index("unit")
    pieces = territory.ahec(ground)
    parts = pieces[pieces["province_code"] == code]
    km2 = float(parts["area_km2"].sum())
    percent = float(shares["inside_percent"].get(code, 0.0)) if km2 else 0.0
    evidence = f"{_km2(km2)} inside"
    if extent == "whole":
        cut = float(parts.loc[parts["basin_id"].isin(_CUT_BY_PROVINCE), "area_km2"].sum())
        own = km2 > 0 and percent * (1 - cut / km2) <= _MOST_PERCENT < percent
        if own:
            evidence += f", {_km2(cut)} of it in a basin that is taken as far as the province goes"
        return Answer(
            _share_inside("of it inside", percent / 100, code, extent, own=own),
            evidence=evidence,
            report=_SHARES,
        )
    if percent > 0:
        evidence += f", {percent:.0f} % of the province"
    readings: dict[str, Reading] = {}
    if "basins" in conditions:
        readings, more = _in_basins(code, parts, conditions["basins"])
        evidence += f"; {more}"
    if "limit" in conditions:
        reading, more = _as_far_as(code, parts, conditions["limit"])
        readings, evidence = {**readings, "limit": reading}, f"{evidence}; {more}"
    readings = readings or {"part": Reading("a part of it inside", frozenset({code} if km2 else ()))}
    primary = readings.pop(next(iter(readings)))
    return Answer(primary, readings, evidence, _SHARES)


def dam_count(_: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return how many dams of the table are in scope, and how many more were planned on the same river."""
    dams = data.table("dams")
    text = dams.assign(
        river=dams["river"].str.casefold(), on_main_stem=dams["on_main_stem"].astype(str).str.lower()
    )
    lower = {key: tuple(v.casefold() for v in values) for key, values in conditions.items()}
    river = scope.one(lower, "river")
    chosen = scopes.select(text, scope.columns(lower, ()))
    planned = int(((text["river"] == river) & (text["status_group"] != "built")).sum())
    blocking = int(dams.loc[text["river"] != river, "blocks_river_today"].fillna(False).astype(bool).sum())
    return Answer(
        Reading(
            "dams of the table" + (" across the main stem" if "on_main_stem" in conditions else ""),
            len(chosen),
        ),
        evidence=f"{planned} dams on it are planned or shelved; {blocking} of the table block other rivers today",
        report="rivers-and-wetlands.html",
        names=tuple(dams.loc[chosen.index, "name_en"]),
    )


def predecessors(_: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return the units that a province was made of, from the table of facts."""
    code = scope.one(conditions, "province")
    facts = data.table("claim_facts")
    own = facts[(facts["metric"] == "predecessors") & (facts["subject"] == code)]
    if own.empty:
        return Answer(needs="the act that formed the province")
    fact = own.iloc[0]
    return Answer(
        Reading("by law", frozenset(fact["value"].split("|"))),
        evidence=f"Merged {scope.when((fact['as_of'], fact['as_of']))}",
        source_ids=fact["source_ids"],
    )


def _share_inside(what: str, share: float, value: str, extent: str, *, own: bool = False) -> Reading:
    fits = 100 * share > (_MOST_PERCENT if extent == "whole" else 0)
    return Reading(f"{100 * share:.0f} % {what}", frozenset({value} if fits else ()), own=own)


def _left_out_km2(ground: str, column: str, key: str) -> float:
    """Return the land of a basin in the DPRK (km²)."""
    shares = territory.shares(ground, _LEVELS[column])
    return float(shares.loc[(shares["status"] == "excluded") & (shares["unit"] == key), "area_km2"].sum())


def _in_basins(code: str, parts: pd.DataFrame, basins: tuple[str, ...]) -> tuple[dict[str, Reading], str]:
    """Return whether what lies inside of a province lies in the basins named, wholly or among others."""
    unknown = set(basins) - set(BASINS)
    if unknown:
        raise ParameterError(
            f"scope has basins {', '.join(sorted(unknown))}; they may be: {', '.join(BASINS)}"
        )
    areas = {b: float(parts.loc[parts[BASINS[b][0]] == BASINS[b][1], "area_km2"].sum()) for b in basins}
    named = pd.Series(False, index=parts.index)
    for key in basins:
        named |= parts[BASINS[key][0]] == BASINS[key][1]
    total = float(parts["area_km2"].sum())
    percent = 100 * float(parts.loc[named, "area_km2"].sum()) / total if total else 0.0
    rest = parts[~named].groupby("basin")["area_km2"].sum().nlargest(1)
    others = "".join(f"; most beside them: {name} {_km2(float(km2))}" for name, km2 in rest.items())
    held = ", ".join(f"{_title(b)} {_km2(km2)}" for b, km2 in areas.items())
    only = Reading(
        f"{percent:.0f} % of what lies inside is in the basins named",
        frozenset({code} if percent > _MOST_PERCENT else ()),
    )
    among = Reading(
        f"the basins named are among those inside, with {percent:.0f} % of it",
        frozenset({code} if min(areas.values()) > 0 else ()),
    )
    return {"only": only, "named_among_others": among}, f"{held}{others}"


def _as_far_as(code: str, parts: pd.DataFrame, limit: tuple[str, ...]) -> tuple[Reading, str]:
    """Return whether a province lies inside as far north as a basin reaches, which the territory holds by definition."""
    column, key = BASINS[scope.one({"limit": limit}, "limit", known=BASINS)]
    within = parts[parts[column] == key]
    if within.empty:
        return Reading("the basin does not reach into it", frozenset()), "nothing of the basin inside"
    north, edge = float(parts.total_bounds[3]), float(within.total_bounds[3])
    fits = north <= edge + _LATITUDE_STEP
    name = f"it lies inside as far as {north:.1f}° N, the basin as far as {edge:.1f}° N"
    held = f"{_title(limit[0])} {_km2(float(within['area_km2'].sum()))}, inside because the page lists it"
    return Reading(name, frozenset({code} if fits else ()), own=True), held


def _rounded(km2: float) -> float:
    return float(f"{km2:.3g}")


def _km2(km2: float) -> str:
    return f"{shown(_rounded(km2))} km²"


def _title(slug: str) -> str:
    return slug.replace("-", " ").title()
