"""The assessment of one species: suitable ground or reaches where it is listed, and how much of that is protected."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import xarray as xr

from ahec_analysis import expect, territory
from ahec_analysis.coverage import sites
from ahec_analysis.coverage.sites import Sites
from ahec_analysis.habitat import covariates as grids
from ahec_analysis.habitat import reaches
from ahec_analysis.habitat import species as taxa
from ahec_analysis.habitat.base import Assessment, Protection
from ahec_analysis.habitat.land import LandAssessment
from ahec_analysis.habitat.reaches import RiverAssessment
from ahec_analysis.habitat.suitability import NEARBY, THRESHOLD
from ahec_analysis.project import root

__all__ = [
    "Assessment",
    "LandAssessment",
    "Protection",
    "RiverAssessment",
    "assess",
    "protection",
]


def protection(
    source: str | Sites = "auto", *, year: int | None = None, min_confidence: str = "low"
) -> Protection:
    """Return the protected areas of a source; where shapes cross, the strictest class keeps the ground.

    The parameters are those of :func:`ahec_analysis.coverage.sites.sites`.

    Examples
    --------
    >>> held = protection("inventory", year=1990)
    >>> len(held.pieces) <= len(held.found.areas)
    True
    """
    if year is not None:
        expect.within(year, 0, 9999, "year", whole=True)
    found = sites.sites(source, year=year, min_confidence=min_confidence)
    return Protection(found, found.flat("designation"))


def assess(
    name: str | taxa.Species, held: Protection, *, threshold: float = THRESHOLD
) -> LandAssessment | RiverAssessment:
    """Return the assessment of a species inside the complex.

    Parameters
    ----------
    name
        Common name, scientific name or identifier of a species whose model is published; or a species of your own
        (:func:`ahec_analysis.habitat.species.own`).
    held
        What :func:`protection` returns.
    threshold
        Suitability from which a cell or reach counts.

    Raises
    ------
    ParameterError
        If the species has no model, or the table says that it is off; if your own needs what no layer holds; if the
        threshold is no share.

    Examples
    --------
    >>> tiger = assess("amur-tiger", protection())
    >>> bool(0 < tiger.total()["protected_percent"].iloc[0] < 100)
    True
    """
    taxon = taxa.published(name) if isinstance(name, str) else name
    if taxon.lives_in_rivers:
        return RiverAssessment(taxon, held, threshold, _network(root()))
    grid = _grid(root())
    if taxon.ground is not None:
        for need in taxon.memberships:
            expect.choice(need.variable, [*grid, *grids.DERIVED, NEARBY], "variable")
    present, possible = (
        grids.inside(grid, taxa.range_area(taxon, listed)) for listed in (taxa.HERE, ["possible"])
    )
    inside = grids.inside(grid, territory.outline())
    return LandAssessment(taxon, held, threshold, grid, present, possible, inside)


@lru_cache
def _grid(_project: Path) -> xr.Dataset:
    return grids.load()


@lru_cache
def _network(_project: Path) -> gpd.GeoDataFrame:
    return reaches.network()
