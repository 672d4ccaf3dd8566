"""The assessment of one species: suitable ground or reaches where it is listed, and how much of that is protected."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio.features
import shapely
import xarray as xr
from numpy.typing import NDArray
from scipy.ndimage import label

from ahec_analysis import coverage, data, territory
from ahec_analysis import habitat as cells
from ahec_analysis.coverage import places, sites, sums
from ahec_analysis.data.layers import EQUAL_AREA, area_km2
from ahec_analysis.habitat import covariates as grids
from ahec_analysis.habitat import reaches, sensitivity
from ahec_analysis.habitat import species as taxa
from ahec_analysis.habitat.targets import summed, target_share, with_shares

_EIGHT = np.ones((3, 3), dtype=int)
_KEYS = {"country": ["country"], "province": ["country", "province"], "basin": ["basin"]}


@dataclass(frozen=True)
class Protection:
    """The protected areas of a report, and the ground they cover cut so that nothing overlaps."""

    found: sites.Sites
    pieces: gpd.GeoDataFrame


def protection(source: str = "auto", *, year: int | None = None, min_confidence: str = "low") -> Protection:
    """Return the protected areas of a source; where shapes cross, the strictest class keeps the ground.

    Parameters
    ----------
    source, year, min_confidence
        As in :func:`ahec_analysis.coverage.sites.sites`.

    Examples
    --------
    >>> held = protection("inventory", year=1990)
    >>> len(held.pieces) <= len(held.found.areas)
    True
    """
    found = sites.sites(source, year=year, min_confidence=min_confidence)
    if found.exact:
        return Protection(found, found.pieces("designation"))
    rank = data.table("designation_classes").set_index("designation")["strictness"]
    shapes = sums.pieces(found.areas, found.footprints)
    shapes = shapes.assign(strictness=shapes["designation"].map(rank))
    shapes = shapes[shapes.geometry.notna() & ~shapes.geometry.is_empty]
    return Protection(found, coverage.partition(shapes, priority=("strictness", "year")))


@dataclass(frozen=True)
class Assessment(ABC):
    """What is known of one species' habitat inside the complex; the base of both kinds.

    ``unit`` ends the names of amount columns: "km2" on land, "km" in rivers.
    """

    taxon: taxa.Species
    protection: Protection
    threshold: float

    @property
    def unit(self) -> str:
        """Return "km2" or "km"."""
        return "km" if self.taxon.lives_in_rivers else "km2"

    @cached_property
    def own(self) -> Self:
        """Return the same with the sites on their own ground alone (:func:`ahec_analysis.coverage.places.own_ground`)."""
        pieces = self.protection.pieces
        return replace(self, protection=replace(self.protection, pieces=pieces[pieces["own_ground"]]))

    @abstractmethod
    def total(self) -> pd.DataFrame:
        """Return amounts, protected amounts and shares; the first row is where the species is listed today."""

    @abstractmethod
    def by(self, key: str) -> pd.DataFrame:
        """Return the same by country or province on land, by basin in rivers."""

    @abstractmethod
    def sensitivity(self) -> pd.DataFrame:
        """Return the amount of habitat under every variant of the model."""

    def holding(self, most: int = 15) -> pd.DataFrame:
        """Return the protected areas on their own ground with most habitat, and whether the species is recorded there."""
        areas, shapes = self.protection.found.areas, self.protection.found.footprints
        amounts = self._in_shapes(gpd.GeoDataFrame(geometry=shapes.to_numpy(), crs=shapes.crs))
        out = pd.DataFrame(areas[["name", "name_local", "country", "designation", "area_km2", "site_id"]])
        out[f"habitat_{self.unit}"] = amounts
        recorded = set(taxa.sites(self.taxon.species_id)["site_id"])
        # A download numbers its sites in its own way.
        otherwise = "not matched" if self.protection.found.exact else "not in our table"
        out["recorded"] = np.where(out["site_id"].isin(recorded), "yes", otherwise)
        holds = out[f"habitat_{self.unit}"] > 0
        out = places.carried(
            out[holds], areas.loc[holds, "own_ground"], 1.0, what="sites", why=places.ROUGH_POINT
        )
        shown = out.nlargest(most, f"habitat_{self.unit}").drop(columns="site_id").reset_index(drop=True)
        shown.attrs = out.attrs
        return shown

    @abstractmethod
    def _in_shapes(self, shapes: gpd.GeoDataFrame) -> np.ndarray: ...


@dataclass(frozen=True)
class LandAssessment(Assessment):
    """An expert index on the cells of a grid; ``resident`` are the cells where the species is listed as present.

    The other cells of the range are those of units where it is only possible; the two are never summed.
    """

    covariates: xr.Dataset
    suitable: xr.DataArray
    resident: NDArray[np.bool_]
    outside_km2: float

    @property
    def unused(self) -> list[str]:
        """Return the variables of the model that no layer holds."""
        return [name for name in self.suitable.attrs["not_used"].split(", ") if name]

    @property
    def thresholds(self) -> list[float]:
        """Return the thresholds shown, that of the report among them."""
        return sorted({*cells.THRESHOLDS, self.threshold})

    def layers(self, inside: NDArray[np.bool_] | None = None) -> dict[str, NDArray[np.float64]]:
        """Return km² of each cell at or above each threshold, where resident and where possible.

        ``inside`` takes other cells of the range than those in the complex; what is not resident there is possible.
        """
        reach = self.suitable["in_range"].to_numpy() if inside is None else inside
        out = {}
        for value in self.thresholds:
            index = self.suitable
            if value != self.threshold or inside is not None:
                index = cells.suitability(self.taxon, self.covariates, area=reach, threshold=value)
            km2 = cells.amounts(index, value)["habitat_km2"]
            out[f"resident_{value:g}"] = np.where(self.resident, km2, 0.0)
            out[f"possible_{value:g}"] = np.where(self.resident, 0.0, km2)
        return out

    @cached_property
    def parts(self) -> pd.DataFrame:
        """Return :meth:`layers` and their protected part by basin and province."""
        units = territory.ahec()[["basin", "province", "country", "geometry"]]
        return cells.protected(self.suitable, self.layers(), self.protection.pieces, units)

    def by_threshold(self) -> pd.DataFrame:
        """Return the ground where the species is present (km²) at each threshold, with its target.

        The target is log-linear (Rodrigues et al. 2004, BioScience 54, 1092-1100); ``gap_km2`` is 0 where it
        is met.
        """
        rows = with_shares(
            pd.concat([self._at(v).sum().to_frame().T for v in self.thresholds], ignore_index=True)
        )
        rows = rows[["habitat_km2", "protected_km2", "protected_percent"]]
        share = target_share(rows["habitat_km2"])
        gap = (share * rows["habitat_km2"] - rows["protected_km2"]).clip(lower=0)
        return rows.assign(target_percent=100 * share, gap_km2=gap, threshold=self.thresholds)[
            ["threshold", *rows.columns, "target_percent", "gap_km2"]
        ]

    def total(self) -> pd.DataFrame:
        """Return one row for the units where the species is listed as present and one for those where it is possible.

        Returns
        -------
        DataFrame
            ``listed``, ``range_km2``, ``habitat_km2`` at the threshold, ``habitat_low_km2`` and ``habitat_high_km2`` at
            the highest and lowest threshold, ``protected_km2``, ``protected_percent``.
        """
        sums = self.parts.drop(columns=["basin", "province", "country"]).sum()
        areas = self.areas().set_index("listed")["range_km2"]
        rows = []
        for name, listed in (("resident", "present"), ("possible", "possible")):
            amounts = {
                "listed": listed,
                "range_km2": areas.get(listed, 0.0),
                "habitat_km2": sums[f"{name}_{self.threshold:g}"],
                "habitat_low_km2": sums[f"{name}_{self.thresholds[-1]:g}"],
                "habitat_high_km2": sums[f"{name}_{self.thresholds[0]:g}"],
                "protected_km2": sums[f"{name}_{self.threshold:g}_protected"],
            }
            rows.append(amounts)
        out = with_shares(pd.DataFrame(rows))
        return out[(out["range_km2"] > 0) | (out.index == 0)]

    def by(self, key: str) -> pd.DataFrame:
        """Return the ground at the threshold by country or province, with that at the highest and lowest threshold."""
        rows = self.parts[["basin", "province", "country"]].join(self._at(self.threshold))
        rows["habitat_low_km2"] = self.parts[f"resident_{self.thresholds[-1]:g}"]
        rows["habitat_high_km2"] = self.parts[f"resident_{self.thresholds[0]:g}"]
        out = summed(rows, _KEYS[key])
        amounts = ["habitat_km2", "habitat_low_km2", "habitat_high_km2", "protected_km2"]
        return out[[*_KEYS[key], *amounts, "protected_percent", "possible_km2"]]

    def _at(self, threshold: float) -> pd.DataFrame:
        columns = {
            f"resident_{threshold:g}": "habitat_km2",
            f"resident_{threshold:g}_protected": "protected_km2",
            f"possible_{threshold:g}": "possible_km2",
        }
        return self.parts[list(columns)].rename(columns=columns)

    def areas(self) -> pd.DataFrame:
        """Return range, suitable ground and its share where the species is listed as present and as possible."""
        land = territory.outline()[["geometry"]]
        inside = self.suitable["in_range"].to_numpy()
        rows = []
        for listed, mask in (("present", self.resident), ("possible", inside & ~self.resident)):
            part = self.suitable.assign_coords(in_range=(("y", "x"), mask))
            rows.append(cells.area_of_habitat(part, land, threshold=self.threshold).assign(listed=listed))
        return pd.concat(rows, ignore_index=True)

    def recorded(self) -> pd.DataFrame:
        """Return the sites where the species is recorded, with the index at their point, missing outside the range."""
        rows = taxa.sites(self.taxon.species_id)
        out = pd.DataFrame(rows.drop(columns="geometry"))
        known = rows.geometry.notna()
        places = rows.geometry[known].to_crs(self.suitable.attrs["crs"])
        index = self.suitable.sel(
            x=xr.DataArray(places.x.to_numpy()), y=xr.DataArray(places.y.to_numpy()), method="nearest"
        )
        out["index"] = pd.Series(
            np.where(index["in_range"], index, np.nan), index=out.index[known], dtype=float
        )
        return out.sort_values("index", ascending=False, ignore_index=True)

    @cached_property
    def patches(self) -> gpd.GeoDataFrame:
        """Return the connected patches at or above the threshold, largest first, as polygons."""
        mask = (self.suitable >= self.threshold).to_numpy()
        numbers, _ = label(mask, structure=_EIGHT)
        shapes = rasterio.features.shapes(
            numbers.astype("int32"), mask=mask, connectivity=8, transform=grids.transform_of(self.suitable)
        )
        found = [(int(value), shapely.geometry.shape(geometry)) for geometry, value in shapes]
        frame = gpd.GeoDataFrame(
            {"patch": [n for n, _ in found]},
            geometry=shapely.segmentize(shapely.make_valid([g for _, g in found]), 0.1) if found else [],
            crs=self.suitable.attrs["crs"],
        ).to_crs(EQUAL_AREA)
        frame["area_km2"] = area_km2(frame)
        return frame.sort_values("area_km2", ascending=False, ignore_index=True)

    def sensitivity(self) -> pd.DataFrame:
        """Return the area at the threshold under every variant of the model, where the species is listed as present."""
        return sensitivity.on_grid(self.taxon, self.covariates, self.resident, threshold=self.threshold)

    def _in_shapes(self, shapes: gpd.GeoDataFrame) -> np.ndarray:
        layers = {"habitat_km2": cells.amounts(self.suitable, self.threshold)["habitat_km2"]}
        return np.asarray(cells.zonal(self.suitable, layers, shapes)["habitat_km2"])


@dataclass(frozen=True)
class RiverAssessment(Assessment):
    """Habitat in reaches of the river network, today and where the species is listed as gone."""

    network: gpd.GeoDataFrame
    found: gpd.GeoDataFrame

    @cached_property
    def parts(self) -> pd.DataFrame:
        """Return the reaches that are or were habitat: kilometres, those of today, those open to the sea, protected."""
        held = reaches.representation(self.found, self.protection.pieces)["protected_km"].to_numpy()
        protected = pd.Series(0.0, index=self.found.index)
        protected[self.found["is_habitat"]] = held
        rows = pd.DataFrame(self.found.drop(columns="geometry"))
        rows = rows[rows["is_habitat"] | rows["was_habitat"]]
        names = territory.basins().set_index("basin_id")["name"]
        today = rows["length_km"].where(rows["is_habitat"], 0.0)
        return pd.DataFrame(
            {
                "basin": rows["basin_id"].map(names),
                "listed": rows["presence"].replace(taxa.PRESENCE),
                "was_km": rows["length_km"].where(rows["was_habitat"], 0.0),
                "habitat_km": today,
                "open_km": today.where(rows["state"] == "free", 0.0),
                "protected_km": protected[rows.index],
            }
        ).reset_index(drop=True)

    def total(self) -> pd.DataFrame:
        """Return one row: kilometres once (``was_km``), today, open to the sea, protected, and shares."""
        columns = ["was_km", "habitat_km", "open_km", "protected_km"]
        return with_shares(self.parts[columns].sum().to_frame().T)

    def by(self, key: str) -> pd.DataFrame:
        """Return the same by basin, with what the species is listed as there."""
        return summed(self.parts, [*_KEYS[key], "listed"])

    def carried(self) -> pd.DataFrame:
        """Return the basins of today that the positions of the sites carry, and all where the species is gone."""
        rows = self.by("basin")
        held = self.own.by("basin").set_index("basin")["protected_km"].reindex(rows["basin"]).to_numpy()
        return places.carried(rows, held, rows["protected_km"], what="basins")

    def recorded(self) -> pd.DataFrame:
        """Return the sites where the species is recorded."""
        return pd.DataFrame(taxa.sites(self.taxon.species_id).drop(columns="geometry"))

    def sensitivity(self) -> pd.DataFrame:
        """Return the kilometres of habitat under every variant of the model."""
        return sensitivity.in_rivers(self.taxon, self.network, threshold=self.threshold)

    def _in_shapes(self, shapes: gpd.GeoDataFrame) -> np.ndarray:
        lines = self.found[self.found["is_habitat"]].to_crs(EQUAL_AREA)
        areas = shapes.to_crs(EQUAL_AREA)
        one, two = lines.sindex.query(areas.geometry, predicate="intersects")
        cut = shapely.intersection(areas.geometry.to_numpy()[one], lines.geometry.to_numpy()[two])
        share = shapely.length(cut) / shapely.length(lines.geometry.to_numpy()[two])
        out = np.zeros(len(areas))
        np.add.at(out, one, share * lines["length_km"].to_numpy()[two])
        return out


def assess(
    name: str,
    held: Protection,
    *,
    threshold: float = cells.THRESHOLD,
    covariates: xr.Dataset | None = None,
    network: gpd.GeoDataFrame | None = None,
) -> LandAssessment | RiverAssessment:
    """Return the assessment of a species inside the complex.

    Parameters
    ----------
    name : str
        Common name, scientific name or identifier of a species whose model is published.
    held : Protection
        What :func:`protection` returns.
    threshold : float
        Suitability from which a cell or reach counts.
    covariates : Dataset, optional
        Another grid than the shipped one.
    network : GeoDataFrame, optional
        What :func:`ahec_analysis.habitat.reaches.network` returns.

    Raises
    ------
    ParameterError
        If the species has no model, or the table says that it is off.

    Examples
    --------
    >>> tiger = assess("amur-tiger", protection())
    >>> bool(0 < tiger.total()["protected_percent"].iloc[0] < 100)
    True
    """
    taxon = taxa.published(name)
    if taxon.lives_in_rivers:
        cut = reaches.network() if network is None else network
        return RiverAssessment(taxon, held, threshold, cut, reaches.habitat(taxon, cut, threshold=threshold))
    grid = grids.load() if covariates is None else covariates
    complex_ = grids.inside(grid, territory.outline())
    present = grids.inside(grid, taxa.range_area(taxon.species_id, taxa.HERE)) & complex_
    inside = present | (possible_cells(grid, taxon.species_id) & complex_)
    suitable = cells.suitability(taxon, grid, area=inside, threshold=threshold)
    whole = float(area_km2(taxa.range_area(taxon.species_id).segmentize(0.1)).sum())
    there = float(cells.area_of_habitat(suitable, territory.outline()[["geometry"]])["range_km2"].iloc[0])
    return LandAssessment(taxon, held, threshold, grid, suitable, present, max(whole - there, 0.0))


def possible_cells(grid: xr.Dataset, species_id: str) -> NDArray[np.bool_]:
    """Return the cells of the units where a species is listed as possible only."""
    units = taxa.range_units(species_id, ["possible"])
    if units.empty:
        return np.zeros((grid.sizes["y"], grid.sizes["x"]), dtype=bool)
    return grids.inside(grid, units)
