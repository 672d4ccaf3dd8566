"""Occurrence records in a species report: what was kept, the extent they suggest, and a model fitted to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from IPython.display import Markdown

from ahec_analysis.habitat import covariates as grids
from ahec_analysis.habitat import distribution, extent, occurrences
from ahec_analysis.habitat.assessment import LandAssessment, RiverAssessment
from ahec_analysis.show import tables
from ahec_analysis.show.messages import say


@dataclass(frozen=True)
class Records:
    """Cleaned occurrence records with their ledger, and the model fitted to them where there are enough."""

    points: gpd.GeoDataFrame | None
    ledger: pd.DataFrame
    model: distribution.Model | None = None


def records(found: LandAssessment | RiverAssessment) -> Records:
    """Return the records of data/external/gbif for a species; without a download the points are None."""
    read = occurrences.of_species(found.taxon)
    if read is None:
        return Records(None, pd.DataFrame(columns=occurrences.LEDGER))
    points, ledger = read
    if isinstance(found, LandAssessment) and len(_seen(points, found)) >= distribution.MIN_POINTS:
        reach = found.suitable["in_range"].to_numpy()
        return Records(points, ledger, distribution.fit(points, found.covariates, reach))
    return Records(points, ledger)


def _seen(points: gpd.GeoDataFrame, found: LandAssessment) -> np.ndarray:
    """Return the index of the cells of the listed range that hold a record, 0 where it is unknown."""
    row, column = distribution.cells(points, found.covariates).T
    inside = found.suitable["in_range"].to_numpy()[row, column]
    return np.asarray(np.nan_to_num(found.suitable.to_numpy()[row, column][inside]))


def sections(given: Records, found: LandAssessment | RiverAssessment) -> list[Any]:
    """Return what a report shows of the records, in order: text, then tables."""
    out: list[Any] = [Markdown(_text(given, found))]  # type: ignore[no-untyped-call]
    if given.points is None:
        return out
    out.append(tables.table(given.ledger, "species/records-ledger"))
    if len(given.points):
        out.append(tables.table(suggested(given.points), "species/extent"))
    if given.model is not None and isinstance(found, LandAssessment):
        agreed = distribution.agreement(found.suitable, given.model, threshold=found.threshold)
        out += [
            tables.table(given.model.scores, "species/model-scores"),
            tables.table(agreed, "species/agreement"),
        ]
    return out


def suggested(points: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return extent of occurrence and area of occupancy with the Red List threshold that each meets."""
    wide, narrow = extent.eoo(points), extent.aoo(points)
    return pd.DataFrame(
        {
            "measure": ["extent", "occupancy"],
            "criterion": ["B1", "B2"],
            "area_km2": [float(wide["eoo_km2"]), float(narrow["aoo_km2"])],
            "meets_threshold_of": [wide["threshold"] or "none", narrow["threshold"] or "none"],
            "note": [say("records-hull"), say("records-cells", origins=narrow["origins"])],
        }
    )


def _ranking(seen: np.ndarray, found: LandAssessment) -> float:
    """Return how often a cell seen is more suitable than a random one of the listed range (AUC); ties count half."""
    inside = found.suitable["in_range"].to_numpy()
    ground = np.nan_to_num(found.suitable.to_numpy())[inside]
    km2 = grids.cell_km2(found.suitable).to_numpy()[inside]
    order = np.argsort(ground)
    below = np.concatenate([[0.0], np.cumsum(km2[order])])
    left, right = (below[np.searchsorted(ground[order], seen, side)] for side in ("left", "right"))
    return float(((left + right) / 2 / below[-1]).mean())


def _text(given: Records, found: LandAssessment | RiverAssessment) -> str:
    if given.points is None:
        return say("records-none")
    told = [say("records-kept", records=len(given.points))]
    if isinstance(found, LandAssessment) and len(given.points):
        if len(seen := _seen(given.points, found)):
            facts = {
                "ranking": 100 * _ranking(seen, found),
                "hits": 100 * (seen >= found.threshold).mean(),
                "share": 100 * found.areas["habitat_km2"].sum() / found.areas["range_km2"].sum(),
            }
            told.append(say("records-ranking", threshold=found.threshold, **facts))
        if given.model is None:
            told.append(say("records-too-few", least=distribution.MIN_POINTS))
        else:
            beyond = given.model.extrapolates.to_numpy() & found.suitable["in_range"].to_numpy()
            told.append(say("records-fitted", beyond=grids.cell_km2(found.suitable).to_numpy()[beyond].sum()))
    return " ".join(told)
