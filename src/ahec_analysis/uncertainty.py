"""How coverage moves when each site known by a point moves within its precision: a simulation on a raster."""

from __future__ import annotations

import zlib
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from rasterio.features import rasterize
from rasterio.transform import from_origin

from ahec_analysis.footprints import DEFAULT_PRECISION_KM
from ahec_analysis.territory import EQUAL_AREA

_REACH_KM = 500.0


class Raster:
    """A grid of square cells of equal area, with a margin as wide as a footprint can reach."""

    def __init__(self, bounds: np.ndarray, cell_km: float, margin_km: float) -> None:
        self.cell = cell_km * 1000
        margin = margin_km * 1000
        self.west, self.north = bounds[0] - margin, bounds[3] + margin
        self.shape = (
            int(np.ceil((self.north - bounds[1] + margin) / self.cell)),
            int(np.ceil((bounds[2] + margin - self.west) / self.cell)),
        )
        self.size = self.shape[0] * self.shape[1]

    def window(self, shape: Any) -> tuple[slice, slice, np.ndarray]:
        """Return the rows and columns about a shape and which of their cells have their centre in it."""
        west, south, east, north = shapely.bounds(shape)
        top, left = max(int((self.north - north) / self.cell), 0), max(int((west - self.west) / self.cell), 0)
        bottom = min(int((self.north - south) / self.cell) + 1, self.shape[0])
        right = min(int((east - self.west) / self.cell) + 1, self.shape[1])
        if shape.is_empty or bottom <= top or right <= left:
            return slice(0, 0), slice(0, 0), np.zeros((0, 0), dtype=bool)
        corner = from_origin(self.west + left * self.cell, self.north - top * self.cell, self.cell, self.cell)
        size = (bottom - top, right - left)
        part = rasterize([shape], out_shape=size, transform=corner, dtype="uint8").astype(bool)
        return slice(top, bottom), slice(left, right), part

    def place(self, xy: np.ndarray) -> tuple[int, int]:
        """Return row and column of a point."""
        return int((self.north - xy[1]) / self.cell), int((xy[0] - self.west) / self.cell)

    def rings(self) -> np.ndarray:
        """Return the steps (rows, columns) from a cell to the others within reach, nearest first."""
        reach = int(_REACH_KM * 1000 / self.cell) - 1
        row, column = np.mgrid[-reach : reach + 1, -reach : reach + 1].reshape(2, -1)
        distance = row**2 + column**2
        order = np.argsort(distance, kind="stable")
        return np.asarray(np.stack([row, column], axis=1)[order[distance[order] <= reach**2]])


class Positions:
    """Draws of the ground each site may cover: entries (draw, cell, weight, site), sites in their given order.

    In each draw a site's centre is a random cell of its own land within its precision, and its footprint the
    nearest cells of that land that make up its area; the marine part are the nearest cells off all land.

    Parameters
    ----------
    points : GeoDataFrame
        Points with ``site_id``, ``area_km2`` and, optionally, ``marine_km2``, ``province_code`` and
        ``location_precision_km``, in the order that decides who keeps shared ground.
    land : GeoDataFrame
        ``province_code`` and polygons.
    draws, seed : int
        Number of draws and seed; the draws of a site depend on the seed and its ``site_id`` alone.
    cell_km : float
        Edge of a cell.
    flat : bool
        Whether shared ground counts once, for the site that comes first.
    """

    def __init__(
        self,
        points: gpd.GeoDataFrame,
        land: gpd.GeoDataFrame,
        *,
        draws: int,
        seed: int,
        cell_km: float,
        flat: bool,
    ) -> None:
        self._points = points.to_crs(EQUAL_AREA)
        self._land = land.to_crs(EQUAL_AREA)
        self.draws = draws
        self._precision = _column(points, "location_precision_km", DEFAULT_PRECISION_KM)
        self._marine = _column(points, "marine_km2", 0.0)
        margin = _REACH_KM + self._precision.max(initial=0) + 2 * cell_km
        self.raster = Raster(self._points.total_bounds, cell_km, margin)
        self._steps = self.raster.rings()
        self._distance = np.hypot(*self._steps.T)
        self._masks: dict[str, tuple[np.ndarray, int]] = {}
        sites = [self._site(number, seed) for number in range(len(points))]
        self._entries = [_joined([site[number] for site in sites]) for number in range(draws)]
        if flat:
            self._entries = [_first_come(*entry) for entry in self._entries]

    def draw(self, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return cell, weight and site of the entries of one draw."""
        return self._entries[number]

    def _site(self, number: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return the cells and weights of one site in each draw."""
        row = self._points.iloc[number]
        size = (self.raster.cell / 1000) ** 2
        marine = min(self._marine[number], row["area_km2"])
        precision = self._precision[number] * 1000 / self.raster.cell
        code = row.get("province_code", "")
        ground, extent = self._ground(code if isinstance(code, str) else "")
        everywhere = np.zeros(0, dtype=bool)
        dry = (row["area_km2"] - marine) / size
        here = self.raster.place(np.array([row.geometry.x, row.geometry.y]))
        near = np.array(here) + self._steps[: np.searchsorted(self._distance, precision, "right")]
        home = near[ground[near[:, 0], near[:, 1]]] if marine < row["area_km2"] else near
        if len(home) == 0 or extent < dry:
            # The same exception as in footprint: a site that contradicts its province is a plain circle.
            home, ground, dry, marine = near, everywhere, row["area_km2"] / size, 0.0
        random = np.random.default_rng([seed, zlib.crc32(str(row["site_id"]).encode())])
        centre = home[random.integers(len(home), size=self.draws)]
        parts = [self._nearest(ground, centre, dry)]
        if marine:
            parts.append(self._nearest(~self._ground("")[0], centre, marine / size))
        draw, cell, weight = (np.concatenate(part) for part in zip(*parts, strict=True))
        order = np.argsort(draw, kind="stable")
        cell, weight = cell[order], weight[order]
        return [
            (cell[a:b], weight[a:b]) for a, b in pairwise(np.searchsorted(draw[order], range(self.draws + 1)))
        ]

    def _ground(self, code: str) -> tuple[np.ndarray, int]:
        if code not in self._masks:
            keys = self._land["province_code"]
            chosen = self._land[keys.isin(code.split("|"))] if code else self._land
            mask = np.zeros(self.raster.shape, dtype=bool)
            for shape in chosen.geometry:
                rows, columns, part = self.raster.window(shape)
                mask[rows, columns] |= part
            self._masks[code] = np.packbits(mask), int(mask.sum())
        packed, extent = self._masks[code]
        return np.unpackbits(packed, count=self.raster.size).reshape(self.raster.shape).astype(bool), extent

    def _nearest(
        self, mask: np.ndarray, centre: np.ndarray, count: float
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the nearest `count` cells of the mask to each centre; the last one counts in part."""
        found = []
        todo, length = np.arange(len(centre)), int(count * 1.3) + 16
        while len(todo) and count > 0:
            cells = centre[todo, None] + self._steps[None, :length]
            free = mask[cells[..., 0], cells[..., 1]] if mask.size else np.ones(cells.shape[:2], dtype=bool)
            rank = np.cumsum(free, axis=1)
            done = (rank[:, -1] >= count) | (length >= len(self._steps))
            weight = np.where(free, np.clip(count - rank + 1, 0, 1), 0)[done]
            draw, step = np.nonzero(weight)
            flat = np.ravel_multi_index(
                (cells[done][draw, step, 0], cells[done][draw, step, 1]), self.raster.shape
            )
            found.append((todo[done][draw], flat, weight[draw, step]))
            todo, length = todo[~done], length * 2
        if not found:
            return np.empty(0, dtype=int), np.empty(0, dtype=int), np.empty(0)
        draw, flat, weight = (np.concatenate(part) for part in zip(*found, strict=True))
        return draw.astype(np.int16), flat.astype(np.int32), weight.astype(np.float32)


def totals(positions: Positions, zones: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the km² of every draw in every zone and class.

    Parameters
    ----------
    positions : Positions
    zones : array of polygons
        In EQUAL_AREA; they may overlap.
    labels : array of int
        Class of each site.

    Returns
    -------
    array, draws × (zones + 1) × classes
        The last zone is what lies in none.
    """
    raster = positions.raster
    cells, owners = [np.empty(0, dtype=int)], [np.empty(0, dtype=int)]
    for number, zone in enumerate(zones):
        rows, columns, part = raster.window(zone)
        row, column = np.nonzero(part)
        cells.append((row + rows.start) * raster.shape[1] + column + columns.start)
        owners.append(np.full(len(row), number))
    cell, owner = np.concatenate(cells), np.concatenate(owners)
    # In the first round each cell has at most one owner; further rounds hold the overlaps of zones.
    layers = []
    while len(cell):
        once = np.zeros(len(cell), dtype=bool)
        once[np.unique(cell, return_index=True)[1]] = True
        layer = np.full(raster.size, len(zones), dtype=np.int32)
        layer[cell[once]] = owner[once]
        layers.append(layer)
        cell, owner = cell[~once], owner[~once]
    classes = int(labels.max(initial=0)) + 1
    result = np.zeros((positions.draws, (len(zones) + 1) * classes))
    for number in range(positions.draws):
        where, weight, site = positions.draw(number)
        for round_, layer in enumerate(layers or [np.full(raster.size, len(zones))]):
            slot = layer[where] * classes + labels[site]
            found = np.bincount(slot, weight, minlength=result.shape[1])
            if round_:
                found[-classes:] = 0
            result[number] += found
    area = (raster.cell / 1000) ** 2
    return np.asarray(result.reshape(positions.draws, -1, classes) * area)


def _first_come(
    cell: np.ndarray, weight: np.ndarray, site: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the entries with what is left of each cell for each site, in order of the sites."""
    order = np.argsort(cell, kind="stable")
    cell, weight, site = cell[order], weight[order].astype(float), site[order]
    total = np.cumsum(weight)
    fresh = np.flatnonzero(np.diff(cell, prepend=-1))
    base = np.repeat((total - weight)[fresh], np.diff(np.append(fresh, len(cell))))
    return cell, np.clip(1 - (total - weight - base), 0, weight), site


def _joined(sites: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    cell, weight = (np.concatenate(part) for part in zip(*sites, strict=True))
    return cell, weight, np.repeat(np.arange(len(sites)), [len(cells) for cells, _ in sites])


def _column(table: pd.DataFrame, name: str, default: float) -> np.ndarray:
    values = table[name] if name in table else pd.Series(np.nan, table.index)
    return np.asarray(pd.to_numeric(values).fillna(default), dtype=float)
