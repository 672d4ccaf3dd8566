"""Flow directions on a grid of one arc-minute, with mapped rivers burned in and closed lakes as sinks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyflwdir
import rasterio
import shapely
from layers import REFERENCE, WINDOW
from pyflwdir import gis_utils
from pyproj import Geod
from rasterio.features import rasterize
from rasterio.transform import from_origin
from scipy.ndimage import map_coordinates

HERE = Path(__file__).parent
CELLS_PER_DEGREE = 60
SHAPE = (
    round((WINDOW[3] - WINDOW[1]) * CELLS_PER_DEGREE),
    round((WINDOW[2] - WINDOW[0]) * CELLS_PER_DEGREE),
)
TRANSFORM = from_origin(WINDOW[0], WINDOW[3], 1 / CELLS_PER_DEGREE, 1 / CELLS_PER_DEGREE)
# Some hundred metres: tens would leave gorges that are narrower than a cell of the elevation grid blocked.
RIVER_DEPTH_M = 400.0
NAMED_RIVER_DEPTH_M = 300.0
LAKE_DEPTH_M = 300.0
GUIDE_DEPTH_M = 300.0
SINK_DEPTH_M = 50.0
DIVIDE_HEIGHT_M = 3000.0
SINK_SEARCH_CELLS = 6
NODATA = -9999.0


@dataclass(frozen=True)
class Flow:
    """Flow directions with what is derived from them, cell by cell."""

    directions: pyflwdir.FlwdirRaster
    upstream_km2: np.ndarray
    elevation: np.ndarray
    is_land: np.ndarray
    sinks: dict[str, list[int]]

    def trace(self, cell: int) -> list[int]:
        """Return the cells from `cell` down to its outlet."""
        downstream = self.directions.idxs_ds
        path = [cell]
        while downstream[path[-1]] != path[-1]:
            path.append(int(downstream[path[-1]]))
        return path


def mask(geometries: gpd.GeoSeries | list[shapely.Geometry], *, touched: bool = False) -> np.ndarray:
    """Return the cells covered by (or, for lines, touched by) the geometries."""
    burned = rasterize(geometries, SHAPE, transform=TRANSFORM, all_touched=touched, dtype="uint8")
    return burned.astype(bool)


def guides() -> list[shapely.LineString]:
    """Return the courses that the mapped rivers lack."""
    table = pd.read_csv(HERE / "guides.csv")
    return [
        shapely.LineString([[float(v) for v in point.split()] for point in course.split("|")])
        for course in table["course"]
    ]


def divides() -> gpd.GeoDataFrame:
    """Return the stretches of borders that are known to follow a watershed, with the provinces on either side."""
    table = pd.read_csv(HERE / "divides.csv")
    edges = gpd.read_file(REFERENCE / "provinces.fgb").set_index("province_code").geometry.boundary
    borders = shapely.intersection(edges[table["one"]].to_numpy(), edges[table["other"]].to_numpy())
    spans = shapely.box(table["west"], WINDOW[1], table["east"], WINDOW[3])
    return gpd.GeoDataFrame(table, geometry=shapely.intersection(borders, spans), crs=4326)


def cell_of(lon: float, lat: float) -> tuple[int, int]:
    """Return row and column of the cell that holds a position."""
    return int((WINDOW[3] - lat) * CELLS_PER_DEGREE), int((lon - WINDOW[0]) * CELLS_PER_DEGREE)


def position_of(cells: np.ndarray) -> np.ndarray:
    """Return longitude and latitude of cell centres, one row each."""
    row, column = np.divmod(np.asarray(cells), SHAPE[1])
    return np.column_stack(
        [WINDOW[0] + (column + 0.5) / CELLS_PER_DEGREE, WINDOW[3] - (row + 0.5) / CELLS_PER_DEGREE]
    )


def elevation() -> np.ndarray:
    """Return the elevation grid, resampled by cubic splines to one arc-minute."""
    with rasterio.open(REFERENCE / "elevation.tif") as source:
        coarse = source.read(1).astype("float32")
        ratio = SHAPE[0] / source.height
    rows = (np.arange(SHAPE[0]) + 0.5) / ratio - 0.5
    columns = (np.arange(SHAPE[1]) + 0.5) / ratio - 0.5
    return map_coordinates(coarse, np.meshgrid(rows, columns, indexing="ij"), order=3, mode="nearest")


def burn_depth(*, guided: bool) -> np.ndarray:
    """Return by how many metres each cell is lowered: the deepest of rivers, lakes and, if asked, guides."""
    rivers = gpd.read_file(REFERENCE / "river_lines.fgb")
    named = gpd.read_file(REFERENCE / "named_rivers.fgb")
    lakes = gpd.read_file(REFERENCE / "lakes.fgb")
    natural = rivers[rivers["river_class"] <= 5]
    depth = np.where(mask(natural.geometry, touched=True), RIVER_DEPTH_M, 0.0)
    depth = np.maximum(depth, np.where(mask(named.geometry, touched=True), NAMED_RIVER_DEPTH_M, 0.0))
    if guided:
        depth = np.maximum(depth, np.where(mask(guides(), touched=True), GUIDE_DEPTH_M, 0.0))
    return np.maximum(depth, np.where(mask(lakes.geometry), LAKE_DEPTH_M, 0.0))


def cell_km2() -> np.ndarray:
    """Return the area of the cells of each row on the WGS84 ellipsoid, between their parallels."""
    ellipsoid = Geod(ellps="WGS84")
    eccentricity = np.sqrt(ellipsoid.es)
    sine = np.sin(np.radians(WINDOW[3] - np.arange(SHAPE[0] + 1) / CELLS_PER_DEGREE))
    zone = sine / (1 - ellipsoid.es * sine**2) + np.arctanh(eccentricity * sine) / eccentricity
    width = np.radians(1 / CELLS_PER_DEGREE)
    return -np.diff(zone) * width * ellipsoid.b**2 / 2 / 1e6


def _sink_cells(surface: np.ndarray) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for sink in pd.read_csv(HERE / "sinks.csv").itertuples():
        row, column = cell_of(sink.lon, sink.lat)
        reach = SINK_SEARCH_CELLS
        part = surface[row - reach : row + reach + 1, column - reach : column + reach + 1]
        lowest = np.unravel_index(part.argmin(), part.shape)
        cell = (row - reach + int(lowest[0])) * SHAPE[1] + column - reach + int(lowest[1])
        found.setdefault(str(sink.sink), []).append(cell)
    return found


def derive(*, guided: bool = True) -> Flow:
    """Return flow directions by priority flood (Wang and Liu 2006) and D8, from sea and sinks upwards.

    Without the guides the result shows what grid and mapped rivers give on their own.
    """
    land = gpd.read_file(REFERENCE / "land.fgb")
    is_land = mask(land.geometry)
    height = elevation()
    surface = np.where(is_land, height - burn_depth(guided=guided), NODATA).astype("float32")
    if guided:
        # Every cell that a border touches: no diagonal step is left through it.
        surface[mask(divides().geometry, touched=True) & is_land] = DIVIDE_HEIGHT_M
    sinks = _sink_cells(surface)
    bottom = [cell for cells in sinks.values() for cell in cells]
    surface.flat[bottom] -= SINK_DEPTH_M
    edge = gis_utils.get_edge(is_land.copy(), structure=np.ones((3, 3), bool))
    outlets = np.concatenate([np.flatnonzero(edge), bottom])
    _, d8 = pyflwdir.dem.fill_depressions(surface, idxs_pit=outlets, nodata=NODATA)
    directions = pyflwdir.from_array(d8, ftype="d8", transform=TRANSFORM, latlon=True)
    cell = np.broadcast_to(cell_km2()[:, None], SHAPE)
    upstream = directions.accuflux(np.where(is_land, cell, NODATA), nodata=NODATA)
    return Flow(directions, upstream, height, is_land, sinks)
