"""Where a bird is reported, how many, whether that is 1 % of its population, and what protects the site."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from ahec_analysis import data
from ahec_analysis.errors import ParameterError
from ahec_analysis.habitat import species as taxa
from ahec_analysis.habitat import trends

BREEDING = ("nests", "breeding_birds", "breeding_females")
"""Metrics that count a breeding population; so does ``population`` in pairs."""
CRITERIA = {
    "iba_a4i": "stated (important bird area, A4i)",
    "ramsar_6": "stated (Ramsar, criterion 6)",
    "stated": "stated",
}
_JUDGED = {"low": 0, "medium": 1, "high": 2}
_PAIRS = ("breeding_pairs", "nests")
_STEPS = ((10, 1), (100, 5), (1_000, 10), (np.inf, 100))


@dataclass(frozen=True)
class Reported:
    """A species by what the tables report of it, without a model."""

    taxon: taxa.Species

    @property
    def state(self) -> str:
        """Return what the table says of its model."""
        return str(taxa.record(self.taxon.species_id)["model"])


def reported(name: str) -> Reported:
    """Return a species by what the tables report of it.

    Raises
    ------
    ParameterError
        If its model is published: 03_species_habitat shows it.
    """
    found = Reported(taxa.find(name))
    if found.state == taxa.PUBLISHED:
        raise ParameterError(f"{found.taxon.name} has a published model; use the notebook 03_species_habitat")
    return found


def one_percent(species_id: str) -> pd.Series | None:
    """Return the count of the flyway, else of the world, with 1 % of it (``threshold``), None without one.

    Among several the best sourced stands, then the newest. Rounded to 1 up to 10, 5 up to 100, 10 up to 1,000
    and 100 above, as Wetlands International do (Waterbird Population Estimates,
    http://fr.wpe.wetlands.org/G1pc).

    Examples
    --------
    >>> int(one_percent("antigone-vipio")["threshold"])
    130
    """
    rows = taxa.counts(species_id)
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

    Returns
    -------
    DataFrame
        ``site``, ``country``, ``status``, ``breeding`` and ``others`` (latest counts in words), ``least_birds`` (the low
        end of the larger of the two; a pair or nest is two birds), ``criterion`` ("yes", "in some years", "no", "stated …" or
        "no count"), ``designation``, ``international``, ``source_ids``, with geometry left out.
    """
    rows = taxa.sites(species_id)
    counts = taxa.counts(species_id)
    level = one_percent(species_id)
    areas = data.protected_areas(totals_only=False).set_index("site_id")
    titles = data.table("designation_classes").set_index("designation")["title"]
    out = []
    groups = rows["site_id"].where(rows["site_id"] != "", rows["designation_id"])
    for key, part in rows.groupby(groups, sort=False):
        own = counts[counts["site_id"] == key] if key else counts.head(0)
        pairs = own["metric"].isin(BREEDING) | own["unit"].isin(_PAIRS)
        latest = {name: _latest(own[mask]) for name, mask in (("breeding", pairs), ("others", ~pairs))}
        known = [r for r in latest.values() if r is not None]
        low = max((_birds(r, "estimate_low") for r in known), default=np.nan)
        high = max((_birds(r, "estimate_high") for r in known), default=np.nan)
        sources = dict.fromkeys("|".join([*part["source_ids"], *(r["source_ids"] for r in known)]).split("|"))
        area = areas.loc[key] if key in areas.index else None
        words = {n: "" if r is None else trends.figure(r) for n, r in latest.items()}
        out.append(
            {
                "site": part["site"].iloc[0],
                "country": part["country"].iloc[0],
                "status": ", ".join(dict.fromkeys(", ".join(part["status"]).split(", "))),
                **words,
                "least_birds": low,
                "criterion": _criterion(part, low, high, np.nan if level is None else level["threshold"]),
                "designation": "none known"
                if area is None
                else titles.get(area["designation"], area["designation"]),
                "level": "" if area is None else area["governance_level"],
                "international": _international(key, part["designation_id"]),
                "source_ids": "|".join(sources),
            }
        )
    found = pd.DataFrame(out, columns=["site", "country", "status", "breeding", "others", "least_birds", "criterion",
                                       "designation", "level", "international", "source_ids"])  # fmt: skip
    return found.sort_values(["least_birds", "site"], ascending=[False, True], ignore_index=True)


def located(species_id: str) -> gpd.GeoDataFrame:
    """Return :func:`ahec_analysis.habitat.species.sites`, one row for each site, with ``important``: 1 % or more."""
    rows = taxa.sites(species_id).drop_duplicates("site")
    places = table(species_id)
    names = set(places.loc[important_sites(places), "site"])
    return rows.assign(important=rows["site"].isin(names))


def _latest(rows: pd.DataFrame) -> pd.Series | None:
    if rows.empty:
        return None
    return rows.sort_values(["year", "estimate_low"], na_position="first", kind="stable").iloc[-1]


def _birds(row: pd.Series, end: str) -> float:
    return float(row[end]) * (2 if row["unit"] in _PAIRS else 1)


def _criterion(rows: pd.DataFrame, low: float, high: float, threshold: float) -> str:
    stated = [CRITERIA[v] for v in rows["one_percent"] if v]
    if np.isnan(low) or np.isnan(threshold):
        return stated[0] if stated else "no count"
    if low >= threshold:
        return "yes"
    return stated[0] if stated else "in some years" if high >= threshold else "no"


def _international(site_id: str, designation_ids: pd.Series) -> str:
    rows = data.table("designations")
    rows = rows[rows["scheme"].isin(["ramsar", "flyway_site"])]
    linked = [site_id in ids.split("|") for ids in rows["linked_site_ids"]]
    mine = rows[np.array(linked) | rows["designation_id"].isin(set(designation_ids) - {""})]
    words = {"ramsar": "Ramsar", "flyway_site": "flyway network"}
    return ", ".join(dict.fromkeys(mine["scheme"].map(words)))


def overview() -> pd.DataFrame:
    """Return one row for each focal species whose model is off: sites, counts, sites at 1 %, and what protects those.

    Returns
    -------
    DataFrame
        ``species``, ``headline``, ``threshold``, ``sites``, ``with_count``, ``at_one_percent`` (yes, in some years or stated),
        ``of_them_national``, ``of_them_international``, ``without_protection`` (of all sites).
    """
    rows = []
    for row in taxa.focal().itertuples():
        if row.model in ("", taxa.PUBLISHED):
            continue
        places, level = table(row.species_id), one_percent(row.species_id)
        important = places[important_sites(places)]
        rows.append(
            {
                "species": row.common_name_en,
                "headline": trends.headline(row.species_id),
                "threshold": np.nan if level is None else level["threshold"],
                "sites": len(places),
                "with_count": int(places["least_birds"].notna().sum()),
                "at_one_percent": len(important),
                "of_them_national": int((important["level"] == "national").sum()),
                "of_them_international": int((important["international"] != "").sum()),
                "without_protection": int((places["designation"] == "none known").sum()),
            }
        )
    return pd.DataFrame(rows)


def important_sites(places: pd.DataFrame) -> pd.Series:
    """Return which rows of :func:`table` reach 1 % of the population, now, in some years or as a source states."""
    return ~places["criterion"].isin(["no", "no count"])


def key_figures(found: Reported, places: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return the key figures of a report by sites."""
    level = one_percent(found.taxon.species_id)
    important = places[important_sites(places)]
    figures = trends.key_figure(found.taxon.species_id)
    figures.append(
        (
            "Sites where it is recorded",
            str(len(places)),
            f"{int(places['least_birds'].notna().sum())} with a count",
        )
    )
    if level is not None:
        figures.append(
            (
                "Sites of 1 % or more",
                str(len(important)),
                f"{trends.number(level['threshold'])} birds, derived from {trends.figure(level)}",
            )
        )
        held = int((important["level"] == "national").sum())
        figures.append(
            (
                "Of them national",
                str(held),
                "strict reserves, national parks, federal refuges, national reserves",
            )
        )
    return figures


def opening(found: Reported, places: pd.DataFrame) -> str:
    """Return what is known of a species by its sites, and why no ground is shown."""
    text = (
        f"No ground is shown for this species: its model is {found.state}, because what it needs is not visible in land cover at "
        "5 km. Known are sites, counts and what protects them. "
    )
    if places.empty:
        return text + "No site of our tables names it; that is a hole in the table, not an absence."
    important = places[important_sites(places)]
    if len(important):
        names = ", ".join(important["site"].head(6))
        national = int((important["level"] == "national").sum())
        text += (
            f"{len(important)} of {len(places)} sites hold at least 1 % of its population by a count or by a source's word, first "
            f"{names}; {national} of them are protected at national level, "
            f"{int((important['international'] != '').sum())} are Ramsar or flyway sites. "
        )
    uncounted = int(places["least_birds"].isna().sum())
    open_ = places.loc[places["designation"] == "none known", "site"]
    if uncounted:
        text += f"For {_many(uncounted, 'site')} no count is in our tables. "
    if len(open_):
        text += f"Without known protection: {', '.join(open_)}. "
    return text


def title(found: Reported, places: pd.DataFrame) -> str:
    """Return what the map of the sites shows."""
    count = int(important_sites(places).sum())
    where = f"{found.taxon.name}: recorded from {_many(len(places), 'site')}"
    return f"{where}, {count} of them with 1 % of its population or more" if count else where


def criterion(found: Reported) -> str:
    """Return what the 1 % is taken of."""
    level = one_percent(found.taxon.species_id)
    if level is None:
        return "No count of the whole population is in our tables, so no threshold can be derived."
    return (
        f"A site counts as internationally important from 1 % of a population. No page with the official threshold was read; "
        f"{trends.number(level['threshold'])} birds is **derived** here as 1 % of {trends.figure(level)} ({trends.place(level)}), rounded as "
        "Wetlands International does. A pair or nest counts as two birds. Where a source itself says that a site holds 1 % "
        "(criterion A4i of important bird areas, criterion 6 of Ramsar), it is named. Counts are the latest of their kind; old "
        "ones may no longer hold."
    )


def caveats() -> str:
    """Return what a list of sites cannot say."""
    points = [
        "The list holds what our tables were told, not every site; a site that is missing is no absence.",
        "Counts are of different years, seasons and ways; the highest of a passage is not a population.",
        "Several Chinese figures were read on copies of news pages; the table of sources says which.",
        "Protection is that of the site by name, not of the marsh the birds stood on.",
    ]
    return "\n".join(f"- {point}" for point in points)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
