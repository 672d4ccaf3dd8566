"""The focal species side by side, and the ground that several of them share."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from ahec_analysis import covariates as grids
from ahec_analysis import habitat as cells
from ahec_analysis import places, reaches
from ahec_analysis import species as taxa
from ahec_analysis.assessment import LandAssessment, Protection, assess
from ahec_analysis.errors import DataError


def overview(held: Protection, *, threshold: float = cells.THRESHOLD) -> pd.DataFrame:
    """Return one row for each focal species: habitat, share protected, gaps.

    Returns
    -------
    DataFrame
        ``species``, ``scientific_name``, ``group``, ``iucn_category``, ``season``, ``habitat_km2`` or
        ``habitat_km`` (the other missing), ``protected_percent``, ``target_percent``, ``gap_30``, ``gap`` and
        ``unit`` of both; a species without a model has a row without figures.
    """
    grid, cut = grids.load(), reaches.network()
    known = taxa.modelled()
    rows = []
    for row in taxa.focal().itertuples():
        out = {
            "species": row.common_name_en,
            "scientific_name": row.scientific_name,
            "group": row.group,
            "iucn_category": row.iucn_category,
        }
        if row.slug in known:
            found = assess(row.slug, held, threshold=threshold, covariates=grid, network=cut)
            total = found.total()
            amount = f"protected_{found.unit}"
            if places.carried(total, found.own.total()[amount], total[amount], what="totals").empty:
                total = total.assign(
                    protected_percent=np.nan, **{f"gap_30_{found.unit}": np.nan, "gap_km2": np.nan}
                )
            total = total.iloc[0]
            out |= {
                "season": taxa.SEASON_NAMES[found.taxon.season],
                "unit": "km" if found.unit == "km" else "km²",
                f"habitat_{found.unit}": total[f"habitat_{found.unit}"],
                "protected_percent": total["protected_percent"],
                "target_percent": total.get("target_percent", np.nan),
                "gap_30": total[f"gap_30_{found.unit}"],
                "gap": total.get("gap_km2", np.nan),
            }
        rows.append(out)
    order = [
        *("species", "scientific_name", "group", "iucn_category", "season", "habitat_km2", "habitat_km"),
        *("protected_percent", "target_percent", "gap_30", "gap", "unit"),
    ]
    return pd.DataFrame(rows).reindex(columns=order)


def richness(held: Protection, *, threshold: float = cells.THRESHOLD) -> xr.DataArray:
    """Return how many focal species of the land have habitat in each cell, missing outside all ranges."""
    grid = grids.load()
    known = taxa.modelled()
    names = [r.slug for r in taxa.focal().itertuples() if r.group != "fish" and r.slug in known]
    count, ranges = None, None
    for name in names:
        found = assess(name, held, threshold=threshold, covariates=grid)
        assert isinstance(found, LandAssessment)
        here = (found.suitable >= threshold).astype("int16")
        inside = found.suitable["in_range"]
        count = here if count is None else count + here
        ranges = inside if ranges is None else ranges | inside
    if count is None or ranges is None:
        raise DataError(
            "no focal species of the land has a model; mark rows `model` in habitat_parameters.csv"
        )
    attrs = {"crs": grid.attrs["crs"], "transform": tuple(grids.transform_of(grid))[:6]}
    return count.where(ranges).assign_coords(in_range=ranges).assign_attrs(attrs).rename("richness")


def richness_table(held: Protection, *, threshold: float = cells.THRESHOLD) -> pd.DataFrame:
    """Return land by the number of focal species that have habitat there: ``species_at_once``, km², protected."""
    count = richness(held, threshold=threshold)
    rows = []
    for number in range(1, int(count.max()) + 1):
        exactly = (count == number).astype("float32").assign_coords(in_range=count["in_range"])
        exactly = exactly.assign_attrs(count.attrs)
        part = cells.representation(exactly, held.pieces, threshold=1.0)
        own = cells.representation(exactly, held.pieces[held.pieces["own_ground"]], threshold=1.0)
        rows.append(part.assign(species_at_once=number, own_km2=own["protected_km2"]))
    table = pd.concat(rows, ignore_index=True)
    kept = places.carried(table, table["own_km2"], table["protected_km2"], what="rows")
    return kept[["species_at_once", "habitat_km2", "protected_km2", "protected_percent"]]
