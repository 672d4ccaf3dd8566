"""Shaded relief from the elevation grid: the backdrop of every map."""

from __future__ import annotations

import base64
from functools import lru_cache
from io import BytesIO

import numpy as np
import rasterio
from numpy.typing import NDArray
from PIL import Image
from rasterio.enums import Resampling
from rasterio.transform import Affine, array_bounds, from_bounds
from rasterio.warp import calculate_default_transform, reproject, transform_bounds
from scipy.ndimage import zoom

from ahec_analysis import territory

_SEA = (219, 231, 236)
_TINTS = (
    (0, (226, 235, 222)),
    (300, (236, 238, 224)),
    (800, (233, 228, 210)),
    (1500, (222, 211, 196)),
    (2600, (240, 236, 232)),
)
_SMOOTH = 3


@lru_cache
def shaded(crs: str) -> tuple[NDArray[np.uint8], tuple[float, float, float, float]]:
    """Return the relief of the region as an RGB image in a CRS, with its bounds.

    Parameters
    ----------
    crs : str
        Target CRS, such as ``EPSG:3857`` for Leaflet.

    Returns
    -------
    array of uint8, shape (rows, columns, 3), and (west, south, east, north) in the units of the CRS.
    """
    grid = territory.elevation()
    source = Affine(*grid.attrs["transform"])
    rgb = _shade(grid.to_numpy().astype("float64"))
    fine = source @ Affine.scale(1 / _SMOOTH)
    rows, columns = rgb.shape[1:]
    bounds = array_bounds(rows, columns, fine)
    transform, width, height = calculate_default_transform(grid.attrs["crs"], crs, columns, rows, *bounds)
    west, south, east, north = transform_bounds(grid.attrs["crs"], crs, *bounds)
    transform = from_bounds(west, south, east, north, width, height)
    out = np.full((3, height, width), 255, dtype="uint8")
    for band, filler in enumerate(_SEA):
        out[band] = filler
        reproject(
            rgb[band],
            out[band],
            src_transform=fine,
            src_crs=grid.attrs["crs"],
            dst_transform=transform,
            dst_crs=rasterio.crs.CRS.from_string(crs),
            resampling=Resampling.bilinear,
            init_dest_nodata=False,
        )
    return np.moveaxis(out, 0, -1), (west, south, east, north)


def data_url(image: NDArray[np.uint8], *, quality: int = 55) -> str:
    """Return an image as a WebP data URL."""
    buffer = BytesIO()
    Image.fromarray(image).save(buffer, "WEBP", quality=quality, method=6)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()


def _shade(elevation: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return tints by height, lit from the north-west; three bands."""
    sea = zoom((elevation <= 0).astype("float64"), _SMOOTH, order=1) > 0.5
    height = zoom(elevation, _SMOOTH, order=3)
    rows, columns = np.gradient(height)
    cell_m = 7400.0 / _SMOOTH
    slope = np.arctan(6 * np.hypot(rows, columns) / cell_m)
    aspect = np.arctan2(-columns, rows)
    light = np.sin(np.pi / 4) * np.cos(slope) + np.cos(np.pi / 4) * np.sin(slope) * np.cos(
        np.radians(315) - aspect
    )
    levels = [level for level, _ in _TINTS]
    tint = np.stack([np.interp(height, levels, [c[band] for _, c in _TINTS]) for band in range(3)])
    lit = np.clip(tint * (0.62 + 0.54 * light), 0, 255)
    for band in range(3):
        lit[band][sea] = _SEA[band]
    return np.asarray(lit, dtype="uint8")
