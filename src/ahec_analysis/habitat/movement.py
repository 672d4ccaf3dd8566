"""Whether a barrier to movement that publications report shows in an index of suitability, and what follows from it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize
from scipy.ndimage import label

from ahec_analysis import data, habitat, territory
from ahec_analysis.data.layers import EQUAL_AREA
from ahec_analysis.errors import DataError
from ahec_analysis.habitat import covariates as grids
from ahec_analysis.habitat.assessment import LandAssessment, RiverAssessment

SIDE_KM = 25.0
"""Cells within this distance of the point of a site are its side of a barrier."""
_EIGHT = np.ones((3, 3), dtype=int)


def lines(species_id: str) -> gpd.GeoDataFrame:
    """Return the barriers of barriers.csv that hold for a species, as lines through towns, EPSG:4326.

    Raises
    ------
    DataError
        If a town is not in the layer.
    """
    rows = data.table("barriers")
    rows = rows[[species_id in ids.split("|") for ids in rows["species_ids"]]].reset_index(drop=True)
    towns = territory.towns().drop_duplicates("name").set_index("name").geometry
    shapes = []
    for row in rows.itertuples():
        names = row.towns.split("|")
        missing = [n for n in names if n not in towns.index]
        if missing:
            raise DataError(
                f"barriers.csv, {row.barrier_id}: no town `{missing[0]}` in the layer; correct the row"
            )
        shapes.append(shapely.LineString([towns[n] for n in names]))
    return gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4326")


def together(suitable: NDArray[np.bool_], one: NDArray[np.bool_], two: NDArray[np.bool_]) -> bool:
    """Return whether a patch of suitable cells, joined over edges and corners, reaches both sides.

    Examples
    --------
    >>> row = np.array([[True, True, False, True]])
    >>> left, right = np.array([[True, False, False, False]]), np.array([[False, False, False, True]])
    >>> together(row, left, right), together(row | True, left, right)
    (False, True)
    """
    numbers, _ = label(suitable, structure=_EIGHT)
    shared = set(numbers[one].tolist()) & set(numbers[two].tolist())
    return bool(shared - {0})


def barriers(found: LandAssessment | RiverAssessment) -> pd.DataFrame:
    """Return, for each barrier and threshold, whether its two sides lie in one patch, as modelled and with it imposed.

    Patches come from the covariates alone. A barrier is imposed by taking away the cells that its line touches.

    Returns
    -------
    DataFrame
        ``barrier``, ``threshold``, ``patches``, ``as_modelled`` and ``with_barrier``: "one patch", "apart", or "no
        suitable cell" on a side. No row for fish and for species without a published barrier.
    """
    columns = ["barrier", "threshold", "patches", "as_modelled", "with_barrier"]
    if isinstance(found, RiverAssessment):
        return pd.DataFrame(columns=columns)
    transform = grids.transform_of(found.suitable)
    shape = found.suitable.shape
    points = data.protected_areas(totals_only=False).set_index("site_id").geometry
    rows = []
    for barrier in lines(found.taxon.species_id).itertuples():
        line = rasterize(
            [barrier.geometry], shape, transform=transform, all_touched=True, dtype="uint8"
        ).astype(bool)
        near = gpd.GeoSeries(points[barrier.side_sites.split("|")], crs=points.crs).to_crs(EQUAL_AREA)
        around = near.buffer(1000 * SIDE_KM).to_crs(found.suitable.attrs["crs"])
        sides = [rasterize([g], shape, transform=transform, dtype="uint8").astype(bool) for g in around]
        for value in found.thresholds:
            index = habitat.suitability(
                found.taxon, found.covariates, area=found.suitable["in_range"].to_numpy(), threshold=value
            )
            good = (index >= value).to_numpy()
            row = {
                "barrier": barrier.name,
                "threshold": value,
                "patches": int(label(good, structure=_EIGHT)[1]),
            }
            for name, kept in (("as_modelled", good), ("with_barrier", good & ~line)):
                known = all((kept & side).any() for side in sides)
                joined = "one patch" if together(kept, *sides) else "apart"
                row[name] = joined if known else "no suitable cell"
            rows.append(row)
    return pd.DataFrame(rows, columns=columns)
