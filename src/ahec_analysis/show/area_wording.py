"""Sentences and key figures of the reports on protected areas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from ahec_analysis import data
from ahec_analysis.coverage import history, sums
from ahec_analysis.coverage.sites import INVENTORY, Sites
from ahec_analysis.show.messages import figure, listed, name_of, say

OFFICIAL_KINDS = {"official", "treaty_register"}
"""Kinds of source that count as official texts."""


def key_figures(found: Sites, by_country: pd.DataFrame, definition: str) -> list[tuple[str, str, str]]:
    """Return the key figures of the protected-area report: what, figure, and how sure or of what."""
    areas = found.areas
    twice = sums.declared_overlaps(areas)["at_most_km2"]
    # Reported areas are rounded themselves.
    total, sea, twice = (
        sums.rounded(float(column.sum()), digits=3)
        for column in (areas["area_km2"], areas["marine_km2"], twice)
    )
    *parts, whole = by_country.to_dict("records")
    land = {"land_km2": whole["land_km2"], "ground": name_of(definition, "definition")}
    return [
        figure("protected-land", share=share_range(whole), **land),
        figure("sites", sites=_sites(areas), unknown=_sites(areas[areas["area_km2"].isna()])),
        figure("reported-area", total_km2=total, sea_km2=sea, twice_km2=twice),
        *_completeness(found),
        *(
            figure(
                "protected-part",
                name=name_of(row["name"], "name"),
                share=share_range(row),
                land_km2=row["land_km2"],
            )
            for row in parts
        ),
    ]


def _sites(areas: gpd.GeoDataFrame) -> int:
    """Return the number of sites; a download has a row for each point and country of a site."""
    return int(areas["site_id"].nunique())


def share_range(row: Mapping[str, Any]) -> str:
    r"""Return the protected share of a unit as a range: what is listed, and what official totals give.

    Examples
    --------
    >>> share_range({"listed_percent": 8.79, "upper_percent": 12.24})
    '8.8\xa0% listed; up to about 12\xa0% by official totals'
    >>> share_range({"listed_percent": float("nan"), "upper_percent": float("nan")})
    'no listed area'
    """
    low, high = row["listed_percent"], row["upper_percent"]
    if pd.isna(low):
        return say("share-unknown")
    if pd.isna(high) or round(high) <= low:
        return say("share-listed", listed=low)
    return say("share-range", listed=low, upper=high)


def between(by_country: pd.DataFrame) -> str:
    """Return what lies between the listed and the official share."""
    whole = by_country.iloc[-1]
    if pd.isna(whole["unlisted_km2"]):
        return ""
    rough = sums.rounded(whole[["unlisted_km2", "later_km2"]].astype(float))
    parts = [say("between", unlisted_km2=rough["unlisted_km2"], sites=int(whole["without_area"]))]
    if whole["later_km2"] > 0:
        parts.append(say("between-later", later_km2=rough["later_km2"]))
    return " ".join([*parts, say("between-upper")])


def left_out(by_country: pd.DataFrame, by_province: pd.DataFrame) -> str:
    """Return which official totals the official end leaves out, and where none was found."""
    stated = set(by_country.loc[by_country["official_percent"].notna(), "unit"])
    others = by_province[~by_province["country"].isin(stated)]
    apart = others[others["upper_km2"].isna() & others["official_percent"].notna()]
    named = [say("left-out-province", name=r.name, share=r.official_percent) for r in apart.itertuples()]
    none = others[others["official_percent"].isna() & (others["land_km2"] > 10_000)]
    parts = [say("left-out", named="; ".join(named))] if named else []
    parts += [say("no-total", named=listed(none["name"]))] if len(none) else []
    return " ".join(parts)


def _completeness(found: Sites) -> list[tuple[str, str, str]]:
    """Return how much of the area of the inventory rests on an official text; a download names none."""
    areas = found.areas[found.areas["source_ids"] != ""]
    total = areas["area_km2"].sum()
    if not total:
        return []
    sources = data.table("sources")
    texts = set(sources.loc[sources["kind"].isin(OFFICIAL_KINDS), "source_id"])
    official = areas["source_ids"].map(lambda ids: not texts.isdisjoint(ids.split("|")))
    sourced = areas["area_basis"] == "sourced"
    share, of_any = (
        100 * areas.loc[rows, "area_km2"].sum() / total for rows in (sourced & official, sourced)
    )
    return [figure("official-texts", share=share, sourced=of_any, basis=found.basis)]


def opening(found: Sites, by_country: pd.DataFrame, definition: str, *, year: int) -> str:
    """Return the first paragraph of results."""
    areas = found.areas
    parts = [
        say(
            "opening",
            year=str(year),
            sites=_sites(areas),
            reported_km2=sums.rounded(areas["area_km2"].sum(), digits=3),
            inside_km2=sums.rounded(by_country.iloc[-1]["listed_km2"], digits=3),
            ground=name_of(definition, "definition"),
            source=release(found),
        )
    ]
    if areas["area_km2"].isna().any():
        parts.append(say("opening-blank", sites=_sites(areas[areas["area_km2"].isna()])))
    if areas["year"].notna().any():
        first = areas.loc[areas["year"].idxmin()]
        parts.append(say("opening-oldest", name=first["name"], year=str(first["year"])))
    return " ".join(parts)


def release(found: Sites) -> str:
    """Return where the sites come from."""
    files = ", ".join(name for name in found.release.split("|") if name != INVENTORY)
    listed_here = found.areas[found.areas["source_ids"] != ""]["country"].unique()
    countries = listed(data.COUNTRY_NAMES[code] for code in data.COUNTRY_NAMES if code in listed_here)
    return say("release", basis=found.basis, files=files, countries=countries)


def drawing(found: Sites) -> str:
    """Return how sites are drawn."""
    return say("drawn", basis=found.basis)


def unplaced(found: Sites) -> str:
    """Return how many sites the map cannot show, and how rough the positions of the others are."""
    areas = found.areas
    nowhere = areas.geometry.isna()
    return say(
        "unplaced",
        nowhere=nowhere.sum(),
        nowhere_km2=areas.loc[nowhere, "area_km2"].sum(),
        no_area=(~nowhere & areas["area_km2"].isna()).sum(),
        placed=(~nowhere).sum(),
        rough=areas.loc[~nowhere, "location_basis"].isin(["proxy", "recalled"]).sum(),
        outlines=(areas["location_basis"] == "polygon").sum(),
        basis=found.basis,
    )


def crossing(found: Sites) -> str:
    """Return what the crossing of drawn sites would wrongly suggest, or how overlaps of outlines were treated."""
    if found.exact:
        return say("crossing-outlines")
    parts = found.pieces()
    crossed = sums.crossing_km2(parts)
    share = 100 * crossed / parts["piece_km2"].sum()
    return say("crossing-drawn", crossed_km2=crossed, share=share, basis=found.basis)


def international(found: Sites, added: pd.DataFrame) -> str:
    """Return by which rule international designations are in no sum, and the share with them where it is known."""
    if len(added):
        return say("international-known", **added.iloc[-1])
    return "" if found.exact else say("international-unknown")


def brief(found: Sites, by_country: pd.DataFrame, compare: str) -> str:
    """Return the closing lines of the brief: what lies between the two ends, and what changed."""
    cited = "; ".join(dict.fromkeys(row["origin"] for row in data.cited()))
    ends = say("brief-restricted", cited=cited, mark=say("report-restricted")) if cited else ""
    if not compare:
        return f"{between(by_country)}{ends}"
    kinds = from_earlier(compare, found.areas)["change"].value_counts()
    changes = ", ".join(f"{n} {name_of(kind, 'change')}" for kind, n in kinds.items())
    return f"{between(by_country)} {say('since-earlier', changes=changes or say('nothing-changed'))}{ends}"


def from_earlier(compare: str, now: pd.DataFrame) -> pd.DataFrame:
    """Return what changed since the edition whose tables lie in ``compare``; empty when none is given."""
    return history.changes(now, data.earlier_sites(compare)) if compare else history.changes(now, now)[:0]
