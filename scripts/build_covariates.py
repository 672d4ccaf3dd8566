"""The covariates of habitat models on one grid of 0.05 degrees: terrain, trees, water, towns, railways."""

from __future__ import annotations

import ast
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from layers import REFERENCE, WINDOW
from packages import unpacked
from pyproj import Transformer
from rasterio.features import rasterize
from rasterio.transform import from_origin
from rasterio.windows import from_bounds
from scipy.ndimage import map_coordinates
from scipy.spatial import cKDTree

CELL = 0.05
SHAPE = (round((WINDOW[3] - WINDOW[1]) / CELL), round((WINDOW[2] - WINDOW[0]) / CELL))
TRANSFORM = from_origin(WINDOW[0], WINDOW[3], CELL, CELL)
NODATA = -32768
LARGE_RIVER_KM2 = 10_000.0
STEP_DEGREES = 0.01
EARTH_RADIUS_KM = 6371.0088
NEIGHBOURHOOD_KM = 10.0
# Midpoints of the tree cover that the IGBP legend gives for a class: forests above 60 %, woody savannas
# 30-60 %, savannas 10-30 %; the other classes stay below 10 %, mosaics with crops are about half natural.
TREE_COVER = {1: 80, 2: 80, 3: 80, 4: 80, 5: 80, 8: 45, 9: 20, 14: 20}
REFERENCE_TOWN = 10_000.0
# Longer straight edges bridge gaps of the simplified network, they are not track.
LONGEST_EDGE_KM = 25.0
SPHERICAL = "BESS_JPL/NDVI_"
RAILWAYS = "scgraph_data/world_railways.py"

UNITS = {
    "elevation": ("m", 1.0),
    "ruggedness": ("m", 1.0),
    "tree_cover": ("%", 1.0),
    "ndvi_max": ("1", 0.01),
    "ndvi_min": ("1", 0.01),
    "distance_to_river": ("km", 0.2),
    "distance_to_large_river": ("km", 0.2),
    "distance_to_lake": ("km", 0.2),
    "distance_to_settlement": ("km", 0.2),
    "distance_to_railway": ("km", 0.2),
}


def centres() -> tuple[np.ndarray, np.ndarray]:
    """Return longitudes of the columns and latitudes of the rows."""
    return (
        WINDOW[0] + CELL * (np.arange(SHAPE[1]) + 0.5),
        WINDOW[3] - CELL * (np.arange(SHAPE[0]) + 0.5),
    )


def is_land() -> np.ndarray:
    """Return the cells that hold any land; what lies wholly at sea has no covariates."""
    land = gpd.read_file(REFERENCE / "land.fgb").geometry
    return rasterize(land, SHAPE, transform=TRANSFORM, all_touched=True, dtype="uint8").astype(bool)


def _sampled(coarse: np.ndarray, cells_per_degree: float) -> np.ndarray:
    lon, lat = centres()
    rows = (WINDOW[3] - lat) * cells_per_degree - 0.5
    columns = (lon - WINDOW[0]) * cells_per_degree - 0.5
    return map_coordinates(coarse, np.meshgrid(rows, columns, indexing="ij"), order=1, mode="nearest")


def terrain() -> dict[str, np.ndarray]:
    """Return elevation and ruggedness: the root mean square step to the eight neighbours (Riley et al. 1999).

    The step is divided by the number of neighbours, so that it reads as metres between cells.
    """
    with rasterio.open(REFERENCE / "elevation.tif") as source:
        height = source.read(1).astype("float64")
        per_degree = 1 / source.transform.a
    padded = np.pad(height, 1, mode="edge")
    rows, columns = height.shape
    steps = [
        (padded[1 + down : 1 + down + rows, 1 + right : 1 + right + columns] - height) ** 2
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
        if (down, right) != (0, 0)
    ]
    rugged = np.sqrt(np.mean(steps, axis=0))
    return {"elevation": _sampled(height, per_degree), "ruggedness": _sampled(rugged, per_degree)}


def tree_cover() -> dict[str, np.ndarray]:
    """Return the mean tree cover of the land within about 10 km, as the class definitions imply it."""
    with rasterio.open(REFERENCE / "landcover.tif") as source:
        classes = source.read(1)
    cover = np.zeros(256)
    for number, percent in TREE_COVER.items():
        cover[number] = percent
    dry = (classes != 0) & (classes != 255)
    lat = centres()[1]
    height_km = CELL * np.pi / 180 * EARTH_RADIUS_KM
    width_km = height_km * np.cos(np.radians(lat))
    down_most = int(NEIGHBOURHOOD_KM / height_km)
    right_most = int(NEIGHBOURHOOD_KM / width_km.min())
    total, count = np.zeros(SHAPE), np.zeros(SHAPE)
    padding = ((down_most, down_most), (right_most, right_most))
    values = np.pad(np.where(dry, cover[classes], 0.0), padding)
    land = np.pad(dry.astype("float64"), padding)
    for down in range(-down_most, down_most + 1):
        for right in range(-right_most, right_most + 1):
            near = np.hypot(down * height_km, right * width_km) <= NEIGHBOURHOOD_KM
            part = (
                slice(down_most + down, down_most + down + SHAPE[0]),
                slice(right_most + right, right_most + right + SHAPE[1]),
            )
            total += np.where(near[:, None], values[part], 0.0)
            count += np.where(near[:, None], land[part], 0.0)
    return {"tree_cover": np.where(count > 0, total / np.maximum(count, 1), 0.0)}


def greenness() -> dict[str, np.ndarray]:
    """Return the highest and the lowest NDVI of the year."""
    folder = unpacked("BESS-JPL", SPHERICAL)
    out = {}
    for short, name in (("max", "maximum"), ("min", "minimum")):
        with rasterio.open(folder / f"{SPHERICAL}{name}.tif") as source:
            window = from_bounds(*WINDOW, transform=source.transform)
            values = source.read(1, window=window, masked=True).filled(np.nan)
        out[f"ndvi_{short}"] = values
    return out


def _geocentric(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    to_space = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    return np.column_stack(to_space.transform(lon, lat, np.zeros(len(lon)))) / 1000


def _grid_points() -> np.ndarray:
    lon, lat = np.meshgrid(*centres())
    return _geocentric(lon.ravel(), lat.ravel())


def _arc(chord_km: np.ndarray) -> np.ndarray:
    return 2 * EARTH_RADIUS_KM * np.arcsin(chord_km / (2 * EARTH_RADIUS_KM))


def _distance(shapes: np.ndarray) -> np.ndarray:
    """Return the distance over the ground to the nearest of the lines or outlines, in km."""
    points = shapely.get_coordinates(shapely.segmentize(shapes, STEP_DEGREES))
    found, _ = cKDTree(_geocentric(points[:, 0], points[:, 1])).query(_grid_points())
    return _arc(found).reshape(SHAPE)


def water() -> dict[str, np.ndarray]:
    """Return distances to rivers, to large rivers, and to lakes and reservoirs (0 inside)."""
    rivers = gpd.read_file(REFERENCE / "rivers.fgb")
    large = rivers["upstream_km2"] >= LARGE_RIVER_KM2
    lakes = gpd.read_file(REFERENCE / "lakes.fgb").geometry
    inside = rasterize(lakes, SHAPE, transform=TRANSFORM, dtype="uint8").astype(bool)
    to_lake = _distance(shapely.boundary(lakes.values))
    return {
        "distance_to_river": _distance(rivers.geometry.values),
        "distance_to_large_river": _distance(rivers.geometry.values[large]),
        "distance_to_lake": np.where(inside, 0.0, to_lake),
    }


def settlement() -> dict[str, np.ndarray]:
    """Return the distance to the town that weighs most, as if it had 10,000 people.

    Towns grow in area with the two-thirds power of their people (Nordbeck 1971), so in radius with the third
    root: a town of P people at d km is as near, in its own radii, as one of 10,000 at d (10,000 / P)^(1/3) km.
    """
    towns = gpd.read_file(REFERENCE / "towns.fgb")
    places = _geocentric(towns.geometry.x.to_numpy(), towns.geometry.y.to_numpy())
    factor = np.cbrt(REFERENCE_TOWN / towns["population"].to_numpy(float))
    grid = _grid_points()
    nearest = np.full(len(grid), np.inf)
    for place, weight in zip(places, factor, strict=True):
        chord = np.sqrt(((grid - place) ** 2).sum(axis=1))
        np.minimum(nearest, _arc(chord) * weight, out=nearest)
    return {"distance_to_settlement": nearest.reshape(SHAPE)}


def railway() -> dict[str, np.ndarray]:
    """Return the distance to the nearest railway of the simplified OpenStreetMap network."""
    folder = unpacked("scgraph-data", RAILWAYS)
    read = {}
    for line in (folder / RAILWAYS).read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and name.strip() in ("graph", "nodes"):
            read[name.strip()] = ast.literal_eval(value.strip())
    nodes = np.array(read["nodes"], dtype=float)
    pairs = [(a, b) for a, ways in enumerate(read["graph"]) for b, km in ways.items() if a < b and km > 0]
    first, second = np.array(pairs).T
    ends = np.stack([nodes[first][:, ::-1], nodes[second][:, ::-1]], axis=1)
    west, south, east, north = WINDOW
    near = (
        (ends[:, :, 0] > west - 2)
        & (ends[:, :, 0] < east + 2)
        & (ends[:, :, 1] > south - 2)
        & (ends[:, :, 1] < north + 2)
    )
    ends = ends[near.all(axis=1)]
    straight = np.linalg.norm(
        _geocentric(ends[:, 0, 0], ends[:, 0, 1]) - _geocentric(ends[:, 1, 0], ends[:, 1, 1]), axis=1
    )
    return {"distance_to_railway": _distance(shapely.linestrings(ends[straight <= LONGEST_EDGE_KM]))}


def _write(bands: dict[str, np.ndarray], name: str, land: np.ndarray) -> Path:
    path = REFERENCE / f"{name}.tif"
    profile = {
        "driver": "GTiff",
        "dtype": "int16",
        "count": len(bands),
        "height": SHAPE[0],
        "width": SHAPE[1],
        "crs": "EPSG:4326",
        "transform": TRANSFORM,
        "nodata": NODATA,
        "compress": "deflate",
        "predictor": 2,
        "zlevel": 9,
        "interleave": "band",
    }
    with rasterio.open(path, "w", **profile) as target:
        for number, (band, values) in enumerate(bands.items(), start=1):
            unit, scale = UNITS[band]
            known = land & np.isfinite(values)
            target.write(
                np.where(known, np.round(np.nan_to_num(values) / scale), NODATA).astype("int16"), number
            )
            target.set_band_description(number, band)
            target.set_band_unit(number, unit)
        target.scales = tuple(UNITS[band][1] for band in bands)
    return path


def build() -> list[Path]:
    """Write the covariates, one file for each licence, and return the files."""
    land = is_land()
    return [
        _write({**terrain(), **tree_cover(), **greenness()}, "covariates", land),
        _write(water(), "covariates_water", land),
        _write(settlement(), "covariates_people", land),
        _write(railway(), "covariates_railways", land),
    ]
