"""Sums that a report prints: by attribute, on the land of each unit of the territory, and what they count twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import coverage, expect, territory
from ahec_analysis.data.tables import COUNTRY_NAMES
from ahec_analysis.territory.ahec import EQUAL_AREA, area_km2

KEYS = {
    "country": "country",
    "province": "province_code",
    "basin": "parent_name",
    "ecoregion": "ecoregion",
}
"""What the territory can be summed by, and the column that holds it."""
IUCN = ("Ia", "Ib", "II", "III", "IV", "V", "VI")
"""IUCN management categories, the strictest first."""
LEVELS = ("national", "international", "subnational", "local")
"""Levels of government, the highest first."""
STRICT = ("Ia", "Ib", "II")
"""IUCN categories of strict protection."""
TOTAL, UNKNOWN = "total", "unknown"
"""What the row of the sum and the row of unknown values say in the column of names."""
UNPLACED, OUTSIDE = "unplaced", "outside"
"""Rows of sites without a position whose unit is not known, and of sea and land outside the territory."""
_ELSEWHERE = {"basin": "outside_basins", "ecoregion": "outside_ecoregions"}
_Numbers = TypeVar("_Numbers", float, pd.Series)
NOISE_KM2 = 0.01
"""Less than this is nothing."""


def pieces(areas: gpd.GeoDataFrame, footprints: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Return one piece for each site of an inventory, of exactly its reported area: ``piece_km2``, NaN where unknown.

    Circles about points say nothing about which sites touch, so crossing circles are not cut; overlaps that
    the inventory declares are listed by :func:`declared_overlaps`.
    """
    expect.aligned(areas, footprints, "`areas` and `footprints`")
    out = gpd.GeoDataFrame(areas.drop(columns="geometry"), geometry=footprints.to_crs(EQUAL_AREA))
    return out.assign(piece_km2=areas["area_km2"])


def with_total(rows: pd.DataFrame, label: str) -> pd.DataFrame:
    """Return a table with the sum of its numbers as the last row, :data:`TOTAL` in the column ``label``."""
    numbers = rows.select_dtypes("number").columns
    total = {c: rows[c].sum(min_count=1) if c in numbers else "" for c in rows} | {label: TOTAL}
    return pd.concat([rows, pd.DataFrame([total])], ignore_index=True)


def by_attribute(parts: pd.DataFrame, by: str, *, order: Sequence[str] = ()) -> pd.DataFrame:
    """Return ``sites``, those ``without_area``, ``area_km2`` and ``share_percent`` by an attribute of pieces.

    Values stand in their ``order``, then by area, :data:`UNKNOWN` and the sum last.
    """
    expect.columns(parts, [by], "parts")
    key = parts[by].astype("object").where(parts[by].notna() & (parts[by] != ""), UNKNOWN)
    grouped = parts.assign(without_area=parts["piece_km2"].isna()).groupby(key, sort=False)
    out = grouped.agg(sites=("site_id", "nunique"), without_area=("without_area", "sum"))
    out = out.assign(area_km2=grouped["piece_km2"].sum(min_count=1)).reset_index()
    out["share_percent"] = 100 * out["area_km2"] / out["area_km2"].sum()
    rank = {value: place for place, value in enumerate(order)} | {UNKNOWN: np.inf}
    out = out.sort_values("area_km2", ascending=False, kind="stable")
    out = out.sort_values(by, key=lambda c: c.map(rank).fillna(len(order)), kind="stable")
    return with_total(out, by)


def in_territory(parts: gpd.GeoDataFrame, ground: gpd.GeoDataFrame, by: str) -> pd.DataFrame:
    """Return the protected land of each unit of the territory; what has no position has its own column or row.

    ``parts`` are pieces with ``country`` and ``province_code``; ``ground`` is the territory or a part of it, to which
    shares refer; ``by`` is one of :data:`KEYS`. The rows have ``country`` ("" for basins and ecoregions), ``unit``,
    ``name``, ``placed_km2`` (on ground of the site's own country), ``unplaced_km2`` (sites without a position),
    ``protected_km2`` (their sum), ``land_km2``, ``share_percent`` and ``without_area`` (sites; where nothing else is
    listed the share is not known either). The last are :data:`UNPLACED` and :data:`OUTSIDE`, where there is any.
    """
    expect.choice(by, KEYS, "by")
    key = KEYS[by]
    located = parts.geometry.notna() & ~parts.geometry.is_empty
    units = ground.assign(unit=ground[key], ground_country=ground["country"])
    units = units[["unit", "ground_country", "geometry"]].dissolve(["unit", "ground_country"]).reset_index()
    # Sums may count ground twice, where flat pieces do not.
    found = coverage.by_unit(parts[located].drop(columns="outlined", errors="ignore"), units, by="country")
    # A circle that reaches over a state border protects nothing there.
    pairs = zip(found["ground_country"].fillna(""), found["country"].fillna("").astype("str"), strict=True)
    own = found[[here in codes.replace(";", "|").split("|") for here, codes in pairs]]
    rows = found.drop_duplicates(["unit", "ground_country"]).groupby("unit").agg(land_km2=("unit_km2", "sum"))
    loose = parts[~located]
    held = own.groupby("unit")["protected_km2"].sum().reindex(rows.index, fill_value=0.0)
    known = loose.groupby(key)["piece_km2"].sum() if key in loose else pd.Series(dtype=float)
    unknown = parts[parts["piece_km2"].isna()]
    codes = unknown[key].astype("str").str.split("|").explode() if key in unknown else pd.Series(dtype="str")
    about = ground.drop_duplicates(key).set_index(key, drop=False)
    rows = rows.assign(
        country=about["country"] if by in ("country", "province") else "",
        name=about["province" if by == "province" else key].replace("", _ELSEWHERE.get(by, "")),
        placed_km2=held,
        unplaced_km2=known.reindex(rows.index, fill_value=0.0),
        without_area=codes.value_counts().reindex(rows.index, fill_value=0),
    ).reset_index()
    order = [*COUNTRY_NAMES, ""]
    rows = rows.sort_values("land_km2", ascending=False).sort_values(
        "country", key=lambda codes: codes.map(order.index), kind="stable"
    )
    rest = {
        UNPLACED: (0.0, max(float(loose["piece_km2"].sum() - rows["unplaced_km2"].sum()), 0.0)),
        OUTSIDE: (float(found["protected_km2"].sum() - held.sum()), 0.0),
    }
    for unit, (placed, unplaced) in rest.items():
        if placed + unplaced > NOISE_KM2:
            blank = {"country": "", "unit": unit, "name": unit, "without_area": 0}
            extra = pd.DataFrame([blank | {"placed_km2": placed, "unplaced_km2": unplaced}])
            rows = pd.concat([rows, extra], ignore_index=True)
    rows["protected_km2"] = rows["placed_km2"] + rows["unplaced_km2"]
    blank_share = (rows["protected_km2"] < NOISE_KM2) & (rows["without_area"] > 0)
    rows["share_percent"] = (100 * rows["protected_km2"] / rows["land_km2"]).mask(blank_share)
    shown = ["country", "unit", "name", "placed_km2", "unplaced_km2", "protected_km2", "land_km2"]
    return rows[[*shown, "share_percent", "without_area"]].reset_index(drop=True)


def strict(parts: gpd.GeoDataFrame, ground: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the strictly protected land of each country (IUCN Ia, Ib, II) beside all that is listed.

    The ``parts`` have ``iucn_category``, the strictest first where areas overlap. ``strict_km2`` is missing where no
    category is known, ``not_known_km2`` is listed land without one; shares are of the land inside.
    """
    classes = {
        "strict_km2": parts["iucn_category"].isin(STRICT),
        "other_km2": parts["iucn_category"].isin(set(IUCN) - set(STRICT)),
    }
    rows = in_territory(parts, ground, "country").dropna(subset="land_km2").set_index("unit")
    out = rows[["name", "land_km2"]].assign(listed_km2=rows["protected_km2"])
    for column, chosen in classes.items():
        found = in_territory(parts[chosen], ground, "country").set_index("unit") if chosen.any() else None
        out[column] = 0.0 if found is None else found["protected_km2"]
    out = with_total(out, "name") if len(out) > 1 else out
    out["not_known_km2"] = (out["listed_km2"] - out["strict_km2"] - out["other_km2"]).clip(lower=0.0)
    out["strict_km2"] = out["strict_km2"].mask((out["strict_km2"] == 0) & (out["other_km2"] == 0))
    for kind in ("strict", "listed"):
        out[f"{kind}_percent"] = 100 * out[f"{kind}_km2"] / out["land_km2"]
    columns = ["name", "strict_km2", "strict_percent", "not_known_km2", "listed_km2", "listed_percent"]
    return out[columns].reset_index(drop=True)


def by_ecoregion(parts: gpd.GeoDataFrame, ground: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the land of each ecoregion inside and its listed share, with no more digits than positions carry.

    Ecoregions with less than 1,000 km² inside are left out: coarse borders, not ground.
    """
    rows = in_territory(parts, territory.by_ecoregion(ground), "ecoregion")
    rows = rows[rows["land_km2"] >= 1000].sort_values("land_km2", ascending=False)
    return pd.DataFrame(
        {
            "name": rows["name"],
            "land_km2": rounded(rows["land_km2"], digits=3),
            "listed_km2": rounded(rows["protected_km2"]),
            "listed_percent": rows["share_percent"].round().astype("Int64"),
        }
    ).reset_index(drop=True)


def realms(parts: gpd.GeoDataFrame, ground: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the protected area by ``realm``: inside the territory, on other land, at sea, and unplaced."""
    land = territory.land()
    inside = in_territory(parts, ground, "country").dropna(subset="land_km2")
    placed = float(inside["placed_km2"].sum())
    located = parts.geometry.notna() & ~parts.geometry.is_empty
    whole = gpd.GeoDataFrame(geometry=[shapely.union_all(land.geometry.to_numpy())], crs=land.crs)
    on_land, at_sea = coverage.by_unit(parts.loc[located, ["geometry"]], whole)["protected_km2"]
    loose = parts.loc[~located, "piece_km2"].sum()
    areas = [placed, max(on_land - placed, 0.0), at_sea, loose]
    return pd.DataFrame({"realm": ["inside", "other_land", "sea", UNPLACED], "area_km2": areas})


def towards(rows: pd.DataFrame, *, target_percent: float = 30.0) -> pd.DataFrame:
    """Return how far each unit is from a target share of its land (km², two digits), from both ends of what is known.

    The rows are those of :func:`official.by_country`. The default target is Kunming-Montreal Target 3: 30 % by 2030.

    Examples
    --------
    >>> rows = pd.DataFrame({"name": ["A"], "land_km2": [1e5], "listed_km2": [9870.0], "upper_km2": [12_000.0]})
    >>> towards(rows)[["missing_at_least_km2", "missing_at_most_km2"]].values.tolist()
    [[18000.0, 20000.0]]
    """
    target = rows["land_km2"] * target_percent / 100
    ends = {"missing_at_least_km2": rows["upper_km2"], "missing_at_most_km2": rows["listed_km2"]}
    missing = {name: rounded((target - held).clip(lower=0.0)) for name, held in ends.items()}
    return rows[["name"]].assign(target_km2=rounded(target), **missing).reset_index(drop=True)


def declared_overlaps(areas: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of sites that are both summed and declared to overlap, with the most they can share.

    Examples
    --------
    >>> areas = pd.DataFrame({"site_id": ["a", "b"], "name": ["A", "B"], "area_km2": [3.0, 1.0],
    ...                       "overlaps_with": ["b", "a"]})
    >>> declared_overlaps(areas)[["first", "second", "at_most_km2"]].values.tolist()
    [['A', 'B', 1.0]]
    """
    known = areas.set_index("site_id")
    others = known["overlaps_with"].astype("str").str.split("|").explode()
    pairs = sorted({tuple(sorted(pair)) for pair in others[others.isin(known.index)].items()})
    rows = [
        (*known.loc[list(pair), "name"], float(known.loc[list(pair), "area_km2"].min(skipna=False)))
        for pair in pairs
    ]
    return pd.DataFrame(rows, columns=["first", "second", "at_most_km2"])


def crossing_km2(parts: gpd.GeoDataFrame) -> float:
    """Return the ground on which the pieces of an inventory happen to cross: an artefact of circles."""
    shapes = parts.geometry[parts.geometry.notna()]
    return float(area_km2(shapes).sum() - shapely.union_all(shapes.to_numpy()).area / 1e6)


def international(designations: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Return the international designations by ``scheme``, and the national sites beneath them, each counted once.

    Designations are never added to national areas nor to each other: the ground is the same.
    """
    known = areas.set_index("site_id")["area_km2"]
    rows = []
    for scheme, group in designations[designations["part_of"] == ""].groupby("scheme", sort=False):
        linked = known[known.index.isin(group["linked_site_ids"].str.split("|").explode())]
        area = group["area_ha"] / 100
        rows.append((scheme, len(group), area.isna().sum(), area.sum(), len(linked), linked.sum()))
    columns = ["scheme", "designations", "without_area", "area_km2", "linked_sites", "linked_km2"]
    return pd.DataFrame(rows, columns=columns)


def rounded(values: _Numbers, *, digits: int = 2) -> _Numbers:
    """Return a number, or a column, rounded to a few significant digits; unknown stays unknown.

    Examples
    --------
    >>> rounded(pd.Series([286_877.0, 0.0, 4321.0])).tolist(), float(rounded(238_911.2, digits=3))
    ([290000.0, 0.0, 4300.0], 239000.0)
    """
    size = np.floor(np.log10(np.where(values == 0, 1.0, np.abs(values))))
    step = 10.0 ** (size - digits + 1)
    return cast(_Numbers, np.round(values / step) * step)
