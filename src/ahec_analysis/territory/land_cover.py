"""What covers the land: shares of land-cover groups by unit."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource

from ahec_analysis.data import layers

GROUPS = {
    "needleleaf_forest": (1, 3),
    "broadleaf_forest": (2, 4),
    "mixed_forest": (5,),
    "larch_taiga_and_open_forest": (8,),
    "shrub_and_savanna": (6, 7, 9),
    "grassland": (10,),
    "wetland": (11,),
    "cropland": (12, 14),
    "built_up": (13,),
    "barren_snow": (15, 16),
    "water": (0,),
}
"""Groups of IGBP classes of MODIS MCD12C1, majority class of a cell of 0.05°.

Class 8 is named woody savanna, 30 to 60 % tree cover; in this region it is mostly closed larch taiga.
"""


def by_river(pieces: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return :func:`by_basin` for the rivers of pieces of the territory, ``outside`` for land without one."""
    named = pieces.assign(basin=pieces["parent_name"].replace("", "outside"))
    return by_basin(named.dissolve("basin", sort=False).reset_index())


def by_basin(basins: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return ``area_km2`` of each land-cover ``group`` in each ``basin`` and ``share_percent`` of what has a class.

    Cells are weighted by their area on the ellipsoid and by the part of them inside.
    """
    grid = layers.landcover()
    step = abs(float(grid.x[1] - grid.x[0]))
    west, east = float(grid.x.min()) - step / 2, float(grid.x.max()) + step / 2
    south, north = float(grid.y.min()) - step / 2, float(grid.y.max()) + step / 2
    box = {"xmin": west, "ymin": south, "xmax": east, "ymax": north}
    cell_km2 = np.broadcast_to(_cell_km2(grid.y.to_numpy(), step)[:, None], grid.shape)
    rows = []
    shapes = basins[["basin", "geometry"]].to_crs("EPSG:4326")
    for group, classes in GROUPS.items():
        weight = np.where(np.isin(grid, classes), cell_km2, 0.0)
        source = NumPyRasterSource(weight, **box, srs_wkt=shapes.crs.to_wkt())
        found = exact_extract(source, shapes, ["sum"], include_cols=["basin"], output="pandas")
        rows.append(found.rename(columns={"sum": "area_km2"}).assign(group=group))
    out = pd.concat(rows, ignore_index=True)
    out["share_percent"] = 100 * out["area_km2"] / out.groupby("basin")["area_km2"].transform("sum")
    return out[["basin", "group", "area_km2", "share_percent"]]


def _cell_km2(latitude: np.ndarray, step: float) -> np.ndarray:
    """Return the area of cells of a geographic grid on the WGS84 ellipsoid (authalic latitude)."""
    a, e = 6378.137, 0.0818191908426
    edges = np.sin(np.radians(np.stack([latitude + step / 2, latitude - step / 2])))
    q = (1 - e**2) * (edges / (1 - (e * edges) ** 2) + np.arctanh(e * edges) / e)
    return np.asarray(a**2 / 2 * np.radians(step) * (q[0] - q[1]))
