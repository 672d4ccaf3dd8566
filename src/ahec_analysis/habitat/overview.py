"""The focal species with a published model side by side."""

from __future__ import annotations

import pandas as pd

from ahec_analysis import habitat as cells
from ahec_analysis.habitat import covariates as grids
from ahec_analysis.habitat import reaches, trends
from ahec_analysis.habitat import species as taxa
from ahec_analysis.habitat.assessment import LandAssessment, Protection, assess


def overview(held: Protection, *, threshold: float = cells.THRESHOLD) -> pd.DataFrame:
    """Return one row for each focal species whose model is published.

    Returns
    -------
    DataFrame
        ``species``, ``group``, ``iucn_category``, ``headline`` (its number, what that covers and when),
        ``protected_percent``; on land ``habitat_km2``, ``habitat_low_km2``, ``habitat_high_km2`` (where listed as
        present), ``possible_km2``, ``protected_low_percent`` and ``protected_high_percent`` over the thresholds; in
        rivers ``was_km``, ``habitat_km`` and ``open_km``. What does not apply is missing.
    """
    grid, cut = grids.load(), reaches.network()
    rows = []
    for row in taxa.focal().itertuples():
        if row.model != taxa.PUBLISHED:
            continue
        found = assess(row.slug, held, threshold=threshold, covariates=grid, network=cut)
        total = found.total()
        amounts = total.iloc[0].drop(["listed", "range_km2"], errors="ignore").to_dict()
        if isinstance(found, LandAssessment):
            shares = found.by_threshold()["protected_percent"]
            amounts |= {
                "possible_km2": total["habitat_km2"].iloc[1] if len(total) > 1 else 0.0,
                "protected_low_percent": shares.min(),
                "protected_high_percent": shares.max(),
            }
        rows.append(
            {
                "species": row.common_name_en,
                "group": row.group,
                "iucn_category": row.iucn_category,
                "headline": trends.headline(row.species_id),
                **amounts,
            }
        )
    return pd.DataFrame(rows)
