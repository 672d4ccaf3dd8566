"""How much land protected areas cover: the flat partition and its sums by unit, year and depth of overlap."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import expect
from ahec_analysis.coverage.overlay import crossings, flatten, remainders
from ahec_analysis.coverage.placement import Positions, totals
from ahec_analysis.coverage.shapes import DEFAULT_PRECISION_KM, column, grounds
from ahec_analysis.data.polygons import polygonal
from ahec_analysis.errors import DataError, ParameterError
from ahec_analysis.territory.ahec import EQUAL_AREA


def partition(
    areas: gpd.GeoDataFrame, priority: Sequence[str] = ("year",), executor: Executor | None = None
) -> gpd.GeoDataFrame:
    """Return the areas cut into pieces that do not overlap; the area that comes first keeps the ground.

    Parameters
    ----------
    areas : GeoDataFrame
        Polygons in any CRS, with ``site_id`` and the priority columns. Invalid ones are repaired without growing.
    priority : sequence of str
        Columns that rank the areas, ascending, unknown values last, ties by ``site_id``.
    executor : Executor
        Where the cutting runs, threads by default; the result does not depend on it.

    Returns
    -------
    GeoDataFrame
        The areas that keep any ground, in order of priority, with ``piece_km2`` and polygons in EQUAL_AREA.

    Raises
    ------
    SchemaError, DataError
        If a column or the CRS is missing, or ``areas`` holds points or lines.

    References
    ----------
    UNEP-WCMC, *Calculating protected area coverage*, step "flatten overlaps": each spot is counted once.

    Examples
    --------
    >>> ground = shapely.box([0, 1000], 0, [2000, 3000], 1000)
    >>> parks = gpd.GeoDataFrame({"site_id": ["a", "b"], "year": [1990, 1980]}, geometry=ground, crs=EQUAL_AREA)
    >>> partition(parks).set_index("site_id").piece_km2.to_dict()
    {'b': 2.0, 'a': 1.0}
    """
    shapes = _polygons(areas, "areas")
    order = _ranking(areas, shapes, priority)
    cut = flatten(shapes[order], executor)
    kept = np.flatnonzero(shapely.area(cut) > 0)
    attributes = areas.drop(columns=[areas.geometry.name, "piece_km2", "outlined"], errors="ignore")
    rows = pd.DataFrame(attributes).iloc[order[kept]].reset_index(drop=True)
    rows = rows.assign(piece_km2=shapely.area(cut[kept]) / 1e6)
    return gpd.GeoDataFrame(rows, geometry=cut[kept], crs=EQUAL_AREA)


def by_unit(
    pieces: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
    by: str | Sequence[str] | None = None,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Return the protected area of each unit, split by attributes of the pieces if wanted.

    Parameters
    ----------
    pieces : GeoDataFrame
        Flat pieces, as :func:`partition` or :meth:`ahec_analysis.coverage.sites.Sites.flat` returns them.
    units : GeoDataFrame
        Polygons in any CRS, such as provinces or basins; every other column is taken as its name.
    by : str or sequence of str
        Columns of ``pieces`` to split by; unknown values are a class of their own.
    executor : Executor
        As for :func:`partition`.

    Returns
    -------
    DataFrame
        The columns of ``units``, the ``by`` columns, ``protected_km2``, ``unit_km2`` and ``share`` (0-1). The last
        rows, with the columns of ``units`` and ``unit_km2`` empty, hold what lies outside every unit.

    Raises
    ------
    SchemaError, DataError, ParameterError
        If a column or a CRS is missing, a layer holds points or lines, ``units`` has a column of the result, or
        ``pieces`` are summed sites that overlap.

    Examples
    --------
    >>> park = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 3000, 1000)], crs=EQUAL_AREA)
    >>> basins = gpd.GeoDataFrame({"basin": ["Bureya"]}, geometry=[shapely.box(0, 0, 2000, 2000)], crs=EQUAL_AREA)
    >>> by_unit(park, basins).protected_km2.tolist()
    [2.0, 1.0]
    """
    keys = [by] if isinstance(by, str) else list(by or [])
    names = units.columns.drop(units.geometry.name)
    expect.columns(pieces, keys, "pieces")
    if "outlined" in pieces and not pieces["outlined"].all():
        raise ParameterError(
            "`pieces` are summed sites, which overlap; take found.flat(), not found.pieces()"
        )
    clash = set(names) & {*keys, "protected_km2", "unit_km2", "share"}
    if clash:
        raise ParameterError(f"`units` has a column {min(clash)} that the result needs; drop or rename it")
    cells, zones = _polygons(pieces, "pieces"), _polygons(units, "units")
    piece, zone, km2 = crossings(cells, zones, executor)
    groups = pd.DataFrame({key: pieces[key].array for key in keys}, index=range(len(pieces)))
    labels, classes = np.zeros(len(pieces), dtype=int), groups.reindex([0])
    if keys and len(pieces):
        labels = groups.groupby(keys, dropna=False, observed=True, sort=True).ngroup().to_numpy()
        classes = groups.iloc[np.unique(labels, return_index=True)[1]]
    table = np.zeros((len(zones) + 1, len(classes)))
    np.add.at(table, (zone, labels[piece]), km2)
    place = np.repeat(np.arange(len(zones) + 1), len(classes))
    result = pd.concat(
        [_labels(units, place), pd.concat([classes] * (len(zones) + 1), ignore_index=True)], axis=1
    )
    result["protected_km2"] = table.ravel()
    result["unit_km2"] = np.append(shapely.area(zones) / 1e6, np.nan)[place]
    return result.assign(share=result["protected_km2"] / result["unit_km2"])


def growth(pieces: gpd.GeoDataFrame, units: gpd.GeoDataFrame | None = None) -> pd.DataFrame:
    """Return the area protected for the first time in each year, and its running sum.

    Parameters
    ----------
    pieces : GeoDataFrame
        Pieces of ``partition(areas, priority=("year",))`` with ``year`` (unknown: NA).
    units : GeoDataFrame
        Polygons to split by, as for :func:`by_unit`.

    Returns
    -------
    DataFrame
        The columns of ``units`` (empty for what lies outside), ``year`` (Int64, last the pieces of unknown year),
        ``new_km2`` and ``cumulative_km2``.

    Examples
    --------
    >>> ground = shapely.box([0, 1000], 0, [2000, 3000], 1000)
    >>> parks = gpd.GeoDataFrame({"site_id": ["a", "b"], "year": [1990, 1980]}, geometry=ground, crs=EQUAL_AREA)
    >>> growth(partition(parks)).cumulative_km2.tolist()
    [2.0, 3.0]
    """
    expect.columns(pieces, ["year"], "pieces")
    years = pd.to_numeric(pieces["year"]).astype("Int64").mask(lambda year: year == 0)
    cells = _polygons(pieces, "pieces")
    piece, zone, km2 = np.arange(len(cells)), np.zeros(len(cells), dtype=int), shapely.area(cells) / 1e6
    if units is not None:
        piece, zone, km2 = crossings(cells, _polygons(units, "units"))
    flow = pd.DataFrame({"zone": zone, "year": years.array[piece], "new_km2": km2})
    flow = cumulated(flow.groupby(["zone", "year"], dropna=False, as_index=False)["new_km2"].sum(), "zone")
    return pd.concat([_labels(units, flow["zone"]), flow.drop(columns="zone")], axis=1)


def cumulated(flow: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return ``new_km2`` by year with its running sum in each ``by``; unknown years come last and enter no sum."""
    flow = flow.sort_values([by, "year"], na_position="last", ignore_index=True)
    known = flow["new_km2"].fillna(0.0).where(flow["year"].notna())
    return flow.assign(cumulative_km2=known.groupby(flow[by]).cumsum())


def depth(areas: gpd.GeoDataFrame, units: gpd.GeoDataFrame | None = None) -> pd.DataFrame:
    """Return how much ground lies under one, two, and three or more areas.

    Parameters
    ----------
    areas : GeoDataFrame
        Overlapping polygons with ``site_id``, any CRS.
    units : GeoDataFrame
        Polygons to split by, as for :func:`by_unit`.

    Returns
    -------
    DataFrame
        The columns of ``units`` (empty for what lies outside), ``depth`` ("1", "2", "3+") and ``protected_km2``.

    Examples
    --------
    >>> ground = shapely.box([0, 1000], 0, [2000, 3000], 1000)
    >>> parks = gpd.GeoDataFrame({"site_id": ["a", "b"], "year": [1990, 1980]}, geometry=ground, crs=EQUAL_AREA)
    >>> depth(parks).protected_km2.tolist()
    [2.0, 1.0, 0.0]
    """
    shapes = _polygons(areas, "areas")
    shapes = shapes[_ranking(areas, shapes, ())]
    # What an area does not keep lies under an earlier one as well: the partition of that is two deep, and so on.
    at_least = []
    for _ in range(3):
        cut = flatten(shapes)
        layer = gpd.GeoDataFrame(geometry=cut[shapely.area(cut) > 0], crs=EQUAL_AREA)
        found = [layer.area.sum() / 1e6] if units is None else by_unit(layer, units)["protected_km2"]
        at_least.append(np.array(found))
        rest = remainders(shapes, cut)
        shapes = rest[shapely.area(rest) > 0]
    one, two, three = at_least
    exactly = np.stack([one - two, two - three, three], axis=1).clip(min=0)
    rows = _labels(units, np.repeat(np.arange(len(one)), 3))
    return rows.assign(depth=["1", "2", "3+"] * len(one), protected_km2=exactly.ravel())


def interval(
    points: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
    land: gpd.GeoDataFrame,
    priority: Sequence[str] | None = ("year",),
    draws: int = 200,
    seed: int = 0,
    *,
    cell_km: float = 2.0,
    lakes: gpd.GeoDataFrame | None = None,
) -> pd.DataFrame:
    """Return the protected area of each unit, with its placement range: what it takes when sites move.

    Parameters
    ----------
    points : GeoDataFrame
        Sites as for :func:`~ahec_analysis.coverage.footprint`; polygons and sites without point or area are left out.
    units : GeoDataFrame
        Polygons as for :func:`by_unit`.
    land : GeoDataFrame
        ``province_code`` and polygons: a site stays on the land of its own.
    priority : sequence of str or None
        As for :func:`partition`; None leaves circles that cross uncut, so shared ground counts for each.
    draws, seed : int
        How often the sites move, and the start of the random numbers.
    cell_km : float
        Edge of the cells of the simulation.
    lakes : GeoDataFrame
        As for ``footprint``.

    Returns
    -------
    DataFrame
        :func:`by_unit` of the stated positions, exact, with ``low_km2``, ``median_km2`` and ``high_km2``: the 5, 50
        and 95 % quantiles over the draws.

    Notes
    -----
    In each draw every site moves as it is, so that its middle lies anywhere within its precision (5 km if none is
    stated), of a circle on the land of its province. What would leave that land is spread over the rest of the
    site. A site farther from its province than its precision moves freely.

    Examples
    --------
    >>> square = shapely.box(-9e4, -9e4, 9e4, 9e4)
    >>> land = gpd.GeoDataFrame({"province_code": ["RU-AMU"]}, geometry=[square], crs=EQUAL_AREA)
    >>> site = land.assign(site_id="a", area_km2=400.0, year=1990).set_geometry(land.centroid)
    >>> whole = interval(site, land, land, draws=10)
    >>> whole[["protected_km2", "low_km2", "high_km2"]].iloc[0].round(3).tolist()
    [400.0, 400.0, 400.0]
    """
    expect.columns(points, ["site_id", "area_km2", *(priority or ())], "points")
    if draws < 1 or cell_km <= 0:
        raise ParameterError(f"`draws` and `cell_km` must be positive, not {draws} and {cell_km}")
    found = dict(grounds(points, land, lakes=lakes))
    known = points.iloc[list(found)]
    shapes = gpd.GeoSeries([ground.shape for ground in found.values()], index=known.index, crs=EQUAL_AREA)
    order = _ranking(known, np.asarray(shapes), priority or ())
    known = known.iloc[order]
    central = gpd.GeoDataFrame(known.drop(columns=known.geometry.name), geometry=shapes, crs=EQUAL_AREA)
    if priority is not None:
        central = partition(central, priority)
    precision = column(known, "location_precision_km", DEFAULT_PRECISION_KM)
    ranked = [list(found.values())[place] for place in order]
    spots = known.geometry.to_crs(EQUAL_AREA)
    movable = list(zip(known["site_id"].astype(str), spots, precision, ranked, strict=True))
    positions = Positions(movable, draws=draws, seed=seed, cell_km=cell_km, flat=priority is not None)
    moved = totals(positions, _polygons(units, "units"))
    low, median, high = np.quantile(moved, [0.05, 0.5, 0.95], axis=0)
    return by_unit(central, units).assign(low_km2=low, median_km2=median, high_km2=high)


def _labels(units: gpd.GeoDataFrame | None, place: Sequence[int] | np.ndarray | pd.Series) -> pd.DataFrame:
    """Return the names of the units at each place, empty for the place after the last: the outside."""
    table = pd.DataFrame(index=[0]) if units is None else units.drop(columns=units.geometry.name)
    return pd.DataFrame(table).reset_index(drop=True).reindex(place).reset_index(drop=True)


def _polygons(layer: gpd.GeoDataFrame, name: str) -> np.ndarray:
    """Return the valid polygons of a layer in EQUAL_AREA, empty where there is none."""
    expect.projected(layer, name)
    shapes = np.asarray(layer.geometry if layer.crs == EQUAL_AREA else layer.geometry.to_crs(EQUAL_AREA))
    nothing = shapely.is_empty(shapes) | shapely.is_missing(shapes)
    lost = ~np.isfinite(shapely.bounds(shapes)).all(axis=1) & ~nothing
    if lost.any():
        raise DataError(
            f"`{name}` row {layer.index[lost][0]} has coordinates that are not finite; check its CRS"
        )
    wrong = np.isin(shapely.get_type_id(shapes), [0, 1, 2, 4, 5])
    if wrong.any():
        row = layer.index[wrong][0]
        raise DataError(
            f"`{name}` row {row} is not a polygon; turn points into polygons with coverage.footprint"
        )
    return polygonal(shapes)


def _ranking(areas: gpd.GeoDataFrame, shapes: np.ndarray, priority: Sequence[str]) -> np.ndarray:
    """Return the row positions in order of priority, independent of the order of the rows."""
    if isinstance(priority, str):
        raise ParameterError(f'`priority` is a sequence of columns: write ("{priority}",)')
    expect.columns(areas, ["site_id", *priority], "areas")
    keys = pd.DataFrame({f"key{n}": areas[column].array for n, column in enumerate([*priority, "site_id"])})
    extent = pd.DataFrame(shapely.bounds(shapes), columns=["x0", "y0", "x1", "y1"])
    keys = pd.concat([keys, extent, pd.Series(shapely.area(shapes), name="area")], axis=1)
    ranked = keys.sort_values(list(keys.columns), na_position="last", kind="stable")
    return np.asarray(ranked.index)
