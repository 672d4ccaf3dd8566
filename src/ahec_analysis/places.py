"""Where a site of the inventory may lie, and how far its position carries what is computed from it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import coverage, territory
from ahec_analysis.footprints import BOX
from ahec_analysis.territory import EQUAL_AREA


def confined(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the sites with the ground each is confined to, and a stand-in point where its district is known.

    Parameters
    ----------
    areas : GeoDataFrame
        The inventory with ``province_code``, ``province_shares``, ``district_ids``, its limits, ``lake``,
        ``location_basis``, ``location_precision_km``, ``area_km2`` and points in EPSG:4326, missing where unknown.

    Returns
    -------
    GeoDataFrame
        The same rows with ``place``: the districts that a source names (ids joined by ``|``), or the provinces
        where none is named, the districts (inside the printed limits) are smaller than the site, its shares by
        province are stated or it is a lake. A site without a point gets one: in the middle of its limits or in its lake (``location_basis``
        "centroid"), else in its districts ("district", and as its precision the distance to their farthest
        border, km).
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
    return out


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
    """Return what stands for each site on the ground it is confined to.

    Parameters
    ----------
    sites : GeoDataFrame
        :func:`confined` sites.

    Returns
    -------
    GeoSeries
        As :func:`ahec_analysis.coverage.footprint`, with its ledger in ``attrs``.
    """
    return coverage.footprint(sites.assign(province_code=sites["place"]), ground(), lakes=territory.lakes())


def _districts() -> gpd.GeoSeries:
    layer = territory.districts().to_crs(EQUAL_AREA)
    return layer.dissolve("district_id").geometry
