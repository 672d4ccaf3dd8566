"""Covariates of habitat models: everything on one grid, checked before it is used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio
import rioxarray
import shapely
import xarray as xr
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer
from rasterio.features import rasterize
from scipy.ndimage import binary_dilation, distance_transform_edt
from shapely.geometry.base import BaseGeometry

from ahec_analysis import expect, territory
from ahec_analysis.data import external, layers
from ahec_analysis.data.layers import EQUAL_AREA
from ahec_analysis.errors import DataError, SchemaError

SHIPPED = ("covariates", "covariates_water", "covariates_people", "covariates_railways")
"""Files of data/reference, one for each licence."""
DERIVED = ("latitude", "longitude")
"""Variables that every grid has without a file."""
LANDCOVER_UNKNOWN = 255
WATER = 0
EARTH_RADIUS_KM = 6371.0088


def load(extra: Sequence[str | Path] = ()) -> xr.Dataset:
    """Return the shipped covariates on their grid of 0.05°, missing at sea, with further files of the grid.

    ``extra`` are by default the files in data/external/covariates. ``landcover`` holds IGBP classes (a cell mostly of sea
    has that of its nearest land), ``tree_cover`` the mean within 10 km that they imply, ``distance_to_water`` (km) that to
    the nearer of river and lake. Rivers are those from 300 km² of upstream area, large ones from 10,000 km², and mean
    nothing outside the complex. ``distance_to_settlement`` is d (10,000 / P)^(1/3) for P people at d km, the least of all
    towns: the radius of towns grows with the third root of their people (Nordbeck 1971, Geografiska Annaler B 53, 54-67).
    """
    folder = external.folder("covariates")
    files = [Path(p) for p in extra] or sorted(folder.glob("*.tif"))
    shipped = [layers.path(f"{name}.tif") for name in SHIPPED]
    grid = read([*shipped, *files])
    if "landcover" not in grid:
        classes = territory.landcover()
        known = classes.where(classes != LANDCOVER_UNKNOWN).to_numpy().astype("float32")
        ashore = _ashore(known, grid["elevation"].notnull().to_numpy())
        grid["landcover"] = grid["elevation"].copy(data=ashore).assign_attrs(units="IGBP class")
    if "distance_to_water" not in grid:
        river, lake = grid["distance_to_river"], grid["distance_to_lake"]
        grid["distance_to_water"] = river.where(~(lake < river), lake).assign_attrs(units="km")
    return grid


def _ashore(classes: NDArray[np.float32], land: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the classes of cells with land; where the sea holds most of a cell, that of the nearest land.

    A cell has the class that covers most of it, which on a coast is water; the covariates are about its land.
    """
    beside_sea = binary_dilation(~land, structure=np.ones((3, 3), bool))
    shore = land & beside_sea & (classes == WATER)
    dry = land & (classes != WATER) & ~np.isnan(classes)
    return np.where(land, np.where(shore, _nearest(classes, dry), classes), np.nan).astype("float32")


def _nearest(values: NDArray[Any], known: NDArray[np.bool_]) -> NDArray[Any]:
    """Return for each cell the value of the nearest one that is known."""
    if not known.any():
        return values
    nearest = distance_transform_edt(~known, return_distances=False, return_indices=True)
    return np.asarray(values[tuple(nearest)])


def read(files: Sequence[str | Path]) -> xr.Dataset:
    """Return the bands of GeoTIFF files that share one grid, named by description or file."""
    out = xr.Dataset()
    for file in map(Path, files):
        try:
            bands: Any = rioxarray.open_rasterio(file, masked=True, band_as_variable=True)
        except rasterio.errors.RasterioIOError as error:
            raise DataError(f"{file} cannot be read as a raster ({error}); restore or replace it") from error
        if bands.rio.crs is None:
            raise DataError(f"{file} has no CRS; set it with gdal_edit.py -a_srs")
        if len(out):
            bands = _on_grid(bands, out, file)
        for number, band in enumerate(bands.values(), start=1):
            name = band.attrs.get("long_name") or (file.stem if len(bands) == 1 else "")
            if not name or name in out:
                raise SchemaError(
                    f"{file}: {f'two bands named `{name}`' if name else f'no name for band {number}'}; set the band "
                    "description to the variable"
                )
            values = band.astype("float32") * np.float32(band.attrs.get("scale_factor", 1.0))
            out[name] = values.drop_attrs(deep=False).assign_attrs(units=band.attrs.get("units", ""))
    if not len(out):
        raise DataError("no covariate files were given; name at least one GeoTIFF")
    corner, (rows, columns) = out.rio.transform(), out.rio.shape
    x, y = corner.c + corner.a * (np.arange(columns) + 0.5), corner.f + corner.e * (np.arange(rows) + 0.5)
    return out.drop_attrs(deep=False).assign_coords(x=x, y=y)


def _on_grid(bands: xr.Dataset, grid: xr.Dataset, file: Path) -> xr.Dataset:
    """Return bands with the coordinates of a grid on which they lie to a hundredth of a cell."""
    one, two = grid.rio.transform(), bands.rio.transform()
    shift = ((two.c - one.c) / one.a, (two.f - one.f) / one.e)
    cells = np.allclose([two.a, two.e], [one.a, one.e], rtol=1e-6, atol=0) and np.abs(shift).max() <= 0.01
    if not cells or bands.rio.crs != grid.rio.crs or bands.sizes != grid.sizes:
        raise DataError(
            f"{file.name} does not lie on the grid of the files before it: CRS {bands.rio.crs} against {grid.rio.crs}, cells "
            f"of {two.a:g} against {one.a:g}, a shift of {shift[0]:.2f} cells in x and {shift[1]:.2f} in y, "
            f"{bands.rio.shape} rows and columns against {grid.rio.shape}; resample it with gdalwarp (-r near for classes)"
        )
    return bands.assign_coords(grid.coords)


def cell_km2(grid: xr.Dataset | xr.DataArray) -> xr.DataArray:
    """Return the area of each cell on the WGS84 ellipsoid, in km².

    On a grid of degrees the cells of a row lie between two parallels, whose zone has a closed form; on a
    projected grid each cell is a quadrangle of corners in the equal-area CRS.
    """
    transform, crs, (rows, columns) = grid.rio.transform(), CRS(grid.rio.crs), grid.rio.shape
    if crs.is_geographic:
        ellipsoid = Geod(ellps="WGS84")
        eccentricity = np.sqrt(ellipsoid.es)
        edges = transform.f + transform.e * np.arange(rows + 1)
        sine = np.sin(np.radians(edges))
        zone = sine / (1 - ellipsoid.es * sine**2) + np.arctanh(eccentricity * sine) / eccentricity
        strip = np.abs(np.diff(zone)) * np.radians(abs(transform.a)) * ellipsoid.b**2 / 2 / 1e6
        values = np.repeat(strip[:, None], columns, axis=1)
    else:
        x = transform.c + transform.a * np.arange(columns + 1)
        y = transform.f + transform.e * np.arange(rows + 1)
        to_equal = Transformer.from_crs(crs, EQUAL_AREA, always_xy=True)
        east, north = to_equal.transform(*np.meshgrid(x, y))
        one = (east[1:, 1:] - east[:-1, :-1]) * (north[1:, :-1] - north[:-1, 1:])
        two = (east[1:, :-1] - east[:-1, 1:]) * (north[1:, 1:] - north[:-1, :-1])
        values = np.abs(one - two) / 2 / 1e6
    return xr.DataArray(values, grid.coords, ("y", "x"), "cell_km2", {"units": "km2"})


def position(grid: xr.Dataset | xr.DataArray, name: str) -> xr.DataArray:
    """Return the latitude or the longitude of each cell centre, in degrees, float32."""
    x, y = np.meshgrid(grid["x"], grid["y"])
    if not grid.rio.crs.is_geographic:
        x, y = Transformer.from_crs(grid.rio.crs, "EPSG:4326", always_xy=True).transform(x, y)
    values = y if name == "latitude" else x
    return xr.DataArray(values.astype("float32"), grid.coords, ("y", "x"), name, {"units": "degrees"})


def around(grid: xr.Dataset | xr.DataArray, values: NDArray[Any], km: float = 10.0) -> NDArray[np.float32]:
    """Return the mean of the known values within ``km`` of each cell centre, missing where none is known."""
    transform, (rows, columns) = grid.rio.transform(), values.shape
    if grid.rio.crs.is_geographic:
        height = abs(transform.e) * np.pi / 180 * EARTH_RADIUS_KM
        width = abs(transform.a) * np.pi / 180 * EARTH_RADIUS_KM * np.cos(np.radians(grid["y"].to_numpy()))
    else:
        height, width = abs(transform.e) / 1000, np.full(rows, abs(transform.a) / 1000)
    known = ~np.isnan(values)
    layers = np.stack([np.where(known, values, 0.0), known])
    running = np.pad(np.cumsum(layers, axis=2), ((0, 0), (0, 0), (1, 0)))
    sums, column = np.zeros(layers.shape), np.arange(columns)
    reach = min(int(km / height + 1e-9), rows - 1)
    for down in range(-reach, reach + 1):
        half = (np.sqrt(max(km**2 - (down * height) ** 2, 0.0)) / width + 1e-9).astype(int)[:, None]
        here = np.arange(max(-down, 0), rows - max(down, 0))[:, None]
        right, left = (np.clip(column + end, 0, columns) for end in (half[here[:, 0]] + 1, -half[here[:, 0]]))
        sums[:, here[:, 0]] += running[:, here + down, right] - running[:, here + down, left]
    with np.errstate(invalid="ignore"):
        return np.asarray(sums[0] / np.where(sums[1] > 0, sums[1], np.nan), dtype="float32")


def inside(grid: xr.Dataset | xr.DataArray, area: gpd.GeoDataFrame | gpd.GeoSeries) -> NDArray[np.bool_]:
    """Return the cells whose centre lies in the area; a coastal cell centred at sea follows its nearest land.

    At most 1 % of the area may lie outside the grid.
    """
    expect.projected(area, "area")
    shapes = area.geometry.to_crs(grid.rio.crs).to_numpy()
    within = shapely.intersection(shapes, shapely.box(*grid.rio.bounds()))
    whole = shapely.area(shapes).sum()
    beyond = 1 - shapely.area(within).sum() / whole if whole else 0.0
    if beyond > 0.01:
        raise DataError(
            f"the covariates do not cover the range: {100 * beyond:.0f} % of it lies outside their grid; "
            "use a larger grid or restrict species_ranges.csv"
        )
    found = burnt(grid, shapes)
    coast = territory.land().geometry.to_crs(grid.rio.crs)
    dry = burnt(grid, coast)
    shore = burnt(grid, coast, all_touched=True) & ~dry
    return np.where(shore, _nearest(found, dry), found)


def burnt(
    grid: xr.Dataset | xr.DataArray, shapes: Iterable[BaseGeometry], *, all_touched: bool = False
) -> NDArray[np.bool_]:
    """Return the cells of a grid whose centre lies in shapes of its CRS, or that they touch."""
    out = np.zeros(grid.rio.shape, "uint8")
    if known := [shape for shape in shapes if not shape.is_empty]:
        rasterize(known, out=out, transform=grid.rio.transform(), all_touched=all_touched)
    return out.astype(bool)
