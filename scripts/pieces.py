"""The territory in pieces: every basin cut by province, and the rest of the provinces of the complex."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
from layers import REFERENCE, WHOLE, polygonal, rounded, write

MAX_EDGE_DEGREES = 0.1
MIN_AREA_M2 = 10_000


def pieces(basins: gpd.GeoDataFrame, provinces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return basin × province pieces; `basin_id` is "" on land of the named provinces outside the basins."""
    inside = basins[["basin_id", "geometry"]].overlay(
        provinces[["province_code", "country", "geometry"]], keep_geom_type=False
    )
    whole = provinces[provinces["province_code"].isin(WHOLE)]
    rest = whole[["province_code", "country", "geometry"]].overlay(
        basins[["geometry"]], how="difference", keep_geom_type=False
    )
    layer = pd.concat([inside, rest.assign(basin_id="")], ignore_index=True)
    dense = layer.geometry.segmentize(MAX_EDGE_DEGREES)
    layer["geometry"] = rounded(polygonal(rounded(dense)))
    layer = layer[layer.to_crs(6933).area > MIN_AREA_M2].copy()
    order = {basin: i for i, basin in enumerate([*basins["basin_id"], ""])}
    layer["order"] = layer["basin_id"].map(order)
    layer = layer.sort_values(["order", "province_code"], ignore_index=True)
    return layer[["basin_id", "province_code", "country", "geometry"]]


def build() -> list[Path]:
    """Write the pieces."""
    basins = gpd.read_file(REFERENCE / "basins.fgb")
    provinces = gpd.read_file(REFERENCE / "provinces.fgb")
    return [write(pieces(basins, provinces), "pieces")]
