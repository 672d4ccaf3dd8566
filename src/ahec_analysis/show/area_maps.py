"""The map of protected areas, with the international designations over them."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from ahec_analysis import expect, territory
from ahec_analysis.show import palette
from ahec_analysis.show.map_picture import MapPicture, picture
from ahec_analysis.show.map_spec import Layer, MapSpec, Points, Shapes, Style
from ahec_analysis.show.messages import name_of, say

_AREA = ("class", "province", "founded", "area_km2", "iucn_category", "position", "source_ids")
_SITE = ("scheme", "official_number", "designated_year", "area_km2", "source_ids")
_AT_FIRST = ("ramsar", "world_heritage")


def protected_areas(
    areas: gpd.GeoDataFrame,
    footprints: gpd.GeoSeries,
    parts: gpd.GeoDataFrame,
    classes: pd.DataFrame,
    *,
    international: gpd.GeoDataFrame | None = None,
) -> MapSpec:
    """Return the map of protected areas, a layer for each group of designations.

    ``footprints`` are the shapes of ``areas`` on the ground, same index; ``parts`` the same cut so that nothing counts
    twice, with ``piece_km2``, on which the alternative text rests; ``classes`` the table ``designation_classes``;
    ``international`` designations are points, a layer for each scheme. SchemaError if the indexes differ.
    """
    expect.aligned(areas, footprints, "`areas` and `footprints`")
    known = classes.set_index("designation")
    titles = areas["designation"].map(lambda key: name_of(key, "designation").capitalize())
    groups = areas["designation"].map(known["group"]).fillna("unknown")
    told = {
        "class": areas["designation"].map(known["title"]).fillna(titles),
        "group": groups.mask(areas["level"] == "international", "international"),
        "founded": areas["year"],
        "position": _positions(areas),
        "province": areas.get("province", areas["province_code"]),
    }
    shapes = areas.set_geometry(footprints).assign(**told).sort_values("area_km2", ascending=False)
    layers: list[Layer] = []
    for group, colour in palette.GROUPS.items():
        rows, style = shapes[shapes["group"] == group], Style(colour, fill=colour, opacity=0.45, weight=1)
        name = name_of(group, "group").capitalize()
        layers.append(Shapes(group, rows, style, name=name, heading="name", popup=_AREA))
    if international is not None:
        for scheme, rows in international.groupby("scheme", sort=False):
            name = name_of(str(scheme), "scheme").capitalize()
            layers.append(designations(str(scheme), rows, name=name, shown=scheme in _AT_FIRST))
    held = parts.groupby(parts["designation"].map(known["group"]))["piece_km2"].sum()
    facts: dict[str, Any] = {"known": held.sum() > 0, "count": parts.geometry.notna().sum()}
    if facts["known"]:
        facts["group"] = name_of(str(held.idxmax()), "group").capitalize()
        facts["share"] = 100 * held.max() / held.sum()
    box = footprints.to_crs(territory.EQUAL_AREA).buffer(40_000).to_crs("EPSG:4326").total_bounds
    return MapSpec("map-areas", layers, box, facts)


def protected_areas_map(parts: gpd.GeoDataFrame, classes: pd.DataFrame, *, small: bool = False) -> MapPicture:
    """Return the picture of protected areas by group of designations.

    Parameters
    ----------
    parts : GeoDataFrame
        Polygons with ``designation``, ``level`` and ``piece_km2``, any CRS.
    classes : DataFrame
        The table ``designation_classes``.
    small : bool
        For a page that has to hold more than the map.
    """
    spec = protected_areas(parts, parts.geometry, parts, classes)
    return picture(spec, height=3.3 if small else None)


def designations(key: str, sites: gpd.GeoDataFrame, *, name: str = "", shown: bool = True) -> Points:
    """Return international sites as a layer."""
    frame, style = sites.assign(area_km2=sites["area_ha"] / 100), Style(palette.GROUPS["international"])
    return Points(key, frame, style, name=name, shown=shown, heading="name_en", popup=_SITE)


def _positions(areas: pd.DataFrame) -> pd.Series:
    """Return what the place of each area rests on, as keys; where it lies about a lake, as a sentence."""
    nothing = pd.Series("", index=areas.index)
    position = areas.get("location_basis", nothing).replace("none", "")
    if "box_west" in areas:
        position = position.mask(areas["box_west"].notna(), "printed_limits")
    lakes = areas.get("lake", nothing).fillna("")
    shores = lakes.map(lambda names: say("map-areas.shore", lake=names.replace("|", ", ")))
    return position.where(lakes == "", shores)
