"""How protection grew: by year and decade, the largest additions, and what changed since an earlier edition."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ahec_analysis.coverage.sums import UNKNOWN
from ahec_analysis.data.tables import COUNTRY_NAMES


def as_founded(parts: pd.DataFrame, inventory: pd.DataFrame) -> pd.DataFrame:
    """Return the pieces with the ground that a site took over from older ones in the year of the older.

    A park drawn over three reserves is new only by what they did not cover. Where outlines are known a partition
    by year does the same; here the areas of former and absorbed sites of the inventory stand for them.

    Parameters
    ----------
    parts : DataFrame
        Pieces with ``site_id``, ``year``, ``piece_km2`` and ``overlaps_with``; without that column nothing changes.
    inventory : DataFrame
        The table ``protected_areas``.

    Returns
    -------
    DataFrame
        ``parts`` with a row more for each older site that is not summed itself; the area stays the same.
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
    """Return the area founded in each year and its running sum; unknown years are a row of their own.

    Parameters
    ----------
    parts : DataFrame
        Pieces with ``year`` (Int64), ``country`` and ``piece_km2``.

    Returns
    -------
    DataFrame
        ``country``, ``year``, ``sites``, ``new_km2``, ``cumulative_km2`` (by country; missing in the last rows,
        which hold the sites of unknown year).
    """
    grouped = parts.groupby(["country", "year"], dropna=False, sort=True)
    out = pd.DataFrame(
        {"sites": grouped["site_id"].nunique(), "new_km2": grouped["piece_km2"].sum(min_count=1)}
    ).reset_index()
    known = out["year"].notna()
    out["cumulative_km2"] = out.loc[known, "new_km2"].fillna(0.0).groupby(out.loc[known, "country"]).cumsum()
    return pd.concat([out[known], out[~known]], ignore_index=True)


def decades(growth: pd.DataFrame) -> pd.DataFrame:
    """Return the area founded in each decade by country (km²); sites of unknown year in the last row.

    Parameters
    ----------
    growth : DataFrame
        :func:`growth`.
    """
    start = (growth["year"] // 10 * 10).astype("Int64")
    named = start.map(lambda y: UNKNOWN if pd.isna(y) else f"{int(y)}s")
    wide = growth.assign(decade=named).pivot_table(
        index="decade",
        columns="country",
        values="new_km2",
        aggfunc=lambda km2: km2.sum(min_count=1),
        sort=True,
    )
    wide.columns = [f"{COUNTRY_NAMES.get(c, c)}_km2" for c in wide.columns]
    wide["all_km2"] = wide.sum(axis=1, min_count=1)
    return wide.reset_index()


def largest(parts: pd.DataFrame, *, most: int = 10) -> pd.DataFrame:
    """Return the areas that add most ground: ``name``, ``country``, ``designation``, ``year``, ``new_km2``."""
    top = pd.DataFrame(parts.drop(columns="geometry", errors="ignore")).nlargest(most, "piece_km2")
    top = top.rename(columns={"piece_km2": "new_km2"})
    return top[["name", "country", "designation", "year", "new_km2"]].reset_index(drop=True)


def changes(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Return what changed since an earlier table of sites (``site_id``, ``name``, ``area_km2``).

    ``change`` is added, removed or area changed; ``before_km2`` and ``now_km2``.

    Examples
    --------
    >>> now = pd.DataFrame({"site_id": ["a"], "name": ["A"], "area_km2": [2.0]})
    >>> changes(now, now.assign(area_km2=1.0))["change"].tolist()
    ['area changed']
    """
    both = before[["site_id", "name", "area_km2"]].merge(
        now[["site_id", "name", "area_km2"]],
        on="site_id",
        how="outer",
        suffixes=("_before", "_now"),
        indicator=True,
    )
    moved = (both["_merge"] == "both") & ~np.isclose(
        both["area_km2_before"], both["area_km2_now"], equal_nan=True
    )
    kind = (
        both["_merge"]
        .map({"left_only": "removed", "right_only": "added"})
        .astype("object")
        .mask(moved, "area changed")
    )
    out = pd.DataFrame(
        {
            "change": kind,
            "name": both["name_now"].fillna(both["name_before"]),
            "before_km2": both["area_km2_before"],
            "now_km2": both["area_km2_now"],
        }
    )
    return out[out["change"].notna()].sort_values(["change", "name"], ignore_index=True)
