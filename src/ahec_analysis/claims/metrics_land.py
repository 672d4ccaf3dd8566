"""Answers claims about the territory, its basins and provinces, and the dams on its rivers."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pandas as pd

from ahec_analysis import data, territory
from ahec_analysis.claims.audit import Answer, Note, Reading, note
from ahec_analysis.claims.registry import Question, demand, metric, when

_CUT_BY_PROVINCE = ("olekma",)
"""Basins of which the territory takes what lies in a province: that part cannot confirm the province."""
_SHARES = "ecoregion.html#by-country-province-and-basin"
_EXTENTS = ("whole", "part")
_MOST_PERCENT = 98.0
_CLEAR_KM2 = 10 * territory.MIN_AREA_KM2
"""What lies inside of a province that is clearly reached; an error of a divide may explain less."""
_LATITUDE_STEP = 0.1


@lru_cache
def basins() -> dict[str, tuple[str, str]]:
    """Return what a claim may call a basin: the column of the territory and the value that select it."""
    leaves, columns = territory.basins(), ("basin_id", "parent", "system")
    named = {key.replace("_", "-"): (column, key) for column in columns for key in leaves[column]}
    return named | {"dalai-lake": ("parent", "kherlen_hulun")}


@metric("territory_area_km2", "km2", keys=("territory",), report="ecoregion.html#six-readings-of-one-name")
def territory_area(asked: Question) -> Answer:
    """Return the area of the territory; beside it other definitions and the Amur basin as published."""
    areas = territory.definitions().set_index("definition")["area_km2"]
    derived = {
        key: Reading(note("claims-derived", definition=key), _rounded(km2)) for key, km2 in areas.items()
    }
    primary = derived.pop(asked.ground)
    if asked.ground == territory.DEFAULT:
        primary = replace(primary, name=note("claims-derived.page"))
    basin = data.table("hydrology").query("metric == 'area' and unit_id == 'amur-basin'")
    published = {
        f"published_{n}": Reading(note("claims-published", name=r.unit_name), float(r.value))
        for n, r in enumerate(basin.itertuples())
    }
    return Answer(primary, published | derived, (note("claims-derived.how"),))


@metric("country_in_territory", "country", keys=("territory", "basin", "status"), report=_SHARES)
def countries(asked: Question) -> Answer:
    """Return the countries inside the territory or left out of it, also those of one basin alone."""
    status = asked.one("status", known=("inside", "excluded"), default="inside")
    pieces = territory.pieces(asked.ground)
    if "basin" in asked.conditions:
        pieces = _of_basin(pieces, asked.one("basin", known=basins()))
    areas = pieces.groupby("country")["area_km2"].sum().sort_values(ascending=False)
    out = areas.index == territory.EXCLUDED_COUNTRY
    evidence = [_placed(code, km2) for code, km2 in areas[~out].items()]
    evidence += [note("claims-left-out", part=_placed(code, km2)) for code, km2 in areas[out].items()]
    chosen = frozenset(areas.index[out if status == "excluded" else ~out])
    # The territory leaves out what the page leaves out: that cannot confirm the page.
    reading = Reading(note("claims-countries", status=status), chosen, own=status == "excluded")
    return Answer(reading, evidence=tuple(evidence))


@metric("basin_in_territory", "basin", keys=("territory", "extent"), report=_SHARES)
def basin(asked: Question) -> Answer:
    """Return whether a basin lies inside, wholly or in part, apart from its land in the DPRK.

    The territory was drawn from the list of basins on the page: it cannot confirm that list.
    """
    name = asked.value
    demand([name], basins(), "basin")
    extent = asked.one("extent", known=_EXTENTS)
    inside = _of_basin(territory.pieces(asked.ground), name).groupby("country")["area_km2"].sum()
    left_out = float(inside.get(territory.EXCLUDED_COUNTRY, 0.0))
    full = float(territory.area_km2(_of_basin(territory.basins(), name)).sum()) - left_out
    part = min(float(inside.sum()) - left_out, full)
    message = "claims-inside.without" if left_out else "claims-inside"
    evidence = note("claims-drawn-from-page", part=_rounded(part), full=_rounded(full))
    return Answer(_share_inside(message, part / full, name, extent, own=True), evidence=(evidence,))


@metric("province_count", "provinces", keys=("territory", "country"), report=_SHARES)
def province_count(asked: Question) -> Answer:
    """Return how many provinces of a country have land inside; those reached by little are not certain."""
    pieces = territory.ahec(asked.ground)
    country = asked.one("country", known=sorted(pieces["country"].unique()))
    shares = territory.shares(asked.ground, "province")
    shares = shares[shares["unit"].isin(pieces.loc[pieces["country"] == country, "province_code"])]
    inside = shares[shares["status"] == "inside"]
    clear = int((inside["area_km2"] >= _CLEAR_KM2).sum())
    return Answer(
        Reading(note("claims-provinces-inside"), len(inside), least=clear),
        evidence=(note("claims-hardly-reached", least=_CLEAR_KM2, provinces=len(inside) - clear),),
        needs=note("claims-hardly-reached.needs"),
        names=tuple(_placed(r.name, r.area_km2) for r in inside.itertuples(index=False)),
    )


@metric(
    "province_in_territory", "province_code", keys=("territory", "extent", "basins", "limit"), report=_SHARES
)
def province(asked: Question) -> Answer:
    """Return whether a province lies inside: wholly, in part, in basins, or as far as a basin reaches."""
    code = asked.value
    demand([code], territory.provinces()["province_code"], "province", where="data/reference/provinces.fgb")
    extent = asked.one("extent", known=_EXTENTS)
    shares = territory.shares(asked.ground, "province").set_index("unit")
    parts = territory.ahec(asked.ground).query("province_code == @code")
    km2 = float(parts["area_km2"].sum())
    percent = float(shares["inside_percent"].get(code, 0.0)) if km2 else 0.0
    if extent == "whole":
        cut = float(parts.loc[parts["basin_id"].isin(_CUT_BY_PROVINCE), "area_km2"].sum())
        own = km2 > 0 and percent * (1 - cut / km2) <= _MOST_PERCENT < percent
        message = "claims-land-inside.cut" if own else "claims-land-inside"
        return Answer(
            _share_inside("claims-inside", percent / 100, code, extent, own=own),
            evidence=(note(message, km2=_rounded(km2), cut=_rounded(cut)),),
        )
    message = "claims-land-inside.share" if percent > 0 else "claims-land-inside"
    evidence = [note(message, km2=_rounded(km2), percent=percent)]
    readings: dict[str, Reading] = {}
    if "basins" in asked.conditions:
        readings, more = _in_basins(code, parts, asked.conditions["basins"])
        evidence += more
    if "limit" in asked.conditions:
        readings["limit"], one = _as_far_as(code, parts, asked.one("limit", known=basins()))
        evidence.append(one)
    readings = readings or {"part": Reading(note("claims-part-inside"), frozenset({code} if km2 else ()))}
    primary = readings.pop(next(iter(readings)))
    return Answer(primary, readings, tuple(evidence))


@metric("dam_count", "dams", table="dams", report="rivers-and-wetlands.html")
def dam_count(asked: Question) -> Answer:
    """Return how many dams of the table are in scope, and how many more were planned on the same river."""
    dams = data.table("dams")
    lower = {key: tuple(map(str.casefold, values)) for key, values in asked.conditions.items()}
    asked = replace(asked, conditions=lower)
    text = dams.assign(**{c: dams[c].astype(str).str.casefold() for c in ("river", "on_main_stem")})
    on_it = text["river"] == asked.one("river")
    chosen = asked.chosen(text)
    planned = int((on_it & (text["status_group"] != "built")).sum())
    blocking = int(dams.loc[~on_it, "blocks_river_today"].fillna(False).astype(bool).sum())
    return Answer(
        Reading(note("claims-dams.stem" if "on_main_stem" in lower else "claims-dams"), len(chosen)),
        evidence=(note("claims-dams.others", planned=planned, blocking=blocking),),
        names=tuple(dams.loc[chosen.index, "name_en"]),
    )


@metric("province_predecessors", "name", keys=("province",))
def predecessors(asked: Question) -> Answer:
    """Return the units that a province was made of, from the table of facts."""
    facts = data.table("claim_facts")
    own = facts[(facts["metric"] == "predecessors") & (facts["subject"] == asked.one("province"))]
    if own.empty:
        return Answer(needs=note("claims-merged.needs"))
    fact = own.iloc[0]
    return Answer(
        Reading(note("claims-merged.law"), frozenset(fact["value"].split("|"))),
        evidence=(note("claims-merged", when=when((fact["as_of"], fact["as_of"]))),),
        source_ids=fact["source_ids"],
    )


def _of_basin(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the basins or pieces that belong to a basin of :func:`basins`."""
    column, key = basins()[name]
    return rows[rows[column] == key]


def _share_inside(message: str, share: float, value: str, extent: str, *, own: bool) -> Reading:
    fits = 100 * share > (_MOST_PERCENT if extent == "whole" else 0)
    return Reading(note(message, percent=100 * share), frozenset({value} if fits else ()), own=own)


def _in_basins(
    code: str, parts: pd.DataFrame, names: tuple[str, ...]
) -> tuple[dict[str, Reading], list[Note]]:
    """Return whether what lies inside of a province lies in the basins named, wholly or among others."""
    demand(names, basins(), "basins")
    inside = {name: _of_basin(parts, name) for name in names}
    areas = {name: float(rows["area_km2"].sum()) for name, rows in inside.items()}
    named = parts.index.isin(pd.concat(inside.values()).index)
    total = float(parts["area_km2"].sum())
    percent = 100 * float(parts.loc[named, "area_km2"].sum()) / total if total else 0.0
    rest = parts[~named].groupby("basin")["area_km2"].sum().nlargest(1)
    held = tuple(_placed(_title(name), km2) for name, km2 in areas.items())
    evidence = [note("claims-basins", parts=held)]
    evidence += [note("claims-basins.beside", part=_placed(name, km2)) for name, km2 in rest.items()]
    only = frozenset({code} if percent > _MOST_PERCENT else ())
    among = frozenset({code} if min(areas.values()) > 0 else ())
    return {
        "only": Reading(note("claims-basins.only", percent=percent), only),
        "named_among_others": Reading(note("claims-basins.among", percent=percent), among),
    }, evidence


def _as_far_as(code: str, parts: pd.DataFrame, name: str) -> tuple[Reading, Note]:
    """Return whether a province lies inside as far north as a basin that the territory holds by definition."""
    within = _of_basin(parts, name)
    if within.empty:
        return Reading(note("claims-limit.none"), frozenset()), note("claims-limit.nothing")
    north, edge = float(parts.total_bounds[3]), float(within.total_bounds[3])
    fits = north <= edge + _LATITUDE_STEP
    held = note("claims-limit.listed", part=_placed(_title(name), float(within["area_km2"].sum())))
    reading = note("claims-limit", north=north, edge=edge)
    return Reading(reading, frozenset({code} if fits else ()), own=True), held


def _placed(place: str, km2: float) -> Note:
    return note("claims-placed", name=place, km2=_rounded(km2))


def _rounded(km2: float) -> float:
    return float(f"{km2:.3g}")


def _title(slug: str) -> str:
    return slug.replace("-", " ").title()
