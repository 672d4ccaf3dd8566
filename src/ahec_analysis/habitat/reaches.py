"""Habitat of fish: reaches of the river network between limits of size, fall, basin and dams, in kilometres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from ahec_analysis import connectivity, expect, territory
from ahec_analysis.connectivity import dams as barred
from ahec_analysis.connectivity import scenarios as scenarios_of
from ahec_analysis.coverage import places
from ahec_analysis.errors import ParameterError
from ahec_analysis.habitat import species as taxa
from ahec_analysis.habitat.base import Assessment
from ahec_analysis.habitat.niche import Membership, combined
from ahec_analysis.habitat.suitability import THRESHOLD, summed, with_shares
from ahec_analysis.territory.ahec import EQUAL_AREA

_LOST = 0.005
"""Share of the reaches of once from which those lost are told of."""


def network(rivers: gpd.GeoDataFrame | None = None, dams: pd.DataFrame | None = None) -> gpd.GeoDataFrame:
    """Return the network cut at dams (by default of today), with what fish models read; EPSG:4326.

    ``river_size`` is log10 of upstream km², ``elevation`` the mean of both ends (m), ``gradient`` the fall of the whole
    reach (m per km); ``attrs["dams_without_place"]`` counts the dams left out because they have no place.
    """
    reaches = barred.reaches() if rivers is None else rivers
    if "ends_in" not in reaches:
        reaches = reaches.assign(ends_in=reaches["outlet"].map(barred.ENDS_IN).fillna("sea"))
    standing = barred.today(reaches) if dams is None else barred.placed(dams, reaches)
    found = standing["reach_id"].notna()
    cut = connectivity.free_flowing(reaches, standing[found])
    whole = cut["reach_id"].map(reaches.set_index("reach_id")["length_km"])
    cut = cut.assign(
        river_size=np.log10(cut["upstream_km2"]),
        elevation=(cut["elevation_up_m"] + cut["elevation_down_m"]) / 2,
        gradient=cut["fall_m"] / whole,
        open_to_sea=(cut["state"] == "free").astype(float),
    )
    cut.attrs["dams_without_place"] = int((~found).sum())
    return cut


def habitat(
    species: str | taxa.Species,
    cut: gpd.GeoDataFrame | None = None,
    *,
    threshold: float = THRESHOLD,
) -> gpd.GeoDataFrame:
    """Return the network with how suitable each reach is for a fish, 0 to 1; 0 outside its range.

    The least of the memberships decides; a variable not known for a reach is left out there. ``was_habitat``:
    listed in any way, and fit if no dam stood.
    """
    expect.within(threshold, 0, 1, "threshold")
    taxon = taxa.find(species) if isinstance(species, str) else species
    if not taxon.lives_in_rivers:
        raise ParameterError(f"{taxon.name} does not live in rivers; use ahec_analysis.habitat.suitability")
    rivers = network() if cut is None else cut
    variables = [m.variable for m in taxon.memberships if m.variable in rivers]
    values = {name: rivers[name].to_numpy(float) for name in variables}
    index = _least(taxon.memberships, values)
    once = _least([m for m in taxon.memberships if m.variable != "open_to_sea"], values)
    presence = _presence(rivers, taxon)
    inside = np.isin(presence, taxa.HERE)
    return rivers.assign(
        presence=presence,
        in_range=inside,
        suitability=np.where(inside, index, 0.0),
        is_habitat=inside & (index >= threshold),
        was_habitat=(presence != "") & (once >= threshold),
    )


def _least(parts: Sequence[Membership], values: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the least of the memberships of each reach, leaving out those whose variable is not known there."""
    index = np.asarray(combined(parts, values))
    if (gaps := np.isnan(index)).any():
        known = [m for m in parts if not np.isnan(values[m.variable][gaps]).any()]
        index[gaps] = combined(known, {m.variable: values[m.variable][gaps] for m in known})
    return index


def _presence(cut: gpd.GeoDataFrame, taxon: taxa.Species) -> np.ndarray:
    """Return what the species is listed as on each reach, the first row of the table that holds it."""
    middle = shapely.line_interpolate_point(cut.geometry.to_numpy(), 0.5, normalized=True)
    out = np.full(len(cut), "", dtype=object)
    for row in taxa.range_units(taxon.species_id).itertuples():
        whole = row.unit_kind == "basin" and not row.within
        here = (cut["basin_id"] == row.unit_id) if whole else shapely.intersects(row.geometry, middle)
        out[np.asarray(here) & (out == "")] = row.presence
    return out


def inside_km(found: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return place of a reach, place of an area and km of the one in the other, wherever they meet."""
    lines = found.geometry.to_crs(EQUAL_AREA)
    land = areas.geometry.to_crs(EQUAL_AREA)
    one, two = land.sindex.query(lines, predicate="intersects")
    cut = shapely.length(shapely.intersection(lines.to_numpy()[one], land.to_numpy()[two]))
    share = cut / shapely.length(lines.to_numpy()[one])
    return one, two, share * found["length_km"].to_numpy()[one]


def representation(found: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the km of each reach of habitat and how many run through (flat) protected pieces."""
    lines = found[found["is_habitat"]]
    reach, _, km = inside_km(lines, pieces)
    held = np.bincount(reach, km, minlength=len(lines))
    whole = lines["length_km"]
    return pd.DataFrame({"habitat_km": whole, "protected_km": np.minimum(held, whole)})


@dataclass(frozen=True)
class RiverAssessment(Assessment):
    """Habitat in reaches of the river network, today and where the species is listed as gone."""

    kind, unit, place = "river", "km", "basin"

    network: gpd.GeoDataFrame

    @cached_property
    def found(self) -> gpd.GeoDataFrame:
        """Return :func:`habitat` of the network."""
        return habitat(self.taxon, self.network, threshold=self.threshold)

    @cached_property
    def parts(self) -> pd.DataFrame:
        """Return the reaches that are or were habitat: kilometres, those of today, those open to the sea, protected."""
        rows = pd.DataFrame(self.found[self.found["is_habitat"] | self.found["was_habitat"]])
        today = rows["length_km"].where(rows["is_habitat"], 0.0)
        pieces = self.protection.pieces
        held, own = (
            representation(self.found, part)["protected_km"].reindex(rows.index, fill_value=0.0)
            for part in (pieces, pieces[pieces["own_ground"]])
        )
        parts = {
            "basin": rows["basin_id"].map(territory.basins().set_index("basin_id")["name"]),
            "listed": rows["presence"],
            "was_km": rows["length_km"].where(rows["was_habitat"], 0.0),
            "habitat_km": today,
            "open_km": today.where(rows["state"] == "free", 0.0),
            "protected_km": held,
            "own_protected_km": own,
        }
        return pd.DataFrame(parts).reset_index(drop=True)

    def total(self) -> pd.DataFrame:
        """Return one row: kilometres once (``was_km``), today, open to the sea, protected, and shares."""
        sums = self.parts[["was_km", "habitat_km", "open_km", "protected_km"]].sum()
        return with_shares(sums.to_frame().T)

    def by(self, *keys: str) -> pd.DataFrame:
        """Return the same by basin, with what the species is listed as there."""
        return summed(self.parts, [*keys, "listed"]).drop(columns="own_protected_km")

    def units(self) -> pd.DataFrame:
        """Return the basins of today that the positions of the sites carry, and all where the species is gone."""
        rows = summed(self.parts, ["basin", "listed"])
        shown = places.carried(rows, rows["own_protected_km"], rows["protected_km"], what="basins")
        out = shown.drop(columns="own_protected_km")
        out.attrs = shown.attrs
        return out

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Return what the report tells of the result; what there is nothing to tell of is None."""
        facts = super().facts
        gone = self.by("basin").query("habitat_km == 0 < was_km")
        lost = facts["was_km"] - facts["habitat_km"]
        return facts | {
            "lost_km": lost if lost > _LOST * facts["was_km"] and len(gone) else None,
            "parts": gone.rename(columns={"basin": "name"})[["name", "listed"]].to_dict("records"),
            "dams": self.network.attrs["dams_without_place"],
        }

    def amount(self, model: taxa.Species) -> float:
        """Return the kilometres of habitat that another model of the species would give."""
        found = habitat(model, self.network, threshold=self.threshold)
        return float(found.loc[found["is_habitat"], "length_km"].sum())

    def in_shapes(self, shapes: gpd.GeoSeries) -> NDArray[np.float64]:
        """Return the habitat (km) in each of several polygons."""
        _, area, km = inside_km(self.found[self.found["is_habitat"]], shapes)
        return np.bincount(area, km, minlength=len(shapes)).astype(float)


def in_scenarios(rivers: barred.Rivers, scenarios: Sequence[str] = tuple(barred.SCENARIOS)) -> pd.DataFrame:
    """Return the kilometres of each fish's reaches that are open to the sea in each scenario.

    The reaches are those of the reports on species, :func:`habitat`, as they would suit the fish without dams; the
    dams of today stand at their points, as there. Columns: ``species``, ``scenario``, ``once_km`` (with the basins it is
    listed as gone from or unconfirmed in), ``length_km``, ``free_min_km``, ``free_max_km`` and both in ``…_percent``.
    """
    undammed = network(rivers.reaches, rivers.located.head(0))
    focal = taxa.focal()
    fish = focal.loc[(focal["group"] == "fish") & (focal["model_state"] == taxa.PUBLISHED), "common_name_en"]
    rows = []
    for name in sorted(fish):
        found = habitat(name, undammed)
        reach, km = (
            found.loc[found["is_habitat"], "reach_id"],
            found.loc[found["is_habitat"], "length_km"].sum(),
        )
        once = found.loc[found["was_habitat"], "length_km"].sum()
        for scenario in scenarios:
            at = ("", "") if scenario == "today" else ("max", "min")
            free = scenarios_of.free_range(rivers, scenario, reach, at)
            shares = {f"free_{b}_percent": 100 * free[f"free_{b}_km"] / km for b in ("min", "max")}
            row = {"species": name, "scenario": scenario, "once_km": once, "length_km": km}
            rows.append({**row, **free, **shares})
    return pd.DataFrame(rows)
