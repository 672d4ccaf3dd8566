"""Everything the tables say about one species: its parameters, range, traits, counts and sites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import data, expect, territory
from ahec_analysis.errors import DataError, ParameterError, near
from ahec_analysis.habitat.niche import LIMITS, Membership, memberships

PUBLISHED = "published"
"""Value of the column ``model_state`` of a species whose model is shown in reports."""
HERE = ("resident", "reintroduced")
"""Presences that make the range; ``possible`` stands apart, ``passage``, ``former`` and ``unconfirmed`` are none."""
_SITE = [
    *("site_id", "designation_id", "site", "country", "status", "abundance", "one_percent", "year"),
    *("area_km2", "location_basis", "value_basis", "source_ids", "note", "geometry"),
]


@dataclass(frozen=True)
class Species:
    """One species: its row of species.csv and what its model needs.

    ``min_patch_km2`` is NaN where no threshold or home range is known; ``ground`` is the range of a species of your
    own (:func:`own`), None where species_ranges.csv has it.
    """

    species_id: str
    name: str
    scientific_name: str
    group: str
    memberships: tuple[Membership, ...]
    min_patch_km2: float = np.nan
    ground: gpd.GeoSeries | None = field(default=None, compare=False)

    @property
    def lives_in_rivers(self) -> bool:
        """Whether habitat is a length of river."""
        return self.group == "fish"


def slug(name: str) -> str:
    """Return a name in lower case with hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def focal() -> pd.DataFrame:
    """Return the rows of species.csv that are focal, in their order, with ``slug``."""
    table = data.table("species")
    table = table[table["role"] == "focal"].reset_index(drop=True)
    return table.assign(slug=table["common_name_en"].map(slug))


def record(name: str) -> pd.Series:
    """Return the row of species.csv for a common name, scientific name or identifier."""
    table = data.table("species")
    names = pd.concat([table[c] for c in ("species_id", "common_name_en", "scientific_name")]).map(slug)
    hit = names.index[names == slug(str(name))]
    if hit.empty:
        raise ParameterError(
            f"`{name}` is not a species of data/tables/species.csv{near(slug(str(name)), sorted(set(names)))}"
        )
    return table.loc[hit[0]]


def rows(table: str, species_id: str) -> pd.DataFrame:
    """Return the rows of a table about a species; those of several species together count for each."""
    every = data.table(table)
    ids = every["species_ids" if "species_ids" in every else "species_id"]
    return every[[species_id in cell.split("|") for cell in ids]].reset_index(drop=True)


def find(name: str) -> Species:
    """Return a species with its model, by any of its names, whether reports show it or not."""
    row = record(name)
    parameters = rows("habitat_parameters", row["species_id"])
    if not parameters["model"].any():
        raise ParameterError(
            f"{row['common_name_en']} has no parameters marked `model` in habitat_parameters.csv; add rows to model it"
        )
    traits = rows("species_traits", row["species_id"])
    patch = pd.concat([traits["min_patch_km2"], traits["home_range_km2"]]).dropna()
    return Species(
        row["species_id"],
        row["common_name_en"],
        row["scientific_name"],
        row["group"],
        memberships(parameters),
        float(patch.iloc[0]) if len(patch) else np.nan,
    )


def published(name: str) -> Species:
    """Return a species with its model, if the table says that what the model gives may be shown."""
    found, state = find(name), record(name)["model_state"]
    if state != PUBLISHED:
        raise ParameterError(
            f"the model of {found.name} is {state or 'not for reports'} (species.csv, column `model_state`); use the notebook "
            "03_species_sites, which shows where the species is reported"
        )
    return found


def own(name: str, needs: Any, ground: gpd.GeoDataFrame, *, min_patch_km2: float = np.nan) -> Species:
    """Return a species of your own on land, to be assessed beside those of the tables.

    Parameters
    ----------
    name : str
        Its name.
    needs : DataFrame, or what makes one
        A row for each variable, with the columns of habitat_parameters.csv: ``variable``, ``limit_low``,
        ``preferred_low``, ``preferred_high``, ``limit_high`` in the unit of the variable, or ``class_scores``.
    ground : GeoDataFrame
        Polygons where it lives, any CRS; what of them lies outside the complex is left out.
    min_patch_km2 : float
        Patches smaller than this do not count.

    Raises
    ------
    ParameterError, DataError
        If a column is not one of these, a row gives no limit or limits out of order, or ``ground`` has no CRS or lies elsewhere.

    Examples
    --------
    >>> provinces = territory.provinces().query("province_code == 'RU-KHA'")
    >>> sable = own("Sable", [{"variable": "tree_cover", "limit_low": 20, "preferred_low": 60}], provinces)
    >>> sable.memberships[0](np.array([10.0, 40.0, 90.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    rows, columns = pd.DataFrame(needs), ["variable", *LIMITS, "class_scores"]
    for column in rows:
        expect.choice(column, columns, "column of needs")
    expect.columns(rows, ["variable"], "needs")
    expect.projected(ground, "ground")
    rows = rows.reindex(columns=columns).astype(dict.fromkeys(LIMITS, "float64"))
    scores = rows["class_scores"].astype("object").fillna("")
    rows = rows.assign(
        class_scores=scores, model=True, unit="", species_id=slug(name), parameter_id=f"needs of {name}"
    )
    shape = ground.to_crs(4326).clip(territory.outline()).union_all()
    if not shape.area:
        raise DataError(f"`ground` of {name} has no area inside the complex; give polygons there")
    return Species(
        slug(name), name, name, "own", memberships(rows), min_patch_km2, gpd.GeoSeries([shape], crs=4326)
    )


def range_units(species_id: str, presence: Sequence[str] = ()) -> gpd.GeoDataFrame:
    """Return the listed range of a species, EPSG:4326; a unit is cut by the province in `within`."""
    listed = rows("species_ranges", species_id)
    if presence:
        listed = listed[listed["presence"].isin(presence)].reset_index(drop=True)
    provinces = territory.provinces().set_index("province_code").geometry
    places = pd.concat(
        {
            "basin": territory.basins().set_index("basin_id").geometry,
            "system": territory.basins("system").set_index("basin_id").geometry,
            "province": provinces,
            "district": territory.districts().set_index("district_id").geometry,
        }
    )
    units = pd.MultiIndex.from_frame(listed[["unit_kind", "unit_id"]])
    parts = listed["within"] != ""
    lost = listed[~units.isin(places.index) | (parts & ~listed["within"].isin(provinces.index))]
    for row in lost.itertuples():
        raise DataError(
            f"species_ranges.csv, {row.range_id}: there is no {row.unit_kind} `{row.unit_id}` or `within` names no "
            f"province: `{row.within}`; correct the row"
        )
    shapes = places[units].to_numpy(copy=True)
    shapes[parts] = shapely.intersection(shapes[parts], provinces[listed["within"][parts]].to_numpy())
    return gpd.GeoDataFrame(listed, geometry=shapes, crs="EPSG:4326")


def range_area(species: str | Species, presence: Sequence[str] = (*HERE, "possible")) -> gpd.GeoSeries:
    """Return the units of these presences as one polygon, EPSG:4326; empty where none is listed.

    The ground of a species of your own is that of residents.
    """
    known = None if isinstance(species, str) else species.ground
    if known is not None:
        return known if "resident" in presence else gpd.GeoSeries([shapely.Polygon()], crs="EPSG:4326")
    units = range_units(species if isinstance(species, str) else species.species_id, presence)
    return gpd.GeoSeries([shapely.union_all(units.geometry.to_numpy())], crs="EPSG:4326")


def sites(species_id: str) -> gpd.GeoDataFrame:
    """Return where a species is reported, with the site's name, area (km²) and point in EPSG:4326."""
    areas = data.protected_areas(totals_only=False)
    areas = areas[["site_id", "name", "area_km2", "location_basis", "geometry"]]
    found = rows("species_in_sites", species_id).merge(areas, how="left", on="site_id")
    out = found.assign(
        site=found["name"].fillna(found["site_name_raw"]),
        status=found["status"].str.replace("|", ", "),
        location_basis=found["location_basis"].fillna(""),
    )
    return gpd.GeoDataFrame(out[_SITE], geometry="geometry", crs="EPSG:4326")
