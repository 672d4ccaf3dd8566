"""Where a site of the inventory may lie, and how far its position carries what is computed from it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import coverage, territory
from ahec_analysis.coverage.shapes import BOX, DEFAULT_PRECISION_KM, column
from ahec_analysis.territory.ahec import EQUAL_AREA

OWN_SHARE = 0.5
"""A figure about a small unit is shown where at least this share of the protected ground in it is the sites' own."""
ROUGH_POINT, ROUGH_GROUND = "rough_point", "rough_ground"
"""Why rows are withheld: of each row, or of most of its protected ground, a rough point is all that is known."""
ROUGH = (
    *("protected_km2", "protected_km", "protected_percent", "unprotected_km2", "unprotected_km"),
    *("gap_30_km2", "gap_30_km", "gap_km2", "gap_30", "gap", "connected_percent", "within_countries_percent"),
    *("border_points", "loss_Prot", "loss_ProtConn", "eca_loss_percent"),
)
"""Columns whose figures rest on where sites were put; without outlines they are printed with two digits."""


def confined(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the sites with the ground each is confined to, ``place``, and a stand-in point where its district is known.

    ``place`` holds the districts that a source names (ids joined by ``|``), or the provinces where none is named, the
    districts (inside the printed limits) are smaller than the site, its shares by province are stated or it is a lake. A
    site without a point gets one: in the middle of its limits or in its lake (``location_basis`` "centroid"), else in its
    districts ("district", with the distance to their farthest border as its precision, km).
    """
    layer = _districts()
    ids = areas["district_ids"].astype("str").str.split("|").explode()
    ids = ids[ids.isin(layer.index)]
    joined = ids.groupby(level=0).agg("|".join).reindex(areas.index, fill_value="")
    united = {cell: shapely.union_all(layer[cell.split("|")].to_numpy()) for cell in set(joined) - {""}}
    within = gpd.GeoSeries([united.get(cell) for cell in joined], areas.index, crs=EQUAL_AREA)
    named = _named(areas)
    boxes = named[areas[BOX].notna().all(axis=1)].segmentize(0.1).to_crs(EQUAL_AREA)
    room = within.area.fillna(0.0)
    room[boxes.index] = boxes.intersection(within[boxes.index]).area.fillna(0.0)
    fits = room / 1e6 > areas["area_km2"].fillna(0.0)
    fits &= (areas["province_shares"] == "") & (areas["lake"] == "")
    out = areas.assign(place=joined.where(fits, areas["province_code"]))
    lost = areas.geometry.isna() | areas.geometry.is_empty
    middles = named[lost & named.notna()].representative_point()
    blank = within[lost & named.isna() & within.notna()]
    points = blank.representative_point()
    geometry = out.geometry.copy()
    geometry.loc[middles.index], geometry.loc[points.index] = middles, points.to_crs(areas.crs)
    out = out.set_geometry(geometry)
    out.loc[middles.index, "location_basis"] = "centroid"
    out.loc[points.index, "location_basis"] = "district"
    out.loc[points.index, "location_precision_km"] = points.hausdorff_distance(blank.boundary) / 1e3
    return out.assign(own_ground=own_ground(out))


def _named(areas: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return the lake or the printed limits of each site, None where it has neither."""
    limits = shapely.box(*(areas[column].to_numpy() for column in BOX))
    named = gpd.GeoSeries(np.where(areas[BOX].notna().all(axis=1), limits, None), areas.index, crs=4326)
    lakes = territory.lakes().to_crs(4326).drop_duplicates("name").set_index("name").geometry
    in_lake = areas.index[areas["lake"] != ""]
    named.loc[in_lake] = lakes.reindex(areas.loc[in_lake, "lake"].str.split("|").str[0]).to_numpy()
    return named


def ground() -> gpd.GeoDataFrame:
    """Return the land of provinces and districts as one layer, ``province_code`` holding either's id."""
    provinces = territory.provinces().to_crs(EQUAL_AREA)[["province_code", "geometry"]]
    districts = _districts().rename_axis("province_code").reset_index()
    return gpd.GeoDataFrame(pd.concat([provinces, districts], ignore_index=True), crs=EQUAL_AREA)


def footprints(sites: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return :func:`ahec_analysis.coverage.footprint` of :func:`confined` sites, with its ledger in ``attrs``."""
    return coverage.footprint(sites.assign(province_code=sites["place"]), ground(), lakes=territory.lakes())


def _districts() -> gpd.GeoSeries:
    return territory.districts().to_crs(EQUAL_AREA).dissolve("district_id").geometry


def with_points(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return sites with ``lon`` and ``lat`` (degrees, WGS 84) of their point, or of one within their outline."""
    points = areas.geometry.representative_point().to_crs("EPSG:4326")
    return areas.assign(lon=points.x.round(5), lat=points.y.round(5))


def own_ground(areas: pd.DataFrame) -> pd.Series:
    """Return whether the ground of each site is its own: by outline, limits, lake, or a point of the site itself.

    The point (or the middle of an extent) must be good to the radius of the circle of the site's area.
    """
    radius, precision = _radius_and_precision_km(areas)
    point = areas["location_basis"].isin(["site", "centroid"]) & (precision <= radius)
    return (_drawn(areas) | point).rename("own_ground")


def edge_km(areas: pd.DataFrame) -> float:
    """Return how far off the edge of a site of known area is, the median over the sites, km.

    An outline is exact, limits and lakes are off as far as their middle; the circle about a point knows nothing of
    the shape of its site, so its edge is off by its radius if the point is not off by more.
    """
    radius, precision = _radius_and_precision_km(areas)
    off = np.where(_drawn(areas), precision, np.maximum(radius, precision))
    off = np.where(areas["location_basis"] == "polygon", 0.0, off)[radius > 0]
    return round(float(np.median(off)), 1) if len(off) else 0.0


def carried(
    rows: pd.DataFrame,
    own: pd.Series | float,
    every: pd.Series | float,
    *,
    what: str,
    why: str = ROUGH_GROUND,
) -> pd.DataFrame:
    """Return the rows of whose protected amount (``every``) at least :data:`OWN_SHARE` is the sites' ``own`` ground.

    A row without any goes by the sums, as all rows do by one number. ``attrs["withheld"]`` says what is
    left out, and why.
    """
    amounts = np.zeros((2, len(rows)))
    amounts[0], amounts[1] = np.nan_to_num(own), np.nan_to_num(every)
    part, whole = np.where(amounts[1] > 0, amounts, amounts.sum(axis=1, keepdims=True))
    shown = part >= OWN_SHARE * whole
    out = rows[shown].reset_index(drop=True)
    if not shown.all():
        left_out = int((~shown).sum())
        out.attrs["withheld"] = {"what": what, "why": why, "left_out": left_out, "rows": len(rows)}
    return out


def _drawn(areas: pd.DataFrame) -> pd.Series:
    """Return for each site whether an outline, limits or a lake say where it is."""
    limits = np.all([~np.isnan(column(areas, name)) for name in BOX], axis=0)
    lake = areas["lake"] != "" if "lake" in areas else False
    return (areas["location_basis"] == "polygon") | limits | lake


def _radius_and_precision_km(areas: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    precision = column(areas, "location_precision_km", DEFAULT_PRECISION_KM)
    return np.sqrt(column(areas, "area_km2") / np.pi), precision
