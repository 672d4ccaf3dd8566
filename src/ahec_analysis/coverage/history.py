"""How protection grew: by year and decade, the largest additions, and what changed since an earlier edition."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ahec_analysis.coverage import matching
from ahec_analysis.coverage.partition import cumulated
from ahec_analysis.coverage.sums import UNKNOWN


def as_founded(parts: pd.DataFrame, inventory: pd.DataFrame) -> pd.DataFrame:
    """Return the pieces with the ground that a site took over from older ones in the year of the older.

    A park drawn over three reserves is new only by what they did not cover. Former and absorbed sites of the
    ``inventory`` (the table ``protected_areas``) become a row each; the sum stays.
    """
    if "overlaps_with" not in parts:
        return parts
    # Of a layer only the areas count here.
    parts = pd.DataFrame(parts).drop(columns="geometry", errors="ignore")
    known = inventory[~inventory["in_totals"].fillna(False).astype(bool)].set_index("site_id")
    rows, taken = [], pd.Series(0.0, index=parts.index)
    for index, site in parts[(parts["overlaps_with"] != "") & parts["piece_km2"].notna()].iterrows():
        older = known.reindex([i for i in site["overlaps_with"].split("|") if i in known.index])
        older = older[(older["established_year"] < site["year"]).fillna(False) & older["area_ha"].notna()]
        for old in older.itertuples():
            area = min(old.area_ha / 100, site["piece_km2"] - taken[index])
            taken[index] += area
            rows.append({**site, "year": old.established_year, "piece_km2": area})
    left = parts.assign(piece_km2=parts["piece_km2"] - taken)
    return pd.concat([left, pd.DataFrame(rows, columns=parts.columns).astype(left.dtypes)], ignore_index=True)


def growth(parts: pd.DataFrame) -> pd.DataFrame:
    """Return by country the ``sites`` and ``new_km2`` of each year and ``cumulative_km2``; unknown years come last."""
    grouped = parts.groupby(["country", "year"], dropna=False)
    flow = pd.DataFrame(
        {"sites": grouped["site_id"].nunique(), "new_km2": grouped["piece_km2"].sum(min_count=1)}
    )
    rows = cumulated(flow.reset_index(), "country")
    return rows.sort_values("year", key=lambda year: year.isna(), kind="stable", ignore_index=True)


def decades(growth: pd.DataFrame) -> pd.DataFrame:
    """Return the area founded in each decade (km²), by country and in all; sites of unknown year in the last row."""
    decade = (growth["year"] // 10 * 10).astype("str") + "s"
    wide = growth.assign(decade=decade.where(growth["year"].notna(), UNKNOWN)).pivot_table(
        index="decade", columns="country", values="new_km2", aggfunc=lambda km2: km2.sum(min_count=1)
    )
    wide = wide.add_suffix("_km2").rename_axis(columns=None)
    return wide.assign(all_km2=wide.sum(axis=1, min_count=1)).reset_index()


def largest(parts: pd.DataFrame, *, most: int = 10) -> pd.DataFrame:
    """Return the areas that add most ground: ``name``, ``country``, ``designation``, ``year``, ``new_km2``."""
    top = pd.DataFrame(parts).nlargest(most, "piece_km2").rename(columns={"piece_km2": "new_km2"})
    return top[["name", "country", "designation", "year", "new_km2"]].reset_index(drop=True)


def changes(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Return what changed since an earlier table of sites (``site_id``, ``name``, ``area_km2``), of any source.

    Which rows are the same site says :func:`ahec_analysis.coverage.matching.paired`. ``change`` is added, removed or area_changed; ``before_km2`` and ``now_km2``.
    """
    rows = matching.paired(before, now)
    same = np.isclose(rows["one_km2"], rows["two_km2"], equal_nan=True)
    change = np.select(
        [rows["two_id"].isna(), rows["one_id"].isna(), ~same], ["removed", "added", "area_changed"], ""
    )
    out = rows.assign(change=change).rename(columns={"one_km2": "before_km2", "two_km2": "now_km2"})
    out = out.loc[change != "", ["change", "name", "before_km2", "now_km2"]]
    return out.sort_values(["change", "name"], ignore_index=True)
