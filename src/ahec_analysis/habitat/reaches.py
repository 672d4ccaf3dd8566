"""Habitat of fish: reaches of the river network between limits of size, fall, basin and dams, in kilometres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import connectivity
from ahec_analysis.connectivity import dams as barred
from ahec_analysis.connectivity import scenarios as scenarios_of
from ahec_analysis.errors import ParameterError
from ahec_analysis.habitat import species as taxa
from ahec_analysis.habitat.niche import Membership, combined
from ahec_analysis.habitat.suitability import THRESHOLD
from ahec_analysis.territory.ahec import EQUAL_AREA


def network(rivers: gpd.GeoDataFrame | None = None, dams: pd.DataFrame | None = None) -> gpd.GeoDataFrame:
    """Return the network cut at dams (by default of today), with what fish models read; EPSG:4326.

    ``river_size`` is log10 of upstream km², ``elevation`` the mean of both ends (m), ``gradient`` the fall of
    the whole reach (m per km); ``attrs["dams_without_place"]`` counts the dams that are no barriers because
    they have no place.
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

    Examples
    --------
    >>> found = habitat("kaluga")
    >>> found.loc[found["name"] == "Amgun", "is_habitat"].any()
    np.False_
    """
    taxon = taxa.find(species) if isinstance(species, str) else species
    if not taxon.lives_in_rivers:
        raise ParameterError(f"{taxon.name} does not live in rivers; use ahec_analysis.habitat.suitability")
    rivers = network() if cut is None else cut
    values = {
        m.variable: rivers[m.variable].to_numpy(float) for m in taxon.memberships if m.variable in rivers
    }
    index = _least(taxon.memberships, values)
    without_dams = [m for m in taxon.memberships if m.variable != "open_to_sea"]
    once = _least(without_dams, values)
    presence = _presence(rivers, taxon)
    inside = np.isin(presence, taxa.HERE)
    found = rivers.assign(
        presence=presence,
        in_range=inside,
        suitability=np.where(inside, index, 0.0),
        is_habitat=inside & (index >= threshold),
        was_habitat=(presence != "") & (once >= threshold),
    )
    found.attrs = dict(rivers.attrs)
    return found


def _least(parts: Sequence[Membership], values: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the least of the memberships of each reach, leaving out those whose variable is not known there."""
    index = np.asarray(combined(parts, values))
    if (gaps := np.isnan(index)).any():
        known = [m for m in parts if not np.isnan(values[m.variable][gaps]).any()]
        index[gaps] = combined(known, {m.variable: values[m.variable][gaps] for m in known})
    return index


def _presence(cut: gpd.GeoDataFrame, taxon: taxa.Species) -> np.ndarray:
    """Return what the species is listed as on each reach, the first row of the table that holds it."""
    units = taxa.range_units(taxon.species_id)
    middle = shapely.line_interpolate_point(cut.geometry.to_numpy(), 0.5, normalized=True)
    out = np.full(len(cut), "", dtype=object)
    for row in units.itertuples():
        if row.unit_kind == "basin" and not row.within:
            here = (cut["basin_id"] == row.unit_id).to_numpy()
        else:
            here = shapely.intersects(row.geometry, middle)
        out[here & (out == "")] = row.presence
    return out


def representation(found: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the km of each reach of habitat and how many run through (flat) protected pieces."""
    lines = found[found["is_habitat"]].reset_index(drop=True)
    shapes = lines.geometry.to_crs(EQUAL_AREA)
    land = pieces[~(pieces.geometry.isna() | pieces.geometry.is_empty)].to_crs(EQUAL_AREA)
    one, two = land.sindex.query(shapes, predicate="intersects")
    cut = shapely.intersection(shapes.to_numpy()[one], land.geometry.to_numpy()[two])
    share = shapely.length(cut) / shapely.length(shapes.to_numpy()[one])
    held = np.zeros(len(lines))
    np.add.at(held, one, share * lines["length_km"].to_numpy()[one])
    out = pd.DataFrame(lines[["reach_id", "name", "basin_id", "strahler", "state"]])
    out["habitat_km"] = lines["length_km"]
    return out.assign(protected_km=np.minimum(held, out["habitat_km"]))


def in_scenarios(rivers: barred.Rivers, scenarios: Sequence[str] = tuple(barred.SCENARIOS)) -> pd.DataFrame:
    """Return the kilometres of each fish's reaches that are open to the sea in each scenario.

    The reaches are those of the reports on species, :func:`habitat`, as they would suit the
    fish without dams. The dams of today stand at their points, as there.

    Parameters
    ----------
    rivers : Rivers
        From :func:`ahec_analysis.connectivity.dams.on_network`.
    scenarios : sequence of str
        Names of :data:`ahec_analysis.connectivity.dams.SCENARIOS`.

    Returns
    -------
    DataFrame
        ``species``, ``scenario``, ``once_km`` (with the basins it is listed as gone from or unconfirmed in),
        ``length_km``, ``free_min_km``, ``free_max_km``, ``free_min_percent`` and ``free_max_percent``.
    """
    undammed = network(rivers.reaches, rivers.located.head(0))
    focal = taxa.focal()
    names = focal.loc[(focal["group"] == "fish") & focal["slug"].isin(taxa.modelled()), "common_name_en"]
    fit = {name: habitat(name, undammed) for name in names}
    suited = {name: found.query("is_habitat") for name, found in fit.items()}
    once = {name: found.query("was_habitat")["length_km"].sum() for name, found in fit.items()}
    rows = []
    for scenario in scenarios:
        at = ("", "") if scenario == "today" else ("max", "min")
        for name, found in suited.items():
            km = found["length_km"].sum()
            free = scenarios_of.free_range(rivers, scenario, found["reach_id"], at)
            shares = {f"free_{b}_percent": 100 * free[f"free_{b}_km"] / km for b in ("min", "max")}
            row = {"species": name, "scenario": scenario, "once_km": once[name], "length_km": km}
            rows.append({**row, **free, **shares})
    return pd.DataFrame(rows).sort_values("species", kind="stable", ignore_index=True)
