"""How connected the protected areas of the complex, its countries and its basins are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import coverage, expect, territory
from ahec_analysis.connectivity.areas import drop_one, protconn
from ahec_analysis.coverage import places, sites
from ahec_analysis.data.polygons import polygonal
from ahec_analysis.territory.ahec import EQUAL_AREA

DISTANCES_KM = (1, 10, 30, 100)
"""Distances at which a link may have the probability 0.5."""
MOST = 250
"""Pieces of protected land that are linked in a region, the largest first."""
TOLERANCE_M = 300.0
"""Outlines are simplified to this: a hundredth of the median circle, far below the shortest distance of 1 km."""


@dataclass(frozen=True)
class Drawn:
    """The sites of a source that can be drawn: as `nodes` of a network, and as flat `pieces` with ``own_ground``."""

    found: sites.Sites
    nodes: gpd.GeoDataFrame
    pieces: gpd.GeoDataFrame


@dataclass(frozen=True)
class Linked:
    """How the sites are linked with and without state borders, and, at `distance_km`, without each large one."""

    distance_km: float
    across: pd.DataFrame
    dropped: pd.DataFrame


def drawn(source: str | sites.Sites = "auto") -> Drawn:
    """Return the sites of a source, as in :func:`ahec_analysis.coverage.sites.sites`, on their ground."""
    found = sites.sites(source)
    shapes = nodes(found.areas, found.footprints)
    return Drawn(found, shapes, coverage.partition(shapes))


def linked(drawn: Drawn) -> Linked:
    """Return how the sites are linked in each region that their positions carry, and what each large one adds.

    ``across`` is :func:`by_region` at :func:`distances` with the sites of unknown area (``without_area``), ``dropped``
    is :func:`drop_one` of the whole complex at the shortest of them, ``distance_km``.
    """
    layer, at = regions(), distances(drawn.found.areas)
    across = by_region(drawn.nodes, carried(layer, drawn.pieces), at)
    blank = drawn.found.without_area(layer, "region")
    across["without_area"] = across["region"].map(blank).fillna(0)
    lost = drop_one(drawn.nodes, layer[layer["kind"] == "complex"], at[0])
    lost = lost.rename(columns={"dECA": "eca_loss_percent"})
    own = drawn.nodes.loc[lost.index, "own_ground"]
    return Linked(at[0], across, places.carried(lost, own, 1.0, what="sites", why=places.ROUGH_POINT))


def nodes(areas: gpd.GeoDataFrame, footprints: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Return the sites that have a footprint, with simplified outlines in the equal-area CRS.

    `footprints` are their shapes on the ground, same index, any CRS.
    """
    expect.aligned(areas, footprints, "`areas` and `footprints`")
    shapes = footprints.to_crs(EQUAL_AREA)
    simple = gpd.GeoSeries(
        polygonal(shapes.simplify(TOLERANCE_M).to_numpy()), index=areas.index, crs=EQUAL_AREA
    )
    out = areas.drop(columns=areas.geometry.name).set_geometry(simple)
    return out[~out.geometry.is_empty].reset_index(drop=True)


def regions() -> gpd.GeoDataFrame:
    """Return the complex, its countries (by code) and its basins as one layer, in the equal-area CRS.

    ``region``, ``kind`` ("complex", "country", "basin"). Parts of the same region beyond a border belong to it only
    where the complex includes them.
    """
    pieces = territory.ahec().to_crs(EQUAL_AREA)
    pieces = pieces.set_geometry(shapely.coverage_simplify(pieces.geometry.to_numpy(), 500))
    found = []
    for kind, column in (("complex", None), ("country", "country"), ("basin", "parent_name")):
        region = pieces[column] if column else pd.Series("complex", pieces.index)
        merged = pieces[["geometry"]].assign(region=region, kind=kind).query("region != ''")
        found.append(merged.dissolve(["region", "kind"], sort=False).reset_index())
    return gpd.GeoDataFrame(pd.concat(found, ignore_index=True), crs=EQUAL_AREA)


def distances(areas: pd.DataFrame) -> list[float]:
    """Return the distances that are no shorter than the edges of the sites are off, at least one."""
    edge = places.edge_km(areas)
    return [km for km in DISTANCES_KM if km >= edge] or [math.ceil(edge)]


def carried(layer: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the :func:`regions` whose network the positions of the sites carry; the whole complex stays."""
    units = layer[["region", "geometry"]]
    every, own = (
        coverage.by_unit(part, units)["protected_km2"].to_numpy()[: len(units)]
        for part in (pieces, pieces[pieces["own_ground"]])
    )
    own = np.where(layer["kind"] == "complex", every, own)
    return gpd.GeoDataFrame(places.carried(layer, own, every, what="regions"))


def by_region(
    nodes: gpd.GeoDataFrame, layer: gpd.GeoDataFrame, distances_km: Sequence[float] = DISTANCES_KM
) -> pd.DataFrame:
    """Return ProtConn of each region at each distance (km) at which a link has the probability 0.5.

    ``region``, ``kind``, ``distance_km``, ``protected_percent`` (Prot), ``connected_percent`` (ProtConn),
    ``within_countries_percent`` (ProtConn if links end at state borders) and ``border_points`` (what those across add,
    percentage points); ``attrs`` as of the layer.
    """
    countries = territory.countries().to_crs(EQUAL_AREA)
    cut = countries.set_geometry(shapely.coverage_simplify(countries.geometry.to_numpy(), 500))
    rows, united_land = [], nodes[["geometry"]].dissolve().explode() if len(nodes) > MOST else nodes
    for k, region in enumerate(layer.itertuples()):
        shape, at = layer.geometry.iloc[[k]], list(distances_km)
        united, divided = (protconn(united_land, shape, at, borders=b, most=MOST) for b in (None, cut))
        found = {
            "region": region.region,
            "kind": region.kind,
            "distance_km": at,
            "protected_percent": united["Prot"],
            "connected_percent": united["ProtConn"],
            "within_countries_percent": divided["ProtConn"],
        }
        rows.append(pd.DataFrame(found))
    table = pd.concat(rows, ignore_index=True)
    added = table["connected_percent"] - table["within_countries_percent"]
    table["border_points"] = added.round(9).clip(lower=0.0) + 0.0
    table.attrs = ({"withheld": "small_unlinked"} if len(united_land) > MOST else {}) | layer.attrs
    return table
