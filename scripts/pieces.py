"""The territory in pieces: every basin cut by province, and the rest of the provinces of the complex."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from layers import DECIMALS, REFERENCE, WHOLE, write

MAX_EDGE_DEGREES = 0.1


def pieces(basins: gpd.GeoDataFrame, provinces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return basin × province pieces; `basin_id` is "" on land of the named provinces outside the basins."""
    inside = basins[["basin_id", "geometry"]].overlay(provinces[["province_code", "country", "geometry"]])
    whole = provinces[provinces["province_code"].isin(WHOLE)]
    rest = whole[["province_code", "country", "geometry"]].overlay(basins[["geometry"]], how="difference")
    layer = pd.concat([inside, rest.assign(basin_id="")], ignore_index=True)
    dense = shapely.segmentize(layer.geometry.values, MAX_EDGE_DEGREES)
    layer["geometry"] = shapely.transform(dense, lambda xy: np.round(xy, DECIMALS))
    order = {basin: i for i, basin in enumerate([*basins["basin_id"], ""])}
    layer["order"] = layer["basin_id"].map(order)
    layer = layer.sort_values(["order", "province_code"], ignore_index=True)
    return layer[["basin_id", "province_code", "country", "geometry"]]


def build() -> list[Path]:
    """Write the pieces."""
    basins = gpd.read_file(REFERENCE / "basins.fgb")
    provinces = gpd.read_file(REFERENCE / "provinces.fgb")
    return [write(pieces(basins, provinces), "pieces")]
