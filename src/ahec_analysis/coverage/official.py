"""Official totals of protected land beside what is listed: coverage is a range, not a figure."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from ahec_analysis import data, territory
from ahec_analysis.coverage import sums

WHOLE_PERCENT = 98.0
"""A province counts as wholly inside the territory from this share of its land on."""


def newest(*, ground: str) -> pd.DataFrame:
    """Return the newest official total of all protected land of each unit: ``official_km2``, ``as_of``, ``source_ids``.

    ``ground`` is "province" (whole provinces, by ISO code) or "complex" (parts of countries inside it, by country).
    Where a source states only a share, it is taken of the land of the province.
    """
    totals = data.table("reported_totals")
    totals = totals[(totals["covers"] == "all") & (totals["ground"] == ground)]
    totals = totals.assign(official_km2=totals["area_ha"] / 100)
    if ground == "province":
        by_share = totals["share_percent"] / 100 * totals["province_code"].map(_land_km2())
        totals["official_km2"] = totals["official_km2"].fillna(by_share)
    # An undated total sorts first: any dated one is preferred.
    totals = totals.sort_values("as_of", kind="stable")
    key = "province_code" if ground == "province" else "country"
    return totals.drop_duplicates(key, keep="last").set_index(key)[["official_km2", "as_of", "source_ids"]]


def series(founded: pd.DataFrame) -> pd.DataFrame:
    """Return the dated totals of country parts of the complex beside what the list has up to each date.

    ``founded`` are pieces in the year their ground was first protected; ``listed_km2`` is reported area of known year.
    """
    totals = data.table("reported_totals")
    totals = totals[(totals["covers"] == "all") & (totals["ground"] == "complex") & (totals["as_of"] != "")]
    totals = totals[totals["country"].isin(founded["country"])].sort_values(["country", "as_of"])
    listed = [
        founded.loc[
            (founded["country"] == country) & (founded["year"] <= int(date[:4])).fillna(False), "piece_km2"
        ].sum()
        for country, date in zip(totals["country"], totals["as_of"], strict=True)
    ]
    out = totals.assign(stated_km2=totals["area_ha"] / 100, listed_km2=np.array(listed, dtype=float))
    return out[["country", "as_of", "stated_km2", "listed_km2", "source_ids"]].reset_index(drop=True)


def by_province(parts: gpd.GeoDataFrame, ground: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the listed share of each province beside its official one, and what lies between them.

    Parameters are those of :func:`ahec_analysis.coverage.sums.in_territory`; the pieces have ``year`` and ``site_id``.
    ``land_km2`` and ``listed_km2`` are of the land inside, ``official_km2`` and ``official_percent`` of the whole
    province. Where that lies wholly inside, the rows have ``later_km2`` (listed sites founded after the total, less
    those they took in), ``unlisted_km2`` (in the total, not in the list) and ``upper_km2`` (total and later sites, or
    the list where it holds more).
    """
    rows = _listed(sums.in_territory(parts, ground, "province"))
    whole = _land_km2()
    rows = rows.join(newest(ground="province"), on="unit")
    rows["inside_percent"] = (100 * rows["land_km2"] / rows["unit"].map(whole)).clip(upper=100.0)
    rows["official_percent"] = 100 * rows["official_km2"] / rows["unit"].map(whole)
    same = rows["official_km2"].notna() & (rows["inside_percent"] >= WHOLE_PERCENT)
    return _between(rows, rows["official_km2"].where(same), parts, ground, "province")


def by_country(parts: gpd.GeoDataFrame, ground: gpd.GeoDataFrame, provinces: pd.DataFrame) -> pd.DataFrame:
    """Return the listed share of each country and of the whole beside the share by official totals.

    A country takes the total stated for its part of the complex, or the sum over its ``provinces``
    (:func:`by_province`): the official end where a total can be placed, the list elsewhere. The last row is the sum.
    """
    rows = _listed(sums.in_territory(parts, ground, "country"))
    rows = rows.join(newest(ground="complex"), on="unit")
    rows["official_percent"] = 100 * rows["official_km2"] / rows["land_km2"]
    rows = _between(rows, rows["official_km2"], parts, ground, "country")
    placed = provinces["upper_km2"].notna()
    ends = provinces.assign(upper_km2=provinces["upper_km2"].fillna(provinces["listed_km2"]))
    summed = rows["upper_km2"].isna()
    for column in ("upper_km2", "later_km2", "unlisted_km2"):
        # Sites without a position have no province; they stay on both sides.
        values = ends.groupby("country")[column].sum(min_count=1)
        rows[column] = rows[column].mask(summed, rows["unit"].map(values))
    for column in ("as_of", "source_ids"):
        values = provinces[placed].groupby("country")[column].agg("|".join)
        rows[column] = rows[column].mask(summed, rows["unit"].map(values)).fillna("")
    # A country of which no total can be placed has no official end; in the sum its list stands.
    known = rows["official_km2"].notna() | rows["unit"].isin(provinces.loc[placed, "country"])
    rows["upper_km2"] = np.fmax(rows["upper_km2"], rows["listed_km2"])
    if len(rows) > 1:
        rows, last = sums.with_total(rows, "name"), len(rows)
        known.loc[last] = known.any()
        rows.loc[last, ["official_km2", "official_percent"]] = np.nan
        rows.loc[last, "listed_percent"] = 100 * rows.loc[last, "listed_km2"] / rows.loc[last, "land_km2"]
    rows["upper_km2"] = rows["upper_km2"].where(known)
    return rows.assign(upper_percent=100 * rows["upper_km2"] / rows["land_km2"])


def _land_km2() -> pd.Series:
    """Return the land of each whole province, by its code."""
    provinces = territory.provinces()
    return territory.area_km2(provinces).groupby(provinces["province_code"]).sum()


def _listed(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.dropna(subset="land_km2").drop(columns=["placed_km2", "unplaced_km2"])
    return rows.rename(columns={"protected_km2": "listed_km2", "share_percent": "listed_percent"})


def _between(
    rows: pd.DataFrame, stated: pd.Series, parts: gpd.GeoDataFrame, ground: gpd.GeoDataFrame, by: str
) -> pd.DataFrame:
    """Return the rows with what lies between the list and the totals ``stated`` for the same ground (km²)."""
    year = pd.to_numeric(rows["as_of"].str[:4], errors="coerce").where(stated.notna())
    later = pd.Series(np.nan, index=rows.index).mask(stated.notna(), 0.0)
    for last in sorted(set(year.dropna())):
        new = parts[(parts["year"] > last).fillna(False).astype(bool)]
        found = _listed(sums.in_territory(new, ground, by)).set_index("unit")["listed_km2"]
        found = found.sub(_taken_in(new, sums.KEYS[by]), fill_value=0.0).clip(lower=0.0)
        found = found.add(_enlarged(parts, int(last), sums.KEYS[by]), fill_value=0.0)
        later = later.mask(year == last, rows["unit"].map(found).fillna(0.0))
    return rows.assign(
        later_km2=later,
        unlisted_km2=(stated - (rows["listed_km2"] - later)).clip(lower=0.0),
        upper_km2=np.fmax(stated + later, rows["listed_km2"]).where(stated.notna()),
    ).reset_index(drop=True)


def _taken_in(new: pd.DataFrame, key: str) -> pd.Series:
    """Return the area (km²) of older sites that new ones are declared to overlap, by the unit of the older."""
    if "overlaps_with" not in new:
        return pd.Series(dtype=float)
    sites = data.table("protected_areas").set_index("site_id")
    ids = set("|".join(new["overlaps_with"]).split("|")) - set(new["site_id"]) - {""}
    older = sites.loc[sorted(ids)]
    return (older["area_ha"] / 100).groupby(older[key]).sum()


def _enlarged(parts: pd.DataFrame, last: int, key: str) -> pd.Series:
    """Return what older sites gained by enlargements after a year (km²), by unit, where the area before is known."""
    dates = data.table("site_dates")
    later = dates[(dates["event"] == "enlarged") & (dates["date"].str[:4].astype(int) > last)]
    before = later.set_index("site_id")["area_before_ha"].dropna() / 100
    old = parts[parts["site_id"].isin(before.index) & (parts["year"] <= last).fillna(False)]
    return (old["piece_km2"] - old["site_id"].map(before)).groupby(old[key]).sum()
