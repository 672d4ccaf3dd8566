"""Everything the tables say about one species: its parameters, range, traits, counts and sites."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import data, territory
from ahec_analysis.errors import DataError, ParameterError
from ahec_analysis.habitat.niche import Membership, memberships

PUBLISHED = "published"
"""Value of the column ``model`` of a species whose model is shown in reports."""
HERE = ("resident", "reintroduced")
"""Presences that make the range; ``possible`` stands apart, ``passage``, ``former`` and ``unconfirmed`` are none."""
PRESENCE = {"resident": "present", "passage": "passing"}
"""What a reader calls them, where the word of the table is not plain."""


@dataclass(frozen=True)
class Species:
    """One species: its row of species.csv and what its model needs.

    ``min_patch_km2`` is NaN where no threshold or home range is known.
    """

    species_id: str
    name: str
    scientific_name: str
    group: str
    memberships: tuple[Membership, ...]
    min_patch_km2: float = np.nan

    @property
    def lives_in_rivers(self) -> bool:
        """Whether habitat is a length of river."""
        return self.group == "fish"


def slug(name: str) -> str:
    """Return a name in lower case with hyphens.

    Examples
    --------
    >>> slug("Amur tiger")
    'amur-tiger'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def focal() -> pd.DataFrame:
    """Return the rows of species.csv that are focal, in their order, with ``slug``."""
    rows = data.table("species")
    rows = rows[rows["role"] == "focal"].reset_index(drop=True)
    return rows.assign(slug=rows["common_name_en"].map(slug))


def record(name: str) -> pd.Series:
    """Return the row of species.csv for a common name, scientific name or identifier.

    Examples
    --------
    >>> record("amur-tiger")["species_id"]
    'panthera-tigris-altaica'
    """
    rows = data.table("species")
    wanted = slug(name)
    keys = pd.concat(
        [rows["species_id"], rows["common_name_en"].map(slug), rows["scientific_name"].map(slug)]
    )
    hit = keys[keys == wanted]
    if hit.empty:
        near = difflib.get_close_matches(wanted, sorted(set(keys)), 3, 0.5)
        hint = f"did you mean {', '.join(f'`{n}`' for n in near)}?" if near else "see species.csv for all"
        raise ParameterError(f"`{name}` is not a species of data/tables/species.csv; {hint}")
    return rows.loc[hit.index[0]]


def parameters(species_id: str) -> pd.DataFrame:
    """Return the rows of the parameter table for a species, those of the model and those kept as evidence."""
    rows = data.table("habitat_parameters")
    return rows[rows["species_id"] == species_id].reset_index(drop=True)


def find(name: str) -> Species:
    """Return a species with its model, by any of its names, whether reports show it or not.

    Examples
    --------
    >>> find("Amur tiger").species_id
    'panthera-tigris-altaica'
    """
    row = record(name)
    rows = parameters(row["species_id"])
    if not rows["model"].any():
        raise ParameterError(
            f"{row['common_name_en']} has no parameters marked `model` in habitat_parameters.csv; add rows to model it"
        )
    return Species(
        row["species_id"],
        row["common_name_en"],
        row["scientific_name"],
        row["group"],
        memberships(rows),
        min_patch_km2(row["species_id"]),
    )


def published(name: str) -> Species:
    """Return a species with its model, if the table says that what the model gives may be shown.

    Examples
    --------
    >>> published("amur-tiger").name
    'Amur tiger'
    """
    found = find(name)
    state = record(name)["model"]
    if state != PUBLISHED:
        raise ParameterError(
            f"the model of {found.name} is {state or 'not for reports'} (species.csv, column `model`); use the notebook "
            "03_species_sites, which shows where the species is reported"
        )
    return found


def modelled() -> list[str]:
    """Return the slugs of the species whose model is published, in their order."""
    rows = data.table("species")
    return [slug(name) for name in rows.loc[rows["model"] == PUBLISHED, "common_name_en"]]


def traits(species_id: str) -> pd.DataFrame:
    """Return the rows of species_traits.csv for a species."""
    rows = data.table("species_traits")
    return rows[rows["species_id"] == species_id].reset_index(drop=True)


def min_patch_km2(species_id: str) -> float:
    """Return the smallest useful patch in km²: the threshold given, else one home range, else NaN."""
    rows = traits(species_id)
    for column in ("min_patch_km2", "home_range_km2"):
        known = rows[column].dropna()
        if len(known):
            return float(known.iloc[0])
    return np.nan


def range_rows(species_id: str, presence: Sequence[str] = ()) -> pd.DataFrame:
    """Return the rows of species_ranges.csv for a species, of the presences asked for or of all."""
    rows = data.table("species_ranges")
    wanted = rows["species_id"] == species_id
    if presence:
        wanted &= rows["presence"].isin(presence)
    return rows[wanted].reset_index(drop=True)


def range_units(species_id: str, presence: Sequence[str] = ()) -> gpd.GeoDataFrame:
    """Return the listed range of a species, EPSG:4326; a unit is cut by the province in `within`."""
    rows = range_rows(species_id, presence)
    places = {
        "basin": territory.basins().set_index("basin_id").geometry,
        "system": territory.basins("system").set_index("basin_id").geometry,
        "province": territory.provinces().set_index("province_code").geometry,
        "district": territory.districts().set_index("district_id").geometry,
    }
    shapes = []
    for row in rows.itertuples():
        units = places.get(row.unit_kind)
        if units is None or row.unit_id not in units.index:
            raise DataError(
                f"species_ranges.csv, {row.range_id}: there is no {row.unit_kind} `{row.unit_id}`; correct the row"
            )
        shape = units[row.unit_id]
        if row.within:
            if row.within not in places["province"].index:
                raise DataError(
                    f"species_ranges.csv, {row.range_id}: `within` names no province: {row.within}"
                )
            shape = shapely.intersection(shape, places["province"][row.within])
        shapes.append(shape)
    return gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4326")


def range_area(species_id: str, presence: Sequence[str] = (*HERE, "possible")) -> gpd.GeoSeries:
    """Return the units of these presences as one polygon, EPSG:4326; empty where none is listed."""
    units = range_units(species_id, presence)
    return gpd.GeoSeries([shapely.union_all(units.geometry.to_numpy())], crs="EPSG:4326")


def counts(species_id: str) -> pd.DataFrame:
    """Return the counts and catches of a species over time; rows of several species count for each."""
    rows = data.table("species_counts")
    mine = [species_id in cell.split("|") for cell in rows["species_id"]]
    return rows[mine].reset_index(drop=True)


def sites(species_id: str) -> gpd.GeoDataFrame:
    """Return where a species is reported, with the site's name, area (km²) and point in EPSG:4326."""
    rows = data.table("species_in_sites")
    rows = rows[rows["species_id"] == species_id]
    areas = data.protected_areas(totals_only=False).set_index("site_id")
    known = rows["site_id"].map(areas["name"])
    out = pd.DataFrame(
        {
            "site_id": rows["site_id"],
            "designation_id": rows["designation_id"],
            "site": known.fillna(rows["site_name_raw"]),
            "country": rows["country"],
            "status": rows["status"].str.replace("|", ", "),
            "abundance": rows["abundance"],
            "one_percent": rows["one_percent"],
            "year": rows["year"],
            "area_km2": rows["site_id"].map(areas["area_km2"]),
            "location_basis": rows["site_id"].map(areas["location_basis"]).fillna(""),
            "value_basis": rows["value_basis"],
            "source_ids": rows["source_ids"],
            "note": rows["note"],
        }
    )
    points = rows["site_id"].map(areas.geometry)
    return gpd.GeoDataFrame(out, geometry=gpd.GeoSeries(points, crs="EPSG:4326")).reset_index(drop=True)
