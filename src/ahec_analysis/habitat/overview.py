"""The focal species side by side."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ahec_analysis import expect
from ahec_analysis import habitat as cells
from ahec_analysis.habitat import assessment, bird_sites, trends
from ahec_analysis.habitat import species as taxa


@dataclass(frozen=True)
class Overview:
    """The focal species: ground or reaches of those with a model, sites of birds, what compares."""

    held: assessment.Protection
    modelled: pd.DataFrame
    birds: pd.DataFrame
    compared: pd.DataFrame

    @property
    def land(self) -> pd.DataFrame:
        """Return the species that live on land."""
        return self.modelled[self.modelled["group"] != "fish"]

    @property
    def fish(self) -> pd.DataFrame:
        """Return the species that live in rivers."""
        return self.modelled[self.modelled["group"] == "fish"]


def overview(
    source: str = "auto",
    *,
    threshold: float = cells.THRESHOLD,
    year: int | None = None,
    min_confidence: str = "low",
) -> Overview:
    """Return the focal species side by side, each with a model assessed once.

    Parameters
    ----------
    source, year, min_confidence
        As in :func:`ahec_analysis.habitat.assessment.protection`.
    threshold
        Suitability from which a cell or reach counts.

    Returns
    -------
    Overview
        ``birds`` and ``compared`` as :func:`bird_sites.overview` and :func:`trends.all_focal` return them. Of those
        ``modelled``: ``species``, ``group``, ``iucn_category``, ``headline`` (identifier of a count),
        ``protected_percent``; on land ``habitat_km2``, ``habitat_low_km2``, ``habitat_high_km2`` (where listed as
        present), ``possible_km2``, ``protected_low_percent`` and ``protected_high_percent`` over the thresholds; in
        rivers ``was_km``, ``habitat_km`` and ``open_km``. What does not apply is missing.
    """
    expect.within(threshold, 0, 1, "threshold")
    held = assessment.protection(source, year=year, min_confidence=min_confidence)
    rows, focal = [], taxa.focal()
    for row in focal[focal["model_state"] == taxa.PUBLISHED].itertuples():
        found = assessment.assess(row.slug, held, threshold=threshold)
        total = found.total()
        amounts = total.iloc[0].drop(["listed", "range_km2"], errors="ignore").to_dict()
        if isinstance(found, assessment.LandAssessment):
            shares = found.by_threshold()["protected_percent"]
            amounts |= {
                "possible_km2": total["habitat_km2"].iloc[1:].sum(),
                "protected_low_percent": shares.min(),
                "protected_high_percent": shares.max(),
            }
        named = {"species": row.common_name_en, "group": row.group, "iucn_category": row.iucn_category}
        rows.append({**named, "headline": row.headline_count, **amounts})
    return Overview(held, pd.DataFrame(rows), bird_sites.overview(), trends.all_focal())
