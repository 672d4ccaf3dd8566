"""The assessment of a species on land: an expert index on a grid, and how much of the suitable ground is protected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio.features
import shapely
import xarray as xr
from numpy.typing import NDArray

from ahec_analysis import data, territory
from ahec_analysis import habitat as cells
from ahec_analysis.data.layers import EQUAL_AREA, area_km2
from ahec_analysis.habitat import movement
from ahec_analysis.habitat import species as taxa
from ahec_analysis.habitat.base import Assessment
from ahec_analysis.habitat.suitability import patches as numbered
from ahec_analysis.habitat.suitability import summed, target_share, with_shares

_UNITS = ["basin", "province", "country"]
_FAR = 3
"""Times that the largest ground may hold the smallest before the index gives no size."""
_WORTH = 0.001
"""Share of the range from which ground outside the complex is told of."""


@dataclass(frozen=True)
class LandAssessment(Assessment):
    """An expert index on the cells of a grid, where the species is listed as ``present`` and where as ``possible``.

    The two are never summed. ``inside`` are the cells of the complex.
    """

    kind, unit, place = "land", "km2", "province"

    covariates: xr.Dataset
    present: NDArray[np.bool_]
    possible: NDArray[np.bool_]
    inside: NDArray[np.bool_]

    @property
    def resident(self) -> NDArray[np.bool_]:
        """Return the cells of the complex where the species is listed as present."""
        return self.present & self.inside

    @property
    def thresholds(self) -> list[float]:
        """Return the thresholds shown, that of the report among them."""
        return sorted({*cells.THRESHOLDS, self.threshold})

    @property
    def unused(self) -> Sequence[str]:
        """Return the variables of the model that no layer holds."""
        return [name for name in self.suitable.attrs["not_used"].split(", ") if name]

    @cached_property
    def indices(self) -> dict[float, xr.DataArray]:
        """Return the suitability inside the complex with the patches of each threshold."""
        return self._indices((self.present | self.possible) & self.inside)

    @property
    def suitable(self) -> xr.DataArray:
        """Return the suitability with the patches of the threshold of the report."""
        return self.indices[self.threshold]

    def _indices(self, reach: NDArray[np.bool_]) -> dict[float, xr.DataArray]:
        return {
            value: cells.suitability(self.taxon, self.covariates, area=reach, threshold=value)
            for value in self.thresholds
        }

    def _layers(self, indices: dict[float, xr.DataArray]) -> dict[str, NDArray[np.float64]]:
        """Return km² of each cell at or above each threshold, where present and where possible."""
        out = {}
        for value, index in indices.items():
            km2 = cells.amounts(index, value)["habitat_km2"]
            out[f"resident_{value:g}"] = np.where(self.present, km2, 0.0)
            out[f"possible_{value:g}"] = np.where(self.present, 0.0, km2)
        return out

    @cached_property
    def parts(self) -> pd.DataFrame:
        """Return the ground at each threshold and its protected part by basin and province."""
        units = territory.ahec()[[*_UNITS, "geometry"]]
        return cells.protected(self.suitable, self._layers(self.indices), self.protection.pieces, units)

    def grid(self) -> xr.Dataset:
        """Return what the report rests on as layers of one grid, float32.

        ``index`` is the suitability where the species is listed, missing elsewhere; ``habitat_km2`` and
        ``possible_km2`` are km² of each cell inside the complex at or above the threshold, where the species is listed
        as present and as possible: they add up to those of :meth:`total`.
        """
        share = cells.inside_share(self.suitable, territory.ahec()[["geometry"]])
        km2 = self._layers({self.threshold: self.suitable})
        names = {"habitat_km2": "resident", "possible_km2": "possible"}
        bands = {"index": np.where(self.suitable["in_range"], self.suitable, np.nan)}
        bands |= {name: share * km2[f"{listed}_{self.threshold:g}"] for name, listed in names.items()}
        found = xr.Dataset(
            {name: (("y", "x"), band.astype("float32")) for name, band in bands.items()},
            coords={axis: self.covariates[axis] for axis in ("y", "x")},
        )
        return found.rio.write_crs(self.covariates.rio.crs)  # type: ignore[no-any-return]

    def _amounts(self, sums: Mapping[str, Any], listed: str = "resident") -> dict[str, Any]:
        """Return the ground at the threshold, at the highest and at the lowest one out of sums of layers."""
        ends = {"": self.threshold, "_low": self.thresholds[-1], "_high": self.thresholds[0]}
        return {f"habitat{end}_km2": sums[f"{listed}_{value:g}"] for end, value in ends.items()}

    def _protected(self, sums: Mapping[str, Any], listed: str = "resident") -> dict[str, Any]:
        held = sums[f"{listed}_{self.threshold:g}_protected"]
        return self._amounts(sums, listed) | {"protected_km2": held}

    def total(self) -> pd.DataFrame:
        """Return one row for the units where the species is listed as present and one for those where it is possible.

        Columns: ``listed`` (``resident`` or ``possible``), ``range_km2``, ``habitat_km2`` at the threshold,
        ``habitat_low_km2`` and ``habitat_high_km2`` at the highest and lowest threshold, ``protected_km2``,
        ``protected_percent``.
        """
        sums = self.parts.drop(columns=_UNITS).sum()
        rows = [
            {"listed": listed, "range_km2": ground, **self._protected(sums, str(listed))}
            for listed, ground in self.areas["range_km2"].items()
        ]
        out = with_shares(pd.DataFrame(rows))
        return out[(out["range_km2"] > 0) | (out.index == 0)]

    def by(self, *keys: str) -> pd.DataFrame:
        """Return the ground by the columns named, with that at the highest and lowest threshold, and where possible."""
        possible = self.parts[f"possible_{self.threshold:g}"]
        amounts = self._protected(self.parts)
        rows = summed(self.parts[[*keys]].assign(**amounts, possible_km2=possible), keys)
        return rows[[*keys, *amounts, "protected_percent", "possible_km2"]]

    def units(self) -> pd.DataFrame:
        """Return the ground by province."""
        return self.by("country", "province")

    def by_threshold(self) -> pd.DataFrame:
        """Return the ground where the species is present (km²) at each threshold, with its target.

        The target is log-linear (Rodrigues et al. 2004, BioScience 54, 1092-1100); ``gap_km2`` is 0 where it
        is met.
        """
        sums = self.parts.drop(columns=_UNITS).sum()
        names = [f"resident_{value:g}" for value in self.thresholds]
        held = [sums[f"{name}_protected"] for name in names]
        rows = pd.DataFrame(
            {"threshold": self.thresholds, "habitat_km2": sums[names].to_numpy(), "protected_km2": held}
        )
        share = target_share(rows["habitat_km2"])
        gap = (share * rows["habitat_km2"] - rows["protected_km2"]).clip(lower=0)
        return with_shares(rows).assign(target_percent=100 * share, gap_km2=gap)

    @cached_property
    def areas(self) -> pd.DataFrame:
        """Return km² of the range and of suitable ground where the species is listed as present and as possible."""
        reach = self.suitable["in_range"].to_numpy()
        land = territory.outline()[["geometry"]]
        rows = {}
        for listed, mask in (("resident", self.resident), ("possible", reach & ~self.resident)):
            part = self.suitable.assign_coords(in_range=(("y", "x"), mask))
            rows[listed] = cells.area_of_habitat(part, land, threshold=self.threshold).iloc[0]
        return pd.DataFrame(rows).T

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Return what the report tells of the result; what there is nothing to tell of is None."""
        total, ground = self.total(), self.areas["range_km2"]
        shares, sizes = self.by_threshold()["protected_percent"], self.patches["area_km2"]
        whole = float(area_km2(taxa.range_area(self.taxon).segmentize(0.1)).sum())
        outside = whole - ground.sum()
        countries = self.by("country").query("habitat_km2 > 0")
        countries = countries.assign(name=countries["country"].replace(data.COUNTRY_NAMES))
        return super().facts | {
            "from": self.thresholds[-1],
            "to": self.thresholds[0],
            "wide": bool(total["habitat_high_km2"].iloc[0] > _FAR * total["habitat_low_km2"].iloc[0]),
            "possible_km2": total["habitat_km2"].iloc[1] if len(total) > 1 else None,
            "least_percent": shares.min(),
            "most_percent": shares.max(),
            "possible_range_km2": ground["possible"],
            "apart": bool(ground["possible"] > 0),
            "outside_km2": outside if outside > _WORTH * ground["resident"] else None,
            "unknown_km2": self.suitable.attrs["unknown_km2"] or None,
            "smallest_patch": None if np.isnan(self.taxon.min_patch_km2) else self.taxon.min_patch_km2,
            "parts": countries[["name", "habitat_km2", "protected_percent"]].to_dict("records"),
            "patches": len(sizes),
            "largest_km2": sizes.max(),
            "largest_share": 100 * sizes.max() / sizes.sum(),
        }

    def tested(self) -> dict[str, Any]:
        """Return how many recorded sites lie at or above the threshold, beside what chance would give."""
        index = self.recorded().drop_duplicates("site")["index"].dropna()
        hits = (index >= self.threshold).sum()
        share = self.areas["habitat_km2"].sum() / self.areas["range_km2"].sum()
        expected = share * len(index)
        return {
            "points": len(index),
            "hits": hits,
            "share": 100 * share,
            "expected": expected,
            "chance": bool(hits <= expected + np.sqrt(expected * (1 - share))),
        }

    def recorded(self) -> pd.DataFrame:
        """Return the sites where the species is recorded, with the index at their point, missing outside the range."""
        rows = taxa.sites(self.taxon.species_id)
        points = rows.geometry[rows.geometry.notna()].to_crs(self.suitable.rio.crs)
        at = {axis: xr.DataArray(getattr(points, axis).to_numpy()) for axis in ("x", "y")}
        index = self.suitable.sel(at, method="nearest")
        known = pd.Series(np.where(index["in_range"], index, np.nan), points.index, dtype=float)
        out = pd.DataFrame(rows.drop(columns="geometry")).assign(index=known)
        return out.sort_values("index", ascending=False, ignore_index=True)

    @cached_property
    def patches(self) -> gpd.GeoDataFrame:
        """Return the connected patches at or above the threshold, largest first, as polygons."""
        index = self.suitable
        mask = (index >= self.threshold).to_numpy()
        numbers = numbered(mask)[0].astype("int32")
        outlines = rasterio.features.shapes(numbers, mask, connectivity=8, transform=index.rio.transform())
        found = shapely.make_valid([shapely.geometry.shape(outline) for outline, _ in outlines])
        shapes = gpd.GeoSeries(shapely.segmentize(found, 0.1), crs=index.rio.crs)
        frame = gpd.GeoDataFrame(geometry=shapes.to_crs(EQUAL_AREA))
        frame["area_km2"] = area_km2(frame)
        return frame.sort_values("area_km2", ascending=False, ignore_index=True)

    def largest(self, most: int = 5) -> pd.DataFrame:
        """Return the largest patches: km², their share of all and a point in them, degrees."""
        top = self.patches.head(most)
        point = top.representative_point().to_crs("EPSG:4326")
        percent = 100 * top["area_km2"] / self.patches["area_km2"].sum()
        columns = {"patch": top.index + 1, "habitat_km2": top["area_km2"], "habitat_percent": percent}
        return pd.DataFrame({**columns, "lat": point.y, "lon": point.x})

    def barriers(self) -> pd.DataFrame:
        """Return whether published barriers part the ground (:func:`ahec_analysis.habitat.movement.barriers`)."""
        return movement.barriers(self.taxon.species_id, self.indices)

    def beside_published(self) -> pd.DataFrame:
        """Return published areas beside the ground in the same country or provinces, all of it, in the complex or not.

        Columns: ``what``, ``units``, ``year``, ``published_km2``, ``habitat_km2`` (present, at the threshold),
        ``habitat_low_km2``, ``habitat_high_km2``, ``possible_km2``, ``method``, ``note``, ``source_ids``.
        """
        rows = taxa.rows("published_areas", self.taxon.species_id)
        rows = rows[(rows["units"] != "") & rows["area_km2"].notna()].reset_index(drop=True)
        if rows.empty:
            return rows
        provinces = territory.provinces()
        named = data.COUNTRY_NAMES | provinces.set_index("province_code")["name"].to_dict()
        units = rows["units"].str.split("|")
        shapes = [
            provinces[provinces[["country", "province_code"]].isin(ids).any(axis=1)].union_all()
            for ids in units
        ]
        layers = self._layers(self._indices(self.present | self.possible))
        sums = cells.zonal(self.suitable, layers, gpd.GeoDataFrame(geometry=shapes, crs=provinces.crs))
        out = rows[["what", "units", "year", "area_km2"]].rename(columns={"area_km2": "published_km2"})
        out["units"] = [", ".join(named[i] for i in ids) for ids in units]
        out = out.assign(**self._amounts(sums), possible_km2=sums[f"possible_{self.threshold:g}"])
        return out.join(rows[["method", "note", "source_ids"]])

    @cached_property
    def _window(self) -> tuple[xr.Dataset, NDArray[np.bool_]]:
        """Return the covariates and the resident cells cut to where there is any."""
        down, right = (slice(a.min(), a.max() + 1) for a in np.nonzero(self.resident))
        small = self.covariates.isel(y=down, x=right)
        return small.rio.write_transform(small.rio.transform(recalc=True)), self.resident[down, right]

    def amount(self, model: taxa.Species) -> float:
        """Return the habitat (km²) that another model of the species would give where it is listed as present."""
        grid, reach = self._window
        found = cells.suitability(model, grid, area=reach, threshold=self.threshold)
        return float(cells.amounts(found, self.threshold)["habitat_km2"].sum())

    def in_shapes(self, shapes: gpd.GeoSeries) -> NDArray[np.float64]:
        """Return the habitat (km²) in each of several polygons."""
        layers = {"habitat_km2": cells.amounts(self.suitable, self.threshold)["habitat_km2"]}
        frame = gpd.GeoDataFrame(geometry=shapes.to_numpy(), crs=shapes.crs)
        return np.asarray(cells.zonal(self.suitable, layers, frame)["habitat_km2"])
