"""Occurrence records in a species report: what was kept, the extent they suggest, and a model fitted to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from IPython.display import Markdown
from numpy.typing import NDArray

from ahec_analysis.habitat import covariates as grids
from ahec_analysis.habitat import distribution, extent, occurrences
from ahec_analysis.habitat.assessment import LandAssessment, RiverAssessment
from ahec_analysis.show import tables
from ahec_analysis.values import shown


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
    model = None
    if isinstance(found, LandAssessment) and _occupied(points, found) >= distribution.MIN_POINTS:
        model = distribution.fit(points, found.covariates, found.suitable["in_range"].to_numpy())
    return Records(points, ledger, model)


def _occupied(points: gpd.GeoDataFrame, found: LandAssessment) -> int:
    rows = _cells(points, found)
    inside = found.suitable["in_range"].to_numpy()
    return int(inside[rows[:, 0], rows[:, 1]].sum())


def _cells(points: gpd.GeoDataFrame, found: LandAssessment) -> NDArray[np.intp]:
    return distribution.cells(points, found.covariates)


def sections(given: Records, found: LandAssessment | RiverAssessment) -> list[Any]:
    """Return what a report shows of the records, in order: text, then tables."""
    if given.points is None:
        return [
            _said(
                "No occurrence records are part of this report. Put a GBIF download (CSV or zip, Darwin Core names) into "
                "`data/external/gbif` and build the report again: it then shows the cleaned records, the extent of "
                "occurrence and area of occupancy they suggest and, where enough cells hold one, a model fitted to them "
                "beside this one."
            )
        ]
    out: list[Any] = [
        _said(_text(given, found)),
        tables.table(given.ledger, "species/records-ledger"),
    ]
    if len(given.points):
        out.append(tables.table(suggested(given.points), "species/extent"))
    if given.model is not None and isinstance(found, LandAssessment):
        out += [
            tables.table(given.model.scores, "species/model-scores"),
            tables.table(
                distribution.agreement(found.suitable, given.model, threshold=found.threshold),
                "species/agreement",
            ),
        ]
    return out


def suggested(points: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return extent of occurrence and area of occupancy with the Red List threshold that each meets."""
    wide, narrow = extent.eoo(points), extent.aoo(points)
    return pd.DataFrame(
        {
            "measure": ["Extent of occurrence", "Area of occupancy"],
            "criterion": ["B1", "B2"],
            "area_km2": [float(wide["eoo_km2"]), float(narrow["aoo_km2"])],
            "meets_threshold_of": [wide["threshold"] or "none", narrow["threshold"] or "none"],
            "note": [
                "convex hull, never below the area of occupancy",
                f"cells of 2 × 2 km, fewest over {int(narrow['origins'])} grid origins",
            ],
        }
    )


def ranking(points: gpd.GeoDataFrame, found: LandAssessment) -> float:
    """Return how often a cell with a record is more suitable than a random cell of the listed range (AUC).

    Ties count half; NaN without records in the range.
    """
    inside = found.suitable["in_range"].to_numpy()
    values = np.nan_to_num(found.suitable.to_numpy())
    rows = _cells(points, found)
    rows = rows[inside[rows[:, 0], rows[:, 1]]]
    if len(rows) == 0:
        return float("nan")
    cells = grids.cell_km2(found.suitable).to_numpy()[inside]
    ground = values[inside]
    order = np.argsort(ground)
    ground, below = ground[order], np.concatenate([[0.0], np.cumsum(cells[order])])
    seen = values[rows[:, 0], rows[:, 1]]
    left = below[np.searchsorted(ground, seen, "left")]
    right = below[np.searchsorted(ground, seen, "right")]
    return float(((left + right) / 2 / below[-1]).mean())


def _hits(points: gpd.GeoDataFrame, found: LandAssessment) -> str:
    """Return how many cells with a record the threshold takes, beside what share of the range it takes."""
    rows = _cells(points, found)
    inside = found.suitable["in_range"].to_numpy()
    rows = rows[inside[rows[:, 0], rows[:, 1]]]
    hit = float((found.suitable.to_numpy()[rows[:, 0], rows[:, 1]] >= found.threshold).mean())
    areas = found.areas()
    share = float(areas["habitat_km2"].sum() / areas["range_km2"].sum())
    return f"{100 * hit:.0f} % of them lie at or above {found.threshold:g}, as {100 * share:.0f} % of the range does."


def _said(text: str) -> Any:
    return Markdown(text)  # type: ignore[no-untyped-call]


def _text(given: Records, found: LandAssessment | RiverAssessment) -> str:
    assert given.points is not None
    text = (
        f"{len(given.points)} records remain after cleaning. The thresholds below are those of criterion B of the Red "
        "List; a category itself asks for two further conditions, such as decline or fragmentation. "
    )
    if isinstance(found, LandAssessment) and len(given.points):
        auc = ranking(given.points, found)
        if not np.isnan(auc):
            text += (
                f"A cell with a record has a higher index than a random cell of the listed range in {100 * auc:.0f} % of "
                f"comparisons (50 % would be chance). {_hits(given.points, found)} The records were not used to make the index. "
            )
        if given.model is None:
            text += f"Too few cells of the range hold a record to fit a model (it takes {distribution.MIN_POINTS})."
        else:
            beyond = given.model.extrapolates.to_numpy() & found.suitable["in_range"].to_numpy()
            cells = grids.cell_km2(found.suitable).to_numpy()
            text += (
                f"The fitted model extrapolates on {shown(float(cells[beyond].sum()), 'x')} km² of the range; the map "
                "can show it and its result beside ours."
            )
    return text
