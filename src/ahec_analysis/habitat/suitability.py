"""Suitability of the land for species, the ground it makes up, and how much of that is protected."""

from __future__ import annotations

from collections.abc import Sequence

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

from ahec_analysis import expect
from ahec_analysis.data.polygons import polygonal
from ahec_analysis.errors import DataError, ParameterError, SchemaError
from ahec_analysis.habitat import covariates as grids
from ahec_analysis.habitat import species as taxa
from ahec_analysis.habitat.niche import Membership, combined
from ahec_analysis.territory.ahec import EQUAL_AREA

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)
"""Suitabilities from which a cell can be said to count; none has a meaning in nature, so reports show the first to the last."""
THRESHOLD = 0.7
"""The middle of them, for maps and tables that need one."""
NEARBY = "landcover_nearby"
"""Variable of class scores averaged over 10 km, for species whose range spans many cells."""
TARGETS = ((1_000.0, 1.0), (250_000.0, 0.1))
"""Ground (km²) and the share of it that should be protected, at both ends of the scale."""


def suitability(
    species: str | taxa.Species,
    covariates: xr.Dataset,
    *,
    area: gpd.GeoSeries | gpd.GeoDataFrame | NDArray[np.bool_] | None = None,
    threshold: float = THRESHOLD,
) -> xr.DataArray:
    """Return an expert index of how suitable each cell is for a species, 0 to 1, inside its range.

    The limiting factor: the least of one membership for each variable (a trapezoid, or a score for each land-cover
    class), so that a variable which suits everywhere changes nothing (U.S. Fish and Wildlife Service 1981, Standards
    for the development of habitat suitability index models). A patch of cells at or above ``threshold`` that is
    smaller than the species' minimum patch is marginal at best: its cells are held just below the threshold.

    Parameters
    ----------
    species
        A name or identifier, or what :func:`ahec_analysis.habitat.species.find` returns; not a fish.
    covariates
        Variables on one grid whose CRS ``.rio.crs`` knows, as :func:`ahec_analysis.habitat.covariates.load` returns
        them. Dask arrays are worked through lazily, without the patch rule and the neighbourhood of land cover, which
        need the whole grid.
    area
        The range as polygons or as cells of the grid, instead of that of species_ranges.csv.
    threshold
        Suitability that makes a patch.

    Returns
    -------
    DataArray
        Float32 on the grid of the covariates, 0 outside the range, missing at sea and where a covariate is missing;
        coordinate ``in_range`` (bool). Attributes: ``species_id``, ``variables`` used, ``not_used`` (marked for the
        model but not among the covariates), ``unknown_km2`` (nodata inside the range), ``small_patches`` and
        ``small_patches_km2`` (held below the threshold).

    Examples
    --------
    >>> tiger = suitability("amur-tiger", grids.load())
    >>> bool(tiger.sel(y=45.2, x=136.2, method="nearest") > tiger.sel(y=45.2, x=113.0, method="nearest"))
    True
    """
    taxon = taxa.find(species) if isinstance(species, str) else species
    if taxon.lives_in_rivers:
        raise ParameterError(f"{taxon.name} lives in rivers; use ahec_analysis.habitat.reaches.habitat")
    ready = [pair for m in taxon.memberships if (pair := _ready(covariates, m))]
    parts, names = [m for m, _ in ready], [m.variable for m, _ in ready]
    wanted = [m.variable for m in taxon.memberships]
    if not ready:
        raise DataError(f"the covariates hold none of the variables of {taxon.name}: {', '.join(wanted)}")
    expect.projected(covariates.rio, "covariates.rio")
    reach = taxa.range_area(taxon.species_id) if area is None else area
    in_range = reach if isinstance(reach, np.ndarray) else grids.inside(covariates, reach)
    mask = xr.DataArray(in_range, {"y": covariates["y"], "x": covariates["x"]}, ("y", "x"))
    found: xr.DataArray = xr.apply_ufunc(
        lambda *arrays: combined(parts, dict(zip(names, arrays, strict=True))),
        *(layer for _, layer in ready),
        dask="parallelized",
        output_dtypes=[np.float32],
    )
    found = found.rename("suitability").assign_coords(in_range=mask).drop_attrs(deep=False)
    found.attrs = {
        "species_id": taxon.species_id,
        "variables": ", ".join(names),
        "not_used": ", ".join(name for name in wanted if name not in names),
    }
    if found.chunks:
        return found.where(mask | np.isnan(found), 0)
    values = found.to_numpy()
    unknown = np.isnan(values)
    np.copyto(values, 0, where=~(in_range | unknown))
    cells = grids.cell_km2(covariates).to_numpy()
    found.attrs["unknown_km2"] = float(cells[in_range & unknown].sum())
    return found.assign_attrs(_without_small_patches(values, cells, taxon.min_patch_km2, threshold))


def _ready(covariates: xr.Dataset, membership: Membership) -> tuple[Membership, xr.DataArray] | None:
    """Return a membership with the layer it is to be read against, None without one."""
    nearby = membership.variable == NEARBY
    name = "landcover" if nearby else membership.variable
    if name not in covariates and name not in grids.DERIVED:
        return None
    layer = covariates[name] if name in covariates else grids.position(covariates, name)
    if not nearby or layer.chunks:
        return membership, layer
    score = membership(layer.to_numpy())
    # What is unsuitable itself, such as a lake, stays so amid good land.
    around = np.where(score == 0, 0, grids.around(covariates, score))
    scored = Membership(membership.parameter_id, NEARBY, "1", (0.0, 1.0, np.nan, np.nan))
    return scored, layer.copy(data=around)


def _without_small_patches(
    values: NDArray[np.float32], cells: NDArray[np.float64], least_km2: float, threshold: float
) -> dict[str, float]:
    """Hold the cells of small patches just below the threshold, in place; return how many and how large."""
    if np.isnan(least_km2):
        return {"small_patches": 0, "small_patches_km2": 0.0}
    numbers, count = patches(values >= threshold)
    good = np.flatnonzero(numbers)
    patch = numbers.ravel()[good]
    size = np.bincount(patch, weights=cells.ravel()[good], minlength=count + 1)
    small = size < least_km2
    small[0] = False
    values.ravel()[good[small[patch]]] = np.nextafter(np.float32(threshold), np.float32(0))
    return {"small_patches": int(small.sum()), "small_patches_km2": float(size[small].sum())}


def patches(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int32], int]:
    """Return the number of the patch of each cell, 0 outside, and how many there are; cells join at edges and corners."""
    return label(mask, structure=np.ones((3, 3), dtype=int))  # type: ignore[no-any-return]


def area_of_habitat(
    suitable: xr.DataArray, units: gpd.GeoDataFrame | None = None, *, threshold: float = THRESHOLD
) -> pd.DataFrame:
    """Return the range of a species, the part of it at or above a threshold, and its share.

    Parameters
    ----------
    suitable
        What :func:`suitability` returns.
    units
        Polygons that do not overlap, any CRS; every other column names them. Without any there is one row.
    threshold
        Suitability from which a cell counts.

    Returns
    -------
    DataFrame
        The columns of ``units``, ``range_km2``, ``unknown_km2`` (nodata in the range), ``habitat_km2`` and
        ``prevalence`` (of the range, NaN without one).
    """
    layers = amounts(suitable, threshold)
    if units is None:
        out = pd.DataFrame({name: [float(np.nansum(values))] for name, values in layers.items()})
    else:
        out = _named(units).join(zonal(suitable, layers, units))
    return out.assign(prevalence=out["habitat_km2"] / out["range_km2"].where(out["range_km2"] > 0))


def _named(units: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(units.drop(columns=units.geometry.name)).reset_index(drop=True)


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
    west, south, east, north = array_bounds(*grid.rio.shape, grid.rio.transform())
    wkt = CRS(grid.rio.crs).to_wkt()
    sources = [
        exactextract.raster.NumPyRasterSource(
            values, name=name, xmin=west, ymin=south, xmax=east, ymax=north, srs_wkt=wkt
        )
        for name, values in layers.items()
    ]
    step = 0.05 if units.crs and units.crs.is_geographic else 5_000
    shapes = units.geometry.segmentize(step).set_axis(range(len(units))).to_crs(grid.rio.crs)
    # Slivers can turn inside out on the way to another CRS, and would count their cells twice.
    shapes = gpd.GeoSeries(polygonal(shapes.to_numpy()), shapes.index, crs=shapes.crs)
    shapes = shapes[~(shapes.is_empty | shapes.isna())]
    out = pd.DataFrame(0.0, index=range(len(units)), columns=list(layers))
    if len(shapes):
        frame = gpd.GeoDataFrame({"row": shapes.index}, geometry=shapes.to_numpy(), crs=shapes.crs)
        sums = exactextract.exact_extract(sources, frame, ["sum"], include_cols=["row"], output="pandas")
        out.loc[sums["row"]] = sums.drop(columns="row").to_numpy()
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
    suitable, threshold
        As in :func:`area_of_habitat`.
    pieces
        Protected land cut so that nothing overlaps, as ``coverage.partition`` returns it; pieces without
        geometry protect nothing.
    units
        Polygons that do not overlap, any CRS; every other column names them. Ground outside them is left out.

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
    sums = zonal(grid, layers, units)
    held = pieces.geometry[~(pieces.geometry.isna() | pieces.geometry.is_empty)].to_crs(EQUAL_AREA)
    zones = units.geometry.set_axis(range(len(units)))[sums.sum(axis=1) > 0].to_crs(EQUAL_AREA)
    one, two = zones.sindex.query(held, predicate="intersects")
    cut = polygonal(shapely.intersection(held.to_numpy()[one], zones.to_numpy()[two]))
    parts = zonal(grid, layers, gpd.GeoDataFrame(geometry=cut, crs=EQUAL_AREA))
    parts = parts.groupby(zones.index[two]).sum().reindex(range(len(units)), fill_value=0.0)
    return _named(units).join(sums).join(parts.clip(upper=sums).add_suffix("_protected"))


def target_share(habitat_km2: pd.Series) -> pd.Series:
    """Return the share of the habitat that should be protected: all up to 1,000 km², a tenth from 250,000 km².

    Between them it falls in a straight line with the logarithm of the area (Rodrigues et al. 2004, Global gap analysis,
    BioScience 54, 1092-1100); a target for all the ground of a species, not for a part of it.

    Examples
    --------
    >>> (100 * target_share(pd.Series([500.0, 10_000.0, 50_000.0, 1e6]))).round(1).tolist()
    [100.0, 62.5, 36.2, 10.0]
    """
    areas, shares = zip(*TARGETS, strict=True)
    logs = np.log10(np.maximum(habitat_km2.to_numpy(dtype=float), 1e-9))
    return pd.Series(np.interp(logs, np.log10(areas), shares), habitat_km2.index, name="target_share")


def with_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of habitat and protected habitat, in km² or km, with ``protected_percent``, missing without habitat."""
    unit = "km2" if "habitat_km2" in rows else "km"
    whole = rows[f"habitat_{unit}"]
    return rows.assign(protected_percent=100 * rows[f"protected_{unit}"] / whole.where(whole > 0))


def summed(rows: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return the sums of the amounts (``…_km2`` or ``…_km``) of each group, with shares, largest habitat first."""
    columns = [c for c in rows.columns if c.endswith(("_km2", "_km"))]
    groups = rows.groupby(list(keys), sort=False, as_index=False)[columns].sum()
    groups = groups[groups[columns].sum(axis=1) > 0]
    first = "habitat_km2" if "habitat_km2" in rows else "habitat_km"
    return with_shares(groups.sort_values(first, ascending=False, ignore_index=True))
