"""Where a bird is reported, how many, whether that is 1 % of its population, and what protects the site."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from ahec_analysis import data
from ahec_analysis.errors import ParameterError
from ahec_analysis.habitat import species as taxa

BREEDING = ("nests", "breeding_birds", "breeding_females")
"""Metrics that count a breeding population; so does ``population`` in pairs."""
NONE_KNOWN = "none_known"
_JUDGED = {"low": 0, "medium": 1, "high": 2}
_PAIRS = ("breeding_pairs", "nests")
_STEPS = ((10, 1), (100, 5), (1_000, 10), (np.inf, 100))
_NAMED = 6
_COUNTED = ["threshold", "sites", "with_count", "at_one_percent", "of_them_national", "of_them_international"]
_COLUMNS = [
    *("site", "country", "status", "breeding", "others", "least_birds", "criterion", "designation", "level"),
    *("international", "source_ids"),
]


@dataclass(frozen=True)
class Reported:
    """A species by what the tables report of it, without a model."""

    taxon: taxa.Species

    @cached_property
    def places(self) -> pd.DataFrame:
        """Return :func:`table` of the species."""
        return table(self.taxon.species_id)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Return what is told of the sites; what there is nothing to tell of is None."""
        found, important = self.places, self.places[important_sites(self.places)]
        level = one_percent(self.taxon.species_id)
        return {
            "kind": "sites",
            "state": taxa.record(self.taxon.species_id)["model_state"],
            "sites": len(found),
            "unnamed": found.empty,
            "with_count": found["least_birds"].notna().sum(),
            "uncounted": found["least_birds"].isna().sum() or None,
            "without": found.loc[found["designation"] == NONE_KNOWN, "site"].tolist(),
            "at_one_percent": len(important),
            "names": important["site"].head(_NAMED).tolist(),
            "of_them_national": (important["level"] == "national").sum(),
            "of_them_international": (important["international"] != "").sum(),
            "level": level,
            "threshold": None if level is None else level["threshold"],
        }


def reported(name: str) -> Reported:
    """Return a species by what the tables report of it, unless its model is published: 03_species_habitat shows it."""
    found = taxa.find(name)
    if taxa.record(name)["model_state"] == taxa.PUBLISHED:
        raise ParameterError(f"{found.name} has a published model; use the notebook 03_species_habitat")
    return Reported(found)


def one_percent(species_id: str) -> pd.Series | None:
    """Return the count of the flyway, else of the world, with 1 % of it (``threshold``), None without one.

    Among several the best sourced stands, then the newest. Rounded to 1 up to 10, 5 up to 100, 10 up to 1,000
    and 100 above, as Wetlands International do (Waterbird Population Estimates,
    http://fr.wpe.wetlands.org/G1pc).
    """
    rows = taxa.rows("species_counts", species_id)
    wide = rows["scope"].isin(["global", "flyway", "subspecies"]) & (rows["metric"] == "population")
    good = (rows["value_basis"] == "sourced") & rows["year"].notna() & (rows["unit"] == "individuals")
    rows = rows[wide & good & ~rows["region"].str.contains("western")]
    if rows.empty:
        return None
    order = rows.assign(flyway=rows["scope"] == "flyway", judged=rows["confidence"].map(_JUDGED))
    newest = order.sort_values(["flyway", "judged", "year"], kind="stable").iloc[-1]
    share = (newest["estimate_low"] + newest["estimate_high"]) / 200
    step = next(step for top, step in _STEPS if share <= top)
    return pd.concat([newest, pd.Series({"threshold": float(step * round(share / step))})])


def table(species_id: str) -> pd.DataFrame:
    """Return the sites where a species is reported, with numbers, the 1 % criterion and protection.

    ``breeding`` and ``others`` are identifiers of the latest counts, ``least_birds`` the low end of the larger of the two (a
    pair or nest is two birds); ``criterion`` is ``yes``, ``in_some_years``, ``no``, ``no_count`` or by whose word.
    """
    counts, level = taxa.rows("species_counts", species_id), one_percent(species_id)
    threshold = np.nan if level is None else level["threshold"]
    birds = np.where(counts["unit"].isin(_PAIRS), 2, 1)
    counts = counts.assign(
        pairs=counts["metric"].isin(BREEDING) | (birds == 2),
        low=counts["estimate_low"] * birds,
        high=counts["estimate_high"] * birds,
    )
    latest = counts.sort_values(["year", "estimate_low"], na_position="first", kind="stable")
    latest = latest[latest["site_id"] != ""].drop_duplicates(["site_id", "pairs"], keep="last")
    areas = data.protected_areas(totals_only=False).set_index("site_id")
    titles = data.table("designation_classes").set_index("designation")["title"]
    rows = taxa.sites(species_id)
    out = []
    keys = rows["site_id"].where(rows["site_id"] != "", rows["designation_id"])
    for key, part in rows.groupby(keys, sort=False):
        own = latest[latest["site_id"] == key].sort_values("pairs", ascending=False)
        area = areas.loc[key] if key in areas.index else None
        sources = "|".join([*part["source_ids"], *own["source_ids"]]).split("|")
        out.append(
            (
                part["site"].iloc[0],
                part["country"].iloc[0],
                ", ".join(dict.fromkeys(", ".join(part["status"]).split(", "))),
                "".join(own.loc[own["pairs"], "count_id"]),
                "".join(own.loc[~own["pairs"], "count_id"]),
                own["low"].max(),
                _criterion(part["one_percent"], own, threshold),
                NONE_KNOWN if area is None else titles.get(area["designation"], area["designation"]),
                "" if area is None else area["governance_level"],
                _international(key, part["designation_id"]),
                "|".join(dict.fromkeys(sources)),
            )
        )
    found = pd.DataFrame(out, columns=_COLUMNS)
    return found.sort_values(["least_birds", "site"], ascending=[False, True], ignore_index=True)


def located(species_id: str) -> gpd.GeoDataFrame:
    """Return :func:`ahec_analysis.habitat.species.sites`, one row for each site, with ``important``: 1 % or more."""
    rows, places = taxa.sites(species_id).drop_duplicates("site"), table(species_id)
    return rows.assign(important=rows["site"].isin(places.loc[important_sites(places), "site"]))


def _criterion(stated: pd.Series, counts: pd.DataFrame, threshold: float) -> str:
    low, high = counts["low"].max(), counts["high"].max()
    if low >= threshold:
        return "yes"
    if word := "".join(stated[stated != ""].head(1)):
        return word
    if np.isnan(low) or np.isnan(threshold):
        return "no_count"
    return "in_some_years" if high >= threshold else "no"


def _international(site_id: str, designation_ids: pd.Series) -> str:
    rows = data.table("designations")
    rows = rows[rows["scheme"].isin(["ramsar", "flyway_site"])]
    linked = [site_id in ids.split("|") for ids in rows["linked_site_ids"]]
    mine = rows[np.array(linked) | rows["designation_id"].isin(set(designation_ids) - {""})]
    return "|".join(dict.fromkeys(mine["scheme"]))


def overview() -> pd.DataFrame:
    """Return one row for each focal species whose model is off: sites, counts, sites at 1 %, and what protects those.

    ``headline`` is the identifier of a count; sites are at 1 % by a count, in some years or as a source states.
    """
    focal = taxa.focal()
    off = focal[~focal["model_state"].isin(["", taxa.PUBLISHED])]
    facts = pd.DataFrame([Reported(taxa.find(name)).facts for name in off["slug"]], index=off.index)
    named = off[["common_name_en", "headline_count"]].set_axis(["species", "headline"], axis=1)
    counted = facts[_COUNTED].assign(without_protection=facts["without"].map(len))
    return named.join(counted).reset_index(drop=True)


def important_sites(places: pd.DataFrame) -> pd.Series:
    """Return which rows of :func:`table` reach 1 % of the population, now, in some years or as a source states."""
    return ~places["criterion"].isin(["no", "no_count"])
