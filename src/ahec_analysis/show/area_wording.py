"""Sentences and key figures computed from results: no number in a report is typed by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from ahec_analysis import data
from ahec_analysis.coverage import history, sums
from ahec_analysis.coverage.sites import Sites
from ahec_analysis.values import UNKNOWN, shown

OFFICIAL_KINDS = {"official", "treaty_register"}
"""Kinds of source that count as official texts."""


def key_figures(
    areas: gpd.GeoDataFrame, by_country: pd.DataFrame, overlaps: pd.DataFrame, ground: str
) -> list[tuple[str, str, str]]:
    """Return the key figures of the protected-area report: what, figure, and how sure or of what."""
    total = float(areas["area_km2"].sum())
    sourced = float(areas.loc[areas["area_basis"] == "sourced", "area_km2"].sum())
    without = int(areas["area_km2"].isna().sum())
    sea = float(areas["marine_km2"].sum())
    shared = float(overlaps["at_most_km2"].sum())
    twice = f"at most {_km2(shared)} counted twice; " if shared else ""
    whole = by_country.iloc[-1]
    figures = [
        ("Protected land", share_range(whole), f"of {whole['land_km2'] / 1e6:.3f} million km²: {ground}"),
        ("Sites", shown(len(areas)), f"{without} of them without a known area"),
        ("Reported area", _km2(total), f"{twice}{_km2(sea)} of it sea, as reported"),
        _completeness(areas, total, sourced),
    ]
    countries = by_country[by_country["unit"] != ""]
    if len(countries) > 1:
        figures += [
            (str(row["name"]), share_range(row), f"of its {row['land_km2'] / 1e6:.3f} million km² here")
            for row in countries.to_dict("records")
        ]
    return figures


def share_range(row: Mapping[str, Any]) -> str:
    """Return the protected share of a unit as a range: what is listed, and what official totals give.

    Examples
    --------
    >>> share_range({"listed_percent": 8.79, "upper_percent": 12.24})
    '8.8 % listed; up to about 12 % by official totals'
    >>> share_range({"listed_percent": float("nan"), "upper_percent": float("nan")})
    'no listed area'
    """
    if pd.isna(row["listed_percent"]):
        return "no listed area"
    listed = f"{row['listed_percent']:.1f} % listed"
    if pd.isna(row["upper_percent"]) or round(row["upper_percent"]) <= row["listed_percent"]:
        return listed
    return f"{listed}; up to about {row['upper_percent']:.0f} % by official totals"


def between(by_country: pd.DataFrame) -> str:
    """Return what lies between the listed and the official share."""
    whole = by_country.iloc[-1]
    text = ""
    if pd.notna(whole["unlisted_km2"]):
        text = (
            f"Between the two ends lie about {_rough(whole['unlisted_km2'])} that official totals hold and the list "
            f"does not; the {int(whole['without_area'])} listed sites without a known area are part of it. "
        )
        if whole["later_km2"] > 0:
            text += (
                f"Sites founded after the totals ({_rough(whole['later_km2'])}, less older sites that they took in) are "
                "added to the official end. "
            )
        text += (
            "Official totals may hold sea and count ground twice where sites of several levels overlap: that cannot "
            "be removed, so the official end is an upper one. "
        )
    return text.strip()


def left_out(by_country: pd.DataFrame, by_province: pd.DataFrame) -> str:
    """Return which official totals the official end leaves out, and where none was found."""
    stated = set(by_country.loc[by_country["official_percent"].notna(), "unit"])
    text = ""
    others = by_province[~by_province["country"].isin(stated)]
    apart = others[others["upper_km2"].isna() & others["official_percent"].notna()]
    if len(apart):
        named = "; ".join(
            f"{row.name} ({row.official_percent:.0f} % of the whole province)"
            for row in apart.itertuples(index=False)
        )
        text += f"Totals of whole provinces that lie only partly inside cannot be placed and are left out: {named}. "
    none = others[others["official_percent"].isna() & (others["land_km2"] > 10_000)]
    if len(none):
        text += f"No total of all levels was found for {_listed(none['name'].tolist())}; the list stands alone there."
    return text.strip()


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _rough(value: float) -> str:
    return _km2(float(sums.rounded(pd.Series([value])).iloc[0]))


def _completeness(areas: gpd.GeoDataFrame, total: float, sourced: float) -> tuple[str, str, str]:
    """Return how much of the listed area has a source, and how much rests on an official text."""
    share = f"{100 * sourced / total:.0f} %" if total else UNKNOWN
    if (areas["source_ids"] == "").all():
        return ("Area with a source", share, "of what is listed")
    kinds = data.table("sources").set_index("source_id")["kind"]
    official = areas["source_ids"].map(
        lambda ids: bool({kinds.get(i) for i in ids.split("|")} & OFFICIAL_KINDS)
    )
    firm = float(areas.loc[official & (areas["area_basis"] == "sourced"), "area_km2"].sum())
    return (
        "Area with a source",
        share,
        f"of what is listed; {100 * firm / total:.0f} % of it cites an official text or treaty register",
    )


def opening(areas: gpd.GeoDataFrame, by_country: pd.DataFrame, ground: str, *, year: int) -> str:
    """Return the first paragraph of results."""
    first = areas.loc[areas["year"].idxmin()] if areas["year"].notna().any() else None
    recalled = float(areas.loc[areas["area_basis"] != "sourced", "area_km2"].sum())
    inside_km2 = float(by_country.iloc[-1]["listed_km2"])
    text = (
        f"Up to {year}, **{len(areas)} sites** that may be summed report **{_km2(float(areas['area_km2'].sum()))}**; "
        f"**{_km2(inside_km2)}** of it is land inside the territory ({ground}). "
        f"{_counted(int(areas['area_km2'].isna().sum()), 'site')} without a known area are in no sum"
        f"{f', and {_km2(recalled)} are recalled rather than sourced' if recalled else ''}: "
        "more is protected than is listed here. "
    )
    if first is not None:
        text += f"The oldest site is {first['name']}, {int(first['year'])}."
    return text


def drawing(*, exact: bool) -> str:
    """Return how sites are drawn."""
    if exact:
        return (
            "Outlines as the download gives them; points with a reported area are circles of exactly that area. Click a "
            "site for its local name, year and area. International designations lie over national areas and can be "
            "switched on and off."
        )
    return (
        "Each site is drawn with exactly its reported area: within its printed limits, about its lake, or as a circle "
        "about its point, on the land of its districts or province. The true outlines are not in this inventory; click "
        "a site for its local name, year, area and sources. International designations lie over national areas and can "
        "be switched on and off."
    )


def unplaced(areas: gpd.GeoDataFrame) -> str:
    """Return how many sites the map cannot show, and how rough the positions of the others are."""
    nowhere = areas.geometry.isna()
    no_area = ~nowhere & areas["area_km2"].isna()
    rough = int(areas.loc[~nowhere, "location_basis"].isin(["proxy", "recalled"]).sum())
    return (
        f"Not on the map: {int(nowhere.sum())} sites without a position "
        f"({_km2(float(areas.loc[nowhere, 'area_km2'].sum()))}) and {int(no_area.sum())} without an area. "
        f"Of the {int((~nowhere).sum())} positions {rough} are stand-ins such as a town or a river."
    )


def crossing(parts: gpd.GeoDataFrame, *, exact: bool) -> str:
    """Return what the crossing of circles would wrongly suggest, or how overlaps of outlines were treated."""
    if exact:
        return "Outlines overlap; each spot counts once, for the area that comes first by the question asked."
    crossed = sums.crossing_km2(parts)
    share = 100 * crossed / float(parts["piece_km2"].sum())
    return (
        f"On the map sites cross on {_km2(crossed)} ({share:.0f} % of the area). This is an artefact of drawing "
        "sites without their outlines and is not subtracted from any figure."
    )


def brief(found: Sites, by_country: pd.DataFrame, compare: str) -> str:
    """Return the closing lines of the brief: what lies between the two ends, and what changed."""
    text = between(by_country)
    if compare:
        changed = from_earlier(compare, found.areas)["change"].value_counts()
        text += " Since the earlier edition: " + (
            ", ".join(f"{n} {kind}" for kind, n in changed.items()) or "nothing changed"
        )
    return text


def from_earlier(compare: str, now: pd.DataFrame) -> pd.DataFrame:
    """Return what changed since the edition whose tables lie in ``compare``; empty when none is given."""
    before = data.earlier_sites(compare) if compare else now
    return history.changes(now, before)


def alternative(rows: pd.DataFrame, label: str, value: str, what: str, *, most: int = 6) -> str:
    """Return the alternative text of a bar chart: its largest values in words.

    Examples
    --------
    >>> alternative(pd.DataFrame({"a": ["x", "y"], "b_km2": [100.0, 200.0]}), "a", "b_km2", "Area, km²")
    'Area, km²: y 200, x 100.'
    """
    top = rows[rows[value].notna()].nlargest(most, value)
    named = ", ".join(
        f"{name} {shown(float(v), value)}" for name, v in zip(top[label], top[value], strict=True)
    )
    return f"{what}: {named}."


def _km2(value: float) -> str:
    return f"{shown(value, 'area_km2')} km²"
