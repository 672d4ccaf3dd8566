"""Covariates of habitat models: everything on one grid, checked before it is used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio
import shapely
import xarray as xr
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer
from rasterio.features import rasterize
from rasterio.transform import Affine
from scipy.ndimage import binary_dilation, distance_transform_edt

from ahec_analysis import expect, territory
from ahec_analysis.data import layers
from ahec_analysis.data.layers import EQUAL_AREA
from ahec_analysis.errors import DataError, SchemaError
from ahec_analysis.project import root

SHIPPED = ("covariates", "covariates_water", "covariates_people", "covariates_railways")
"""Files of data/reference, one for each licence."""
DERIVED = ("latitude", "longitude")
"""Variables that every grid has without a file."""
LANDCOVER_UNKNOWN = 255
WATER = 0
EARTH_RADIUS_KM = 6371.0088


def load(extra: Sequence[str | Path] = ()) -> xr.Dataset:
    """Return the shipped covariates on their grid of 0.05°, missing at sea, with further files of the grid.

    ``extra`` are by default the files in data/external/covariates. ``landcover`` holds IGBP classes (a cell
    mostly of sea has that of its nearest land), ``tree_cover`` the mean within 10 km that their definitions
    imply. Rivers are those from 300 km² of upstream area, large ones from 10,000 km², and mean nothing
    outside the complex. ``distance_to_settlement`` is d (10,000 / P)^(1/3) for P people at d km, the least of
    all towns: the radius of towns grows with the third root of their people (Nordbeck 1971, Geografiska
    Annaler B 53, 54-67).

    Examples
    --------
    >>> sorted(load())[:3]
    ['distance_to_lake', 'distance_to_large_river', 'distance_to_railway']
    """
    folder = root() / "data" / "external" / "covariates"
    files = [Path(p) for p in extra] or sorted(folder.glob("*.tif"))
    shipped = [layers.path(f"{name}.tif") for name in SHIPPED]
    grid = read([*shipped, *files])
    if "landcover" not in grid:
        classes = territory.landcover()
        known = classes.where(classes != LANDCOVER_UNKNOWN).astype("float32")
        ashore = _ashore(known.to_numpy(), grid["elevation"].notnull().to_numpy())
        grid["landcover"] = known.copy(data=ashore).drop_attrs().assign_attrs(units="IGBP class")
    return derived(grid)


def _ashore(classes: NDArray[np.float32], land: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the classes of cells with land; where the sea holds most of a cell, that of the nearest land.

    A cell has the class that covers most of it, which on a coast is water; the covariates are about its land.
    """
    beside_sea = binary_dilation(~land, structure=np.ones((3, 3), bool))
    shore = land & beside_sea & (classes == WATER)
    dry = land & (classes != WATER) & ~np.isnan(classes)
    if not dry.any():
        return np.where(land, classes, np.nan)
    rows, columns = distance_transform_edt(~dry, return_distances=False, return_indices=True)
    filled = np.where(shore, classes[rows, columns], classes)
    return np.where(land, filled, np.nan).astype("float32")


def derived(grid: xr.Dataset) -> xr.Dataset:
    """Return a grid with ``distance_to_water`` (km, the nearer of river and lake) where it lacks it and has both."""
    grid = grid.copy()
    if "distance_to_water" not in grid and {"distance_to_river", "distance_to_lake"} <= set(grid):
        river, lake = grid["distance_to_river"], grid["distance_to_lake"]
        nearest = river.where(~(lake < river), lake)
        grid["distance_to_water"] = nearest.assign_attrs(units="km")
    return grid


def read(files: Sequence[str | Path]) -> xr.Dataset:
    """Return the bands of GeoTIFF files that share one grid, named by description or file."""
    bands: dict[str, tuple[tuple[str, str], NDArray[np.float32], dict[str, str]]] = {}
    first: tuple[Path, Affine, CRS, tuple[int, int]] | None = None
    for file in map(Path, files):
        try:
            source = rasterio.open(file)
        except rasterio.errors.RasterioIOError as error:
            raise DataError(f"{file} cannot be read as a raster ({error}); restore or replace it") from error
        with source:
            if source.crs is None:
                raise DataError(f"{file} has no CRS; set it with gdal_edit.py -a_srs")
            here = (file, source.transform, CRS.from_wkt(source.crs.to_wkt()), source.shape)
            if first is None:
                first = here
            _same_grid(first, here)
            for number, described in enumerate(source.descriptions, start=1):
                name = described or (file.stem if source.count == 1 else "")
                if not name or name in bands:
                    problem = f"two bands named `{name}`" if name else f"no name for band {number}"
                    raise SchemaError(f"{file}: {problem}; set the band description to the variable")
                values = source.read(number, masked=True).astype("float32") * np.float32(
                    source.scales[number - 1]
                )
                units = source.units[number - 1] or ""
                bands[name] = (("y", "x"), values.filled(np.nan), {"units": units})
    if first is None:
        raise DataError("no covariate files were given; name at least one GeoTIFF")
    _, transform, crs, (rows, columns) = first
    coords = {
        "y": transform.f + transform.e * (np.arange(rows) + 0.5),
        "x": transform.c + transform.a * (np.arange(columns) + 0.5),
    }
    return xr.Dataset(bands, coords, {"crs": crs.to_string(), "transform": tuple(transform)[:6]})


def _same_grid(
    one: tuple[Path, Affine, CRS, tuple[int, int]], two: tuple[Path, Affine, CRS, tuple[int, int]]
) -> None:
    first, second = one[1], two[1]
    shift = ((second.c - first.c) / first.a, (second.f - first.f) / first.e)
    if one[2] != two[2]:
        problem = f"CRS {two[2].to_string()} against {one[2].to_string()}"
    elif abs(first.a / second.a - 1) > 1e-6 or abs(first.e / second.e - 1) > 1e-6:
        problem = f"cells of {second.a:g} against {first.a:g}"
    elif max(map(abs, shift)) > 0.01:
        problem = f"a shift of {shift[0]:.2f} cells in x and {shift[1]:.2f} in y"
    elif one[3] != two[3]:
        problem = f"{two[3]} rows and columns against {one[3]}"
    else:
        return
    raise DataError(
        f"{two[0].name} does not lie on the grid of {one[0].name}: {problem}; resample it with gdalwarp "
        "(-r near for classes)"
    )


def transform_of(grid: xr.Dataset | xr.DataArray) -> Affine:
    """Return the affine transform of a grid, from its attributes or its regular coordinates."""
    if "crs" not in grid.attrs:
        raise DataError("the grid has no attribute `crs`; open it with covariates.read")
    if "transform" in grid.attrs:
        return Affine(*grid.attrs["transform"])
    x, y = grid["x"].to_numpy(), grid["y"].to_numpy()
    if (
        len(x) < 2
        or len(y) < 2
        or not np.allclose(np.diff(x), x[1] - x[0])
        or not np.allclose(np.diff(y), y[1] - y[0])
    ):
        raise DataError("the coordinates `x` and `y` of the grid are not evenly spaced; resample it first")
    return Affine(x[1] - x[0], 0, x[0] - (x[1] - x[0]) / 2, 0, y[1] - y[0], y[0] - (y[1] - y[0]) / 2)


def cell_km2(grid: xr.Dataset | xr.DataArray) -> xr.DataArray:
    """Return the area of each cell on the WGS84 ellipsoid, in km².

    On a grid of degrees the cells of a row lie between two parallels, whose zone has a closed form; on a
    projected grid each row and column of corners is measured in the equal-area CRS.

    Examples
    --------
    >>> square = xr.DataArray(np.zeros((2, 2)), {"y": [49.5, 48.5], "x": [124.5, 125.5]},
    ...                       attrs={"crs": "EPSG:4326"})
    >>> cell_km2(square).round(0).values.tolist()
    [[8056.0, 8056.0], [8218.0, 8218.0]]
    """
    transform = transform_of(grid)
    crs = CRS.from_user_input(grid.attrs["crs"])
    rows, columns = grid.sizes["y"], grid.sizes["x"]
    if crs.is_geographic:
        ellipsoid = Geod(ellps="WGS84")
        eccentricity = np.sqrt(ellipsoid.es)
        edges = transform.f + transform.e * np.arange(rows + 1)
        sine = np.sin(np.radians(edges))
        zone = sine / (1 - ellipsoid.es * sine**2) + np.arctanh(eccentricity * sine) / eccentricity
        strip = np.abs(np.diff(zone)) * np.radians(abs(transform.a)) * ellipsoid.b**2 / 2 / 1e6
        values = np.repeat(strip[:, None], columns, axis=1)
    elif crs == EQUAL_AREA:
        values = np.full((rows, columns), abs(transform.a * transform.e) / 1e6)
    else:
        x = transform.c + transform.a * np.arange(columns + 1)
        y = transform.f + transform.e * np.arange(rows + 1)
        to_equal = Transformer.from_crs(crs, EQUAL_AREA, always_xy=True)
        east, north = to_equal.transform(*np.meshgrid(x, y))
        one = (east[1:, 1:] - east[:-1, :-1]) * (north[1:, :-1] - north[:-1, 1:])
        two = (east[1:, :-1] - east[:-1, 1:]) * (north[1:, 1:] - north[:-1, :-1])
        values = np.abs(one - two) / 2 / 1e6
    return xr.DataArray(values, {"y": grid["y"], "x": grid["x"]}, ("y", "x"), "cell_km2", {"units": "km2"})


def position(grid: xr.Dataset | xr.DataArray, name: str) -> xr.DataArray:
    """Return the latitude or the longitude of each cell centre, in degrees, float32."""
    crs = CRS.from_user_input(grid.attrs["crs"])
    x, y = np.meshgrid(grid["x"].to_numpy(), grid["y"].to_numpy())
    if not crs.is_geographic:
        x, y = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x, y)
    values = (y if name == "latitude" else x).astype("float32")
    return xr.DataArray(values, {"y": grid["y"], "x": grid["x"]}, ("y", "x"), name, {"units": "degrees"})


def around(grid: xr.Dataset | xr.DataArray, values: NDArray[Any], km: float = 10.0) -> NDArray[np.float32]:
    """Return the mean of the known values within ``km`` of each cell centre, missing where none is known.

    Examples
    --------
    >>> attrs = {"crs": EQUAL_AREA.to_string(), "transform": (1000, 0, 0, 0, -1000, 1000)}
    >>> values = np.array([[0.0, 0.0, 3.0]])
    >>> row = xr.DataArray(values, {"y": [500.0], "x": [500.0, 1500.0, 2500.0]}, attrs=attrs)
    >>> around(row, values, km=1.0).round(2).tolist()
    [[0.0, 1.0, 1.5]]
    """
    transform, crs = transform_of(grid), CRS.from_user_input(grid.attrs["crs"])
    rows, columns = values.shape
    if crs.is_geographic:
        height = abs(transform.e) * np.pi / 180 * EARTH_RADIUS_KM
        width = abs(transform.a) * np.pi / 180 * EARTH_RADIUS_KM * np.cos(np.radians(grid["y"].to_numpy()))
    else:
        height, width = abs(transform.e) / 1000, np.full(rows, abs(transform.a) / 1000)
    known = ~np.isnan(values)
    sums = [_running(np.where(known, values, 0.0)), _running(known.astype("float64"))]
    total, count = np.zeros(values.shape), np.zeros(values.shape)
    reach = min(int(km / height + 1e-9), rows - 1)
    for down in range(-reach, reach + 1):
        half = (np.sqrt(max(km**2 - (down * height) ** 2, 0.0)) / width + 1e-9).astype(int)
        here = slice(max(-down, 0), rows - max(down, 0))
        there = slice(max(down, 0), rows - max(-down, 0))
        for size in np.unique(half[here]):
            chosen = np.flatnonzero(half[here] == size) + here.start
            right = np.minimum(np.arange(columns) + size + 1, columns)
            left = np.maximum(np.arange(columns) - size, 0)
            for out, running in ((total, sums[0]), (count, sums[1])):
                part = running[chosen - here.start + there.start]
                out[chosen] += part[:, right] - part[:, left]
    with np.errstate(invalid="ignore"):
        return (total / np.where(count > 0, count, np.nan)).astype("float32")


def _running(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.pad(np.cumsum(values, axis=1), ((0, 0), (1, 0)))


def inside(grid: xr.Dataset | xr.DataArray, area: gpd.GeoDataFrame | gpd.GeoSeries) -> NDArray[np.bool_]:
    """Return the cells whose centre lies in the area; a coastal cell centred at sea follows its nearest land.

    At most 1 % of the area may lie outside the grid.
    """
    expect.projected(area, "area")
    transform, shape = transform_of(grid), (grid.sizes["y"], grid.sizes["x"])
    shapes = area.geometry.to_crs(grid.attrs["crs"])
    west, north = transform.c, transform.f
    frame = shapely.box(west, north + transform.e * shape[0], west + transform.a * shape[1], north)
    whole = shapely.area(shapes.to_numpy()).sum()
    beyond = 1 - shapely.area(shapely.intersection(shapes.to_numpy(), frame)).sum() / whole if whole else 0.0
    if beyond > 0.01:
        raise DataError(
            f"the covariates do not cover the range: {100 * beyond:.0f} % of it lies outside their grid; "
            "use a larger grid or restrict species_ranges.csv"
        )
    found = np.asarray(rasterize(shapes, shape, transform=transform, dtype="uint8")).astype(bool)
    coast = territory.land().geometry.to_crs(grid.attrs["crs"])
    dry = rasterize(coast, shape, transform=transform, dtype="uint8").astype(bool)
    shore = rasterize(coast, shape, transform=transform, all_touched=True, dtype="uint8").astype(bool) & ~dry
    if shore.any() and dry.any():
        rows, columns = distance_transform_edt(~dry, return_distances=False, return_indices=True)
        found[shore] = found[rows[shore], columns[shore]]
    return found
