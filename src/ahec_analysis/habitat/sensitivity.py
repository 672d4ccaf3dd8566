"""How the area of habitat moves when each limit and each class score of a model is moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from rasterio.transform import Affine

from ahec_analysis.habitat import covariates as grids
from ahec_analysis.habitat import reaches
from ahec_analysis.habitat import species as taxa
from ahec_analysis.habitat.niche import LIMITS, Membership, rescored, shifted
from ahec_analysis.habitat.suitability import THRESHOLD, area_of_habitat, suitability

SHIFTS = (-0.2, -0.1, 0.1, 0.2)
YES_NO = "yes/no"
"""Unit of a variable whose limit cannot be moved."""


def variants(
    taxon: taxa.Species, shifts: Sequence[float] = SHIFTS
) -> list[tuple[Membership, str, float, taxa.Species]]:
    """Return the models that differ from a species' own in one limit or class score, and by how much.

    A limit moves by a share of the width of its trapezoid, a score by as much in its own unit; moves without
    effect are left out.
    """
    out = []
    for position, membership in enumerate(taxon.memberships):
        if membership.unit == YES_NO:
            continue
        moves: list[tuple[str, float, Membership]] = []
        for shift in shifts:
            if membership.scores:
                moves += [(f"class {n}", shift, rescored(membership, n, shift)) for n, _ in membership.scores]
            else:
                given = [name for name, v in zip(LIMITS, membership.limits, strict=True) if not np.isnan(v)]
                moves += [(name, shift, shifted(membership, name, shift)) for name in given]
        for what, shift, moved in moves:
            if moved != membership:
                parts = (*taxon.memberships[:position], moved, *taxon.memberships[position + 1 :])
                out.append((membership, what, shift, replace(taxon, memberships=parts)))
    return out


def on_grid(
    taxon: taxa.Species, covariates: xr.Dataset, in_range: NDArray[np.bool_], *, threshold: float = THRESHOLD
) -> pd.DataFrame:
    """Return the habitat (km²) of a land species under every variant of its model, in a fixed range."""
    rows_in, columns_in = np.flatnonzero(in_range.any(axis=1)), np.flatnonzero(in_range.any(axis=0))
    down = slice(rows_in.min(), rows_in.max() + 1)
    right = slice(columns_in.min(), columns_in.max() + 1)
    moved = grids.transform_of(covariates) @ Affine.translation(right.start, down.start)
    small = covariates.isel(y=down, x=right).assign_attrs(transform=tuple(moved)[:6])
    reach = in_range[down, right]

    def habitat_km2(model: taxa.Species) -> float:
        found = suitability(model, small, area=reach, threshold=threshold)
        return float(area_of_habitat(found, threshold=threshold)["habitat_km2"].iloc[0])

    base = habitat_km2(taxon)
    unused = suitability(taxon, small, area=reach).attrs["not_used"].split(", ")
    rows = [
        (m.parameter_id, m.variable, what, shift, habitat_km2(model))
        for m, what, shift, model in variants(taxon)
        if m.variable not in unused
    ]
    return _table(rows, base, "habitat_km2")


def in_rivers(
    taxon: taxa.Species, network: gpd.GeoDataFrame, *, threshold: float = THRESHOLD
) -> pd.DataFrame:
    """Return the kilometres of habitat of a fish under every variant of its model, as :func:`on_grid`.

    ``network`` is what :func:`ahec_analysis.habitat.reaches.network` returns.
    """

    def habitat_km(model: taxa.Species) -> float:
        found = reaches.habitat(model, network, threshold=threshold)
        return float(found.loc[found["is_habitat"], "length_km"].sum())

    base = habitat_km(taxon)
    rows = [
        (m.parameter_id, m.variable, what, shift, habitat_km(model))
        for m, what, shift, model in variants(taxon)
    ]
    return _table(rows, base, "habitat_km")


def _table(rows: list[tuple[str, str, str, float, float]], base: float, amount: str) -> pd.DataFrame:
    out = pd.DataFrame(rows, columns=["parameter_id", "variable", "what", "shift", amount])
    out["change_percent"] = 100 * (out[amount] / base - 1) if base > 0 else np.nan
    return out
