"""The map of protected areas, with the international designations over them."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from matplotlib.figure import Figure as Picture

from ahec_analysis import expect, territory
from ahec_analysis.show import palette
from ahec_analysis.show.maps import OfflineMap, details
from ahec_analysis.show.messages import name_of
from ahec_analysis.values import shown

_POSITIONS = {
    "site": "given for the site",
    "centroid": "middle of its extent",
    "district": "in the district that a source names",
    "proxy": "stand-in: a town, river or lake",
    "recalled": "recalled",
    "polygon": "outline",
}


def protected_areas(
    areas: gpd.GeoDataFrame,
    footprints: gpd.GeoSeries,
    international: gpd.GeoDataFrame,
    classes: pd.DataFrame,
    *,
    title: str,
    picture: Picture | None = None,
) -> OfflineMap:
    """Return the map of protected areas, a layer for each group of designations.

    Parameters
    ----------
    areas : GeoDataFrame
        The common table of protected areas.
    footprints : GeoSeries
        Their shapes on the ground, same index, any CRS.
    international : GeoDataFrame
        International designations as points.
    classes : DataFrame
        The table ``designation_classes``.
    title : str
        What the map shows.
    picture : Figure, optional
        The same map as a static figure.

    Raises
    ------
    SchemaError
        If footprints and areas do not share their index.
    """
    expect.aligned(areas, footprints, "`areas` and `footprints`")
    shapes = gpd.GeoDataFrame(areas.drop(columns="geometry"), geometry=footprints.to_crs("EPSG:4326"))
    shapes = shapes[shapes.geometry.notna() & ~shapes.geometry.is_empty]
    shapes = shapes.merge(classes[["designation", "title", "group"]], on="designation", how="left")
    shapes["group"] = (
        shapes["group"].fillna("unknown").mask(shapes["level"] == "international", "international")
    )
    shapes["title"] = shapes["title"].fillna(shapes["designation"].str.replace("_", " ").str.capitalize())
    shapes = shapes.sort_values("area_km2", ascending=False)
    where = territory.EQUAL_AREA
    west, south, east, north = shapes.to_crs(where).buffer(40_000).to_crs("EPSG:4326").total_bounds
    out = OfflineMap(title, bounds=(west, south, east, north), picture=picture)
    for group, colour in palette.GROUPS.items():
        rows = shapes[shapes["group"] == group]
        out.add_shapes(
            rows, fill=colour, line=colour, name=name_of(group).capitalize(), popup=_area_popup, opacity=0.45
        )
    for scheme, rows in international.groupby("scheme", sort=False):
        name = str(scheme).replace("_", " ").capitalize()
        out.add_points(
            rows,
            colour=palette.GROUPS["international"],
            name=name,
            popup=_designation_popup,
            show=scheme in ("ramsar", "world_heritage"),
        )
    out.add_towns()
    out.add_switches()
    return out


def _area_popup(row: pd.Series) -> str:
    year = None if pd.isna(row["year"]) else int(row["year"])
    area = None if pd.isna(row["area_km2"]) else f"{shown(float(row['area_km2']), 'area_km2')} km²"
    return details(
        row["name"],
        row["name_local"],
        {
            "Class": row["title"],
            "Province": str(row.get("province", row["province_code"])).replace("|", ", "),
            "Founded": year,
            "Area": area,
            "IUCN": row["iucn_category"],
            "Position": _position(row),
            "Sources": str(row.get("source_ids", "")).replace("|", ", "),
        },
    )


def _position(row: pd.Series) -> str | None:
    if row.get("lake"):
        return f"{row['lake'].replace('|', ', ')} and its shore"
    if pd.notna(row.get("box_west")):
        return "fills its printed limits"
    return _POSITIONS.get(str(row.get("location_basis")))


def _designation_popup(row: pd.Series) -> str:
    year = None if pd.isna(row["designated_year"]) else int(row["designated_year"])
    area = None if pd.isna(row["area_ha"]) else f"{shown(float(row['area_ha']) / 100, 'area_km2')} km²"
    return details(
        row["name_en"],
        row["name_local"],
        {
            "Scheme": str(row["scheme"]).replace("_", " "),
            "Number": row["official_number"],
            "Designated": year,
            "Area": area,
            "Sources": str(row["source_ids"]).replace("|", ", "),
        },
    )
