"""Habitat of fish: reaches of the river network between limits of size, fall, basin and dams, in kilometres."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import connectivity
from ahec_analysis import dams as barred
from ahec_analysis import species as taxa
from ahec_analysis.errors import ParameterError, SchemaError
from ahec_analysis.habitat import THRESHOLD
from ahec_analysis.niche import combined
from ahec_analysis.territory import EQUAL_AREA


def network(rivers: gpd.GeoDataFrame | None = None, dams: pd.DataFrame | None = None) -> gpd.GeoDataFrame:
    """Return the river network cut at dams, with what fish models read.

    Parameters
    ----------
    rivers : GeoDataFrame, optional
        The network, as :func:`ahec_analysis.dams.reaches` returns it.
    dams : DataFrame, optional
        Dams with ``lat``, ``lon`` and ``river``; by default :func:`ahec_analysis.dams.today`. Dams that cannot be placed
        on the network are no barriers; ``attrs["dams_without_place"]`` counts them.

    Returns
    -------
    GeoDataFrame
        Reaches with ``river_size`` (log10 of upstream km²), ``elevation`` (m, mean of both ends), ``gradient`` (m fall per km of
        the whole reach, missing where the fall is not known), ``open_to_sea`` (1 where no standing dam lies between the reach and the sea), ``state``
        ("free", "dammed", "closed", "leaves") and ``first_dam`` below; lines in EPSG:4326.
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
    season: str = "",
    threshold: float = THRESHOLD,
) -> gpd.GeoDataFrame:
    """Return the river network with how suitable each reach is for a fish.

    The memberships of the parameter table are read against the columns of the network and combined by their
    geometric mean; a variable that is not known for a reach is left out there. The range is a set of basins,
    provinces or districts.

    Parameters
    ----------
    species : str or Species
        A fish.
    cut : GeoDataFrame, optional
        What :func:`network` returns.
    season : str
        As in :func:`ahec_analysis.species.find`.
    threshold : float
        Suitability from which a reach is habitat.

    Returns
    -------
    GeoDataFrame
        The network with ``suitability`` (0 outside the range), ``in_range`` and ``is_habitat``.

    Raises
    ------
    ParameterError
        If the species does not live in rivers, or has no model.

    Examples
    --------
    >>> found = habitat("kaluga")
    >>> found.loc[found["name"] == "Amgun", "is_habitat"].any()
    np.False_
    """
    taxon = taxa.find(species, season) if isinstance(species, str) else species
    if not taxon.lives_in_rivers:
        raise ParameterError(f"{taxon.name} does not live in rivers; use ahec_analysis.habitat.suitability")
    rivers = network() if cut is None else cut
    values = {
        m.variable: rivers[m.variable].to_numpy(float) for m in taxon.memberships if m.variable in rivers
    }
    index = combined(taxon.memberships, values)
    if (gaps := np.isnan(index)).any():
        known = [m for m in taxon.memberships if not np.isnan(values[m.variable][gaps]).any()]
        index[gaps] = combined(known, {m.variable: values[m.variable][gaps] for m in known})
    inside = _in_range(rivers, taxon)
    found = rivers.assign(
        suitability=np.where(inside, index, 0.0), in_range=inside, is_habitat=inside & (index >= threshold)
    )
    found.attrs = dict(rivers.attrs)
    return found


def _in_range(cut: gpd.GeoDataFrame, taxon: taxa.Species) -> np.ndarray:
    units = taxa.range_rows(taxon.species_id, taxon.season)
    basins = units[(units["unit_kind"] == "basin") & (units["within"] == "")]["unit_id"]
    inside = np.asarray(cut["basin_id"].isin(basins))
    others = units.index.difference(basins.index)
    if len(others):
        shapes = taxa.range_units(taxon.species_id, taxon.season).loc[others].geometry
        area = shapely.union_all(shapes.to_numpy())
        shapely.prepare(area)
        inside |= shapely.intersects(area, cut.geometry.interpolate(0.5, normalized=True).to_numpy())
    return inside


def representation(
    found: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame, *, by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return the kilometres of habitat of each reach and how many of them run through protected land.

    Parameters
    ----------
    found : GeoDataFrame
        What :func:`habitat` returns.
    pieces : GeoDataFrame
        Protected land cut so that nothing overlaps, as ``coverage.partition`` returns it.
    by : str or sequence of str
        Columns of ``pieces`` to split the protected kilometres by.

    Returns
    -------
    DataFrame
        One row for each reach of habitat (and class of ``by``): ``reach_id``, ``basin_id``, ``strahler``,
        ``state``, the ``by`` columns, ``habitat_km`` and ``protected_km``.

    Raises
    ------
    SchemaError
        If a column of ``by`` is missing.
    """
    keys = [by] if isinstance(by, str) else list(by)
    missing = [key for key in keys if key not in pieces]
    if missing:
        raise SchemaError(f"`pieces` has no column {', '.join(missing)}")
    lines = found[found["is_habitat"]].reset_index(drop=True)
    shapes = lines.geometry.to_crs(EQUAL_AREA)
    land = pieces[~(pieces.geometry.isna() | pieces.geometry.is_empty)].to_crs(EQUAL_AREA)
    one, two = land.sindex.query(shapes, predicate="intersects")
    cut = shapely.intersection(shapes.to_numpy()[one], land.geometry.to_numpy()[two])
    share = shapely.length(cut) / shapely.length(shapes.to_numpy()[one])
    parts = pd.DataFrame({key: land[key].to_numpy()[two] for key in keys})
    parts["line"] = one
    parts["protected_km"] = share * lines["length_km"].to_numpy()[one]
    held = parts.groupby(["line", *keys], dropna=False, as_index=False)["protected_km"].sum()
    out = pd.DataFrame(lines[["reach_id", "name", "basin_id", "strahler", "state"]]).assign(
        line=range(len(lines)), habitat_km=lines["length_km"]
    )
    out = out.merge(held, on="line", how="left").drop(columns="line")
    out["protected_km"] = np.minimum(out["protected_km"].fillna(0.0), out["habitat_km"])
    return out
