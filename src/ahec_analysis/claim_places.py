"""Answers claims about the territory, its basins and provinces, and the dams on its rivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from ahec_analysis import claim_scopes, data, hydrography, scopes, territory
from ahec_analysis.claim_scopes import Conditions
from ahec_analysis.claims import Answer, Reading
from ahec_analysis.errors import ParameterError
from ahec_analysis.tables import shown

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
_SHARES = "ecoregion.html#by-country-province-and-basin"
_EXTENTS = ("whole", "part")
_MOST_PERCENT = 98.0
_NOTICEABLE_KM2 = 5000.0
_AT_OUTLET_M = 10_000.0
_LATITUDE_STEP = 0.1


def territory_area(_: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return the area of the territory in every reading, and the Amur basin as published."""
    areas = territory.definitions()
    ground = claim_scopes.definition(conditions)
    if ground != territory.DEFAULT:
        areas = areas[areas["definition"] == ground]
    readings = [Reading(f"{r['name']} (derived)", float(r["area_km2"])) for r in areas.to_dict("records")]
    if ground == territory.DEFAULT:
        hydrology = data.table("hydrology")
        basin = hydrology[(hydrology["metric"] == "area") & (hydrology["unit_id"] == "amur-basin")]
        readings += [
            Reading(f"{r.unit_name} alone, as published", float(r.value)) for r in basin.itertuples()
        ]
    return Answer(
        tuple(readings), "Derived from elevation and mapped rivers", "ecoregion.html#six-readings-of-one-name"
    )


def countries(_: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return the countries inside the territory or left out of it, also those of one basin alone."""
    ground = claim_scopes.definition(conditions)
    status = claim_scopes.one({"status": ("inside",), **conditions}, "status", known=("inside", "excluded"))
    names = territory.countries().set_index("country")["name"]
    if "basin" in conditions:
        column, key = BASINS[claim_scopes.one(conditions, "basin", known=BASINS)]
        pieces = territory.ahec(ground)
        areas = pieces[pieces[column] == key].groupby("country")["area_km2"].sum().sort_values()[::-1]
        left_out = _left_out_km2(ground, column, key)
        excluded = pd.Series({territory.EXCLUDED_COUNTRY: left_out} if left_out > 0 else {}, dtype=float)
    else:
        shares = territory.shares(ground, "country").set_index("unit")
        areas = shares.loc[shares["status"] == "inside", "area_km2"]
        excluded = shares.loc[shares["status"] == "excluded", "area_km2"]
    parts = [f"{names[code]} {shown(float(area))} km²" for code, area in areas.items()]
    parts += [f"left out: {names[code]} {shown(float(area))} km²" for code, area in excluded.items()]
    chosen = areas if status == "inside" else excluded
    return Answer((Reading(f"countries {status}", frozenset(chosen.index)),), "; ".join(parts), _SHARES)


def basin(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return whether a basin lies inside, wholly or in part, with and without its land in the DPRK."""
    value = str(claim["value"])
    if value not in BASINS:
        raise ParameterError(f"basin `{value}` is not one of {', '.join(BASINS)}")
    column, key = BASINS[value]
    ground = claim_scopes.definition(conditions)
    extent = claim_scopes.one(conditions, "extent", known=_EXTENTS)
    inside = territory.ahec(ground)
    whole = hydrography.basins("basin")
    full = float(territory.area_km2(whole[whole[column] == key]).sum())
    part = min(float(inside.loc[inside[column] == key, "area_km2"].sum()), full)
    left_out = _left_out_km2(ground, column, key)
    readings = [_share_inside("of it inside", part / full, value, extent)]
    evidence = f"{shown(part)} of {shown(full)} km²"
    if left_out > 0:
        name = "without its land in the DPRK, which the page leaves out"
        readings.append(_share_inside(f"inside {name}", part / (full - left_out), value, extent))
        evidence += f"; {shown(left_out)} km² are in the DPRK"
    # The composition was drawn from the list of basins on the page: it cannot confirm that list.
    own = tuple(replace(reading, own=True) for reading in readings)
    return Answer(own, evidence, _SHARES)


def outlet(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return where a river ends: at the sea, or in the mapped lake that lies at its outlet.

    Where no lake is mapped within 10 km, only the network itself says that the river ends in one.
    """
    key = claim_scopes.one(conditions, "basin", known=BASINS)
    column, value = BASINS[key]
    leaves = hydrography.basins("basin")
    reaches = hydrography.rivers()
    inside = reaches["basin_id"].isin(leaves.loc[leaves[column] == value, "basin_id"])
    ends = reaches[inside & reaches["downstream_id"].isna()]
    if ends.empty:
        raise ParameterError(f"basin `{key}` flows on into another; its network has no outlet")
    last = ends["upstream_km2"].idxmax()
    kind = str(ends.loc[last, "outlet"])
    report = "ecoregion.html#how-good-the-basins-are"
    if kind != "closed lake":
        return Answer((Reading(f"its outlet: {kind}", kind),), "Outlet of the derived network", report)
    lakes = territory.lakes().to_crs(territory.EQUAL_AREA)
    distances = lakes.distance(ends.to_crs(territory.EQUAL_AREA).geometry.loc[last])
    nearest = distances.idxmin()
    away_m = float(distances[nearest])
    name = str(lakes.loc[nearest, "name"]) or "a lake without a name"
    evidence = (
        f"The derived network ends in a closed lake; the nearest mapped one, {name}, lies "
        f"{away_m / 1e3:.0f} km from there"
    )
    stated = str(claim["value"])
    if away_m <= _AT_OUTLET_M and lakes.loc[nearest, "name"]:
        fits = stated.split("-")[0].casefold() in name.casefold()
        return Answer((Reading("the lake at its outlet", stated if fits else name),), evidence, report)
    return Answer(
        (Reading("a closed lake that is not mapped under any name", stated, own=True),),
        evidence,
        report,
        needs="outlines of the lakes at the outlet, with their names",
    )


def province_count(_: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return how many provinces of a country have land inside, by the least area that counts."""
    country = claim_scopes.one(conditions, "country", known=data.COUNTRY_NAMES)
    ground = claim_scopes.definition(conditions)
    pieces = territory.ahec(ground)
    shares = territory.shares(ground, "province")
    shares = shares[shares["unit"].isin(pieces.loc[pieces["country"] == country, "province_code"])]
    inside = shares[shares["status"] == "inside"]
    large = inside[inside["area_km2"] >= _NOTICEABLE_KM2]
    return Answer(
        (
            Reading("provinces with 1 % of their land or 1 000 km² inside", len(inside)),
            Reading(f"provinces with {shown(_NOTICEABLE_KM2)} km² inside", len(large)),
        ),
        "Derived territory",
        _SHARES,
        names=tuple(f"{r.name} {shown(float(r.area_km2))} km²" for r in inside.itertuples(index=False)),
    )


def province(claim: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return whether a province lies inside: wholly, in part, in the basins named, or as far as a basin reaches."""
    code = str(claim["value"])
    if code not in set(territory.provinces()["province_code"]):
        raise ParameterError(f"there is no province `{code}`; give an ISO 3166-2 code such as RU-AMU")
    ground = claim_scopes.definition(conditions)
    extent = claim_scopes.one(conditions, "extent", known=_EXTENTS)
    shares = territory.shares(ground, "province").set_index("unit")
    kept = shares[shares["status"] != "excluded"]
    if code not in kept.index:
        return Answer((Reading("nothing of it inside", frozenset()),), "No land inside", _SHARES)
    row = kept.loc[code]
    evidence = f"{shown(float(row['area_km2']))} km² inside"
    percent = float(row["inside_percent"])
    if extent == "whole":
        reading = _share_inside("of it inside", percent / 100, code, extent)
        return Answer((reading,), evidence, _SHARES)
    if pd.notna(percent):
        evidence += f", {percent:.1f} % of the province"
    pieces = territory.ahec(ground)
    parts = pieces[pieces["province_code"] == code]
    readings: list[Reading] = []
    for key, test in (("basins", _in_basins), ("limit", _as_far_as)):
        if key in conditions:
            found, more = test(code, parts, conditions[key])
            readings += found
            evidence += f"; {more}"
    readings = readings or [Reading("a part of it inside", frozenset({code}))]
    return Answer(tuple(readings), evidence, _SHARES)


def dam_count(_: Mapping[str, Any], conditions: Conditions) -> Answer:
    """Return how many dams of the table are in scope, and how many more were planned on the same river."""
    dams = data.table("dams")
    text = dams.assign(
        river=dams["river"].str.casefold(), on_main_stem=dams["on_main_stem"].astype(str).str.lower()
    )
    lower = {key: tuple(v.casefold() for v in values) for key, values in conditions.items()}
    river = claim_scopes.one(lower, "river")
    chosen = scopes.select(text, claim_scopes.columns(lower, ()))
    planned = int(((text["river"] == river) & (text["status_group"] != "built")).sum())
    blocking = int(dams.loc[text["river"] != river, "blocks_river_today"].fillna(False).astype(bool).sum())
    return Answer(
        (Reading("dams of the table", len(chosen)),),
        f"{planned} dams on it are planned or shelved; {blocking} of the table block other rivers today",
        "rivers-and-wetlands.html",
        names=tuple(dams.loc[chosen.index, "name_en"]),
    )


def _share_inside(what: str, share: float, value: str, extent: str) -> Reading:
    fits = 100 * share > (_MOST_PERCENT if extent == "whole" else 0)
    return Reading(f"{100 * share:.1f} % {what}", frozenset({value} if fits else ()))


def _left_out_km2(ground: str, column: str, key: str) -> float:
    """Return the land of a basin in the DPRK (km²)."""
    shares = territory.shares(ground, _LEVELS[column])
    return float(shares.loc[(shares["status"] == "excluded") & (shares["unit"] == key), "area_km2"].sum())


def _in_basins(code: str, parts: pd.DataFrame, basins: tuple[str, ...]) -> tuple[list[Reading], str]:
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
    percent = 100 * float(parts.loc[named, "area_km2"].sum()) / total
    rest = parts[~named].groupby("basin")["area_km2"].sum().nlargest(1)
    others = "".join(f"; most beside them: {name} {shown(float(km2))} km²" for name, km2 in rest.items())
    held = ", ".join(f"{_title(b)} {shown(km2)} km²" for b, km2 in areas.items())
    wholly = Reading(
        f"{percent:.0f} % of what lies inside is in the basins named",
        frozenset({code} if percent > _MOST_PERCENT else ()),
    )
    among = Reading(
        f"the basins named are a part of what lies inside, {percent:.0f} %",
        frozenset({code} if min(areas.values()) > 0 else ()),
    )
    return [wholly, among], f"{held}{others}"


def _as_far_as(code: str, parts: pd.DataFrame, limit: tuple[str, ...]) -> tuple[list[Reading], str]:
    """Return whether a province lies inside as far north as a basin reaches: to its edge, and no farther."""
    column, key = BASINS[claim_scopes.one({"limit": limit}, "limit", known=BASINS)]
    within = parts[parts[column] == key]
    if within.empty:
        return [Reading("the basin does not reach into it", frozenset())], "nothing of the basin inside"
    north, edge = float(parts.total_bounds[3]), float(within.total_bounds[3])
    fits = north <= edge + _LATITUDE_STEP
    reading = Reading(
        f"it lies inside as far as {north:.1f}° N, the basin as far as {edge:.1f}° N",
        frozenset({code} if fits else ()),
    )
    return [reading], f"{_title(limit[0])} {shown(float(within['area_km2'].sum()))} km²"


def _title(slug: str) -> str:
    return slug.replace("-", " ").title()
