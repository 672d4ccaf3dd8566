"""What both kinds of habitat have in common: ground on land, in km², and reaches of rivers, in km."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ahec_analysis import expect
from ahec_analysis.coverage import places, sites
from ahec_analysis.habitat import movement, niche
from ahec_analysis.habitat import species as taxa

_SITE = [
    *("name", "name_local", "country", "designation", "area_km2"),
    *("site_id", "level", "iucn_category", "lon", "lat"),
]


@dataclass(frozen=True)
class Protection:
    """The protected areas of a report, and the ground they cover cut so that nothing overlaps."""

    found: sites.Sites
    pieces: gpd.GeoDataFrame


@dataclass(frozen=True)
class Assessment(ABC):
    """What is known of one species' habitat inside the complex, on land or in rivers.

    ``unit`` ends the names of amount columns (km2 or km), ``place`` names the unit of :meth:`units`; what one kind of
    habitat does not have, such as patches of reaches, is an empty frame.
    """

    kind: ClassVar[str]
    unit: ClassVar[str]
    place: ClassVar[str]

    taxon: taxa.Species
    protection: Protection
    threshold: float

    def __post_init__(self) -> None:
        expect.within(self.threshold, 0, 1, "threshold")

    @abstractmethod
    def total(self) -> pd.DataFrame:
        """Return amounts, protected amounts and shares; the first row is where the species is listed today."""

    @abstractmethod
    def by(self, *keys: str) -> pd.DataFrame:
        """Return the same by the columns named: country and province on land, basin in rivers."""

    @abstractmethod
    def units(self) -> pd.DataFrame:
        """Return the same by the units that the report shows."""

    @abstractmethod
    def amount(self, model: taxa.Species) -> float:
        """Return the habitat that another model of the species would give, in the same range."""

    @abstractmethod
    def in_shapes(self, shapes: gpd.GeoSeries) -> NDArray[np.float64]:
        """Return the habitat in each of several polygons."""

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Return what the report tells of the result; what there is nothing to tell of is None."""
        rows = self.parameters(used=True)
        return {
            "kind": self.kind,
            "threshold": self.threshold,
            **self.total().iloc[0],
            "rows": len(rows),
            "ours": (rows["basis"] != "published").sum(),
            "unused": list(self.unused),
            "basis": self.protection.found.basis,
        }

    @property
    def unused(self) -> Sequence[str]:
        """Return the variables of the model that no layer holds."""
        return ()

    def parameters(self, *, used: bool) -> pd.DataFrame:
        """Return the rows of the parameter table that the model uses, or those that it does not."""
        rows = taxa.rows("habitat_parameters", self.taxon.species_id)
        mine = rows["parameter_id"].isin([m.parameter_id for m in self.taxon.memberships])
        return rows[mine == used].reset_index(drop=True)

    def recorded(self) -> pd.DataFrame:
        """Return the sites where the species is recorded, on land with the index at their point."""
        return pd.DataFrame(taxa.sites(self.taxon.species_id).drop(columns="geometry"))

    def by_threshold(self) -> pd.DataFrame:
        """Return the ground at each threshold with its target."""
        return pd.DataFrame()

    def tested(self) -> dict[str, Any]:
        """Return what the recorded sites say of the result."""
        return {}

    def barriers(self) -> pd.DataFrame:
        """Return whether published barriers part the ground (:func:`ahec_analysis.habitat.movement.barriers`)."""
        return movement.barriers(self.taxon.species_id, {})

    def beside_published(self) -> pd.DataFrame:
        """Return published areas beside the ground in the same country or provinces."""
        return pd.DataFrame()

    def largest(self) -> pd.DataFrame:
        """Return the largest connected patches."""
        return pd.DataFrame()

    def sensitivity(self) -> pd.DataFrame:
        """Return the amount of habitat under every variant of the model (:func:`ahec_analysis.habitat.niche.variants`)."""
        name, base = f"habitat_{self.unit}", self.amount(self.taxon)
        rows = [
            (m.parameter_id, m.variable, what, shift, self.amount(replace(self.taxon, memberships=model)))
            for m, what, shift, model in niche.variants(self.taxon.memberships)
            if m.variable not in self.unused
        ]
        out = pd.DataFrame(rows, columns=["parameter_id", "variable", "what", "shift", name])
        return out.assign(change_percent=100 * (out[name] / base - 1) if base > 0 else np.nan)

    def holding(self, most: int = 15) -> pd.DataFrame:
        """Return the protected areas on their own ground with most habitat, and whether the species is recorded there."""
        areas, amount = self.protection.found.areas, f"habitat_{self.unit}"
        out = pd.DataFrame(places.with_points(areas)[_SITE])
        out[amount] = self.in_shapes(self.protection.found.footprints)
        recorded = out["site_id"].isin(taxa.sites(self.taxon.species_id)["site_id"])
        # A download numbers its sites in its own way.
        otherwise = np.where(areas["source_ids"] == "", "not_matched", "not_in_our_table")
        out["recorded"] = np.where(recorded, "yes", otherwise)
        holds = out[amount] > 0
        out = places.carried(
            out[holds], areas.loc[holds, "own_ground"], 1.0, what="sites", why=places.ROUGH_POINT
        )
        shown = out.nlargest(most, amount).reset_index(drop=True)
        shown.attrs = out.attrs
        return shown
