"""The map of protected areas, with the international designations over them."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from ahec_analysis import expect, territory
from ahec_analysis.show import palette
from ahec_analysis.show.map_picture import MapPicture, picture
from ahec_analysis.show.map_spec import Layer, MapSpec, Points, Shapes
from ahec_analysis.show.messages import name_of, say

_AREA = ("class", "province", "year", "area_km2", "iucn_category", "position", "source_ids")
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

    Parameters
    ----------
    areas : GeoDataFrame
        The common table of protected areas.
    footprints : GeoSeries
        Their shapes on the ground, same index, any CRS.
    parts : GeoDataFrame
        The same cut so that nothing counts twice, with ``piece_km2``: what the alternative text says rests on it.
    classes : DataFrame
        The table ``designation_classes``.
    international : GeoDataFrame, optional
        International designations as points, a layer for each scheme.

    Raises
    ------
    SchemaError
        If footprints and areas do not share their index.
    """
    expect.aligned(areas, footprints, "`areas` and `footprints`")
    known = classes.set_index("designation")
    shapes = gpd.GeoDataFrame(areas.drop(columns="geometry"), geometry=footprints)
    groups = shapes["designation"].map(known["group"]).fillna("unknown")
    groups = groups.mask(shapes["level"] == "international", "international")
    titles = shapes["designation"].map(known["title"])
    spoken = shapes["designation"].map(lambda key: name_of(key, "designation").capitalize())
    shapes = shapes.assign(
        **{"class": titles.fillna(spoken), "position": _positions(shapes)},
        province=shapes.get("province", shapes["province_code"]),
    ).sort_values("area_km2", ascending=False)
    layers: list[Layer] = [
        Shapes(
            key=group,
            name=name_of(group, "group").capitalize(),
            frame=shapes[groups.reindex(shapes.index) == group],
            fill=colour,
            line=colour,
            opacity=0.45,
            heading="name",
            popup=_AREA,
        )
        for group, colour in palette.GROUPS.items()
    ]
    if international is not None:
        sites = designations(international)
        layers += [
            Points(
                key=str(scheme),
                name=name_of(str(scheme), "scheme").capitalize(),
                frame=rows,
                line=palette.GROUPS["international"],
                heading="name_en",
                popup=_SITE,
                shown=scheme in _AT_FIRST,
            )
            for scheme, rows in sites.groupby("scheme", sort=False)
        ]
    held = parts.groupby(parts["designation"].map(known["group"]))["piece_km2"].sum()
    return MapSpec(
        "map-areas",
        layers,
        tuple(footprints.to_crs(territory.EQUAL_AREA).buffer(40_000).to_crs("EPSG:4326").total_bounds),
        facts={
            "known": bool(held.sum()),
            "count": int(parts.geometry.notna().sum()),
            "group": name_of(str(held.idxmax()), "group").capitalize() if held.sum() else "",
            "share": 100 * held.max() / held.sum() if held.sum() else 0.0,
        },
    )


def protected_areas_map(parts: gpd.GeoDataFrame, classes: pd.DataFrame, *, small: bool = False) -> MapPicture:
    """Return the picture of protected areas by group of designations.

    Parameters
    ----------
    parts : GeoDataFrame
        Polygons with ``designation``, ``level`` and ``piece_km2``.
    classes : DataFrame
        The table ``designation_classes``.
    small : bool
        For a page that has to hold more than the map.
    """
    spec = protected_areas(parts, parts.geometry, parts, classes)
    return picture(spec, height=3.3 if small else None)


def designations(sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return international sites with the columns that maps tell of."""
    return sites.assign(area_km2=sites["area_ha"] / 100)


def _positions(areas: pd.DataFrame) -> pd.Series:
    """Return what the place of each area rests on, as keys; where it lies about a lake, as a sentence."""
    nothing = pd.Series("", index=areas.index)
    position = areas.get("location_basis", nothing).replace("none", "")
    if "box_west" in areas:
        position = position.mask(areas["box_west"].notna(), "printed_limits")
    lakes = areas.get("lake", nothing).fillna("")
    shores = lakes.map(lambda names: say("map-areas.shore", lake=names.replace("|", ", ")))
    return position.where(lakes == "", shores)
