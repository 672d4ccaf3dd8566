"""The territory in pieces: every basin cut by province, and the rest of the provinces of the complex."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
from layers import REFERENCE, WHOLE, faces, holder, rounded, write

MAX_EDGE_DEGREES = 0.1
MIN_AREA_M2 = 10_000


def pieces(basins: gpd.GeoDataFrame, provinces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return basin × province pieces; `basin_id` is "" on land of the named provinces outside the basins."""
    leaves = basins.set_index("basin_id").geometry
    units = provinces.set_index("province_code").geometry
    parts = faces(leaves, units)
    layer = pd.DataFrame({"basin_id": holder(parts, leaves), "province_code": holder(parts, units)})
    kept = layer["province_code"].notna() & (layer["basin_id"].notna() | layer["province_code"].isin(WHOLE))
    cut = gpd.GeoDataFrame(layer.fillna({"basin_id": ""}), geometry=parts, crs=4326)[kept]
    layer = cut.dissolve(["basin_id", "province_code"], method="coverage").reset_index()
    layer["country"] = layer["province_code"].map(provinces.set_index("province_code")["country"])
    layer["geometry"] = rounded(layer.geometry.segmentize(MAX_EDGE_DEGREES))
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
