"""How connected the protected areas of the complex, its countries and its basins are."""

from __future__ import annotations

import math
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import coverage, expect, territory
from ahec_analysis.connectivity.areas import protconn
from ahec_analysis.coverage import places
from ahec_analysis.coverage.overlay import polygonal
from ahec_analysis.data.tables import COUNTRY_NAMES
from ahec_analysis.territory.ahec import EQUAL_AREA

DISTANCES_KM = (1, 10, 30, 100)
"""Distances at which a link may have the probability 0.5."""
TOLERANCE_M = 300.0
"""Outlines are simplified to this: a hundredth of the median circle, far below the shortest distance of 1 km."""


def nodes(areas: gpd.GeoDataFrame, footprints: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Return the sites that have a footprint, with simplified outlines in the equal-area CRS.

    Parameters
    ----------
    areas : GeoDataFrame
        The common table of protected areas.
    footprints : GeoSeries
        Their shapes on the ground, same index, any CRS.

    Raises
    ------
    SchemaError
        If the indexes differ.
    """
    expect.aligned(areas, footprints, "`areas` and `footprints`")
    shapes = footprints.to_crs(EQUAL_AREA)
    simple = gpd.GeoSeries(
        polygonal(shapes.simplify(TOLERANCE_M).to_numpy()), index=areas.index, crs=EQUAL_AREA
    )
    out = areas.drop(columns=areas.geometry.name).set_geometry(simple)
    return out[~out.geometry.is_empty].reset_index(drop=True)


def regions(definition: str = territory.DEFAULT) -> gpd.GeoDataFrame:
    """Return the complex, its countries and its basins as one layer.

    Parameters
    ----------
    definition : str
        One of :func:`ahec_analysis.territory.definitions`.

    Returns
    -------
    GeoDataFrame
        ``region`` (name), ``kind`` ("complex", "country", "basin"); polygons in the equal-area CRS. Parts of the
        same region beyond a border belong to it only where the definition includes them.
    """
    pieces = territory.ahec(definition).to_crs(EQUAL_AREA)
    pieces = pieces.set_geometry(shapely.coverage_simplify(pieces.geometry.to_numpy(), 500))
    whole = gpd.GeoDataFrame(
        {"region": ["Whole complex"], "kind": ["complex"]}, geometry=[pieces.union_all()], crs=EQUAL_AREA
    )
    parts = [whole]
    for kind, column, names in (("country", "country", COUNTRY_NAMES), ("basin", "parent_name", None)):
        merged = pieces[[column, "geometry"]].dissolve(column, sort=False).reset_index()
        merged = merged[merged[column] != ""]
        label = merged[column].map(names) if names else merged[column]
        parts.append(
            gpd.GeoDataFrame({"region": label, "kind": kind}, geometry=merged.geometry, crs=EQUAL_AREA)
        )
    return pd.concat(parts, ignore_index=True)


def distances(areas: pd.DataFrame) -> list[float]:
    """Return the distances that are no shorter than the edges of the sites are off, at least one.

    Examples
    --------
    >>> distances(pd.DataFrame({"location_basis": ["proxy"], "area_km2": [1963.5]}))
    [30, 100]
    """
    edge = places.edge_km(areas)
    return [km for km in DISTANCES_KM if km >= edge] or [math.ceil(edge)]


def carried(layer: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the regions whose network the positions of the sites carry; the whole complex stays.

    Parameters
    ----------
    layer : GeoDataFrame
        From :func:`regions`.
    pieces : GeoDataFrame
        Flat pieces with ``own_ground``.
    """
    units = layer[["region", "geometry"]]
    found = (coverage.by_unit(part, units) for part in (pieces, pieces[pieces["own_ground"]]))
    every, own = (rows["protected_km2"].iloc[: len(units)].to_numpy() for rows in found)
    own = np.where(layer["kind"] == "complex", every, own)
    return gpd.GeoDataFrame(places.carried(layer, own, every, what="regions"))


def borders() -> gpd.GeoDataFrame:
    """Return the countries as polygons to cut the links of the network along."""
    countries = territory.countries().to_crs(EQUAL_AREA)
    return countries.set_geometry(shapely.coverage_simplify(countries.geometry.to_numpy(), 500))


def by_region(
    sites: gpd.GeoDataFrame,
    layer: gpd.GeoDataFrame,
    distances_km: Sequence[float] = DISTANCES_KM,
    *,
    divided: bool = False,
) -> pd.DataFrame:
    """Return ProtConn of each region at each distance.

    Parameters
    ----------
    sites : GeoDataFrame
        From :func:`nodes`.
    layer : GeoDataFrame
        From :func:`regions`.
    distances_km : sequence of float
        Distances at which a link has the probability 0.5.
    divided : bool
        Whether links end at state borders.

    Returns
    -------
    DataFrame
        ``region``, ``kind``, ``distance_km``, ``protected_percent`` (Prot), ``connected_percent`` (ProtConn),
        ``connected_max_percent`` (with all pairs beyond the cut-off), ``share_of_protected`` (ProtConn over
        Prot, 0 to 1), ``nodes``; ``attrs`` as of the layer.
    """
    cut = borders() if divided else None
    rows = []
    for region in layer.itertuples():
        shape = gpd.GeoSeries([region.geometry], crs=layer.crs)
        found = protconn(sites, shape, list(distances_km), borders=cut)
        for distance, row in found.iterrows():
            rows.append(
                {
                    "region": region.region,
                    "kind": region.kind,
                    "distance_km": int(distance) if float(distance).is_integer() else distance,
                    "protected_percent": row["Prot"],
                    "connected_percent": row["ProtConn"],
                    "connected_max_percent": row["ProtConn_max"],
                    "share_of_protected": row["RelConn"],
                    "nodes": int(row["nodes"]),
                }
            )
    out = pd.DataFrame(rows)
    out.attrs = dict(layer.attrs)
    return out


def across_borders(united: pd.DataFrame, divided: pd.DataFrame) -> pd.DataFrame:
    """Return what the links across state borders add to each region, from two runs of :func:`by_region`.

    Returns
    -------
    DataFrame
        ``region``, ``kind``, ``distance_km``, ``protected_percent``, ``connected_percent``,
        ``within_countries_percent`` and ``border_points`` (percentage points that the links add).
    """
    keys = ["region", "kind", "distance_km"]
    other = divided[[*keys, "connected_percent"]].rename(
        columns={"connected_percent": "within_countries_percent"}
    )
    table = united[[*keys, "protected_percent", "connected_percent"]].merge(other, on=keys)
    added = table["connected_percent"] - table["within_countries_percent"]
    table = table.assign(border_points=added.round(9).clip(lower=0.0) + 0.0)
    table.attrs = dict(united.attrs)
    return table
