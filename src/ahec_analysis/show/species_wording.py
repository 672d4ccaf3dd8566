"""Sentences of the species reports, computed from the tables and the results."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from ahec_analysis.data.tables import COUNTRY_NAMES
from ahec_analysis.habitat import species as taxa
from ahec_analysis.habitat import trends
from ahec_analysis.habitat.assessment import Assessment, LandAssessment, RiverAssessment
from ahec_analysis.habitat.bird_sites import Reported
from ahec_analysis.habitat.niche import label
from ahec_analysis.show.tables import rough

_CATEGORIES = {
    "CR": "Critically Endangered",
    "EN": "Endangered",
    "VU": "Vulnerable",
    "NT": "Near Threatened",
    "LC": "Least Concern",
}
_FAR = 3
"""Times that the largest ground may hold the smallest before the index gives no size."""
_STRONG_PERCENT = 25.0


def status(found: Assessment | Reported) -> str:
    """Return what the species is, its Red List category and the number that stands first, as the tables say."""
    row = taxa.record(found.taxon.species_id)
    category = _CATEGORIES.get(row["iucn_category"], row["iucn_category"])
    text = f"The **{row['common_name_en']}** (*{row['scientific_name']}*; {row['common_name_ru']}) "
    if category == "NE":
        text += "has not been evaluated for the Red List. "
    elif category:
        text += f"is listed as {category} on the Red List ({row['iucn_scope']}). "
    else:
        text += "has no Red List category in our table. "
    if number := trends.headline(found.taxon.species_id):
        text += f"Number: {number}. "
    # Sentences that carry the identifier of a source are notes to the table, not to the reader.
    spoken = [s for s in re.split(r"(?<=[.;]) ", str(row["note"])) if s and "[" not in s]
    return text + " ".join(s[:1].upper() + s[1:] for s in spoken)


def opening(found: LandAssessment | RiverAssessment) -> str:
    """Return the result in a few sentences."""
    if isinstance(found, RiverAssessment):
        total = found.total().iloc[0]
        lost = total["was_km"] - total["habitat_km"]
        text = f"**{_km(total['habitat_km'])} of river** are of a fit size and fall where the fish is listed today"
        text += f", {_km(total['open_km'])} of them open to the sea. "
        gone = found.by("basin").query("habitat_km == 0 and was_km > 0")
        if lost > 0.005 * total["was_km"] and len(gone):
            names = ", ".join(f"{r.basin} ({r.listed})" for r in gone.itertuples())
            text += f"Another {_km(lost)} were fit before dams and losses: {names}. "
        share = rough(total["protected_percent"], "x_percent")
        return text + f"**{share} %** of what is left runs through known protected areas."
    total = found.total()
    here, low, high = total.iloc[0], found.thresholds[-1], found.thresholds[0]
    text = (
        "Within the listed range the expert index says where conditions look better, no more. At or above "
        f"{found.threshold:g} it marks **{_km2(here['habitat_km2'])}** where the species is listed as present; from "
        f"{low:g} to {high:g} of the index it is {_km2(here['habitat_low_km2'])} to {_km2(here['habitat_high_km2'])}. "
    )
    if here["habitat_high_km2"] > _FAR * here["habitat_low_km2"]:
        text += "The ends lie so far apart that the index gives a pattern and no size. "
    if len(total) > 1:
        text += f"Another {_km2(total.iloc[1]['habitat_km2'])} lie in units where it is only possible and are not counted. "
    return text + f"Known protected areas hold {_shares(found)}. {_by_country(found)}"


def _shares(found: LandAssessment) -> str:
    """Return the protected share at the threshold, with that over all thresholds where it differs."""
    shares = found.by_threshold()["protected_percent"]
    middle, low, high = (
        rough(float(v), "x_percent")
        for v in (found.total()["protected_percent"].iloc[0], shares.min(), shares.max())
    )
    span = "" if low == high else f", {low} to {high} % over the thresholds"
    return f"**{middle} %** of it{span}"


def _by_country(found: LandAssessment) -> str:
    rows = found.by("country")
    return (
        "By country: "
        + "; ".join(
            f"{COUNTRY_NAMES.get(r.country, r.country)} {_km2(r.habitat_km2)}, {rough(r.protected_percent, 'x_percent')} % "
            "protected"
            for r in rows[rows["habitat_km2"] > 0].itertuples()
        )
        + "."
    )


def _km2(value: float) -> str:
    return f"{rough(float(value), 'x_km2')} km²"


def _km(value: float) -> str:
    return f"{rough(float(value), 'x_km')} km"


def key_figures(found: LandAssessment | RiverAssessment) -> list[tuple[str, str, str]]:
    """Return the key figures of the report."""
    total = found.total()
    here = total.iloc[0]
    row = taxa.record(found.taxon.species_id)
    figures = trends.key_figure(found.taxon.species_id)
    if isinstance(found, RiverAssessment):
        figures += [
            ("Reaches today", _km(here["habitat_km"]), f"{_km(here['open_km'])} open to the sea"),
            ("Reaches once", _km(here["was_km"]), "listed in any way, as if no dam stood"),
        ]
    else:
        span = f"{_km2(here['habitat_low_km2'])} to {_km2(here['habitat_high_km2'])}"
        ends = f"at {found.thresholds[-1]:g} to {found.thresholds[0]:g}"
        figures.append((f"Index {found.threshold:g} and above", _km2(here["habitat_km2"]), f"{span} {ends}"))
        if len(total) > 1:
            figures.append(
                ("Where only possible", _km2(total.iloc[1]["habitat_km2"]), "apart, in no other figure")
            )
    figures.append(
        (
            "Protected",
            f"{rough(here['protected_percent'], 'x_percent')} %",
            "of it in known protected areas",
        )
    )
    figures.append(("Red List", row["iucn_category"] or "–", row["iucn_scope"] or "none in our table"))
    return figures


def listed_range(found: Assessment | Reported) -> str:
    """Return how the range was put together, what stands apart from it, and how much of it is suitable."""
    rows = taxa.range_rows(found.taxon.species_id)
    parts = []
    for presence, group in rows.groupby("presence", sort=False):
        kinds = group["unit_kind"].value_counts()
        parts.append(
            f"{taxa.PRESENCE.get(presence, presence)} in "
            + ", ".join(f"{n} {_plural(kind, n)}" for kind, n in kinds.items())
        )
    ours = int((rows["basis"] == "mapped_by_us").sum())
    text = f"`species_ranges.csv` lists the species as {', '.join(parts)}. "
    if ours:
        text += f"For {ours} of these rows the choice of the unit is our reading of a wider statement. "
    if isinstance(found, LandAssessment):
        areas = found.areas().set_index("listed")
        area = float(areas.loc["present", "range_km2"])
        text += f"Inside the complex the units where it is present cover {_km2(area)}"
        if areas.loc["possible", "range_km2"] > 0:
            text += f", those where it is possible {_km2(areas.loc['possible', 'range_km2'])}"
        text += ". "
        if found.outside_km2 > 0.001 * area:
            text += (
                f"{_km2(found.outside_km2)} of the listed range lie outside the complex and are not counted. "
            )
        if unknown := float(found.suitable.attrs["unknown_km2"]):
            text += f"On {_km2(unknown)} a covariate has no data. "
        if not np.isnan(found.taxon.min_patch_km2):
            text += f"Patches smaller than {trends.number(found.taxon.min_patch_km2)} km² do not count. "
    return text


def counted(counts: pd.DataFrame, compared: pd.DataFrame) -> str:
    """Return how to read the counts, or that there are none."""
    if counts.empty:
        return "No count or catch of this species is in our tables."
    text = f"Our tables hold {len(counts)} figures, {int(counts['year'].notna().sum())} of them dated. "
    if compared.empty:
        return (
            text
            + "There is **no comparable pair**: no two of them count the same thing in the same place and the same way."
        )
    return text + (
        "Only figures of one thing, one place, one scope and one way of counting are compared; the others stand in the table "
        "for themselves."
    )


def evidence(found: LandAssessment | RiverAssessment) -> str:
    """Return what the recorded sites say of the index, beside what chance would give."""
    rows = found.recorded()
    if rows.empty:
        return "No site of our tables names this species; that is a hole in the table, not an absence."
    text = f"{rows['site'].nunique()} sites are recorded in our tables. "
    if isinstance(found, RiverAssessment):
        return text + "They say where the fish is named, not how far along the river it lives."
    tested = rows[rows["index"].notna()].drop_duplicates("site")
    if tested.empty:
        return text + "None has a point inside the listed range, so nothing tests the index."
    hits = int((tested["index"] >= found.threshold).sum())
    areas = found.areas()
    share = 100 * float(areas["habitat_km2"].sum() / areas["range_km2"].sum())
    expected = share / 100 * len(tested)
    verdict = (
        "no better than chance"
        if hits <= expected + np.sqrt(expected * (1 - share / 100))
        else "more than chance, on a small and rough sample"
    )
    return text + (
        f"Of the {len(tested)} with a point inside the listed range {hits} stand on ground at or above {found.threshold:g}. That ground "
        f"is {share:.0f} % of the range, so points thrown at random would hit about {expected:.0f}: {verdict}. The points are "
        "middles of reserves, some recalled: they can hardly test an index of 5 km."
    )


def barrier(tested: pd.DataFrame) -> str:
    """Return whether the published barriers of a species emerge from the covariates, and what imposing them does."""
    parts = []
    for name, rows in tested.groupby("barrier", sort=False):
        known = rows[rows["as_modelled"] != "no suitable cell"]
        apart = known.loc[known["as_modelled"] == "apart", "threshold"]
        joined = known.loc[known["as_modelled"] == "one patch", "threshold"]
        mended = known.loc[known["with_barrier"] == "one patch", "threshold"]
        text = f"Publications report a barrier: {name[:1].lower()}{name[1:]}. Patches come from the covariates alone. "
        if joined.empty:
            text += f"At every threshold with ground on both sides ({_values(apart)}) **the barrier emerges**: the two sides are apart. "
        elif apart.empty:
            text += f"**It does not emerge at this resolution**: the two sides are one patch at {_values(joined)}. "
        else:
            text += (
                f"**It emerges at {_values(apart)} and not at {_values(joined)}**, where the two sides are one patch: "
                "whether the valley parts them hangs on the threshold. "
            )
        if len(joined):
            still = f" but for {_values(mended)}" if len(mended) else ""
            text += f"With the barrier imposed along the towns of the valley (dashed on the map) they are apart{still}. "
        parts.append(text)
    return "\n\n".join(parts)


def _values(thresholds: pd.Series) -> str:
    return ", ".join(f"{v:g}" for v in thresholds)


def connected(found: LandAssessment | RiverAssessment) -> str:
    """Return how the suitable ground hangs together; nothing is said of rivers, which have a report of their own."""
    if isinstance(found, RiverAssessment):
        return "How dams part the rivers is in the report on rivers, for the same reaches and dams."
    sizes = found.patches["area_km2"]
    if sizes.empty:
        return "No patch is left at this threshold."
    return (
        f"At {found.threshold:g} the ground forms {len(sizes)} patches, cells joined over edges and corners; the largest holds "
        f"{_km2(sizes.max())}, {100 * sizes.max() / sizes.sum():.0f} % of all. What lies between them, such as a fence, a road or a "
        "river narrower than a cell, is not weighed."
    )


def moved(found: Assessment, sensitivity: pd.DataFrame) -> str:
    """Return which parameters the result hangs on, beside what the threshold does to it."""
    rows = sensitivity.assign(size=sensitivity["change_percent"].abs())
    strong = rows[rows["size"] > _STRONG_PERCENT].sort_values("size", ascending=False)
    text = ""
    if len(strong):
        names = list(dict.fromkeys(_named(r.variable, r.what) for r in strong.itertuples()))
        worst = strong.iloc[0]
        text = (
            f"It hangs most on {', '.join(names[:3])}: moving {_named(worst['variable'], worst['what'])} by {worst['shift']:+.1f} "
            f"changes it by {worst['change_percent']:+.0f} %. "
        )
    else:
        text = f"No single parameter moves it by more than {_STRONG_PERCENT:.0f} %. "
    if isinstance(found, LandAssessment):
        total = found.total().iloc[0]
        text += (
            f"The threshold alone, from {found.thresholds[-1]:g} to {found.thresholds[0]:g}, moves it from "
            f"{_km2(total['habitat_low_km2'])} to {_km2(total['habitat_high_km2'])}. None of these figures is a measurement."
        )
    return text


def _named(variable: str, what: str) -> str:
    kind = "the score of" if what.startswith("class") else "the"
    return f"{kind} {what.replace('_', ' ')} of {label(variable)}"


def against_published(rows: pd.DataFrame) -> str:
    """Return how the published areas of the same ground lie to ours."""
    if rows.empty:
        return "No published area covers ground of ours that can be told apart."
    words = []
    for r in rows.itertuples():
        year = f", {int(r.year)}" if pd.notna(r.year) else ""
        inside = r.habitat_low_km2 <= r.published_km2 <= r.habitat_high_km2
        outside = "above" if r.published_km2 > r.habitat_high_km2 else "below"
        where = "between our ends" if inside else f"{outside} both our ends"
        more = (
            f" ({_km2(r.possible_km2)} of ours are only possible and not in them)"
            if r.possible_km2 > 1_000
            else ""
        )
        words.append(f"{r.what} in {r.units}{year}: {_km2(r.published_km2)}, {where}{more}")
    return (
        "Published areas stand beside ours of the same country or provinces, the whole of them and not only what lies in the "
        f"complex: {'; '.join(words)}. An index of conditions need not agree with ground that is occupied."
    )


def caveats(found: LandAssessment | RiverAssessment) -> str:
    """Return what the model cannot know, in plain words."""
    taxon = found.taxon
    rows = taxa.parameters(taxon.species_id)
    used = rows[rows["parameter_id"].isin([m.parameter_id for m in taxon.memberships])]
    ours = int((used["basis"] != "published").sum())
    points = [
        f"{ours} of the {len(used)} rows of this model are our reading of what sources say in words, or recalled: an expert's "
        "index, not a measurement and not a fitted model. No threshold of it has a meaning in nature.",
        "Conditions are not presence. The index knows nothing of prey, poaching, disease, logging inside a forest class, or of "
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
            "A cell is about 4 by 5.6 km: dens, narrow valleys and forest bogs are smaller. Towns stand in for people and railways "
            "for transport; villages, farms, roads and fences are not mapped here. Land cover names the class woody savanna what "
            "in this region is closed larch taiga."
        )
        if found.unused:
            points.append(
                f"Marked for the model but without a layer here: {', '.join(map(label, found.unused))}. A climate download in "
                "data/external/covariates brings it in."
            )
    if found.protection.found.exact:
        points.append(
            "Protected areas are those of the download named. China withholds most of its sites from the public WDPA, so "
            "shares there are a lower bound; sites of the download are not matched to our table of records."
        )
    else:
        points.append(
            "Protected areas are those of our inventory: circles of the right size about a point, unless limits or a lake are "
            "known. Sites without a position or area protect nothing here, and China's list is incomplete."
        )
    return "\n".join(f"- {point}" for point in points)


def _plural(kind: str, count: int) -> str:
    words = {"basin": "basins", "district": "districts", "province": "provinces", "system": "river systems"}
    return kind if count == 1 else words.get(kind, kind)
