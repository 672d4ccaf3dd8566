"""Tables of the species reports: what is shown of an assessment, on land and in rivers, and under which heading."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from ahec_analysis import data, overview_wording, places, reaches, tables
from ahec_analysis import species as taxa
from ahec_analysis.assessment import Assessment, LandAssessment, RiverAssessment
from ahec_analysis.habitat import suitability
from ahec_analysis.niche import label
from ahec_analysis.targets import with_targets

COUNTS = [
    *("year", "country", "region", "estimate_low", "estimate_high", "unit", "bound", "method", "metric"),
    *("scope", "year_basis", "value_basis", "source_ids", "note"),
]
LABELS = {
    "strahler": "Strahler order",
    "name_local": "Local name",
    "iucn_category": "IUCN category",
    "target_30_km2": "30 % target, km²",
    "gap_30_km2": "Missing to 30 %, km²",
    "target_30_km": "30 % target, km",
    "gap_30_km": "Missing to 30 %, km",
    "target_percent": "Own target, %",
    "target_km2": "Own target, km²",
    "gap_km2": "Missing to own target, km²",
    "area_km2": "Site, km²",
    "habitat_percent": "Of all habitat, %",
    "way_to_sea": "Way to the sea",
    "source_ids": "Sources",
    "shift": "Moved by",
    "this_report_km2": "This report, km²",
    "this_report_km": "This report, km",
    "gap_30": "Missing to 30 %",
    "gap": "Missing to own target",
    "recorded": "Recorded here",
}
THRESHOLDS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.9)


def counts(found: Assessment) -> pd.DataFrame:
    """Return the counts of the species, earliest first, undated ones last."""
    rows = taxa.counts(found.taxon.species_id).sort_values("year", na_position="last", kind="stable")
    return rows.assign(
        metric=rows["metric"].str.replace("_", " "),
        unit=rows["unit"].str.replace("_", " "),
        year_basis=rows["year_basis"].str.replace("_", " "),
        bound=rows["bound"].str.replace("_", " "),
    ).reset_index(drop=True)


def if_any(frame: pd.DataFrame, name: str, **options: Any) -> list[tables.Table]:
    """Return the table of a frame, or nothing when it has no rows; options as in ``tables.table``."""
    return [tables.table(frame, name, **options)] if len(frame) else []


def main_units(found: Assessment) -> pd.DataFrame:
    """Return habitat by province on land, by basin in rivers."""
    return found.carried("basin") if found.unit == "km" else found.by("province")


def main_label(found: Assessment) -> str:
    """Return the column that names the units of :func:`main_units`."""
    return "basin" if found.unit == "km" else "province"


def main_caption(found: Assessment) -> str:
    """Return the caption of :func:`main_units`."""
    return f"Habitat and its protection by {main_label(found)}"


def shares_title(found: Assessment) -> str:
    """Return what the bars by unit show."""
    rows = main_units(found)
    if rows.empty:
        return "No habitat inside the complex"
    best = rows.iloc[0]
    label = main_label(found)
    most = "most of the habitat" if "withheld" not in rows.attrs else f"most habitat of the {label}s shown"
    return f"{best[label]} holds {most} and protects {best['protected_percent']:.0f} % of it"


def second_units(found: Assessment) -> pd.DataFrame:
    """Return habitat by basin on land, by stream order in rivers."""
    return found.carried("order" if found.unit == "km" else "basin")


def second_caption(found: Assessment) -> str:
    """Return the caption of :func:`second_units`."""
    what = "Strahler order of the reach" if found.unit == "km" else "basin"
    return f"Habitat and its protection by {what}"


def gaps(found: LandAssessment | RiverAssessment) -> pd.DataFrame:
    """Return the districts with most unprotected habitat, in rivers the named rivers."""
    if isinstance(found, LandAssessment):
        rows = found.districts()
        return rows if (rows["name_local"] != "").any() else rows.drop(columns="name_local")
    rows = with_targets(_by_river(found))
    kept = places.carried(rows, _by_river(found.own)["protected_km"], rows["protected_km"], what="rivers")
    columns = ["river", "basin", "habitat_km", "protected_km", "protected_percent", "unprotected_km"]
    shown = kept.nlargest(20, "unprotected_km")[columns]
    shown.attrs = kept.attrs
    return shown


def _by_river(found: RiverAssessment) -> pd.DataFrame:
    named = found.parts["name"].where(found.parts["name"] != "", "without a name")
    rows = found.parts.assign(river=named)
    return rows.groupby(["basin", "river"], as_index=False)[["habitat_km", "protected_km"]].sum()


def gaps_caption(found: Assessment) -> str:
    """Return the caption of :func:`gaps`."""
    what = "rivers" if found.unit == "km" else "districts"
    return f"The {what} with most unprotected habitat"


def holding(found: Assessment) -> pd.DataFrame:
    """Return the protected areas with most habitat, their class in words."""
    rows = found.holding()
    titles = data.table("designation_classes").set_index("designation")["title"]
    return rows.assign(designation=rows["designation"].map(titles).fillna(rows["designation"]))


def recorded_columns(found: Assessment) -> list[str]:
    """Return the columns shown of the sites where the species is recorded."""
    shown = ["site", "country", "status", "abundance", "year", "area_km2", f"habitat_{found.unit}", "finding"]
    return [*shown, "location_basis", "value_basis", "source_ids"]


def connections(found: LandAssessment | RiverAssessment) -> pd.DataFrame:
    """Return the largest patches on land, the habitat above and below dams in rivers."""
    if isinstance(found, RiverAssessment):
        return found.barriers()
    patches = found.patches.head(10)
    centres = patches.geometry.representative_point().to_crs("EPSG:4326")
    whole = float(found.patches["area_km2"].sum())
    return pd.DataFrame(
        {
            "patch": range(1, len(patches) + 1),
            "habitat_km2": patches["area_km2"],
            "habitat_percent": 100 * patches["area_km2"] / whole,
            "around": [f"{y:.1f}° N, {x:.1f}° E" for x, y in zip(centres.x, centres.y, strict=True)],
        }
    )


def connections_caption(found: Assessment) -> str:
    """Return the caption of :func:`connections`."""
    return "Habitat by what lies between it and the sea" if found.unit == "km" else "The largest patches"


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


def thresholds(found: LandAssessment | RiverAssessment) -> pd.DataFrame:
    """Return habitat and its protection at other thresholds."""
    rows = []
    for value in sorted({*THRESHOLDS, found.threshold}):
        if isinstance(found, LandAssessment):
            inside = found.suitable["in_range"].to_numpy()
            suitable = suitability(found.taxon, found.covariates, area=inside, threshold=value)
            other: Assessment = replace(found, threshold=value, suitable=suitable)
        else:
            lines = reaches.habitat(found.taxon, found.network, threshold=value)
            other = replace(found, threshold=value, found=lines)
        columns = [f"habitat_{found.unit}", f"protected_{found.unit}", "protected_percent"]
        rows.append(other.total()[columns].assign(threshold=value))
    return pd.concat(rows, ignore_index=True)[["threshold", *columns]]


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
        *("districts", "landcover", "covariates", "covariates_water", "covariates_people"),
        *("covariates_railways", "elevation", "lakes", "towns"),
    ]


def sourced(found: Assessment) -> list[pd.DataFrame]:
    """Return the rows whose sources a report lists."""
    key = found.taxon.species_id
    record = taxa.record(key).to_frame().T
    ranges = taxa.range_rows(key, found.taxon.season)
    return [record, taxa.parameters(key), taxa.traits(key), ranges, taxa.counts(key), taxa.sites(key)]


OVERVIEW = [
    *("species", "group", "iucn_category", "season", "habitat_km2", "habitat_km", "protected_percent"),
    *("gap_30", "target_percent", "gap", "unit"),
]
SUMMARY_DATASETS = [
    *(
        "species",
        "species_counts",
        "species_ranges",
        "habitat_parameters",
        "species_traits",
        "protected_areas",
    ),
    *("designation_classes", "landcover", "covariates", "covariates_water", "covariates_people"),
    *("covariates_railways", "rivers", "dams", "basins", "pieces", "provinces", "districts", "elevation"),
]


def with_trend(overview: pd.DataFrame) -> pd.DataFrame:
    """Return the overview with the longest series of counts and the latest figure in words, and the number of figures."""
    keys = taxa.focal().set_index("common_name_en")["species_id"]
    ids = overview["species"].map(keys)
    trend = [overview_wording.trend(i) or "no two dated figures of one kind" for i in ids]
    latest = [overview_wording.latest(i) or "no dated figure" for i in ids]
    return overview.assign(trend=trend, latest=latest, counts=[len(taxa.counts(i)) for i in ids])
