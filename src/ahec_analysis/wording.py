"""Sentences and key figures computed from results: no number in a report is typed by hand."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from ahec_analysis import data, history, scopes, status, summary
from ahec_analysis.sites import Sites
from ahec_analysis.tables import shown


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
    inside = by_country[by_country["land_km2"].notna()]
    land = float(inside["land_km2"].sum())
    figures = [
        (
            "Protected land",
            f"{100 * inside['protected_km2'].sum() / land:.1f} %",
            f"of {land / 1e6:.3f} million km²: {ground}",
        ),
        ("Sites", shown(len(areas)), f"{without} of them without a known area"),
        ("Reported area", _km2(total), f"{twice}{_km2(sea)} of it sea, as reported"),
        _completeness(areas, total, sourced),
    ]
    if len(inside) > 1:
        figures += [
            (row.name, f"{row.share_percent:.1f} %", f"of its {row.land_km2 / 1e6:.3f} million km² here")
            for row in inside.itertuples(index=False)
        ]
    return figures


def _completeness(areas: gpd.GeoDataFrame, total: float, sourced: float) -> tuple[str, str, str]:
    """Return how complete the list is: beside what WWF states for Russia, else how much of it is sourced."""
    share = f"{100 * sourced / total:.0f} %" if total else "–"
    claims = data.table("claims").set_index("claim_id")
    stated_ha = float(claims.loc["area-total", "value"])
    levels = claims.loc["area-total", "scope"]
    if (
        "overlaps_with" not in areas
        or not set(areas["country"]) >= {"RUS"}
        or (areas["confidence"] == "").all()
    ):
        return ("Area with a source", share, "of what is listed")
    listed_ha = float(scopes.select(areas, levels)["area_ha"].sum())
    return (
        "Completeness",
        f"{100 * listed_ha / stated_ha:.0f} %",
        f"of the {stated_ha / 1e6:.1f} Mha that WWF states for Russia; {share} of the listed area has a source",
    )


def opening(areas: gpd.GeoDataFrame, by_country: pd.DataFrame, ground: str, *, year: int) -> str:
    """Return the first paragraph of results."""
    first = areas.loc[areas["year"].idxmin()] if areas["year"].notna().any() else None
    recalled = float(areas.loc[areas["area_basis"] != "sourced", "area_km2"].sum())
    inside = by_country[by_country["land_km2"].notna()]
    text = (
        f"Up to {year}, **{len(areas)} sites** that may be summed report **{_km2(float(areas['area_km2'].sum()))}**; "
        f"**{_km2(float(inside['protected_km2'].sum()))}** of it is land inside the territory ({ground}). "
        f"{_km2(recalled)} of the reported area is recalled rather than sourced, and "
        f"{int(areas['area_km2'].isna().sum())} sites have no known area: more is protected than is listed here. "
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
        "Each site is drawn as a circle of exactly its reported area, widened where part of it would leave the "
        "districts or the province that it is known to lie in. The true outlines are not in this inventory; click a "
        "site for its local name, year, area and sources. International designations lie over national areas and can "
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
    crossed = summary.crossing_km2(parts)
    share = 100 * crossed / float(parts["piece_km2"].sum())
    return (
        f"On the map circles cross on {_km2(crossed)} ({share:.0f} % of the area). This is an artefact of drawing "
        "circles about single points and is not subtracted from any figure."
    )


def brief(found: Sites, compare: str) -> str:
    """Return the closing lines of the brief: how sure the figures are, and what changed."""
    areas = found.areas
    sourced = float(areas.loc[areas["area_basis"] == "sourced", "area_km2"].sum())
    text = (
        f"Source: {found.release}. {int(areas['area_km2'].isna().sum())} of {len(areas)} sites have no known area and "
        f"{100 - 100 * sourced / float(areas['area_km2'].sum()):.0f} % of the area is recalled: more is protected "
        "than is listed. The shares of small basins move with the positions of single sites."
    )
    if not found.exact:
        stated = status.official()
        gap = (stated["stated_ha"] - stated["listed_ha"]).nlargest(2)
        text += (
            " Official totals exceed what is listed most in "
            + " and ".join(
                f"{stated.loc[i, 'province']} ({stated.loc[i, 'what']}, {missing / 1e6:.1f} Mha)"
                for i, missing in gap.items()
            )
            + "."
        )
    if compare:
        changed = from_earlier(compare, areas)["change"].value_counts()
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
