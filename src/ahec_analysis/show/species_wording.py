"""Sentences of the species reports, computed from the tables and the results."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from ahec_analysis.data.tables import COUNTRY_NAMES
from ahec_analysis.habitat import species as taxa
from ahec_analysis.habitat import trends
from ahec_analysis.habitat.assessment import Assessment, LandAssessment, RiverAssessment
from ahec_analysis.habitat.bird_sites import Reported
from ahec_analysis.habitat.niche import label
from ahec_analysis.show.messages import say
from ahec_analysis.show.tables import rough
from ahec_analysis.values import UNKNOWN

_FAR = 3
"""Times that the largest ground may hold the smallest before the index gives no size."""
_STRONG_PERCENT = 25.0
_WORTH_KM2 = 1_000
"""Ground where a species is only possible that is named beside a published area."""


def status(found: Assessment | Reported) -> str:
    """Return what the species is, its Red List category and the number that stands first, as the tables say."""
    row = taxa.record(found.taxon.species_id)
    told = [
        say(
            "species-status",
            name=row["common_name_en"],
            scientific=row["scientific_name"],
            russian=row["common_name_ru"],
            category=row["iucn_category"] or "none",
            scope=row["iucn_scope"],
        )
    ]
    if number := trends.headline(found.taxon.species_id):
        told.append(say("species-number", number=number))
    # Sentences that carry the identifier of a source are notes to the table, not to the reader.
    spoken = [s for s in re.split(r"(?<=[.;]) ", str(row["note"])) if s and "[" not in s]
    return " ".join(told + [s[:1].upper() + s[1:] for s in spoken])


def opening(found: LandAssessment | RiverAssessment) -> str:
    """Return the result in a few sentences."""
    total = found.total()
    here = total.iloc[0]
    share = _share(here["protected_percent"])
    if isinstance(found, RiverAssessment):
        lost = here["was_km"] - here["habitat_km"]
        told = [say("species-opening-river", now=_size(here["habitat_km"]), open=_size(here["open_km"]))]
        gone = found.by("basin").query("habitat_km == 0 and was_km > 0")
        if lost > 0.005 * here["was_km"] and len(gone):
            names = ", ".join(f"{r.basin} ({r.listed})" for r in gone.itertuples())
            told.append(say("species-lost", lost=_size(lost), basins=names))
        return " ".join([*told, say("species-protected-river", share=share)])
    told = [say("species-opening-land", **_index(found))]
    if here["habitat_high_km2"] > _FAR * here["habitat_low_km2"]:
        told.append(say("species-no-size"))
    if len(total) > 1:
        told.append(say("species-only-possible", possible=_size(total.iloc[1]["habitat_km2"])))
    shares = found.by_threshold()["protected_percent"]
    low, high = _share(shares.min()), _share(shares.max())
    rows = found.by("country")
    countries = "; ".join(
        say(
            "species-in-country",
            country=COUNTRY_NAMES.get(r.country, r.country),
            size=_size(r.habitat_km2),
            share=_share(r.protected_percent),
        )
        for r in rows[rows["habitat_km2"] > 0].itertuples()
    )
    facts = {"share": share, "varies": low != high, "low": low, "high": high, "countries": countries}
    return " ".join([*told, say("species-protected-land", **facts)])


def _index(found: LandAssessment) -> dict[str, str]:
    """Return the threshold, the lowest and the highest one, and the ground at each, km²."""
    here = found.total().iloc[0]
    return {
        "threshold": f"{found.threshold:g}",
        "from": f"{found.thresholds[-1]:g}",
        "to": f"{found.thresholds[0]:g}",
        "here": _size(here["habitat_km2"]),
        "low": _size(here["habitat_low_km2"]),
        "high": _size(here["habitat_high_km2"]),
    }


def _size(value: float) -> str:
    return rough(float(value), "x_km2")


def _share(value: float) -> str:
    return rough(float(value), "x_percent")


def figure(message: str, **facts: Any) -> tuple[str, str, str]:
    """Return a key figure: a message, and its attributes ``value`` and ``note``."""
    return say(message, **facts), say(f"{message}.value", **facts), say(f"{message}.note", **facts)


def key_figures(found: LandAssessment | RiverAssessment) -> list[tuple[str, str, str]]:
    """Return the key figures of the report."""
    total = found.total()
    here = total.iloc[0]
    row = taxa.record(found.taxon.species_id)
    figures = trends.key_figure(found.taxon.species_id)
    if isinstance(found, RiverAssessment):
        figures += [
            figure("species-figure-now", now=_size(here["habitat_km"]), open=_size(here["open_km"])),
            figure("species-figure-once", was=_size(here["was_km"])),
        ]
    else:
        figures.append(figure("species-figure-index", **_index(found)))
        if len(total) > 1:
            figures.append(figure("species-figure-possible", possible=_size(total.iloc[1]["habitat_km2"])))
    category, scope = row["iucn_category"] or UNKNOWN, row["iucn_scope"] or "none"
    return [
        *figures,
        figure("species-figure-protected", share=_share(here["protected_percent"])),
        figure("species-figure-red-list", category=category, scope=scope),
    ]


def listed_range(found: Assessment | Reported) -> str:
    """Return how the range was put together, what stands apart from it, and how much of it is suitable."""
    rows = taxa.range_rows(found.taxon.species_id)
    parts = []
    for presence, group in rows.groupby("presence", sort=False):
        kinds = group["unit_kind"].value_counts()
        units = ", ".join(say("species-units", units=n, kind=kind) for kind, n in kinds.items())
        parts.append(say("species-listed-as", presence=taxa.PRESENCE.get(presence, presence), units=units))
    told = [say("species-listed", parts=", ".join(parts))]
    if ours := int((rows["basis"] == "mapped_by_us").sum()):
        told.append(say("species-our-reading", rows=ours))
    if isinstance(found, LandAssessment):
        areas = found.areas().set_index("listed")["range_km2"].astype(float)
        present, possible = areas["present"], areas["possible"]
        told.append(
            say("species-range", present=_size(present), apart=bool(possible > 0), possible=_size(possible))
        )
        if found.outside_km2 > 0.001 * present:
            told.append(say("species-outside", outside=_size(found.outside_km2)))
        if unknown := float(found.suitable.attrs["unknown_km2"]):
            told.append(say("species-without-data", unknown=_size(unknown)))
        if not np.isnan(found.taxon.min_patch_km2):
            told.append(say("species-smallest-patch", patch=trends.number(found.taxon.min_patch_km2)))
    return " ".join(told)


def counted(counts: pd.DataFrame, compared: pd.DataFrame) -> str:
    """Return how to read the counts, or that there are none."""
    if counts.empty:
        return say("species-no-counts")
    held = say("species-counts", figures=len(counts), dated=counts["year"].notna().sum())
    return f"{held} {say('species-no-pair' if compared.empty else 'species-pairs')}"


def evidence(found: LandAssessment | RiverAssessment) -> str:
    """Return what the recorded sites say of the index, beside what chance would give."""
    rows = found.recorded()
    if rows.empty:
        return say("species-no-site")
    told = say("species-sites", sites=rows["site"].nunique())
    if isinstance(found, RiverAssessment):
        return f"{told} {say('species-sites-river')}"
    tested = rows[rows["index"].notna()].drop_duplicates("site")
    if tested.empty:
        return f"{told} {say('species-untested')}"
    hits = int((tested["index"] >= found.threshold).sum())
    areas = found.areas()
    share = 100 * float(areas["habitat_km2"].sum() / areas["range_km2"].sum())
    expected = share / 100 * len(tested)
    chance = bool(hits <= expected + np.sqrt(expected * (1 - share / 100)))
    facts = {"points": len(tested), "hits": hits, "share": share, "expected": expected, "chance": chance}
    return f"{told} {say('species-tested', threshold=f'{found.threshold:g}', **facts)}"


def barrier(tested: pd.DataFrame) -> str:
    """Return whether the published barriers of a species emerge from the covariates, and what imposing them does."""
    parts = []
    for name, rows in tested.groupby("barrier", sort=False):
        known = rows[rows["as_modelled"] != "no suitable cell"]
        apart = _values(known.loc[known["as_modelled"] == "apart", "threshold"])
        joined = _values(known.loc[known["as_modelled"] == "one patch", "threshold"])
        mended = _values(known.loc[known["with_barrier"] == "one patch", "threshold"])
        told = [say("species-barrier", barrier=f"{name[:1].lower()}{name[1:]}")]
        if not joined:
            told.append(say("species-barrier-always", apart=apart))
        elif not apart:
            told.append(say("species-barrier-never", joined=joined))
        else:
            told.append(say("species-barrier-some", apart=apart, joined=joined))
        if joined:
            told.append(say("species-barrier-imposed", still=mended or "none"))
        parts.append(" ".join(told))
    return "\n\n".join(parts)


def _values(thresholds: pd.Series) -> str:
    return ", ".join(f"{v:g}" for v in thresholds)


def connected(found: LandAssessment | RiverAssessment) -> str:
    """Return how the suitable ground hangs together; nothing is said of rivers, which have a report of their own."""
    if isinstance(found, RiverAssessment):
        return say("species-patches-river")
    sizes = found.patches["area_km2"]
    if sizes.empty:
        return say("species-no-patch")
    return say(
        "species-patches",
        threshold=f"{found.threshold:g}",
        patches=len(sizes),
        largest=_size(sizes.max()),
        share=100 * sizes.max() / sizes.sum(),
    )


def moved(found: Assessment, sensitivity: pd.DataFrame) -> str:
    """Return which parameters the result hangs on, beside what the threshold does to it."""
    rows = sensitivity.assign(size=sensitivity["change_percent"].abs())
    strong = rows[rows["size"] > _STRONG_PERCENT].sort_values("size", ascending=False)
    if len(strong):
        names = list(dict.fromkeys(_named(r.variable, r.what) for r in strong.itertuples()))
        worst = strong.iloc[0]
        shift, change = f"{worst['shift']:+.1f}", f"{worst['change_percent']:+.0f}"
        told = say(
            "species-hangs-on",
            parameters=", ".join(names[:3]),
            worst=names[0],
            shift=shift,
            change=change,
        )
    else:
        told = say("species-hangs-on-none", limit=_STRONG_PERCENT)
    return (
        f"{told} {say('species-by-threshold', **_index(found))}"
        if isinstance(found, LandAssessment)
        else told
    )


def _named(variable: str, what: str) -> str:
    score = what.startswith("class")
    return say("species-parameter", score=score, what=what.replace("_", " "), variable=label(variable))


def against_published(rows: pd.DataFrame) -> str:
    """Return how the published areas of the same ground lie to ours."""
    if rows.empty:
        return say("species-nothing-published")
    areas = []
    for r in rows.itertuples():
        inside = r.habitat_low_km2 <= r.published_km2 <= r.habitat_high_km2
        outside = "above" if r.published_km2 > r.habitat_high_km2 else "below"
        areas.append(
            say(
                "species-published-area",
                what=r.what,
                units=r.units,
                year=str(int(r.year)) if pd.notna(r.year) else "none",
                published=_size(r.published_km2),
                side="between" if inside else outside,
                apart=bool(r.possible_km2 > _WORTH_KM2),
                possible=_size(r.possible_km2),
            )
        )
    return say("species-published", areas="; ".join(areas))


def caveats(found: LandAssessment | RiverAssessment) -> str:
    """Return what the model cannot know, in plain words."""
    taxon = found.taxon
    rows = taxa.parameters(taxon.species_id)
    used = rows[rows["parameter_id"].isin([m.parameter_id for m in taxon.memberships])]
    points = [say("species-caveats", ours=(used["basis"] != "published").sum(), rows=len(used))]
    if isinstance(found, RiverAssessment):
        dams = int(found.network.attrs.get("dams_without_place", 0))
        points.append(say("species-caveats-river", dams=dams))
    else:
        points.append(say("species-caveats-land"))
        if found.unused:
            points.append(say("species-caveats-unused", covariates=", ".join(map(label, found.unused))))
    return "\n".join([*points, say("species-caveats-protected", exact=found.protection.found.exact)])
