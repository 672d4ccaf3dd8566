"""The backdrop of every map: shaded relief, lakes, rivers and borders, prepared once and kept on disk."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

import geopandas as gpd
import numpy as np
import rioxarray  # noqa: F401  adds .rio
import shapely
import xarray as xr
from numpy.typing import NDArray
from PIL import Image
from rasterio.enums import Resampling
from rasterio.transform import Affine
from scipy.ndimage import zoom

from ahec_analysis import territory
from ahec_analysis.data.cache import kept
from ahec_analysis.show import palette
from ahec_analysis.show.map_spec import Bounds, Layer, Lines, Shapes, Style, crs_of

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
_CELL_M, _EXAGGERATED, _SMOOTH = 7400.0, 6, 3
_TOLERANCE_M = 1500.0


@dataclass(frozen=True)
class Backdrop:
    """The relief as a data URL in the Mercator projection and as an image in the equal-area one, and what lies on it.

    Bounds are in the units of each projection; lines and lakes are simplified to about a kilometre.
    """

    url: str
    mercator: Bounds
    image: NDArray[np.uint8]
    bounds: Bounds
    layers: list[Layer]


@lru_cache
@kept("elevation", "lakes", "named_rivers", "provinces", "countries")
def backdrop() -> Backdrop:
    """Return the backdrop of the region."""
    waters = territory.lakes(), territory.named_rivers()
    lakes, rivers = (light(layer.geometry, _TOLERANCE_M) for layer in waters)
    provinces, countries = _borders(territory.provinces()), _borders(territory.countries())
    image, mercator = shaded(MERCATOR)
    layers: list[Layer] = [
        Shapes("lakes", lakes, Style(palette.SHORE, fill=palette.WATER, weight=0.5, opacity=0.9)),
        Lines("rivers", rivers, Style(palette.RIVER, weight=1.3)),
        Lines("provinces", provinces, Style(palette.PROVINCE, weight=0.6, dash="3 3")),
        Lines("countries", countries, Style(palette.COUNTRY, weight=1.4)),
    ]
    return Backdrop(data_url(image), mercator, *shaded(territory.EQUAL_AREA.to_wkt()), layers)


def shaded(crs: str) -> tuple[NDArray[np.uint8], Bounds]:
    """Return the relief of the region as an RGB image in a CRS, with its bounds in the units of the CRS."""
    grid = territory.elevation()
    fine = grid.rio.transform() @ Affine.scale(1 / _SMOOTH)
    tints = xr.DataArray(_lit(grid.to_numpy().astype("float64")), dims=("band", "y", "x"))
    tints = tints.rio.write_crs(crs_of(grid)).rio.write_transform(fine)
    warped = tints.rio.reproject(crs, resampling=Resampling.bilinear, nodata=np.nan)
    image = np.moveaxis(warped.to_numpy(), 0, -1)
    return np.where(np.isnan(image), _SEA, image).astype("uint8"), warped.rio.bounds()


def data_url(image: NDArray[np.uint8], *, quality: int = 55) -> str:
    """Return an image as a WebP data URL."""
    buffer = BytesIO()
    Image.fromarray(image).save(buffer, "WEBP", quality=quality, method=4)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()


def light(shapes: gpd.GeoSeries, metres: float) -> gpd.GeoDataFrame:
    """Return bare shapes in the equal-area projection, simplified to what a map shows."""
    return gpd.GeoDataFrame(geometry=shapes.to_crs(territory.EQUAL_AREA).simplify(metres))


def _borders(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the borders of adjoining polygons, each drawn once."""
    shapes = units.geometry.to_crs(territory.EQUAL_AREA).simplify_coverage(_TOLERANCE_M)
    return gpd.GeoDataFrame(geometry=[shapely.line_merge(shapes.boundary.union_all())], crs=shapes.crs)


def _lit(elevation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return tints by height, lit from the north-west at 45 degrees; three bands of 0 to 255."""
    sea = zoom((elevation <= 0).astype("float64"), _SMOOTH, order=1) > 0.5
    height = zoom(elevation, _SMOOTH, order=3)
    down, right = np.gradient(height, _CELL_M / _SMOOTH / _EXAGGERATED)
    light = (np.sqrt(0.5) + (down + right) / 2) / np.sqrt(1 + down**2 + right**2)
    bands = zip(_SEA, np.transpose(list(_TINTS.values())), strict=True)
    tints = [np.where(sea, water, np.interp(height, list(_TINTS), tint)) for water, tint in bands]
    return np.clip(np.where(sea, tints, tints * (0.62 + 0.54 * light)), 0, 255)
