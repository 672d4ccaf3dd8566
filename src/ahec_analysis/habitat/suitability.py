"""Suitability of the land for species, the ground it makes up, and how much of that is protected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import exactextract
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import xarray as xr
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.transform import array_bounds
from scipy.ndimage import label

from ahec_analysis.coverage.overlay import polygonal
from ahec_analysis.errors import DataError, ParameterError, SchemaError
from ahec_analysis.habitat import covariates as grids
from ahec_analysis.habitat import species as taxa
from ahec_analysis.habitat.extent import aoo, eoo
from ahec_analysis.habitat.niche import Membership, combined
from ahec_analysis.habitat.targets import target_share, with_shares
from ahec_analysis.territory.ahec import EQUAL_AREA

__all__ = ["aoo", "area_of_habitat", "eoo", "representation", "suitability", "target_share", "zonal"]

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)
"""Suitabilities from which a cell can be said to count; none has a meaning in nature, so reports show the first to the last."""
THRESHOLD = 0.7
"""The middle of them, for maps and tables that need one."""
NEARBY = "landcover_nearby"
"""Variable of class scores averaged over 10 km, for species whose range spans many cells."""
_EIGHT = np.ones((3, 3), dtype=int)
_DIMS = ("y", "x")


def suitability(
    species: str | taxa.Species,
    covariates: xr.Dataset,
    *,
    area: gpd.GeoSeries | gpd.GeoDataFrame | NDArray[np.bool_] | None = None,
    threshold: float = THRESHOLD,
) -> xr.DataArray:
    """Return an expert index of how suitable each cell is for a species, 0 to 1, inside its range.

    The limiting factor: the least of one membership for each variable (a trapezoid, or a score for each land-cover
    class), so that a variable which suits everywhere changes nothing. Outside the range it is 0. A patch of cells at
    or above ``threshold`` that is smaller than the species' minimum patch is marginal at best: its cells are
    held just below the threshold.

    Parameters
    ----------
    species : str or Species
        A name or identifier, or what :func:`ahec_analysis.habitat.species.find` returns.
    covariates : Dataset
        Variables on one grid, as :func:`ahec_analysis.habitat.covariates.load` returns them. Dask arrays are worked
        through lazily, without the patch rule and the neighbourhood of land cover, which need the whole grid.
    area : GeoSeries, GeoDataFrame or array of bool, optional
        The range as polygons or as cells of the grid, instead of that of species_ranges.csv.
    threshold : float
        Suitability that makes a patch.

    Returns
    -------
    DataArray
        Float32 on ``y``, ``x``, missing at sea and where a covariate is missing; coordinate ``in_range``
        (bool). Attributes: ``species_id``, ``variables`` used, ``not_used`` (marked for the model
        but not among the covariates), ``unknown_km2`` (nodata inside the range), ``small_patches`` and
        ``small_patches_km2`` (held below the threshold), ``crs``, ``transform``.

    Raises
    ------
    ParameterError
        If the species does not exist, has no model, or lives in rivers.
    DataError
        If the covariates do not cover the range, or none of the variables is among them.

    References
    ----------
    U.S. Fish and Wildlife Service (1981), Standards for the development of habitat suitability index models
    (limiting factor).

    Examples
    --------
    >>> tiger = suitability("amur-tiger", grids.load())
    >>> bool(tiger.sel(y=45.2, x=136.2, method="nearest") > tiger.sel(y=45.2, x=113.0, method="nearest"))
    True
    """
    taxon = taxa.find(species) if isinstance(species, str) else species
    if taxon.lives_in_rivers:
        raise ParameterError(f"{taxon.name} lives in rivers; use ahec_analysis.habitat.reaches.habitat")
    used = [m for m in taxon.memberships if _source(m) in covariates or m.variable in grids.DERIVED]
    if not used:
        wanted = ", ".join(m.variable for m in taxon.memberships)
        raise DataError(f"the covariates hold none of the variables of {taxon.name}: {wanted}")
    reach = taxa.range_area(taxon.species_id) if area is None else area
    in_range = reach if isinstance(reach, np.ndarray) else grids.inside(covariates, reach)
    coords = {"y": covariates["y"], "x": covariates["x"]}
    attrs = {
        "species_id": taxon.species_id,
        "variables": ", ".join(m.variable for m in used),
        "not_used": ", ".join(m.variable for m in taxon.memberships if m not in used),
        "crs": covariates.attrs["crs"],
        "transform": tuple(grids.transform_of(covariates))[:6],
    }
    mask = xr.DataArray(in_range, coords, _DIMS)
    if any(covariates[_source(m)].chunks for m in used if _source(m) in covariates):
        return _lazily(covariates, used, mask).assign_attrs(attrs)
    ready = [_ready(covariates, m) for m in used]
    values = combined([m for m, _ in ready], {m.variable: layer for m, layer in ready})
    unknown = np.isnan(values)
    lost = in_range & unknown
    np.copyto(values, 0, where=~(in_range | unknown))
    cells = grids.cell_km2(covariates).to_numpy() if lost.any() or taxon.min_patch_km2 > 0 else None
    attrs["unknown_km2"] = float(cells[lost].sum()) if cells is not None else 0.0
    attrs |= _without_small_patches(values, cells, taxon.min_patch_km2, threshold)
    return xr.DataArray(values, coords, _DIMS, "suitability", attrs).assign_coords(in_range=mask)


def _source(membership: Membership) -> str:
    """Return the covariate that a membership reads."""
    return "landcover" if membership.variable == NEARBY else membership.variable


def _ready(covariates: xr.Dataset, membership: Membership) -> tuple[Membership, NDArray[Any]]:
    """Return a membership with the values it is to be read against."""
    name = _source(membership)
    if name not in covariates:
        return membership, grids.position(covariates, name).to_numpy()
    values = covariates[name].to_numpy()
    if membership.variable != NEARBY:
        return membership, values
    score = membership(values)
    nearby = grids.around(covariates, score)
    # What is unsuitable itself, such as a lake, stays so amid good land.
    nearby[score == 0] = 0
    return Membership(membership.parameter_id, NEARBY, "1", (0.0, 1.0, np.nan, np.nan)), nearby


def _lazily(covariates: xr.Dataset, used: Sequence[Membership], mask: xr.DataArray) -> xr.DataArray:
    """Return suitability of Dask arrays block by block; the neighbourhood of a cell is the cell itself."""
    layers = [
        covariates[_source(m)] if _source(m) in covariates else grids.position(covariates, m.variable)
        for m in used
    ]
    names = [m.variable for m in used]
    found = xr.apply_ufunc(
        lambda *arrays: combined(used, dict(zip(names, arrays, strict=True))),
        *layers,
        dask="parallelized",
        output_dtypes=[np.float32],
    )
    masked: xr.DataArray = found.where(mask | np.isnan(found), 0)
    return masked.assign_coords(in_range=mask).rename("suitability")


def _without_small_patches(
    values: NDArray[np.float32], cells: NDArray[np.float64] | None, least_km2: float, threshold: float
) -> dict[str, float]:
    """Hold the cells of small patches just below the threshold, in place; return how many and how large."""
    if cells is None or np.isnan(least_km2):
        return {"small_patches": 0, "small_patches_km2": 0.0}
    numbers, count = label(values >= threshold, structure=_EIGHT)
    good = np.flatnonzero(numbers)
    patch = numbers.ravel()[good]
    size = np.bincount(patch, weights=cells.ravel()[good], minlength=count + 1)
    small = size < least_km2
    small[0] = False
    if small.any():
        values.ravel()[good[small[patch]]] = np.nextafter(np.float32(threshold), np.float32(0))
    return {"small_patches": int(small.sum()), "small_patches_km2": float(size[small].sum())}


def area_of_habitat(
    suitable: xr.DataArray, units: gpd.GeoDataFrame | None = None, *, threshold: float = THRESHOLD
) -> pd.DataFrame:
    """Return the range of a species, the part of it at or above a threshold, and its share.

    Parameters
    ----------
    suitable : DataArray
        What :func:`suitability` returns.
    units : GeoDataFrame, optional
        Polygons that do not overlap, any CRS; every other column names them.
    threshold : float
        Suitability from which a cell counts.

    Returns
    -------
    DataFrame
        The columns of ``units``, ``range_km2``, ``unknown_km2`` (nodata in the range), ``habitat_km2`` and
        ``prevalence`` (of the range, NaN without one); one row without ``units``.
    """
    layers = amounts(suitable, threshold)
    if units is None:
        out = pd.DataFrame([{name: float(np.nansum(values)) for name, values in layers.items()}])
    else:
        names = pd.DataFrame(units[[c for c in units.columns if c != units.geometry.name]])
        out = pd.concat([names.reset_index(drop=True), zonal(suitable, layers, units)], axis=1)
    return out.assign(prevalence=out["habitat_km2"] / out["range_km2"].where(out["range_km2"] > 0))


def amounts(suitable: xr.DataArray, threshold: float) -> dict[str, NDArray[np.float64]]:
    """Return km² of each cell that are range, unknown, and at or above the threshold."""
    if "in_range" not in suitable.coords:
        raise SchemaError("`suitable` has no coordinate `in_range`; take what habitat.suitability returns")
    cells = grids.cell_km2(suitable).to_numpy()
    values, in_range = suitable.to_numpy(), suitable["in_range"].to_numpy()
    known = in_range & ~np.isnan(values)
    return {
        "range_km2": np.where(known, cells, 0.0),
        "unknown_km2": np.where(in_range & ~known, cells, 0.0),
        "habitat_km2": np.where(known & (values >= threshold), cells, 0.0),
    }


def zonal(
    grid: xr.DataArray, layers: dict[str, NDArray[np.float64]], units: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Return the sum of each layer over each polygon; a cell cut by an outline counts by its part inside."""
    transform = grids.transform_of(grid)
    rows, columns = grid.sizes["y"], grid.sizes["x"]
    west, south, east, north = array_bounds(rows, columns, transform)
    wkt = CRS.from_user_input(grid.attrs["crs"]).to_wkt()
    sources = [
        exactextract.raster.NumPyRasterSource(
            values, name=name, xmin=west, ymin=south, xmax=east, ymax=north, srs_wkt=wkt
        )
        for name, values in layers.items()
    ]
    shapes = (
        units.geometry.segmentize(0.05)
        if units.crs and units.crs.is_geographic
        else units.geometry.segmentize(5_000)
    )
    frame = gpd.GeoDataFrame({"row": range(len(units))}, geometry=shapes.to_numpy(), crs=units.crs)
    # Slivers can turn inside out on the way to another CRS, and would count their cells twice.
    frame = frame.to_crs(grid.attrs["crs"])
    frame = frame.set_geometry(polygonal(frame.geometry.to_numpy()), crs=grid.attrs["crs"])
    found = ~(frame.geometry.is_empty | frame.geometry.isna())
    out = pd.DataFrame(0.0, index=range(len(units)), columns=list(layers))
    if found.any():
        sums = exactextract.exact_extract(
            sources, frame[found], ["sum"], include_cols=["row"], output="pandas"
        )
        for name in layers:
            column = f"{name}_sum" if len(layers) > 1 else "sum"
            out.loc[sums["row"], name] = sums[column].to_numpy()
    return out.fillna(0.0)


def representation(
    suitable: xr.DataArray,
    pieces: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame | None = None,
    *,
    threshold: float = THRESHOLD,
) -> pd.DataFrame:
    """Return how much of the suitable ground of a species is protected.

    Parameters
    ----------
    suitable : DataArray
        What :func:`suitability` returns.
    pieces : GeoDataFrame
        Protected land cut so that nothing overlaps, as ``coverage.partition`` returns it; pieces without
        geometry protect nothing.
    units : GeoDataFrame, optional
        Polygons that do not overlap, any CRS; every other column names them. Ground outside them is left out.
    threshold : float
        Suitability from which a cell counts.

    Returns
    -------
    DataFrame
        The columns of ``units``, ``habitat_km2``, ``protected_km2`` and ``protected_percent`` (NaN without habitat).
    """
    layer = {"habitat_km2": amounts(suitable, threshold)["habitat_km2"]}
    if units is None:
        whole = gpd.GeoDataFrame(geometry=pieces.geometry.dropna().to_numpy(), crs=pieces.crs)
        held = float(zonal(suitable, layer, whole[~whole.geometry.is_empty])["habitat_km2"].sum())
        total = float(layer["habitat_km2"].sum())
        return with_shares(pd.DataFrame({"habitat_km2": [total], "protected_km2": [min(held, total)]}))
    out = protected(suitable, layer, pieces, units)
    return with_shares(out.rename(columns={"habitat_km2_protected": "protected_km2"}))


def protected(
    grid: xr.DataArray,
    layers: dict[str, NDArray[np.float64]],
    pieces: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
) -> pd.DataFrame:
    """Return each layer summed over each unit, all of it and, in ``<layer>_protected``, its part in the pieces."""
    land = pieces[~(pieces.geometry.isna() | pieces.geometry.is_empty)]
    names = pd.DataFrame(units[[c for c in units.columns if c != units.geometry.name]])
    sums = zonal(grid, layers, units)
    zones = gpd.GeoDataFrame({"unit": range(len(units))}, geometry=units.geometry.to_numpy(), crs=units.crs)
    parts = _crossed(land[["geometry"]], zones[sums.sum(axis=1).to_numpy() > 0])
    held = zonal(grid, layers, parts).groupby(parts["unit"].to_numpy()).sum()
    held = held.reindex(range(len(units)), fill_value=0.0)
    held = held.clip(upper=sums).add_suffix("_protected")
    return pd.concat([names.reset_index(drop=True), sums, held], axis=1)


def _crossed(land: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    pieces, areas = land.to_crs(EQUAL_AREA), zones.to_crs(EQUAL_AREA)
    one, two = areas.sindex.query(pieces.geometry, predicate="intersects")
    cut = polygonal(shapely.intersection(pieces.geometry.to_numpy()[one], areas.geometry.to_numpy()[two]))
    parts = pd.DataFrame(pieces.drop(columns="geometry")).iloc[one].reset_index(drop=True)
    parts["unit"] = areas["unit"].to_numpy()[two]
    return gpd.GeoDataFrame(parts, geometry=cut, crs=EQUAL_AREA)
