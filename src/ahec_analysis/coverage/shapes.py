"""The ground a site may cover: limits filled, a lake with its shore, or a circle, each of exactly the reported area."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod
from scipy.optimize import brentq

from ahec_analysis import expect
from ahec_analysis.errors import DataError
from ahec_analysis.territory.ahec import EQUAL_AREA

_GEOD = Geod(ellps="WGS84")
_CORNERS = 64
DEFAULT_PRECISION_KM = 5.0
"""How far a point, the middle of limits or a lake may stand from the middle of the site where nothing is stated."""
BOX = ["box_west", "box_south", "box_east", "box_north"]
"""Columns that hold the limits of a site, degrees."""
PLAIN = ("no_land_of_province", "larger_than_province", "far_outside_province", "no_sea_in_reach")
"""Rules by which a site is left as the plain circle about its point."""
_FILLED = 1.45
"""Size from which an ellipse covers the limits that it touches at size 1: the square root of 2, and its chords."""


def footprint(
    points: gpd.GeoDataFrame, land: gpd.GeoDataFrame | None = None, *, lakes: gpd.GeoDataFrame | None = None
) -> gpd.GeoSeries:
    """Return for each point a circle of exactly its reported area, or the ground its row knows if ``land`` is given.

    Without ``land`` this is the rule of the official statistics: a geodesic circle of the reported area. With
    ``land``, which is not the official rule, the shape grows until the part of it on the land of the site's
    province(s) has the reported terrestrial area: an ellipse within the printed limits of the site, a lake with
    a ring of shore, or a circle where neither is known. The marine part is a ring of sea around the point.

    Parameters
    ----------
    points : GeoDataFrame
        Points in any CRS with ``area_km2`` and, where known, ``marine_km2`` (part of it), ``province_code``,
        ``location_precision_km``, ``box_west``, ``box_south``, ``box_east`` and ``box_north`` (limits of the site,
        degrees), ``lake`` (names of ``lakes``), ``province_shares`` (``code=number``) and ``site_id``; several values
        are joined by ``|``. Polygons stay; a missing point or area gives no footprint, never a guess.
    land : GeoDataFrame
        Land by province: ``province_code`` and polygons, any CRS. A site without a province takes all land.
    lakes : GeoDataFrame
        ``name`` and polygons, any CRS.

    Returns
    -------
    GeoSeries
        Polygons in EQUAL_AREA; ``None`` where there is no point or no area. ``attrs["ledger"]`` lists as records
        (``rule``, ``site_id``, ``moved_km``) the points moved to the nearest land of their province, those left as
        plain circles, and the limits that had to be widened.

    Raises
    ------
    SchemaError, DataError
        If a column or CRS is missing, a geometry is no point or polygon, an area is negative or infinite, or a lake
        is not in ``lakes``.

    Notes
    -----
    The ellipse touches the limits at most; a site that needs more land fills the corners, then widens the limits.
    Limits without land of the province are filled where they are. A lake larger than the site gives a strip along its
    shore, within the limits if there is land enough. With shares by province, each part grows on its own. A point
    outside its province is moved to the nearest land of it within its precision (5 km if none is stated); one farther
    away stays a plain circle.

    References
    ----------
    UNEP-WCMC, *Calculating protected area coverage*, step "points".

    Examples
    --------
    >>> sites = gpd.GeoDataFrame({"area_km2": [400.0]}, geometry=gpd.points_from_xy([134], [48]), crs=4326)
    >>> round(float(footprint(sites).area.iloc[0]) / 1e6, 6)
    400.0
    """
    shapes = np.full(len(points), None, dtype=object)
    ledger = []
    for row, ground in grounds(points, land, lakes=lakes):
        shapes[row] = ground.shape
        if ground.rule:
            name = points["site_id"].iloc[row] if "site_id" in points else points.index[row]
            ledger.append({"rule": ground.rule, "site_id": name, "moved_km": round(ground.moved_m / 1000, 3)})
    drawn = points.geom_type.isin(["Polygon", "MultiPolygon"]).to_numpy()
    shapes[drawn] = np.asarray(points.geometry[drawn].to_crs(EQUAL_AREA))
    footprints = gpd.GeoSeries(shapes, index=points.index, crs=EQUAL_AREA, name="geometry")
    footprints.attrs["ledger"] = ledger
    return footprints


@dataclass(frozen=True)
class Part:
    """A part of a site and the land that it keeps to, or keeps off; without a land it may lie anywhere."""

    shape: Any
    land: Any = None
    at_sea: bool = False


@dataclass(frozen=True)
class Ground:
    """What stands for one site: its middle, its parts, and what was changed to fit them."""

    centre: Any
    parts: tuple[Part, ...]
    rule: str = ""
    moved_m: float = 0.0
    named: bool = False
    """Whether limits or a lake say where it is."""

    @property
    def shape(self) -> Any:
        """Return all parts as one shape."""
        shapes = [part.shape for part in self.parts]
        return shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)


def grounds(
    points: gpd.GeoDataFrame, land: gpd.GeoDataFrame | None = None, *, lakes: gpd.GeoDataFrame | None = None
) -> list[tuple[int, Ground]]:
    """Return the row number and the ground of each site with a point and an area; as :func:`footprint`."""
    _check_points(points)
    area = pd.to_numeric(points["area_km2"]).to_numpy(dtype=float)
    dot = (points.geom_type == "Point").to_numpy() & ~points.geometry.is_empty.to_numpy()
    rows = np.flatnonzero((area > 0) & dot)
    known = points.iloc[rows]
    discs = _discs(shapely.get_coordinates(np.asarray(known.geometry.to_crs(4326))), area[rows])
    centres = np.asarray(known.geometry.to_crs(EQUAL_AREA))
    plain = [Ground(centre, (Part(disc),)) for centre, disc in zip(centres, discs, strict=True)]
    if land is None:
        return list(zip(rows.tolist(), plain, strict=True))
    fit = _Fit(land, lakes)
    named = ("province_code", "province_shares", "lake")
    texts = {c: known[c].fillna("") if c in known else "" for c in named}
    wanted = pd.DataFrame({**texts, **{c: column(known, c) for c in BOX}}, index=known.index)
    wanted["sea_m2"] = np.minimum(column(known, "marine_km2", 0.0), area[rows]) * 1e6
    wanted["dry_m2"] = area[rows] * 1e6 - wanted["sea_m2"]
    wanted["reach_m"] = column(known, "location_precision_km", DEFAULT_PRECISION_KM) * 1000
    fitted = [fit(ground, row) for ground, row in zip(plain, wanted.itertuples(index=False), strict=True)]
    return list(zip(rows.tolist(), fitted, strict=True))


def column(table: pd.DataFrame, name: str, default: float = np.nan) -> np.ndarray:
    """Return a column of numbers, the default where it is missing."""
    values = table[name] if name in table else pd.Series(default, table.index)
    return np.asarray(pd.to_numeric(values).fillna(default), dtype=float)


def _check_points(points: gpd.GeoDataFrame) -> None:
    expect.columns(points, ["area_km2"], "points", hint="the reported area in km², empty where unknown")
    expect.projected(points, "points")
    kinds = set(points.geometry.dropna().geom_type) - {"Point", "Polygon", "MultiPolygon"}
    if kinds:
        raise DataError(f"`points` holds {', '.join(sorted(kinds))}; explode it into single points first")
    area = pd.to_numeric(points["area_km2"], errors="coerce")
    wrong = points.index[(area < 0) | np.isinf(area) | (area.isna() & points["area_km2"].notna())]
    if len(wrong):
        raise DataError(
            f"`points` row {wrong[0]}: area_km2 is not a number >= 0; correct it or leave it empty"
        )


def _discs(lonlat: np.ndarray, area_km2: np.ndarray) -> np.ndarray:
    """Return geodesic circles in EQUAL_AREA, scaled so that each polygon has exactly its area."""
    if len(lonlat) == 0:
        return np.empty(0, dtype=object)
    radius = np.sqrt(area_km2 * 1e6 / np.pi)
    azimuth = np.linspace(0, -360, _CORNERS, endpoint=False)
    rays = np.broadcast_arrays(lonlat[:, :1], lonlat[:, 1:], azimuth, radius[:, None])
    lon, lat, _ = _GEOD.fwd(rays[0], rays[1], rays[2], rays[3])
    ring = gpd.GeoSeries(shapely.polygons(np.stack([lon, lat], axis=-1)), crs=4326).to_crs(EQUAL_AREA)
    corners = shapely.get_coordinates(ring.array).reshape(len(lonlat), _CORNERS + 1, 2)
    centre = shapely.get_coordinates(shapely.centroid(ring.array))[:, None, :]
    stretch = np.sqrt(area_km2 * 1e6 / shapely.area(ring.array))[:, None, None]
    return np.asarray(shapely.polygons(centre + (corners - centre) * stretch))


class _Fit:
    """Fits the shape that stands for a site to the land of its provinces, each united once and prepared."""

    def __init__(self, land: gpd.GeoDataFrame, lakes: gpd.GeoDataFrame | None) -> None:
        hint = "ISO 3166-2 codes; rename the column that holds them"
        expect.columns(land, ["province_code"], "land", hint=hint)
        expect.projected(land, "land")
        shapes = np.asarray(land.geometry.to_crs(EQUAL_AREA))
        self._provinces = pd.Series(shapes).groupby(land["province_code"].to_numpy()).agg(list)
        self._united: dict[str, Any] = {}
        self._lakes: dict[str, Any] = {}
        if lakes is not None:
            self._lakes = dict(zip(lakes["name"], lakes.geometry.to_crs(EQUAL_AREA), strict=True))

    def _land(self, code: str) -> Any:
        """Return the land of ``code`` ("A", "A|B", "" for all), None if the layer does not have it."""
        if code not in self._united:
            wanted = code.split("|") if code else list(self._provinces.index)
            parts = [shape for key in wanted if key in self._provinces for shape in self._provinces[key]]
            ground = shapely.union_all(parts) if parts else None
            shapely.prepare(ground)
            self._united[code] = ground
        return self._united[code]

    def __call__(self, plain: Ground, row: Any) -> Ground:
        """Return the ground of one site, the plain circle with the reason where nothing fits."""
        lands = [(self._land(code), m2) for code, m2 in _shares(row)]
        own = self._land(row.province_code)
        if own is None or any(land is None for land, _ in lands):
            return replace(plain, rule="no_land_of_province")
        if any(land.area < m2 for land, m2 in lands):
            return replace(plain, rule="larger_than_province")
        found = self._named(plain, row, own, lands) or _about(plain, row, own, lands)
        if row.sea_m2 <= 0 or found.rule in PLAIN:
            return found
        every = self._land("")
        sea, _ = _grown(
            _disc(found.centre), np.sqrt(row.sea_m2 / np.pi), row.sea_m2, lambda s: s.difference(every)
        )
        if sea is None:
            return replace(plain, rule="no_sea_in_reach")
        return replace(found, parts=(*found.parts, Part(sea, every, at_sea=True)))

    def _named(self, plain: Ground, row: Any, own: Any, lands: list[tuple[Any, float]]) -> Ground | None:
        """Return the ground of a site by its lake or its limits, None if it has neither."""
        limits = None if np.isnan([getattr(row, c) for c in BOX]).any() else _Limits(row)
        room = 0.0 if limits is None else limits.area.intersection(own).area
        if row.lake:
            names = row.lake.split("|")
            if set(names) - set(self._lakes):
                raise DataError(f"`lakes` has no {row.lake!r}; take names of that layer or leave it empty")
            lake = shapely.union_all([self._lakes[name] for name in names])
            if not lake.intersects(own):
                return None
            inside = limits.area if limits is not None and room > row.dry_m2 else None
            shores = [_along(lake, land.intersection(inside) if inside else land, m2) for land, m2 in lands]
            return Ground(plain.centre, _parts(shores, lands), named=True)
        if limits is None:
            return None
        rule = ""
        if room == 0:
            lands = [(self._land(""), row.dry_m2)]
            rule = "limits_outside_province"
        whole = limits.ellipse.area
        grown = [_grown(limits, np.sqrt(m2 / whole), m2, land.intersection) for land, m2 in lands]
        if any(size > _FILLED for _, size in grown):
            rule = rule or "limits_widened"
        parts = _parts([shape for shape, _ in grown], lands)
        return Ground(limits.ellipse.centroid, parts, rule, named=True)


def _parts(shapes: list[Any], lands: list[tuple[Any, float]]) -> tuple[Part, ...]:
    return tuple(Part(shape, land) for shape, (land, _) in zip(shapes, lands, strict=True))


def _shares(row: Any) -> list[tuple[str, float]]:
    """Return the land of each province that a site has, m², as far as its shares are stated."""
    if row.dry_m2 <= 0:
        return []
    if not row.province_shares:
        return [(row.province_code, row.dry_m2)]
    stated = [part.split("=") for part in row.province_shares.split("|")]
    whole = sum(float(amount) for _, amount in stated)
    return [(code, row.dry_m2 * float(amount) / whole) for code, amount in stated]


def _about(plain: Ground, row: Any, own: Any, lands: list[tuple[Any, float]]) -> Ground:
    """Return the circle about the point of a site, fitted to its land."""
    gap = float(shapely.distance(own, plain.centre)) if lands else 0.0
    if gap > row.reach_m:
        return replace(plain, rule="far_outside_province")
    found = plain
    if gap > 0:
        point = shapely.get_point(shapely.shortest_line(own, plain.centre), 0)
        found = Ground(point, (), "moved_to_province", gap)
    disc = _disc(found.centre)
    shapes = [_grown(disc, np.sqrt(m2 / disc(1.0).area), m2, land.intersection)[0] for land, m2 in lands]
    return replace(found, parts=_parts(shapes, lands))


def _disc(centre: Any) -> Callable[[float], Any]:
    unit = shapely.get_coordinates(shapely.buffer(shapely.Point(0, 0), 1, quad_segs=_CORNERS // 4))
    here = shapely.get_coordinates(centre)
    return lambda radius: shapely.Polygon(here + radius * unit)


class _Limits:
    """Limits in degrees as shapes of one size after another: the ellipse within, its corners filled, then wider limits."""

    def __init__(self, row: Any) -> None:
        west, south, east, north = (getattr(row, c) for c in BOX)
        angle = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
        middle, half = np.array([west + east, south + north]) / 2, np.array([east - west, north - south]) / 2
        ring = shapely.Polygon(middle + half * np.column_stack([np.cos(angle), np.sin(angle)]))
        box = shapely.segmentize(shapely.box(west, south, east, north), half.max() / 8)
        self.ellipse, self.area = gpd.GeoSeries([ring, box], crs=4326).to_crs(EQUAL_AREA)

    def __call__(self, size: float) -> Any:
        centre = self.ellipse.centroid
        if size > _FILLED:
            return _scaled(self.area, centre, size / _FILLED)
        ellipse = _scaled(self.ellipse, centre, size)
        return ellipse if size <= 1 else ellipse.intersection(self.area)


def _scaled(shape: Any, centre: Any, by: float) -> Any:
    here = shapely.get_coordinates(centre)
    return shapely.transform(shape, lambda xy: here + (xy - here) * by)


def _along(lake: Any, land: Any, target_m2: float) -> Any:
    """Return a lake with the ring of shore that makes up the area, or of a larger lake the strip along its shore."""
    core = lake if lake.intersection(land).area < target_m2 else lake.boundary
    return _grown(lambda width: shapely.buffer(core, width), 1.0, target_m2, land.intersection)[0]


def _grown(
    shape: Callable[[float], Any], start: float, target_m2: float, cut: Callable[[Any], Any]
) -> tuple[Any, float]:
    """Return ``cut(shape(size))`` of the target area and its size, growing from ``start``; None if none has it."""
    low, high = 0.0, start
    for _ in range(40):
        if cut(shape(high)).area >= target_m2 * (1 - 1e-12):
            break
        low, high = high, high * 1.4
    else:
        return None, high
    if cut(shape(high)).area > target_m2 * (1 + 1e-12):
        high = float(brentq(lambda size: cut(shape(size)).area - target_m2, low, high, xtol=1e-9, rtol=1e-14))
    return cut(shape(high)), high
