"""Where a site known only by a point and a reported area may lie: circles, and circles fitted to land."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod
from scipy.optimize import brentq

from ahec_analysis.errors import DataError, SchemaError
from ahec_analysis.territory import EQUAL_AREA

_GEOD = Geod(ellps="WGS84")
_CORNERS = 64
DEFAULT_PRECISION_KM = 5.0
"""Precision of a point that was given for the site itself but without a statement of its precision."""


def footprint(points: gpd.GeoDataFrame, land: gpd.GeoDataFrame | None = None) -> gpd.GeoSeries:
    """Return for each point a circle of exactly its reported area, fitted to its land if ``land`` is given.

    Sites that have a polygon keep it.

    Without ``land`` this is the rule of the official statistics: a geodesic circle of the reported area. With
    ``land``, which is not the official rule, the circle is widened until the part of it on the land of the
    site's province(s) has the reported terrestrial area; the marine part is a ring of sea around the point.

    Parameters
    ----------
    points : GeoDataFrame
        Points in any CRS with ``area_km2`` (km²) and, optionally, ``marine_km2`` (km², part of it),
        ``province_code`` (several joined by ``|``, empty if unknown), ``location_precision_km`` (km) and
        ``site_id``. A missing point or area gives an empty footprint, never a guess.
    land : GeoDataFrame, optional
        Land by province: ``province_code`` and polygons, any CRS. A site without a province takes all land.

    Returns
    -------
    GeoSeries
        Polygons in :data:`~ahec_analysis.territory.EQUAL_AREA`, in the caller's index, named ``geometry``;
        ``None`` where there is no point or no area. ``attrs["ledger"]`` lists as records (``rule``,
        ``site_id``, ``moved_km``) the points moved to the nearest land of their province and those left as
        plain circles.

    Raises
    ------
    SchemaError
        If ``points`` lacks ``area_km2`` or ``land`` lacks ``province_code``.
    DataError
        If a layer has no CRS, a geometry is no point or polygon, or an area is negative or infinite.

    Notes
    -----
    A point outside its province is moved to the nearest land of it if that lies within its stated precision
    (5 km if none is stated); one farther away contradicts its province and stays a plain circle.

    References
    ----------
    UNEP-WCMC, *Calculating protected area coverage*, step "points".

    Examples
    --------
    >>> sites = gpd.GeoDataFrame({"area_km2": [400.0]}, geometry=gpd.points_from_xy([134], [48]), crs=4326)
    >>> round(float(footprint(sites).area.iloc[0]) / 1e6, 6)
    400.0
    """
    _check_points(points)
    area = pd.to_numeric(points["area_km2"]).to_numpy(dtype=float)
    dot = (points.geom_type == "Point").to_numpy() & ~points.geometry.is_empty.to_numpy()
    known = (area > 0) & dot
    shapes = np.full(len(points), None, dtype=object)
    drawn = points.geom_type.isin(["Polygon", "MultiPolygon"]).to_numpy()
    shapes[drawn] = np.asarray(points.geometry[drawn].to_crs(EQUAL_AREA))
    lonlat = shapely.get_coordinates(np.asarray(points.geometry.to_crs(4326))[known])
    shapes[known] = _discs(lonlat, area[known])
    ledger: list[dict[str, Any]] = []
    if land is not None:
        shapes, ledger = _fit_all(points, shapes, np.flatnonzero(known), area, land)
    footprints = gpd.GeoSeries(shapes, index=points.index, crs=EQUAL_AREA, name="geometry")
    footprints.attrs["ledger"] = ledger
    return footprints


def _check_points(points: gpd.GeoDataFrame) -> None:
    if "area_km2" not in points:
        raise SchemaError("`points` has no column area_km2 (reported area, km²); add it, empty where unknown")
    if points.crs is None:
        raise DataError("`points` has no CRS; set it with points.set_crs(...)")
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
    radius = np.sqrt(np.asarray(area_km2) * 1e6 / np.pi)
    azimuth = np.linspace(0, -360, _CORNERS, endpoint=False)
    shape = (len(lonlat), _CORNERS)
    lon, lat, _ = _GEOD.fwd(
        np.broadcast_to(lonlat[:, :1], shape),
        np.broadcast_to(lonlat[:, 1:], shape),
        np.broadcast_to(azimuth, shape),
        np.broadcast_to(radius[:, None], shape),
    )
    ring = gpd.GeoSeries(shapely.polygons(np.stack([lon, lat], axis=-1)), crs=4326).to_crs(EQUAL_AREA)
    corners = shapely.get_coordinates(ring.array).reshape(len(lonlat), _CORNERS + 1, 2)
    centre = shapely.get_coordinates(shapely.centroid(ring.array))[:, None, :]
    stretch = np.sqrt(np.asarray(area_km2) * 1e6 / shapely.area(ring.array))[:, None, None]
    return np.asarray(shapely.polygons(centre + (corners - centre) * stretch))


def _fit_all(
    points: gpd.GeoDataFrame, discs: np.ndarray, rows: np.ndarray, area: np.ndarray, land: gpd.GeoDataFrame
) -> tuple[np.ndarray, list[dict[str, Any]]]:
    grounds = _Grounds(land)
    centres = shapely.get_coordinates(np.asarray(points.geometry.to_crs(EQUAL_AREA))[rows])
    marine = _column(points, "marine_km2", 0.0)
    precision = _column(points, "location_precision_km", DEFAULT_PRECISION_KM)
    codes = points["province_code"].fillna("") if "province_code" in points else pd.Series("", points.index)
    names = (points["site_id"] if "site_id" in points else pd.Series(points.index)).tolist()
    fitted, ledger = discs.copy(), []
    for row, centre in zip(rows, centres, strict=True):
        sea_km2 = min(marine[row], area[row])
        shape, rule, moved = _fit(
            centre, (area[row] - sea_km2) * 1e6, sea_km2 * 1e6, precision[row], grounds, codes.iloc[row]
        )
        fitted[row] = discs[row] if shape is None else shape
        if rule:
            ledger.append({"rule": rule, "site_id": names[row], "moved_km": round(moved / 1000, 3)})
    return fitted, ledger


def _column(table: pd.DataFrame, name: str, default: float) -> np.ndarray:
    if name not in table:
        return np.full(len(table), default)
    return np.asarray(pd.to_numeric(table[name]).fillna(default), dtype=float)


class _Grounds:
    """The land of each combination of provinces, united once and prepared."""

    def __init__(self, land: gpd.GeoDataFrame) -> None:
        if "province_code" not in land:
            raise SchemaError("`land` has no column province_code (ISO 3166-2); rename the one that holds it")
        if land.crs is None:
            raise DataError("`land` has no CRS; set it with land.set_crs(...)")
        shapes = np.asarray(land.geometry.to_crs(EQUAL_AREA))
        self._provinces = pd.Series(shapes).groupby(land["province_code"].to_numpy()).agg(list)
        self._united: dict[str, Any] = {}

    def __call__(self, code: str) -> Any:
        """Return the land of ``code`` ("A", "A|B", "" for all), None if the layer does not have it."""
        if code not in self._united:
            wanted = code.split("|") if code else list(self._provinces.index)
            parts = [shape for key in wanted if key in self._provinces for shape in self._provinces[key]]
            ground = shapely.union_all(parts) if parts else None
            shapely.prepare(ground)
            self._united[code] = ground
        return self._united[code]


def _fit(
    centre: np.ndarray, dry_m2: float, sea_m2: float, precision_km: float, grounds: _Grounds, code: str
) -> tuple[Any, str, float]:
    """Return the fitted shape (None: the plain circle), the ledger rule ("" if none) and the move in m."""
    ground = grounds(code)
    if ground is None:
        return None, f"land of {code} not in the layer: plain circle", 0.0
    if ground.area < dry_m2:
        return None, "reported area exceeds the land of its province: plain circle", 0.0
    point = shapely.Point(centre)
    gap = float(shapely.distance(ground, point))
    rule = ""
    if gap > 0 and dry_m2 > 0:
        if gap > precision_km * 1000:
            return None, "outside its province by more than its precision: plain circle", 0.0
        point = shapely.Point(shapely.get_coordinates(shapely.shortest_line(ground, point))[0])
        rule = "outside its province: moved to the nearest land of it"
    parts = []
    if dry_m2 > 0:
        parts.append(_grow(point, dry_m2, lambda disc: shapely.intersection(ground, disc)))
    if sea_m2 > 0:
        every = grounds("")
        parts.append(_grow(point, sea_m2, lambda disc: shapely.difference(disc, every)))
    if any(part is None for part in parts):
        return None, "no sea within reach for its marine part: plain circle", 0.0
    return shapely.union_all(parts), rule, gap if rule else 0.0


def _grow(point: Any, target_m2: float, cut: Any) -> Any:
    """Return ``cut(disc)`` for the disc around ``point`` whose cut has the target area, None if none has."""
    unit = shapely.get_coordinates(shapely.buffer(shapely.Point(0, 0), 1, quad_segs=_CORNERS // 4))
    here = shapely.get_coordinates(point)

    def shape(radius: float) -> Any:
        return cut(shapely.Polygon(here + radius * unit))

    smallest = float(np.sqrt(target_m2 / shapely.Polygon(unit).area))
    reach = smallest
    for _ in range(30):
        if shape(reach).area >= target_m2 * (1 - 1e-12):
            break
        reach *= 1.4
    else:
        return None
    if reach > smallest:
        reach = brentq(lambda r: shape(r).area - target_m2, reach / 1.4, reach, xtol=1e-6, rtol=1e-14)
    return shape(reach)
