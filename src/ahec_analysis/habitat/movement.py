"""Whether a barrier to movement that publications report shows in an index of suitability, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import xarray as xr
from numpy.typing import NDArray

from ahec_analysis import data, territory
from ahec_analysis.data.layers import EQUAL_AREA
from ahec_analysis.errors import DataError
from ahec_analysis.habitat import covariates as grids
from ahec_analysis.habitat import species as taxa
from ahec_analysis.habitat.suitability import patches

SIDE_KM = 25.0
"""Cells within this distance of the point of a site are its side of a barrier."""


def lines(species_id: str) -> gpd.GeoDataFrame:
    """Return the barriers of barriers.csv that hold for a species, as lines through towns, EPSG:4326."""
    rows = taxa.rows("barriers", species_id)
    towns = territory.towns().drop_duplicates("name").set_index("name").geometry
    names = rows.assign(town=rows["towns"].str.split("|")).explode("town")
    for row in names[~names["town"].isin(towns.index)].itertuples():
        raise DataError(f"barriers.csv, {row.barrier_id}: no town `{row.town}` in the layer; correct the row")
    shapes = [shapely.LineString(towns[cell.split("|")].to_list()) for cell in rows["towns"]]
    return gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4326")


def barriers(species_id: str, indices: Mapping[float, xr.DataArray]) -> pd.DataFrame:
    """Return, for each barrier and threshold, whether its two sides lie in one patch, as modelled and with it imposed.

    ``indices`` holds the suitability at each threshold. Patches come from the covariates alone. A barrier is imposed by
    taking away the cells that its line touches. ``as_modelled`` and ``with_barrier`` are ``one_patch``, ``apart``, or
    ``no_suitable_cell`` on a side; no row for species without a published barrier.
    """
    points = data.protected_areas(totals_only=False).set_index("site_id").geometry
    rows = []
    for barrier in lines(species_id).itertuples():
        near = points[barrier.side_sites.split("|")].to_crs(EQUAL_AREA).buffer(1000 * SIDE_KM)
        for value, index in indices.items():
            line = grids.burnt(index, [barrier.geometry], all_touched=True)
            sides = [grids.burnt(index, [side]) for side in near.to_crs(index.rio.crs)]
            good = (index >= value).to_numpy()
            states = [state(kept, *sides) for kept in (good, good & ~line)]
            rows.append((barrier.name, value, patches(good)[1], *states))
    return pd.DataFrame(rows, columns=["barrier", "threshold", "patches", "as_modelled", "with_barrier"])


def state(suitable: NDArray[np.bool_], one: NDArray[np.bool_], two: NDArray[np.bool_]) -> str:
    """Return whether a patch of suitable cells, joined over edges and corners, reaches both sides."""
    numbers, _ = patches(suitable)
    here, there = (set(numbers[side]) - {0} for side in (one, two))
    if not here or not there:
        return "no_suitable_cell"
    return "apart" if here.isdisjoint(there) else "one_patch"
