"""The assessment of one species: its habitat on land or in rivers, who protects it, and where the gap is."""

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
from scipy.ndimage import label

from ahec_analysis import (
    connectivity,
    coverage,
    data,
    places,
    reaches,
    sensitivity,
    sites,
    summary,
    territory,
)
from ahec_analysis import covariates as grids
from ahec_analysis import habitat as cells
from ahec_analysis import species as taxa
from ahec_analysis.layers import EQUAL_AREA, area_km2
from ahec_analysis.targets import summed, with_targets

UNKNOWN = "not known"
_EIGHT = np.ones((3, 3), dtype=int)
_KEYS = {
    "country": ["country"],
    "province": ["country", "province"],
    "basin": ["basin"],
    "order": ["strahler"],
}
_UNITS = {"basin": "basins", "order": "orders"}


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
        As in :func:`ahec_analysis.sites.sites`.

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
    shapes = summary.pieces(found.areas, found.footprints)
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

    @property
    def unused(self) -> list[str]:
        """Return the variables of the model that no layer holds."""
        return []

    @cached_property
    def own(self) -> Self:
        """Return the same with the sites on their own ground alone (:func:`ahec_analysis.places.own_ground`)."""
        pieces = self.protection.pieces
        return replace(self, protection=replace(self.protection, pieces=pieces[pieces["own_ground"]]))

    @property
    @abstractmethod
    def parts(self) -> pd.DataFrame:
        """Habitat and protected habitat by the smallest units that the tables sum up."""

    def total(self) -> pd.DataFrame:
        """Return one row: habitat, protected habitat, targets and gaps."""
        columns = [f"habitat_{self.unit}", f"protected_{self.unit}"]
        return with_targets(self.parts[columns].sum().to_frame().T)

    def by(self, key: str) -> pd.DataFrame:
        """Return habitat, protected habitat, targets and gaps by country, province, basin or stream order."""
        return summed(self.parts, _KEYS[key])

    def carried(self, key: str) -> pd.DataFrame:
        """Return the rows of :meth:`by` that the positions of the sites carry."""
        return self._carried(self.by(key), self.own.by(key), _KEYS[key], _UNITS[key])

    def _carried(self, rows: pd.DataFrame, own: pd.DataFrame, keys: list[str], what: str) -> pd.DataFrame:
        amount = f"protected_{self.unit}"
        matched = rows[keys].merge(own[[*keys, amount]], on=keys, how="left")[amount]
        return places.carried(rows, matched, rows[amount], what=what)

    def by_protection(self, key: str) -> pd.DataFrame:
        """Return the protected habitat by an attribute of the sites, such as ``level`` or ``iucn_category``."""
        rows = self._held_by(key)
        rows = rows[rows[f"protected_{self.unit}"] > 0]
        rows[key] = rows[key].astype("object").where(rows[key].notna() & (rows[key] != ""), UNKNOWN)
        out = rows.groupby(key, as_index=False)[f"protected_{self.unit}"].sum()
        whole = float(self.parts[f"habitat_{self.unit}"].sum())
        out["habitat_percent"] = 100 * out[f"protected_{self.unit}"] / whole if whole else np.nan
        return out.sort_values(f"protected_{self.unit}", ascending=False, ignore_index=True)

    def recorded(self) -> pd.DataFrame:
        """Return the sites where the species is recorded, with the modelled habitat inside each.

        ``finding`` says what the model makes of it: "holds habitat", "no habitat modelled here", "area not known",
        "position too rough", "position not known", or "not in the inventory".
        """
        rows = taxa.sites(self.taxon.species_id)
        every = places.confined(data.protected_areas(totals_only=False))
        shapes = places.footprints(every)
        amounts = self._in_shapes(gpd.GeoDataFrame(geometry=shapes.to_numpy(), crs=shapes.crs))
        known = pd.Series(amounts, index=every["site_id"])
        placed = pd.Series(shapes.notna().to_numpy(), index=every["site_id"])
        located = pd.Series(every.geometry.notna().to_numpy(), index=every["site_id"])
        own = pd.Series(every["own_ground"].to_numpy(), index=every["site_id"])
        held = rows["site_id"].map(known.where(placed & own))
        finding = np.where(held > 0, "holds habitat", "no habitat modelled here")
        finding = np.where(rows["site_id"].map(placed & ~own).eq(True), "position too rough", finding)
        finding = np.where(~rows["site_id"].map(placed).eq(True), "area not known", finding)
        finding = np.where(~rows["site_id"].map(located).eq(True), "position not known", finding)
        finding = np.where(~rows["site_id"].isin(every["site_id"]), "not in the inventory", finding)
        out = pd.DataFrame(rows.drop(columns="geometry"))
        out[f"habitat_{self.unit}"] = held
        out["finding"] = finding
        return out.sort_values(f"habitat_{self.unit}", ascending=False, ignore_index=True)

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
    def sensitivity(self) -> pd.DataFrame:
        """Return the amount of habitat under every variant of the model."""

    @abstractmethod
    def _held_by(self, key: str) -> pd.DataFrame: ...

    @abstractmethod
    def _in_shapes(self, shapes: gpd.GeoDataFrame) -> np.ndarray: ...


@dataclass(frozen=True)
class LandAssessment(Assessment):
    """Habitat in cells of a grid."""

    covariates: xr.Dataset
    suitable: xr.DataArray
    outside_km2: float

    @property
    def unused(self) -> list[str]:
        """Return the variables of the model that no layer holds."""
        return [name for name in self.suitable.attrs["not_used"].split(", ") if name]

    @cached_property
    def parts(self) -> pd.DataFrame:
        """Return habitat and protected habitat by basin and province."""
        units = territory.ahec()[["basin", "province", "country", "geometry"]]
        return cells.representation(self.suitable, self.protection.pieces, units, threshold=self.threshold)

    def districts(self, most: int = 20) -> pd.DataFrame:
        """Return the districts with most unprotected habitat, of those that the positions of the sites carry."""
        units = territory.districts()[["name", "name_local", "province_code", "country", "geometry"]]
        names = territory.provinces().set_index("province_code")["name"]
        units = units.assign(province=units["province_code"].map(names)).drop(columns="province_code")
        rows, own = (
            cells.representation(self.suitable, pieces, units, threshold=self.threshold)
            for pieces in (self.protection.pieces, self.own.protection.pieces)
        )
        holds = rows["habitat_km2"] > 0
        amounts = own.loc[holds, "protected_km2"], rows.loc[holds, "protected_km2"]
        kept = places.carried(rows[holds], *amounts, what="districts")
        columns = ["name", "name_local", "province", "country", "habitat_km2", "protected_km2"]
        columns += ["protected_percent", "unprotected_km2"]
        shown = kept.nlargest(most, "unprotected_km2")[columns].reset_index(drop=True)
        shown.attrs = kept.attrs
        return shown

    @cached_property
    def patches(self) -> gpd.GeoDataFrame:
        """Return the connected patches of habitat, largest first, as polygons."""
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

    def areas(self) -> pd.DataFrame:
        """Return one row: range, habitat and prevalence, as ``habitat.area_of_habitat``, the sea left out."""
        land = territory.outline()[["name", "geometry"]]
        rows = cells.area_of_habitat(self.suitable, land, threshold=self.threshold)
        return rows.head(1).drop(columns="name")

    def patch_network(self) -> pd.Series:
        """Return the patches as a network, at the dispersal distance of the species.

        Returns
        -------
        Series
            ``patches``, ``largest_km2``, ``largest_percent``, ``dispersal_km``, ``eca_km2`` (equivalent connected
            area of all habitat), ``connected_percent`` (of the habitat), ``prot_percent`` and ``protconn_percent``
            (habitat protected, and protected and connected); the last four missing where no dispersal is known.
        """
        patches = self.patches
        habitat_km2 = float(patches["area_km2"].sum())
        distance = taxa.dispersal_km(self.taxon.species_id)
        out = {
            "patches": len(patches),
            "largest_km2": float(patches["area_km2"].max()) if len(patches) else np.nan,
            "largest_percent": 100 * float(patches["area_km2"].max()) / habitat_km2
            if len(patches)
            else np.nan,
            "dispersal_km": distance,
        }
        values = dict.fromkeys(("eca_km2", "connected_percent", "prot_percent", "protconn_percent"), np.nan)
        if len(patches) and not np.isnan(distance):
            whole = connectivity.protconn(patches, patches, distance_km=distance, transboundary_km=0)
            one, two = patches.sindex.query(self.protection.pieces.geometry, predicate="intersects")
            cut = shapely.intersection(
                self.protection.pieces.geometry.to_numpy()[one], patches.geometry.to_numpy()[two]
            )
            held = gpd.GeoDataFrame(geometry=cut, crs=EQUAL_AREA)
            held = held[held.area > 0].explode(ignore_index=True)
            held = held[held.geom_type == "Polygon"].reset_index(drop=True)
            values["eca_km2"] = float(whole["ECA_km2"])
            values["connected_percent"] = 100 * float(whole["ECA_km2"]) / habitat_km2
            values["prot_percent"] = values["protconn_percent"] = 0.0
            if len(held):
                linked = connectivity.protconn(held, patches, distance_km=distance, transboundary_km=0)
                values["prot_percent"] = float(linked["Prot"])
                values["protconn_percent"] = float(linked["ProtConn"])
        return pd.Series({**out, **values})

    def sensitivity(self) -> pd.DataFrame:
        """Return the area of habitat under every variant of the model."""
        return sensitivity.on_grid(
            self.taxon, self.covariates, self.suitable["in_range"].to_numpy(), threshold=self.threshold
        )

    def _held_by(self, key: str) -> pd.DataFrame:
        units = territory.ahec()[["basin_id", "geometry"]]
        return cells.representation(
            self.suitable, self.protection.pieces, units, by=key, threshold=self.threshold
        )

    def _in_shapes(self, shapes: gpd.GeoDataFrame) -> np.ndarray:
        layers = {"habitat_km2": cells.amounts(self.suitable, self.threshold)["habitat_km2"]}
        return np.asarray(cells.zonal(self.suitable, layers, shapes)["habitat_km2"])


@dataclass(frozen=True)
class RiverAssessment(Assessment):
    """Habitat in reaches of the river network."""

    network: gpd.GeoDataFrame
    found: gpd.GeoDataFrame

    @cached_property
    def parts(self) -> pd.DataFrame:
        """Return habitat and protected habitat by reach."""
        rows = reaches.representation(self.found, self.protection.pieces)
        names = territory.basins().set_index("basin_id")["name"]
        return rows.assign(basin=rows["basin_id"].map(names))

    def barriers(self) -> pd.DataFrame:
        """Return the kilometres of habitat by what lies between them and the sea."""
        names = {
            "free": "no standing dam below",
            "dammed": "above a standing dam",
            "closed": "ends in a closed lake",
            "leaves": "leaves the territory",
        }
        rows = self.parts.assign(way_to_sea=self.parts["state"].map(names))
        return summed(rows, ["way_to_sea"])[["way_to_sea", "habitat_km", "protected_km", "protected_percent"]]

    def sensitivity(self) -> pd.DataFrame:
        """Return the kilometres of habitat under every variant of the model."""
        return sensitivity.in_rivers(self.taxon, self.network, threshold=self.threshold)

    def _held_by(self, key: str) -> pd.DataFrame:
        return reaches.representation(self.found, self.protection.pieces, by=key)

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
    season: str = "",
    threshold: float = cells.THRESHOLD,
    covariates: xr.Dataset | None = None,
    network: gpd.GeoDataFrame | None = None,
) -> LandAssessment | RiverAssessment:
    """Return the assessment of a species inside the complex.

    Parameters
    ----------
    name : str
        Common name, scientific name or identifier.
    held : Protection
        What :func:`protection` returns.
    season : str
        As in :func:`ahec_analysis.species.find`.
    threshold : float
        Suitability from which a cell or reach is habitat.
    covariates : Dataset, optional
        Another grid than the shipped one.
    network : GeoDataFrame, optional
        What :func:`ahec_analysis.reaches.network` returns.

    Examples
    --------
    >>> tiger = assess("amur-tiger", protection())
    >>> bool(0 < tiger.total()["protected_percent"].iloc[0] < 100)
    True
    """
    taxon = taxa.find(name, season)
    if taxon.lives_in_rivers:
        cut = reaches.network() if network is None else network
        return RiverAssessment(taxon, held, threshold, cut, reaches.habitat(taxon, cut, threshold=threshold))
    grid = grids.load() if covariates is None else covariates
    listed = taxa.range_area(taxon.species_id, taxon.season)
    inside = grids.inside(grid, listed) & grids.inside(grid, territory.outline())
    suitable = cells.suitability(taxon, grid, area=inside, threshold=threshold)
    whole = float(area_km2(listed.segmentize(0.1)).sum())
    there = float(cells.area_of_habitat(suitable, territory.outline()[["geometry"]])["range_km2"].iloc[0])
    return LandAssessment(taxon, held, threshold, grid, suitable, max(whole - there, 0.0))
