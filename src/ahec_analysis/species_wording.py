"""Sentences of the species reports, computed from the tables and the results."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from ahec_analysis import species as taxa
from ahec_analysis.assessment import Assessment, LandAssessment, RiverAssessment
from ahec_analysis.data import COUNTRY_NAMES
from ahec_analysis.niche import label
from ahec_analysis.tables import shown

_CATEGORIES = {
    "CR": "Critically Endangered",
    "EN": "Endangered",
    "VU": "Vulnerable",
    "NT": "Near Threatened",
    "LC": "Least Concern",
}
_AREA_VARIABLES = ("suitable_area", "breeding_area", "range_area", "range_area_russia", "eoo")
_STRONG_PERCENT = 25.0
_WETLAND_BIRDS = ("Ciconia", "Grus", "Antigone", "Leucogeranus", "Anser", "Aythya")


def status(found: Assessment) -> str:
    """Return what the species is, its Red List category and its last headline figure, as the tables say."""
    row = taxa.record(found.taxon.species_id)
    category = _CATEGORIES.get(row["iucn_category"], row["iucn_category"])
    text = f"The **{row['common_name_en']}** (*{row['scientific_name']}*; {row['common_name_ru']}) "
    if category == "NE":
        text += "has not been evaluated for the Red List. "
    elif category:
        text += f"is listed as {category} on the Red List ({row['iucn_scope']}). "
    else:
        text += "has no Red List category in our table. "
    if pd.notna(row["headline_low"]):
        high = f"–{number(row['headline_high'])}" if pd.notna(row["headline_high"]) else ""
        unit = str(row["headline_unit"]).replace("_", " ")
        when = row["headline_year"] if pd.notna(row["headline_year"]) else row["headline_year_note"]
        text += f"Headline figure: {number(row['headline_low'])}{high} {unit} ({row['headline_scope']}, {when or 'year not stated'}). "
    # Sentences that carry the identifier of a source are notes to the table, not to the reader.
    spoken = [s for s in re.split(r"(?<=[.;]) ", str(row["note"])) if s and "[" not in s]
    if len(row["by_country"]) > len(row["headline_scope"]):
        spoken.insert(0, row["by_country"].rstrip(".") + ".")
    return text + " ".join(s[:1].upper() + s[1:] for s in spoken)


def opening(found: Assessment) -> str:
    """Return the result in a few sentences."""
    total = found.total().iloc[0]
    unit, name = found.unit, _unit(found)
    share = float(total["protected_percent"])
    text = (
        f"The model finds **{number(total[f'habitat_{unit}'])} {name}** of habitat inside the complex "
        f"({taxa.SEASON_NAMES[found.taxon.season]}). **{share:.1f} %** of it lies in known protected areas; "
        f"30 % would take {number(total[f'gap_30_{unit}'])} {name} more. "
    )
    if unit == "km2":
        gap = float(total["gap_km2"])
        met = "is met" if gap == 0 else f"is missed by {number(gap)} km²"
        text += f"The target that grows as ranges shrink asks for {total['target_percent']:.1f} % of this habitat and {met}. "
    return text + _places(found)


def _places(found: Assessment) -> str:
    if found.unit == "km":
        rows = found.carried("basin")
        told = (
            f"{r.basin} {number(r.habitat_km)} km, {r.protected_percent:.0f} % protected"
            for r in rows.head(3).itertuples()
        )
        return f"By basin, the largest of those shown below: {'; '.join(told)}." if len(rows) else ""
    rows = found.by("country")
    return (
        "By country: "
        + "; ".join(
            f"{COUNTRY_NAMES.get(r.country, r.country)} {number(r.habitat_km2)} km², {r.protected_percent:.1f} % protected"
            for r in rows.itertuples()
        )
        + "."
    )


def key_figures(found: Assessment) -> list[tuple[str, str, str]]:
    """Return the key figures of the report."""
    total = found.total().iloc[0]
    unit, name = found.unit, _unit(found)
    row = taxa.record(found.taxon.species_id)
    figures = [
        ("Habitat", f"{number(total[f'habitat_{unit}'])} {name}", taxa.SEASON_NAMES[found.taxon.season]),
        (
            "Protected",
            f"{float(total['protected_percent']):.1f} %",
            f"{number(total[f'protected_{unit}'])} {name} in known protected areas",
        ),
        ("Missing to 30 %", f"{number(total[f'gap_30_{unit}'])} {name}", "Target 3 of the global framework"),
    ]
    if unit == "km2":
        figures.append(
            (
                "Missing to its own target",
                f"{number(total['gap_km2'])} km²",
                f"{float(total['target_percent']):.1f} % of the habitat, log-linear",
            )
        )
    figures.append(("Red List", row["iucn_category"] or "–", row["iucn_scope"] or "none in our table"))
    return figures


def listed_range(found: Assessment) -> str:
    """Return how the range was put together, and how much of it is habitat."""
    rows = taxa.range_rows(found.taxon.species_id, found.taxon.season)
    kinds = rows["unit_kind"].value_counts()
    parts = ", ".join(f"{n} {_plural(kind, n)}" for kind, n in kinds.items())
    ours = int((rows["basis"] == "mapped_by_us").sum())
    text = f"The range is the union of {parts} named in `species_ranges.csv`. "
    if ours:
        text += f"For {ours} of these rows the choice of the unit is our reading of a wider statement. "
    if isinstance(found, LandAssessment):
        area = float(found.areas()["range_km2"].iloc[0])
        prevalence = float(found.areas()["prevalence"].iloc[0])
        text += f"Inside the complex it covers {number(area)} km², and {100 * prevalence:.0f} % of that is habitat. "
        if found.outside_km2 > 0.001 * area:
            text += f"{number(found.outside_km2)} km² of the listed range lie outside the complex and are not counted. "
        unknown = float(found.suitable.attrs["unknown_km2"])
        if unknown:
            text += f"On {number(unknown)} km² of it a covariate has no data: neither habitat nor not. "
        patches = int(found.suitable.attrs["small_patches"])
        least = found.taxon.min_patch_km2
        if not np.isnan(least):
            text += (
                f"Patches smaller than {number(least)} km² do not count: {patches} patches, "
                f"{number(found.suitable.attrs['small_patches_km2'])} km². "
            )
        else:
            text += "No smallest useful patch is known, so none is left out. "
    return text


def connected(found: LandAssessment | RiverAssessment) -> str:
    """Return what the patches are as a network, or what dams cut off."""
    if isinstance(found, RiverAssessment):
        return _dammed(found)
    values = found.patch_network()
    text = (
        f"The habitat forms {int(values['patches'])} connected patches; the largest holds "
        f"{number(values['largest_km2'])} km², {values['largest_percent']:.0f} % of all. "
    )
    if np.isnan(values["dispersal_km"]):
        return (
            text
            + "How far the species disperses is not known to us: equivalent connected area and ProtConn are **not computed**."
        )
    return text + (
        f"At a dispersal distance of {number(values['dispersal_km'])} km the equivalent connected area is "
        f"{number(values['eca_km2'])} km², {values['connected_percent']:.0f} % of the habitat. Protected and connected "
        f"(ProtConn) are {values['protconn_percent']:.1f} % of it, protected {values['prot_percent']:.1f} %. "
        "The links are distances between edges: what lies between the patches, such as a fence, a road or a river, is not weighed."
    )


def _dammed(found: RiverAssessment) -> str:
    rows = found.barriers()
    parts = "; ".join(
        f"{row.way_to_sea} {number(row.habitat_km)} km ({row.protected_percent:.0f} % protected)"
        for row in rows.itertuples()
    )
    distance = taxa.dispersal_km(found.taxon.species_id)
    moves = (
        "How far the species moves is not known to us."
        if np.isnan(distance)
        else f"Reported movements: {number(distance)} km of river (first row of the traits)."
    )
    return (
        f"Habitat by its way to the sea: {parts}. {moves} Dams count as they stand today, without fish passes; "
        "equivalent connected area is **not computed** for rivers, the report on rivers has the dendritic connectivity index."
    )


def counted(counts: pd.DataFrame) -> str:
    """Return how to read the counts, or that there are none."""
    if counts.empty:
        return "No count or catch of this species is in our tables."
    dated = int(counts["year"].notna().sum())
    return (
        f"Our tables hold {len(counts)} figures, {dated} of them dated. Counts made in different ways, of different places or "
        "by different people do not form one line; the table gives the method and source of each."
    )


def recorded(found: Assessment) -> str:
    """Return which sites hold the species, and which of them the modelled protected habitat misses."""
    rows = found.recorded()
    if rows.empty:
        return "No site of our tables names this species; that is a hole in the table, not an absence."
    groups = rows.groupby("finding")["site"].agg(lambda s: ", ".join(dict.fromkeys(s)))
    text = f"{rows['site'].nunique()} sites are recorded in our tables. "
    for finding, words in (
        ("holds habitat", "Inside the modelled habitat"),
        (
            "no habitat modelled here",
            "**Recorded, but no habitat is modelled there** (the model or the position is wrong)",
        ),
        ("position too rough", "Position too rough to say what is there"),
        ("area not known", "Area not known, so no shape to measure"),
        ("position not known", "Position not known"),
        ("not in the inventory", "Not a row of the inventory"),
    ):
        if finding in groups.index:
            text += f"{words}: {groups[finding]}. "
    return text


def against_published(found: Assessment) -> pd.DataFrame:
    """Return published areas of habitat or range beside the total of this report; scopes differ, as stated."""
    rows = taxa.parameters(found.taxon.species_id)
    rows = rows[rows["variable"].isin(_AREA_VARIABLES)]
    total = float(found.total()[f"habitat_{found.unit}"].iloc[0])
    return pd.DataFrame(
        {
            "published": rows["finding"],
            "what": rows["variable"].str.replace("_", " "),
            f"this_report_{found.unit}": total,
            "source_ids": rows["source_ids"],
        }
    ).reset_index(drop=True)


def firmness(sensitivity: pd.DataFrame) -> str:
    """Return which parameters the result hangs on: those that move it by more than a quarter."""
    moved = sensitivity.assign(size=sensitivity["change_percent"].abs())
    strong = moved[moved["size"] > _STRONG_PERCENT].sort_values("size", ascending=False)
    if strong.empty:
        return f"No single parameter moves the habitat by more than {_STRONG_PERCENT:.0f} %: its size is firm within this kind of model."
    names = list(dict.fromkeys(_named(r.variable, r.what) for r in strong.itertuples()))
    worst = strong.iloc[0]
    return (
        f"**The result hangs on {', '.join(names[:4])}.** Moving {_named(worst['variable'], worst['what'])} by "
        f"{worst['shift']:+.1f} changes the habitat by {worst['change_percent']:+.0f} %. Read the size of the habitat as an order "
        "of magnitude; where it lies is firmer."
    )


def _named(variable: str, what: str) -> str:
    kind = "the score of" if what.startswith("class") else "the"
    return f"{kind} {what.replace('_', ' ')} of {label(variable)}"


def caveats(found: Assessment) -> str:
    """Return what the model cannot know, in plain words."""
    taxon = found.taxon
    rows = taxa.parameters(taxon.species_id)
    used = rows[rows["parameter_id"].isin([m.parameter_id for m in taxon.memberships])]
    ours = int((used["basis"] != "published").sum())
    points = [
        f"{ours} of the {len(used)} rows of this model are our reading of what sources say in words, or recalled: an "
        "expert prior, not a measurement. The chart of sensitivity shows what follows if they are wrong.",
        "Habitat is not presence. The model knows nothing of prey, poaching, disease, logging inside a forest class, or of "
        "what happened after the land cover of 2019.",
    ]
    if isinstance(found, RiverAssessment):
        without = int(found.network.attrs.get("dams_without_place", 0))
        points += [
            "Reaches come from an elevation grid of 4 arc-minutes with mapped rivers burned in. Rivers with a published length "
            "count with it; the others are as drawn, and too short (the report on rivers has "
            "the list). Brooks below 300 km² of upstream area, where many fish spawn, are missing.",
            "Water temperature, depth, gravel, pollution and fishing are not in the model. Dams count as barriers without "
            f"passes; {without} standing dams could not be placed on the network.",
            "A river that is the state border is protected in our sums when a site on either bank covers its line.",
        ]
    else:
        points.append(
            "A cell is about 4 by 5.6 km: nests, dens, small wetlands and narrow valleys are smaller. Towns stand in for people "
            "and railways for transport; villages, farms, roads and fences are not mapped here."
        )
        if taxon.scientific_name.split()[0] in _WETLAND_BIRDS:
            points.insert(
                0,
                "**The wetlands this bird lives in are not visible here.** In the land cover at 5 km permanent wetland is a "
                "handful of cells in the whole complex; marshes appear as grassland or cropland. What is shown is lowland near "
                "mapped water with few trees and few people, an upper bound of where wetland can be, until a finer land cover is "
                "put in.",
            )
        if found.unused:
            points.append(
                f"Marked for the model but without a layer here: {', '.join(map(label, found.unused))}. A climate download in "
                "data/external/covariates brings it in."
            )
        points.append(
            "At the edge of the complex the model stops; distances to rivers are those of the network inside it."
        )
    if found.protection.found.exact:
        points.append(
            "Protected areas are those of the download named. China withholds most of its sites from the public WDPA, so "
            "shares there are a lower bound; sites of the download are not matched to our table of records."
        )
    else:
        points.append(
            "Protected areas are those of our inventory: circles of the right size about a point. Sites without a position or "
            "area protect nothing here, and China's list is incomplete: shares can be off for a single site and are a lower "
            "bound for China."
        )
    return "\n".join(f"- {point}" for point in points)


def _unit(found: Assessment) -> str:
    return "km²" if found.unit == "km2" else "km of river"


def number(value: float) -> str:
    """Return a figure as text, a decimal only for small ones."""
    return (
        shown(float(value), "x") if abs(float(value)) >= 10 or value == int(value) else f"{float(value):.1f}"
    )


def _plural(kind: str, count: int) -> str:
    words = {"basin": "basins", "district": "districts", "province": "provinces", "system": "river systems"}
    return kind if count == 1 else words.get(kind, kind)
