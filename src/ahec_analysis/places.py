"""Where a site of the inventory may lie: its districts where a source names them, else its provinces."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import coverage, territory
from ahec_analysis.territory import EQUAL_AREA


def confined(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the sites with the ground each is confined to, and a stand-in point where its district is known.

    Parameters
    ----------
    areas : GeoDataFrame
        The inventory with ``province_code``, ``district_ids``, ``location_basis``, ``location_precision_km``,
        ``area_km2`` and points in EPSG:4326, missing where unknown.

    Returns
    -------
    GeoDataFrame
        The same rows with ``place``: the districts that a source names (ids joined by ``|``), or the provinces
        where none is named or the districts are smaller than the site. A site without a point whose districts
        are known gets a point inside them, ``location_basis`` "district", and as its precision the distance
        to their farthest border (km).
    """
    ground = _districts()
    out = areas.copy()
    lists = [[i for i in str(cell).split("|") if i in ground.index] for cell in areas["district_ids"]]
    shapes = [shapely.union_all(ground[ids].to_numpy()) for ids in lists]
    room = shapely.area(shapes) / 1e6
    fits = room > areas["area_km2"].fillna(0.0).to_numpy()
    out["place"] = np.where(fits, ["|".join(ids) for ids in lists], areas["province_code"])
    missing = np.flatnonzero((areas.geometry.isna() | areas.geometry.is_empty).to_numpy() & (room > 0))
    points = [shapely.point_on_surface(shapes[row]) for row in missing]
    reach = [
        shapely.hausdorff_distance(p, shapes[row].boundary) / 1e3
        for p, row in zip(points, missing, strict=True)
    ]
    rows = areas.index[missing]
    geometry = out.geometry.copy()
    geometry.loc[rows] = gpd.GeoSeries(points, index=rows, crs=EQUAL_AREA).to_crs(areas.crs)
    out = out.set_geometry(geometry)
    out.loc[rows, "location_basis"] = "district"
    out.loc[rows, "location_precision_km"] = reach
    return out


def ground() -> gpd.GeoDataFrame:
    """Return the land of provinces and districts as one layer, ``province_code`` holding either's id."""
    provinces = territory.provinces().to_crs(EQUAL_AREA)[["province_code", "geometry"]]
    districts = _districts().rename_axis("province_code").reset_index()
    return gpd.GeoDataFrame(pd.concat([provinces, districts], ignore_index=True), crs=EQUAL_AREA)


def footprints(sites: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return the circle of each site fitted to the ground it is confined to.

    Parameters
    ----------
    sites : GeoDataFrame
        :func:`confined` sites.

    Returns
    -------
    GeoSeries
        As :func:`ahec_analysis.coverage.footprint`, with its ledger in ``attrs``.
    """
    return coverage.footprint(sites.assign(province_code=sites["place"]), land=ground())


def _districts() -> gpd.GeoSeries:
    layer = territory.districts().to_crs(EQUAL_AREA)
    return layer.dissolve("district_id").geometry
