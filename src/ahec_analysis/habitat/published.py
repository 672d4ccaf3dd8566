"""Areas that others have published of a species, beside the ground of this project on the same units."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely

from ahec_analysis import data, territory
from ahec_analysis import habitat as cells
from ahec_analysis.data.tables import COUNTRY_NAMES
from ahec_analysis.habitat import assessment
from ahec_analysis.habitat import covariates as grids
from ahec_analysis.habitat import species as taxa

COLUMNS = [
    *("what", "units", "year", "published_km2", "habitat_km2", "habitat_low_km2", "habitat_high_km2"),
    *("possible_km2", "method", "note", "source_ids"),
]


def areas(species_id: str) -> pd.DataFrame:
    """Return what others have published on the area and protection of a species."""
    rows = data.table("published_areas")
    return rows[rows["species_id"] == species_id].drop(columns=["area_id", "species_id", "units"])


def beside(found: assessment.LandAssessment | assessment.RiverAssessment) -> pd.DataFrame:
    """Return published areas beside the ground of an assessment in the same country or provinces, all of them.

    Returns
    -------
    DataFrame
        ``what``, ``units`` in words, ``year``, ``published_km2``, ``habitat_km2`` (present, at the threshold),
        ``habitat_low_km2``, ``habitat_high_km2``, ``possible_km2``, ``method``, ``note``, ``source_ids``. The ground is
        that of the listed range, whether inside the complex or not. No row in rivers.
    """
    rows = data.table("published_areas")
    mine = (rows["species_id"] == found.taxon.species_id) & (rows["units"] != "") & rows["area_km2"].notna()
    rows = rows[mine].reset_index(drop=True)
    if rows.empty or isinstance(found, assessment.RiverAssessment):
        return pd.DataFrame(columns=COLUMNS)
    provinces = territory.provinces()
    names = COUNTRY_NAMES | provinces.set_index("province_code")["name"].to_dict()
    ground, words = [], []
    for units in rows["units"].str.split("|"):
        inside = provinces["country"].isin(units) | provinces["province_code"].isin(units)
        ground.append(shapely.union_all(provinces.geometry[inside].to_numpy()))
        words.append(", ".join(names[unit] for unit in units))
    present = grids.inside(found.covariates, taxa.range_area(found.taxon.species_id, taxa.HERE))
    reach = present | assessment.possible_cells(found.covariates, found.taxon.species_id)
    layers = replace(found, resident=present).layers(reach)
    sums = cells.zonal(found.suitable, layers, gpd.GeoDataFrame(geometry=ground, crs=provinces.crs))
    return rows.assign(
        units=words,
        published_km2=rows["area_km2"],
        habitat_km2=sums[f"resident_{found.threshold:g}"],
        habitat_low_km2=sums[f"resident_{found.thresholds[-1]:g}"],
        habitat_high_km2=sums[f"resident_{found.thresholds[0]:g}"],
        possible_km2=sums[f"possible_{found.threshold:g}"],
    )[COLUMNS]
