"""Connectivity of the protected-area network: ProtConn and what each site adds to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra, floyd_warshall

from ahec_analysis import expect
from ahec_analysis.connectivity.distance import (
    Floats,
    Rows,
    Shapes,
    boundary_distance,
    cut_at_edge,
    fitted_crs,
)
from ahec_analysis.errors import DataError, ParameterError
from ahec_analysis.territory.borders import cut_by_country

DENSE = 0.2  # share of linked pairs above which Floyd-Warshall beats one Dijkstra search per node


@dataclass(frozen=True)
class _Setting:
    """What stays the same while areas come and go: the region, the borders and how nodes are linked."""

    region: Any
    crs: CRS
    region_km2: float
    countries: Shapes | None
    by_edge: bool
    reach_m: float
    transboundary_m: float
    halo: Any


@dataclass(frozen=True)
class _Nodes:
    """Connected pieces of protected land: shape, km² inside the region, country (0 without borders)."""

    shape: Shapes
    own: Floats
    country: Rows


def protconn(
    areas: gpd.GeoDataFrame,
    region: gpd.GeoDataFrame | gpd.GeoSeries,
    distance_km: float | Sequence[float] = 10,
    probability: float = 0.5,
    distance: Literal["edge", "centroid"] = "edge",
    transboundary_km: float = 50,
    *,
    borders: gpd.GeoDataFrame | None = None,
    cutoff: float = 0.001,
    straddling: Literal["whole", "cut"] = "whole",
    most: int | None = None,
) -> pd.Series | pd.DataFrame:
    """Return how much of a region is protected and connected (ProtConn).

    Nodes are the areas dissolved and exploded into connected pieces. Two nodes d km apart are linked with
    p = exp(ln(`probability`) d / `distance_km`); p* is the best product of p over all paths;
    ECA = sqrt(sum_i sum_j a_i a_j p*_ij), with a the km² inside the region; nodes up to `transboundary_km`
    outside are stepping stones with a = 0.

    Parameters
    ----------
    areas, region
        Polygons in any CRS; measured in an equal-area CRS fitted to the region. Areas may overlap.
    distance_km
        Where p equals `probability` (0 to 1), between nearest edges or, by `distance`, centroids.
    borders
        One polygon row per country. Areas are cut along them and linked only inside the same country.
    cutoff
        Links and paths with a smaller probability count as 0; `ProtConn_max` says what that can hide.
    straddling
        What an area across the edge of the region is. "whole": one node with all its land, so that what lies
        outside joins what lies inside. "cut": its parts inside are nodes, those outside stepping stones.
    most
        How many nodes are linked, the largest first; smaller ones count as protected and linked to nothing, so
        ProtConn is at least what is given, and `ProtConn_max` says what that can hide. By default all.

    Returns
    -------
    Series, or DataFrame with one row per distance
        Prot, ProtConn, ProtConn_max (%); RelConn = ProtConn / Prot (0 to 1, NaN if nothing is protected);
        ECA_km2, protected_km2, region_km2; nodes (with land inside), stepping_stones, links, cutoff_km.

    Raises
    ------
    ParameterError, DataError
        If an argument is out of range, a layer has no CRS, or an area is not a valid polygon.

    References
    ----------
    Saura, S. et al. (2017), Ecological Indicators 76, 144-158; (2018), Biological Conservation 219, 53-67.
    `straddling` is ours.

    Examples
    --------
    Two equal reserves too far apart: ECA = a sqrt(2), so RelConn = 1 / sqrt(2).

    >>> from shapely import box
    >>> from ahec_analysis.territory import EQUAL_AREA
    >>> km = 1000
    >>> squares = [box(0, 0, 10 * km, 10 * km), box(500 * km, 0, 510 * km, 10 * km)]
    >>> region = gpd.GeoSeries([box(0, 0, 510 * km, 100 * km)], crs=EQUAL_AREA)
    >>> result = protconn(gpd.GeoDataFrame(geometry=squares, crs=EQUAL_AREA), region)
    >>> print(result[["ECA_km2", "RelConn"]].round(3).tolist())
    [141.421, 0.707]
    """
    distances = [float(d) for d in np.atleast_1d(distance_km)]
    reaches = [_reach_km(d, probability, cutoff) for d in distances]
    setting = _setting(region, borders, distance, max(reaches), transboundary_km, straddling)
    nodes, _ = _nodes(_dissolve(_parts(areas, setting.crs)[0]), setting)
    protected, per_km2 = nodes.own.sum(), 100 / setting.region_km2
    counted = {"nodes": (nodes.own > 0).sum(), "stepping_stones": (nodes.own == 0).sum()}
    order = np.argsort(-nodes.own, kind="stable")
    linked, single = np.sort(order[:most]), order[len(order[:most]) :]
    alone = float((nodes.own[single] ** 2).sum())
    nodes = _Nodes(nodes.shape[linked], nodes.own[linked], nodes.country[linked])
    unlinked = max(protected**2 - nodes.own.sum() ** 2 - alone, 0.0) if len(single) else 0.0
    graph = _graph(nodes, setting)
    rows = []
    for value, reach in zip(distances, reaches, strict=True):
        sums, kept = _row_sums(graph, nodes.own, reach, np.log(probability) / value)
        eca = np.sqrt(sums.sum() + alone)
        hidden = unlinked + cutoff * max(nodes.own.sum() ** 2 - kept.sum(), 0.0)
        rows.append(
            {
                "Prot": per_km2 * protected,
                "ProtConn": per_km2 * eca,
                "ProtConn_max": per_km2 * np.sqrt(eca**2 + hidden),
                "RelConn": eca / protected if protected > 0 else np.nan,
                "ECA_km2": eca,
                "protected_km2": protected,
                "region_km2": setting.region_km2,
                **counted,
                "links": (graph.data <= reach).sum() // 2,
                "cutoff_km": reach,
            }
        )
    table = pd.DataFrame(rows, index=pd.Index(distances, name="distance_km"))
    return table if np.ndim(distance_km) else table.iloc[0].rename("protconn")


def drop_one(
    areas: gpd.GeoDataFrame,
    region: gpd.GeoDataFrame | gpd.GeoSeries,
    distance_km: float = 10,
    probability: float = 0.5,
    distance: Literal["edge", "centroid"] = "edge",
    transboundary_km: float = 50,
    *,
    largest: int = 50,
    borders: gpd.GeoDataFrame | None = None,
    cutoff: float = 0.001,
    straddling: Literal["whole", "cut"] = "whole",
) -> pd.DataFrame:
    """Return what the region would lose in ProtConn without each of its largest sites.

    A site is one row of `areas`. Land that another site also covers stays protected, so a refuge inside a
    national park costs nothing; a small site that bridges two large ones can cost much more than its area.
    Method: node removal, Saura, S. & Rubio, L. (2010), Ecography 33, 523-537.

    Parameters
    ----------
    areas, region, distance_km, probability, distance, transboundary_km, borders, cutoff, straddling
        As in `protconn`, with its errors.
    largest
        How many sites to drop in turn, largest inside the region first; 1 or more.

    Returns
    -------
    DataFrame
        Indexed like the rows of `areas`, most important first: site_id and name where `areas` has them,
        area_km2 (inside the region), loss_Prot and loss_ProtConn (percentage points), dECA (% of ECA lost).

    Examples
    --------
    >>> from shapely import box
    >>> from ahec_analysis.territory import EQUAL_AREA
    >>> km = 1000
    >>> row = [box(0, 0, 10 * km, km), box(10 * km, 0, 19 * km, km), box(19 * km, 0, 29 * km, km)]
    >>> areas = gpd.GeoDataFrame({"name": ["west", "bridge", "east"]}, geometry=row, crs=EQUAL_AREA)
    >>> region = gpd.GeoSeries([box(0, 0, 100 * km, 100 * km)], crs=EQUAL_AREA)
    >>> drop_one(areas, region, distance_km=1)["name"].tolist()
    ['bridge', 'west', 'east']
    """
    if largest < 1:
        raise ParameterError(f"`largest` is {largest}; ask for at least 1 site")
    reach = _reach_km(distance_km, probability, cutoff)
    rate = np.log(probability) / distance_km
    setting = _setting(region, borders, distance, reach, transboundary_km, straddling)
    parts, site = _parts(areas, setting.crs)
    pieces = _dissolve(parts)
    piece_of_part = shapely.STRtree(pieces).nearest(shapely.point_on_surface(parts))
    nodes, piece = _nodes(pieces, setting)
    graph = _graph(nodes, setting)
    sums, _ = _row_sums(graph, nodes.own, reach, rate)
    eca = np.sqrt(sums.sum())
    inside = np.bincount(site, _inside_km2(parts, setting.region), minlength=len(areas))
    chosen = [k for k in np.argsort(-inside, kind="stable")[:largest] if inside[k] > 0]
    rows = []
    for k in chosen:
        touched = np.unique(piece_of_part[site == k])
        rest = parts[np.isin(piece_of_part, touched) & (site != k)]
        fresh, _ = _nodes(_dissolve(rest), setting)
        gone = np.isin(piece, touched)
        lost = nodes.own[gone].sum() - fresh.own.sum()
        eca_left = np.sqrt(_sum_after(nodes, graph, sums, gone, fresh, setting, rate))
        share = 100 / setting.region_km2
        rows.append((inside[k], share * lost, share * (eca - eca_left), 100 * (1 - eca_left / eca)))
    losses = pd.DataFrame(
        rows, columns=["area_km2", "loss_Prot", "loss_ProtConn", "dECA"], index=areas.index[chosen]
    )
    labels = pd.DataFrame(areas)[[c for c in ("site_id", "name") if c in areas.columns]].iloc[chosen]
    return pd.concat([labels, losses], axis=1).sort_values("loss_ProtConn", ascending=False, kind="stable")


def _reach_km(distance_km: float, probability: float, cutoff: float) -> float:
    """Return the distance at which the link probability falls to the cut-off."""
    if not distance_km > 0:
        raise ParameterError(f"`distance_km` is {distance_km}; it must be above 0")
    for name, value in {"probability": probability, "cutoff": cutoff}.items():
        if not 0 < value < 1:
            raise ParameterError(f"`{name}` is {value}; it must lie between 0 and 1")
    return float(distance_km * np.log(cutoff) / np.log(probability))


def _setting(
    region: gpd.GeoDataFrame | gpd.GeoSeries,
    borders: gpd.GeoDataFrame | None,
    distance: str,
    reach_km: float,
    transboundary_km: float,
    straddling: str,
) -> _Setting:
    expect.choice(distance, ("edge", "centroid"), "distance")
    expect.choice(straddling, ("whole", "cut"), "straddling")
    if transboundary_km < 0:
        raise ParameterError(f"`transboundary_km` is {transboundary_km}; it must be 0 or more")
    expect.projected(region, "region")
    crs = fitted_crs(region)
    shape = shapely.union_all(_projected(region, "region", crs))
    if not shapely.area(shape) > 0:
        raise DataError("`region` has no area; pass its polygons")
    halo = shapely.buffer(shape, 1000 * transboundary_km) if straddling == "cut" else None
    shapely.prepare(shape)
    countries = None if borders is None else _projected(borders, "borders", crs)
    km2 = shapely.area(shape) / 1e6
    return _Setting(
        shape, crs, km2, countries, distance == "edge", 1000 * reach_km, 1000 * transboundary_km, halo
    )


def _projected(layer: gpd.GeoDataFrame | gpd.GeoSeries, name: str, crs: CRS) -> Shapes:
    expect.projected(layer, name)
    return np.asarray(layer.geometry.to_crs(crs).array)


def _parts(areas: gpd.GeoDataFrame, crs: CRS) -> tuple[Shapes, Rows]:
    """Return the single polygons of all areas and the row each comes from."""
    shapes = _projected(areas, "areas", crs)
    polygon = np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_empty(shapes)
    wrong = ~(polygon & shapely.is_valid(shapes))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        label = areas["site_id"].iloc[row] if "site_id" in areas.columns else areas.index[row]
        raise DataError(
            f"area {label!r} is not a valid polygon ({int(wrong.sum())} such rows); "
            "turn points into circles with coverage.footprint and repair polygons with wdpa.clean"
        )
    parts, rows = shapely.get_parts(shapes, return_index=True)
    return parts, rows


def _dissolve(parts: Shapes) -> Shapes:
    return np.asarray(shapely.get_parts(shapely.union_all(parts)))


def _nodes(pieces: Shapes, setting: _Setting) -> tuple[_Nodes, Rows]:
    """Return the nodes that count for the region, and the dissolved piece each belongs to."""
    piece = np.flatnonzero(shapely.dwithin(setting.region, pieces, setting.transboundary_m))
    shape, inside = pieces[piece], np.full(len(piece), True)
    if setting.halo is not None:
        shape, inside, cut_from = cut_at_edge(shape, setting.region, setting.halo)
        piece = piece[cut_from]
    country = np.zeros(len(piece), dtype=np.intp)
    if setting.countries is not None:
        shape, country, cut_from = cut_by_country(shape, setting.countries)
        near = shapely.dwithin(setting.region, shape, setting.transboundary_m)
        shape, country, cut_from = shape[near], country[near], cut_from[near]
        piece, inside = piece[cut_from], inside[cut_from]
    return _Nodes(shape, np.where(inside, _inside_km2(shape, setting.region), 0.0), country), piece


def _inside_km2(shapes: Shapes, region: Any) -> Floats:
    whole = shapely.covers(region, shapes)
    km2 = np.asarray(shapely.area(shapes), dtype=np.float64) / 1e6
    km2[~whole] = shapely.area(shapely.intersection(shapes[~whole], region)) / 1e6
    return km2


def _graph(nodes: _Nodes, setting: _Setting, held: csr_array | None = None) -> csr_array:
    """Return the symmetric graph of gaps (km) within reach; a gap of 0 is stored, so that it is an edge.

    `held` is the graph of the first nodes, if it is known.
    """
    known = csr_array((0, 0)).tocoo() if held is None else held.tocoo()
    first, size = known.shape[0], len(nodes.shape)
    ends = nodes.shape if setting.by_edge else shapely.centroid(nodes.shape)
    late, early = shapely.STRtree(ends).query(ends[first:], predicate="dwithin", distance=setting.reach_m)
    late = late + first
    once = (early < late) & (nodes.country[early] == nodes.country[late])
    early, late = early[once], late[once]
    gap = boundary_distance(ends, early, late) / 1000
    one, two = np.concatenate([known.row, early, late]), np.concatenate([known.col, late, early])
    return csr_array((np.concatenate([known.data, gap, gap]), (one, two)), shape=(size, size))


def _row_sums(
    graph: csr_array, own: Floats, reach: float, rate: float, among: NDArray[np.bool_] | bool = True
) -> tuple[Floats, Floats]:
    """Return, per node i, sum_j a_i a_j p*_ij and the same without p over the pairs inside the cut-off."""
    sums, kept = np.zeros(len(own)), np.zeros(len(own))
    rows = np.flatnonzero((own > 0) & among)
    dense = graph.nnz > DENSE * len(own) ** 2 and len(rows) > len(own) / 4
    every = floyd_warshall(graph) if dense else None
    for start in range(0, len(rows), 256):
        batch = rows[start : start + 256]
        path = dijkstra(graph, indices=batch, limit=reach) if every is None else every[batch]
        within = path <= reach
        sums[batch] = own[batch] * (np.where(within, np.exp(rate * path), 0) @ own)
        kept[batch] = own[batch] * (within @ own)
    return sums, kept


def _sum_after(
    nodes: _Nodes,
    graph: csr_array,
    sums: Floats,
    gone: NDArray[np.bool_],
    fresh: _Nodes,
    setting: _Setting,
    rate: float,
) -> float:
    """Return sum_i sum_j a_i a_j p*_ij with the nodes `gone` replaced by `fresh`.

    Only rows from which an old or a new node is within reach can change; the others keep their sum.
    """
    kept = np.flatnonzero(~gone)
    fields = ("shape", "own", "country")
    after = _Nodes(*(np.concatenate([getattr(nodes, f)[kept], getattr(fresh, f)]) for f in fields))
    after_graph, reach = _graph(after, setting, graph[kept][:, kept]), setting.reach_m / 1000
    from_gone = dijkstra(graph, indices=np.flatnonzero(gone), limit=reach)
    from_fresh = dijkstra(after_graph, indices=np.arange(len(kept), len(after.shape)), limit=reach)
    stale = np.isfinite(from_fresh).any(axis=0)
    stale[: len(kept)] |= np.isfinite(from_gone).any(axis=0)[kept]
    renewed, _ = _row_sums(after_graph, after.own, reach, rate, stale)
    return float(sums[kept][~stale[: len(kept)]].sum() + renewed.sum())
