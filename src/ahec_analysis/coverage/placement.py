"""How coverage moves when each site without an outline moves within its precision: a simulation on a raster."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from rasterio.features import rasterize
from rasterio.transform import from_origin

from ahec_analysis.coverage.shapes import Ground, Part

_FINE = 4
"""A cell is parted into as many squares along each edge: sixteen bits say which of them a shape covers."""
_WHOLE = np.uint16(2**16 - 1)
_LEAST = 0.01
"""A part of which less is left on its land, by whole, keeps its shape off it."""
_GOLDEN = np.pi * (3 - np.sqrt(5))


class Raster:
    """A grid of square cells of equal area, with a margin as wide as a site can move."""

    def __init__(self, bounds: np.ndarray, cell_km: float, margin_km: float) -> None:
        self.cell = cell_km * 1000
        margin = margin_km * 1000 + 2 * self.cell
        self.west, self.north = bounds[0] - margin, bounds[3] + margin
        self.shape = (
            int(np.ceil((self.north - bounds[1] + margin) / self.cell)),
            int(np.ceil((bounds[2] + margin - self.west) / self.cell)),
        )
        self.size = self.shape[0] * self.shape[1]

    def window(self, bounds: Sequence[float], margin: int = 0) -> tuple[int, int, int, int]:
        """Return the first and the end of the rows and of the columns that hold the bounds, within the grid."""
        west, south, east, north = bounds
        return (
            max(int((self.north - north) / self.cell) - margin, 0),
            min(int((self.north - south) / self.cell) + 1 + margin, self.shape[0]),
            max(int((west - self.west) / self.cell) - margin, 0),
            min(int((east - self.west) / self.cell) + 1 + margin, self.shape[1]),
        )

    def extent(self, window: tuple[int, int, int, int]) -> tuple[float, float, float, float]:
        """Return the west, south, east and north of a window."""
        top, bottom, left, right = window
        west, north = self.west + left * self.cell, self.north - top * self.cell
        return west, north - (bottom - top) * self.cell, west + (right - left) * self.cell, north

    def pattern(self, shapes: Sequence[Any], window: tuple[int, int, int, int]) -> np.ndarray:
        """Return which of the sixteen squares of each cell of the window the shapes cover together, as bits."""
        top, bottom, left, right = window
        rows, columns = max(bottom - top, 0), max(right - left, 0)
        shapes = [shape for shape in shapes if not shape.is_empty]
        if not shapes or not rows * columns:
            return np.zeros((rows, columns), dtype=np.uint16)
        edge = self.cell / _FINE
        corner = from_origin(self.west + left * self.cell, self.north - top * self.cell, edge, edge)
        fine = rasterize(shapes, out_shape=(rows * _FINE, columns * _FINE), transform=corner, dtype="uint8")
        squares = fine.reshape(rows, _FINE, columns, _FINE).swapaxes(1, 2).reshape(rows, columns, -1)
        return np.asarray(np.packbits(squares, axis=-1).view(np.uint16)[..., 0])


class Positions:
    """Draws of the ground each site may cover: cells with their weight, sites in their given order.

    ``sites`` are (identifier, stated position, its precision in km, ground), the first keeping shared ground where it
    is to count once (``flat``); the draws of a site depend on the seed and its identifier alone.
    """

    def __init__(
        self,
        sites: Sequence[tuple[str, Any, float, Ground]],
        *,
        draws: int,
        seed: int,
        cell_km: float,
        flat: bool,
    ) -> None:
        bounds = shapely.total_bounds([part.shape for *_, ground in sites for part in ground.parts])
        widest = max((km + ground.moved_m / 1000 for _, _, km, ground in sites), default=0.0)
        self.raster = Raster(bounds if sites else np.zeros(4), cell_km, widest)
        found = [tuple(np.empty(0, kind) for kind in ("int16", "int32", "float32", "uint16"))]
        for key, point, km, ground in sites:
            random = np.random.default_rng([seed, zlib.crc32(key.encode())])
            moves = _moves(random, point, km * 1000, ground, draws)
            found += [self._moved(part, moves) for part in ground.parts]
        draw, *values = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.argsort(draw, kind="stable")
        ends = np.searchsorted(draw[order], range(draws + 1))
        self.entries: list[tuple[np.ndarray, ...]] = []
        """Of each draw: cell, weight, and pattern of the land that the site keeps to there."""
        for start, end in pairwise(ends):
            one = tuple(value[order[start:end]] for value in values)
            self.entries.append(_first_come(*one) if flat else one)

    def _moved(self, part: Part, moves: np.ndarray) -> tuple[np.ndarray, ...]:
        """Return draw, cell, weight and pattern of a part moved as a whole, cut by its land, scaled to its area."""
        bounds = shapely.bounds(part.shape)
        top, bottom, left, right = self.raster.window(bounds)
        base = np.pad(_covered(self.raster.pattern([part.shape], (top, bottom, left, right))), 1)
        if not base.any():
            base[1:-1, 1:-1] = 1
        cells = part.shape.area / self.raster.cell**2
        base *= np.float32(cells / base.sum())
        steps = np.column_stack([-moves[:, 1], moves[:, 0]]) / self.raster.cell
        whole = np.floor(steps).astype(int)
        down, across = ((steps - whole).astype(np.float32)[:, axis, None, None] for axis in (0, 1))
        weight = (1 - down) * ((1 - across) * base[1:, 1:] + across * base[1:, :-1])
        weight += down * ((1 - across) * base[:-1, 1:] + across * base[:-1, :-1])
        row = top + whole[:, 0, None] + np.arange(weight.shape[1])
        column = left + whole[:, 1, None] + np.arange(weight.shape[2])
        pattern = np.broadcast_to(_WHOLE, weight.shape)
        if part.land is not None:
            window = self.raster.window(bounds, int(np.abs(steps).max(initial=0)) + 2)
            land = self.raster.pattern([shapely.clip_by_rect(part.land, *self.raster.extent(window))], window)
            free = ~land if part.at_sea else land
            pattern = free[(row - window[0])[:, :, None], (column - window[2])[:, None, :]]
            kept = weight * _covered(pattern)
            rest = kept.sum(axis=(1, 2), keepdims=True)
            lost = rest < _LEAST * cells
            weight = np.where(lost, weight, kept * (cells / np.where(lost, 1, rest)))
            pattern = np.where(lost, _WHOLE, pattern)
        draw, y, x = np.nonzero(weight)
        cell = row[draw, y] * self.raster.shape[1] + column[draw, x]
        return draw.astype(np.int16), cell.astype(np.int32), weight[draw, y, x], pattern[draw, y, x]


def _covered(pattern: np.ndarray) -> np.ndarray:
    """Return the share of each cell that a pattern covers, 0 to 1."""
    return np.asarray(np.bitwise_count(pattern), dtype=np.float32) / np.float32(_FINE**2)


def _moves(random: np.random.Generator, point: Any, reach_m: float, ground: Ground, draws: int) -> np.ndarray:
    """Return how far the middle of a site moves in each draw, m: evenly over the disc about its stated position."""
    middle = shapely.get_coordinates(ground.centre)
    start = middle if ground.named else shapely.get_coordinates(point)
    turn = 2 * np.pi * random.random()
    lands = [part.land for part in ground.parts if part.land is not None and not part.at_sea]
    for count in (draws, 4 * draws):
        spots = start + reach_m * _even(count, turn)
        inside = np.full(count, ground.named or not lands)
        for land in lands:
            inside |= shapely.contains_xy(land, *spots.T)
        if inside.all():
            break
    spots = spots[inside] if inside.any() else middle
    chosen = (np.arange(draws) + 0.5) * len(spots) / draws
    return np.asarray(random.permutation(spots[chosen.astype(int)]) - middle)


def _even(count: int, turn: float) -> np.ndarray:
    """Return points that fill the unit disc evenly, from its middle outwards, each with its mirror images."""
    number = np.arange(-(-count // 4))
    radius, angle = np.sqrt((number + 0.5) / len(number)), _GOLDEN * number + turn
    spots = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    mirrors = np.array([(1, 1), (-1, 1), (1, -1), (-1, -1)])
    return np.asarray((spots[:, None] * mirrors).reshape(-1, 2)[:count])


def totals(positions: Positions, zones: np.ndarray) -> np.ndarray:
    """Return the km² of every draw in every zone (EQUAL_AREA, may overlap), and in none: draws × (zones + 1)."""
    raster = positions.raster
    result = np.zeros((len(positions.entries), len(zones) + 1))
    layers = _layers(raster, zones)
    for amounts, (cell, weight, own) in zip(result, positions.entries, strict=True):
        weight = weight / np.bitwise_count(own)
        for owner, pattern in layers:
            both = pattern[cell] & own
            amounts += np.bincount(owner[cell], weight * np.bitwise_count(both), len(amounts))
    return result * (raster.cell / 1000) ** 2


def _layers(raster: Raster, zones: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return, for the whole grid, a zone of each cell and the pattern it covers, in as many layers as zones meet.

    What no zone covers is the last one.
    """
    entries = []
    none = np.full(raster.size, _WHOLE)
    for number, zone in enumerate(zones):
        window = raster.window(shapely.bounds(zone))
        part = raster.pattern([zone], window)
        row, column = np.nonzero(part)
        cell = (row + window[0]) * raster.shape[1] + column + window[2]
        none[cell] &= ~part[row, column]
        entries.append((cell, np.full(len(cell), number), part[row, column]))
    rest = np.flatnonzero(none)
    entries.append((rest, np.full(len(rest), len(zones)), none[rest]))
    cell, owner, pattern = (np.concatenate(values) for values in zip(*entries, strict=True))
    layers = []
    while len(cell):
        once = np.zeros(len(cell), dtype=bool)
        once[np.unique(cell, return_index=True)[1]] = True
        layer = np.zeros(raster.size, dtype=np.int32), np.zeros(raster.size, dtype=np.uint16)
        layer[0][cell[once]], layer[1][cell[once]] = owner[once], pattern[once]
        layers.append(layer)
        cell, owner, pattern = cell[~once], owner[~once], pattern[~once]
    return layers


def _first_come(
    cell: np.ndarray, weight: np.ndarray, pattern: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the entries with what is left of each cell for each site, in order of the sites."""
    order = np.argsort(cell, kind="stable")
    cell, weight, pattern = cell[order], weight[order].astype(float), pattern[order]
    total = np.cumsum(weight)
    fresh = np.flatnonzero(np.diff(cell, prepend=-1))
    base = np.repeat((total - weight)[fresh], np.diff(np.append(fresh, len(cell))))
    before = total - weight - base
    # A site that is spread over the rest of its land may fill a cell more than once; that is its own ground.
    left = np.where(before > 1e-9, np.clip(1 - before, 0, weight), weight)
    return cell, left, pattern
