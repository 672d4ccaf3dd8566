"""Tables of the species reports: what is shown of a species, on land, in rivers and at sites, and under which heading."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ahec_analysis import data
from ahec_analysis.habitat import bird_sites, trends
from ahec_analysis.habitat import species as taxa
from ahec_analysis.habitat.assessment import Assessment, LandAssessment, RiverAssessment
from ahec_analysis.habitat.niche import label
from ahec_analysis.show import tables

COUNTS = [
    *("year", "taxon", "country", "region", "estimate", "unit", "metric", "method", "scope"),
    *("series", "value_basis", "source_ids", "note"),
]
TRENDS = ["counted", "first", "last", "change", "note", "source_ids"]
LAND = [
    *("species", "iucn_category", "headline", "habitat_km2", "habitat_low_km2", "habitat_high_km2"),
    *("possible_km2", "protected_percent"),
]
FISH = ["species", "iucn_category", "headline", "was_km", "habitat_km", "open_km", "protected_percent"]
LABELS = {
    "name_local": "Local name",
    "iucn_category": "IUCN category",
    "headline": "Number",
    "counted": "What is counted",
    "with_count": "With a count",
    "taxon": "Of",
    "series": "Compared as",
    "first": "First",
    "last": "Last",
    "change": "Change",
    "habitat_km2": "Suitable, km²",
    "habitat_low_km2": "At 0.9, km²",
    "habitat_high_km2": "At 0.5, km²",
    "possible_km2": "Where only possible, km²",
    "range_km2": "Listed range, km²",
    "protected_low_percent": "Protected, least %",
    "protected_high_percent": "Protected, most %",
    "target_percent": "Target, %",
    "gap_km2": "Missing to the target, km²",
    "was_km": "Once, km",
    "habitat_km": "Today, km",
    "open_km": "Of it open to the sea, km",
    "area_km2": "Site, km²",
    "habitat_percent": "Of all, %",
    "source_ids": "Sources",
    "shift": "Moved by",
    "recorded": "Recorded here",
    "as_modelled": "The two sides, as modelled",
    "with_barrier": "With the barrier imposed",
    "units": "Ground",
    "least_birds": "Birds, at least",
    "others": "Passage, summer or all",
    "criterion": "1 % of the population",
    "international": "International site",
    "threshold": "Threshold",
    "at_one_percent": "At 1 %",
    "of_them_national": "Of them protected nationally",
    "of_them_international": "Of them Ramsar or flyway sites",
    "without_protection": "Sites without known protection",
}
ROUGH = [
    *(
        "habitat_km2",
        "habitat_low_km2",
        "habitat_high_km2",
        "possible_km2",
        "protected_km2",
        "gap_km2",
        "range_km2",
    ),
    *(
        "protected_percent",
        "protected_low_percent",
        "protected_high_percent",
        "target_percent",
        "habitat_percent",
    ),
    *("was_km", "habitat_km", "open_km", "protected_km"),
]
"""Columns of an expert index, and of lengths along a grid, that two digits are enough for."""
_TAXA = {"taxon": "", "species_pair": "both sturgeons together", "all_salmon": "all salmon"}


def counts(species_id: str) -> pd.DataFrame:
    """Return the counts of a species, earliest first, undated ones last."""
    rows = taxa.counts(species_id).sort_values("year", na_position="last", kind="stable")
    words = {c: rows[c].str.replace("_", " ") for c in ("metric", "unit", "scope")}
    figures = [trends.amount(row) + trends.norm(row) for _, row in rows.iterrows()]
    return rows.assign(taxon=rows["taxon_scope"].map(_TAXA), estimate=figures, **words).reset_index(drop=True)


def if_any(frame: pd.DataFrame, name: str, **options: Any) -> list[tables.Table]:
    """Return the table of a frame, or nothing when it has no rows; options as in ``tables.table``."""
    return [tables.table(frame, name, **options)] if len(frame) else []


def total_caption(found: Assessment) -> str:
    """Return what the table of totals shows."""
    if found.unit == "km":
        return "Reaches once and today, how many are open to the sea, and their protection"
    return f"Listed range, suitable ground at {found.threshold:g} and at the ends of the thresholds, and its protection"


def units(found: LandAssessment | RiverAssessment) -> pd.DataFrame:
    """Return ground by province on land, reaches by basin in rivers."""
    return found.carried() if isinstance(found, RiverAssessment) else found.by("province")


def unit_label(found: Assessment) -> str:
    """Return the column that names the units of :func:`units`."""
    return "basin" if found.unit == "km" else "province"


def holding(found: Assessment) -> pd.DataFrame:
    """Return the protected areas with most habitat, their class in words."""
    rows = found.holding()
    titles = data.table("designation_classes").set_index("designation")["title"]
    out = rows.assign(designation=rows["designation"].map(titles).fillna(rows["designation"]))
    out.attrs = rows.attrs
    return out


def recorded(found: LandAssessment | RiverAssessment) -> pd.DataFrame:
    """Return the sites where the species is recorded, on land with the index at their point."""
    rows = found.recorded()
    columns = [
        "site",
        "country",
        "status",
        "abundance",
        "year",
        "location_basis",
        "value_basis",
        "source_ids",
    ]
    return (
        rows[["index", *columns]][[*columns[:5], "index", *columns[5:]]] if "index" in rows else rows[columns]
    )


def counted_sites(found: Assessment) -> pd.DataFrame:
    """Return sites, counts and protection of a bird with a published model; nothing for other animals."""
    return bird_sites.table(found.taxon.species_id) if found.taxon.group == "bird" else pd.DataFrame()


def patches(found: LandAssessment | RiverAssessment) -> pd.DataFrame:
    """Return the largest patches of suitable ground; nothing in rivers."""
    if isinstance(found, RiverAssessment):
        return pd.DataFrame()
    top = found.patches.head(5)
    centres = top.geometry.representative_point().to_crs("EPSG:4326")
    whole = float(found.patches["area_km2"].sum())
    return pd.DataFrame(
        {
            "patch": range(1, len(top) + 1),
            "habitat_km2": top["area_km2"],
            "habitat_percent": 100 * top["area_km2"] / whole,
            "around": [f"{y:.1f}° N, {x:.1f}° E" for x, y in zip(centres.x, centres.y, strict=True)],
        }
    )


def thresholds(found: LandAssessment | RiverAssessment) -> pd.DataFrame:
    """Return the ground at every threshold with the target for all of it; nothing in rivers."""
    return pd.DataFrame() if isinstance(found, RiverAssessment) else found.by_threshold()


def parameters(found: Assessment) -> pd.DataFrame:
    """Return the rows of the parameter table that the model uses."""
    rows = taxa.parameters(found.taxon.species_id)
    rows = rows[rows["parameter_id"].isin([m.parameter_id for m in found.taxon.memberships])]
    columns = ["variable", "unit", "limit_low", "preferred_low", "preferred_high", "limit_high"]
    columns += ["basis", "finding", "note", "confidence", "class_scores", "source_ids"]
    return _plain(rows[columns])


def evidence(found: Assessment) -> pd.DataFrame:
    """Return the rows of the parameter table that the model does not use."""
    rows = taxa.parameters(found.taxon.species_id)
    rows = rows[~rows["parameter_id"].isin([m.parameter_id for m in found.taxon.memberships])]
    return _plain(rows[["variable", "season", "basis", "confidence", "finding", "note", "source_ids"]])


def _plain(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(
        variable=rows["variable"].map(label), basis=rows["basis"].str.replace("_", " ")
    ).reset_index(drop=True)


def datasets(found: Assessment) -> list[str]:
    """Return the names of the shipped files that a report rests on."""
    shared = ["species", "species_counts", "species_in_sites", "species_traits", "species_ranges"]
    shared += [
        "habitat_parameters",
        "protected_areas",
        "designation_classes",
        "provinces",
        "basins",
        "pieces",
    ]
    if found.unit == "km":
        return [*shared, "rivers", "dams", "elevation", "lakes", "towns"]
    return [
        *shared,
        *("published_areas", "barriers", "districts", "landcover", "covariates", "covariates_water"),
        *("covariates_people", "covariates_railways", "elevation", "lakes", "towns"),
    ]


SITES_DATASETS = [
    *(
        "species",
        "species_counts",
        "species_in_sites",
        "species_ranges",
        "published_areas",
        "protected_areas",
    ),
    *("designations", "designation_classes", "provinces", "districts", "basins"),
]
SUMMARY_DATASETS = [
    *(
        "species",
        "species_counts",
        "species_in_sites",
        "species_ranges",
        "habitat_parameters",
        "species_traits",
    ),
    *(
        "protected_areas",
        "designations",
        "designation_classes",
        "landcover",
        "covariates",
        "covariates_water",
    ),
    *(
        "covariates_people",
        "covariates_railways",
        "rivers",
        "dams",
        "basins",
        "pieces",
        "provinces",
        "districts",
    ),
    "elevation",
]


def sourced(species_id: str) -> list[pd.DataFrame]:
    """Return the rows whose sources a report lists."""
    record = taxa.record(species_id).to_frame().T
    ranges, areas = taxa.range_rows(species_id), data.table("published_areas")
    areas = areas[areas["species_id"] == species_id]
    barriers = data.table("barriers")
    barriers = barriers[[species_id in ids.split("|") for ids in barriers["species_ids"]]]
    rows = [record, taxa.parameters(species_id), taxa.traits(species_id), ranges, taxa.counts(species_id)]
    return [*rows, pd.DataFrame(taxa.sites(species_id).drop(columns="geometry")), areas, barriers]
