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
REMEDY = "Outlines would show more: WDPA country files from protectedplanet.net, put into data/external."
"""Which download would give what is withheld."""
ROUGH_POINT = "only a rough point is known of them"
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
    districts ("district", with the distance to their farthest border as its precision, km). Points are in EPSG:4326.
    """
    ground = _districts()
    out = areas.copy()
    lists = [[i for i in str(cell).split("|") if i in ground.index] for cell in areas["district_ids"]]
    shapes = [shapely.union_all(ground[ids].to_numpy()) for ids in lists]
    room = shapely.area(shapes) / 1e6
    named = _named(areas)
    boxes = named[areas[BOX].notna().all(axis=1)].segmentize(0.1).to_crs(EQUAL_AREA)
    inside = pd.Series(room, areas.index)
    within = gpd.GeoSeries(shapes, areas.index, crs=EQUAL_AREA)[boxes.index]
    inside[boxes.index] = boxes.intersection(within).area / 1e6
    fits = (inside > areas["area_km2"].fillna(0.0)) & (areas["province_shares"] == "") & (areas["lake"] == "")
    out["place"] = np.where(fits, ["|".join(ids) for ids in lists], areas["province_code"])
    lost = (areas.geometry.isna() | areas.geometry.is_empty).to_numpy()
    missing = np.flatnonzero(lost & named.isna() & (room > 0))
    points = [shapely.point_on_surface(shapes[row]) for row in missing]
    reach = [
        shapely.hausdorff_distance(p, shapes[row].boundary) / 1e3
        for p, row in zip(points, missing, strict=True)
    ]
    rows = areas.index[missing]
    found = gpd.GeoSeries(points, index=rows, crs=EQUAL_AREA).to_crs(areas.crs)
    middles = named[lost & named.notna()].representative_point()
    geometry = out.geometry.copy()
    geometry.loc[rows], geometry.loc[middles.index] = found, middles
    out = out.set_geometry(geometry)
    out.loc[middles.index, "location_basis"] = "centroid"
    out.loc[rows, "location_basis"] = "district"
    out.loc[rows, "location_precision_km"] = reach
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
    layer = territory.districts().to_crs(EQUAL_AREA)
    return layer.dissolve("district_id").geometry


def own_ground(areas: pd.DataFrame) -> pd.Series:
    """Return whether the ground of each site is its own: by outline, limits, lake, or a point as good as its size.

    A point (or the middle of an extent) counts if it is given for the site itself and good to the radius of the circle
    of its area; its precision is 5 km where none is stated.

    Examples
    --------
    >>> sites = pd.DataFrame({"location_basis": ["site", "site", "proxy"], "area_km2": [400.0, 40.0, 400.0]})
    >>> own_ground(sites).tolist()
    [True, False, False]
    """
    radius = np.sqrt(column(areas, "area_km2") / np.pi)
    point = areas["location_basis"].isin(["site", "centroid"]) & (_precision_km(areas) <= radius)
    return (_drawn(areas) | point).rename("own_ground")


def edge_km(areas: pd.DataFrame) -> float:
    """Return how far off the edge of a site of known area is, the median over the sites, km.

    An outline is exact, limits and lakes are off as far as their middle; the circle about a point knows nothing of
    the shape of its site, so its edge is off by its radius if the point is not off by more.

    Examples
    --------
    >>> edge_km(pd.DataFrame({"location_basis": ["site", "polygon", "proxy"], "area_km2": [314.2, 50.0, 314.2]}))
    10.0
    """
    radius = np.sqrt(column(areas, "area_km2") / np.pi)
    off = np.where(_drawn(areas), _precision_km(areas), np.maximum(radius, _precision_km(areas)))
    off = np.where(areas["location_basis"] == "polygon", 0.0, off)[radius > 0]
    return round(float(np.median(off)), 1) if len(off) else 0.0


def carried(
    rows: pd.DataFrame, own: pd.Series | float, every: pd.Series | float, *, what: str, why: str = ""
) -> pd.DataFrame:
    """Return the rows that the positions of sites carry; ``attrs["withheld"]`` says what is left out, and why.

    Parameters
    ----------
    rows : DataFrame
        A table finer than positions, such as by basin or district.
    own, every : Series or float
        The protected amount of each row that lies in sites on their own ground (:func:`own_ground`), and in all
        sites, in the order of the rows; one number for all rows alike. A row without any goes by the sum of all.
    what : str
        What a row is, in the plural.
    why : str, optional
        Why some are left out, if it is not that most of the protected ground of a row has no known place.

    Returns
    -------
    DataFrame
        The rows where ``own`` is at least :data:`OWN_SHARE` of ``every``.

    Examples
    --------
    >>> table = pd.DataFrame({"basin": ["A", "B"], "protected_km2": [100.0, 100.0]})
    >>> shown = carried(table, pd.Series([80.0, 20.0]), table["protected_km2"], what="basins")
    >>> shown["basin"].tolist(), shown.attrs["withheld"].split(":")[0]
    (['A'], '1 of 2 basins left out')
    """
    amounts = [
        np.broadcast_to(np.nan_to_num(np.asarray(values, dtype=float)), len(rows)) for values in (own, every)
    ]
    part, whole = (np.where(amounts[1] > 0, values, values.sum()) for values in amounts)
    shown = part >= OWN_SHARE * whole
    out = rows[shown].reset_index(drop=True)
    if not shown.all():
        why = why or "most of the protected ground counted there belongs to sites known by a rough point only"
        which = f"{(~shown).sum()} of {len(rows)} {what} left out" if shown.any() else f"no {what} shown"
        out.attrs["withheld"] = f"{which}: {why}. {REMEDY}"
    return out


def _drawn(areas: pd.DataFrame) -> pd.Series:
    """Return for each site whether an outline, limits or a lake say where it is."""
    limits = np.all([~np.isnan(column(areas, name)) for name in BOX], axis=0)
    lake = areas["lake"] != "" if "lake" in areas else False
    return (areas["location_basis"] == "polygon") | limits | lake


def _precision_km(areas: pd.DataFrame) -> np.ndarray:
    return column(areas, "location_precision_km", DEFAULT_PRECISION_KM)
