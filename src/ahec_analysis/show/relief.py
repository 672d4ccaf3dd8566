"""The backdrop of every map: shaded relief, lakes, rivers and borders, prepared once and kept on disk."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from PIL import Image
from rasterio.enums import Resampling
from rasterio.transform import Affine, array_bounds, from_bounds
from rasterio.warp import calculate_default_transform, reproject, transform_bounds
from scipy.ndimage import zoom

from ahec_analysis import territory
from ahec_analysis.data.cache import kept
from ahec_analysis.show import palette
from ahec_analysis.show.map_spec import Bounds, Lines, Shapes

MERCATOR = "EPSG:3857"
_SEA = (219, 231, 236)
_TINTS = {
    0: (226, 235, 222),
    300: (236, 238, 224),
    800: (233, 228, 210),
    1500: (222, 211, 196),
    2600: (240, 236, 232),
}
"""Colours of the ground by its height in metres."""
_SMOOTH = 3
_TOLERANCE_M = 1500.0


@dataclass(frozen=True)
class Backdrop:
    """The relief as a data URL in the Mercator projection and as an image in the equal-area one, and lines over it.

    Bounds are in the units of each projection; the lines are simplified to about a kilometre, EPSG:4326.
    """

    url: str
    mercator: Bounds
    image: NDArray[np.uint8]
    bounds: Bounds
    lakes: gpd.GeoDataFrame
    rivers: gpd.GeoDataFrame
    provinces: gpd.GeoDataFrame
    countries: gpd.GeoDataFrame


@lru_cache
@kept("elevation", "lakes", "named_rivers", "provinces", "countries")
def backdrop() -> Backdrop:
    """Return the backdrop of the region, from the cache of the project where it is there."""
    image, mercator = shaded(MERCATOR)
    return Backdrop(
        data_url(image),
        mercator,
        *shaded(territory.EQUAL_AREA.to_wkt()),
        lakes=_light(territory.lakes()),
        rivers=_light(territory.named_rivers()),
        provinces=_borders(territory.provinces()),
        countries=_borders(territory.countries()),
    )


def lines() -> list[Shapes | Lines]:
    """Return what lies on the relief, from the ground up."""
    behind = backdrop()
    return [
        Shapes(key="lakes", frame=behind.lakes, fill=palette.WATER, line="#7fa8bd", weight=0.5, opacity=0.9),
        Lines(key="rivers", frame=behind.rivers, line="#6f9fba", weight=1.3),
        Lines(key="provinces", frame=behind.provinces, line="#6b7680", weight=0.6, dash="3 3"),
        Lines(key="countries", frame=behind.countries, line="#4b555d", weight=1.4),
    ]


def shaded(crs: str) -> tuple[NDArray[np.uint8], Bounds]:
    """Return the relief of the region as an RGB image in a CRS, with its bounds in the units of the CRS."""
    grid = territory.elevation()
    source = Affine(*grid.attrs["transform"])
    rgb = _shade(grid.to_numpy().astype("float64"))
    fine = source @ Affine.scale(1 / _SMOOTH)
    rows, columns = rgb.shape[1:]
    bounds = array_bounds(rows, columns, fine)
    _, width, height = calculate_default_transform(grid.attrs["crs"], crs, columns, rows, *bounds)
    box = transform_bounds(grid.attrs["crs"], crs, *bounds)
    out = np.repeat(np.array(_SEA, dtype="uint8"), height * width).reshape(3, height, width)
    reproject(
        rgb,
        out,
        src_transform=fine,
        src_crs=grid.attrs["crs"],
        dst_transform=from_bounds(*box, width, height),
        dst_crs=rasterio.crs.CRS.from_string(crs),
        resampling=Resampling.bilinear,
        init_dest_nodata=False,
    )
    return np.moveaxis(out, 0, -1), box


def data_url(image: NDArray[np.uint8], *, quality: int = 55) -> str:
    """Return an image as a WebP data URL."""
    buffer = BytesIO()
    Image.fromarray(image).save(buffer, "WEBP", quality=quality, method=6)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()


def _light(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a layer simplified to what the backdrop shows: about a kilometre."""
    shapes = layer.geometry.to_crs(territory.EQUAL_AREA).simplify(_TOLERANCE_M)
    return gpd.GeoDataFrame(geometry=shapes.to_crs("EPSG:4326"))


def _borders(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the borders of adjoining polygons, each drawn once."""
    shapes = units.geometry.to_crs(territory.EQUAL_AREA).to_numpy()
    lines = shapely.line_merge(
        shapely.union_all(shapely.boundary(shapely.coverage_simplify(shapes, _TOLERANCE_M)))
    )
    return gpd.GeoDataFrame(geometry=[lines], crs=territory.EQUAL_AREA).to_crs("EPSG:4326")


def _shade(elevation: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return tints by height, lit from the north-west; three bands."""
    sea = zoom((elevation <= 0).astype("float64"), _SMOOTH, order=1) > 0.5
    height = zoom(elevation, _SMOOTH, order=3)
    rows, columns = np.gradient(height)
    slope = np.arctan(6 * np.hypot(rows, columns) / (7400.0 / _SMOOTH))
    aspect = np.arctan2(-columns, rows)
    lit = np.cos(np.pi / 4) * np.sin(slope) * np.cos(np.radians(315) - aspect)
    light = 0.62 + 0.54 * (np.sin(np.pi / 4) * np.cos(slope) + lit)
    levels, tints = list(_TINTS), np.array(list(_TINTS.values()))
    bands = [
        np.where(sea, filler, np.clip(np.interp(height, levels, tint) * light, 0, 255))
        for filler, tint in zip(_SEA, tints.T, strict=True)
    ]
    return np.asarray(bands, dtype="uint8")
