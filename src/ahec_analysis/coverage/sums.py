"""Sums that a report prints: by attribute and unit, what is declared to overlap, and how complete the list is."""

from __future__ import annotations

from collections.abc import Sequence

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
STRICT = ("Ia", "Ib", "II")
"""IUCN categories of strict protection."""
UNKNOWN = "not known"
_NOISE_KM2 = 0.01


def pieces(areas: gpd.GeoDataFrame, footprints: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Return one piece for each site of an inventory, of exactly its reported area: ``piece_km2``, NaN where unknown.

    Circles about points say nothing about which sites touch, so crossing circles are not cut; overlaps that
    the inventory declares are listed by :func:`declared_overlaps`.
    """
    expect.aligned(areas, footprints, "`areas` and `footprints`")
    out = gpd.GeoDataFrame(areas.drop(columns="geometry"), geometry=footprints.to_crs(EQUAL_AREA))
    return out.assign(piece_km2=areas["area_km2"])


def by_attribute(
    parts: pd.DataFrame, by: str, *, order: Sequence[str] | None = None, names: pd.Series | None = None
) -> pd.DataFrame:
    """Return sites and area for each value of an attribute; unknown values have a row of their own.

    Parameters
    ----------
    parts : DataFrame
        Pieces with ``site_id``, ``piece_km2`` and the attribute.
    by : str
        The attribute.
    order : sequence of str, optional
        Order of its values; by default largest area first.
    names : Series, optional
        Name to show for each value.

    Returns
    -------
    DataFrame
        ``by``, ``sites``, ``without_area`` (sites of unknown area), ``area_km2`` and ``share_percent`` of the
        sum; the last row is the sum.

    Examples
    --------
    >>> parts = pd.DataFrame({"site_id": ["a", "b"], "level": ["national", ""], "piece_km2": [3.0, 1.0]})
    >>> by_attribute(parts, "level")["share_percent"].tolist()
    [75.0, 25.0, 100.0]
    """
    expect.columns(parts, [by], "parts")
    key = parts[by].astype("object").where(parts[by].notna() & (parts[by] != ""), UNKNOWN)
    grouped = parts.assign(**{by: key}).groupby(by, sort=False)
    out = pd.DataFrame(
        {
            "sites": grouped["site_id"].nunique(),
            "without_area": grouped["piece_km2"].apply(lambda a: int(a.isna().sum())),
            "area_km2": grouped["piece_km2"].sum(min_count=1),
        }
    ).reset_index()
    out["share_percent"] = 100 * out["area_km2"] / out["area_km2"].sum()
    out = out.sort_values("area_km2", ascending=False, kind="stable")
    if order is not None:
        rank = {value: position for position, value in enumerate([*order, UNKNOWN])}
        out = out.sort_values(by, key=lambda c: c.map(rank).fillna(len(rank)), kind="stable")
    out = pd.concat([out[out[by] != UNKNOWN], out[out[by] == UNKNOWN]])
    if names is not None:
        out[by] = out[by].map(names).fillna(out[by])
    return _with_sum(out, by)


def in_territory(parts: gpd.GeoDataFrame, ground: gpd.GeoDataFrame, by: str) -> pd.DataFrame:
    """Return the protected land of each unit of the territory; what has no position has its own column or row.

    Parameters
    ----------
    parts : GeoDataFrame
        Pieces with ``country``, ``province_code`` and ``piece_km2``.
    ground : GeoDataFrame
        :func:`ahec_analysis.territory.ahec`, or a part of it: the ground that shares refer to.
    by : {"country", "province", "basin", "ecoregion"}
        What to sum by.

    Returns
    -------
    DataFrame
        ``country`` ("" for basins and ecoregions), ``unit`` (its key), ``name``, ``placed_km2`` (inside, on ground of the site's
        own country), ``unplaced_km2`` (sites without a position), ``protected_km2`` (their sum), ``land_km2``,
        ``share_percent`` and ``without_area`` (sites of the unit whose area is not known; where nothing else is
        listed the share is not known either). Two last rows hold the sites without a position whose unit is not
        known, and the sea and land outside the territory.

    Raises
    ------
    ParameterError
        If ``by`` is unknown.
    """
    expect.choice(by, KEYS, "by")
    key = KEYS[by]
    located = parts.geometry.notna() & ~parts.geometry.is_empty
    units = ground.assign(unit=ground[key], ground_country=ground["country"])
    units = units[["unit", "ground_country", "geometry"]].dissolve(["unit", "ground_country"]).reset_index()
    found = coverage.by_unit(parts[located], units, by="country")
    # A circle that reaches over a state border protects nothing there.
    own = [
        pair[0] in str(pair[1]).replace(";", "|").split("|")
        for pair in zip(found["ground_country"], found["country"], strict=True)
    ]
    inside = found[own].groupby("unit", sort=False)["protected_km2"].sum()
    land = found.drop_duplicates(["unit", "ground_country"]).groupby("unit")["unit_km2"].sum()
    inside = inside.reindex(land.index, fill_value=0.0)
    loose = parts[~located]
    known = loose.groupby(key)["piece_km2"].sum() if key in loose else pd.Series(dtype=float)
    about = ground.drop_duplicates(key).set_index(key, drop=False)
    out = pd.DataFrame(
        {
            "country": land.index.map(about["country"]) if by in ("country", "province") else "",
            "unit": land.index,
            "name": land.index.map(names(ground, by)),
            "placed_km2": inside.to_numpy(),
            "unplaced_km2": land.index.map(known).fillna(0.0) if len(known) else 0.0,
            "land_km2": land.to_numpy(),
            "without_area": land.index.map(_without_area(parts, ground, key)).to_numpy(),
        }
    )
    order = {code: place for place, code in enumerate(COUNTRY_NAMES)}
    out = out.assign(place=out["country"].map(order)).sort_values(
        ["place", "land_km2"], ascending=[True, False]
    )
    out = out.drop(columns="place")
    rest = float(loose["piece_km2"].sum()) - float(out["unplaced_km2"].sum())
    outside = float(found["protected_km2"].sum()) - float(inside.sum())
    extra = [
        ("Position not known", 0.0, max(rest, 0.0)),
        ("Sea, and land outside the territory", outside, 0.0),
    ]
    rows = pd.DataFrame(
        [
            {"country": "", "unit": "", "name": n, "placed_km2": p, "unplaced_km2": u, "without_area": 0}
            for n, p, u in extra
            if p + u > _NOISE_KM2
        ]
    )
    out = pd.concat([out, rows], ignore_index=True) if len(rows) else out.reset_index(drop=True)
    out["protected_km2"] = out["placed_km2"] + out["unplaced_km2"]
    unknown = (out["protected_km2"] < _NOISE_KM2) & (out["without_area"] > 0)
    out["share_percent"] = (100 * out["protected_km2"] / out["land_km2"]).mask(unknown)
    return out[
        [
            *("country", "unit", "name", "placed_km2", "unplaced_km2"),
            *("protected_km2", "land_km2", "share_percent", "without_area"),
        ]
    ]


def _without_area(parts: gpd.GeoDataFrame, ground: gpd.GeoDataFrame, key: str) -> pd.Series:
    """Return the number of sites of unknown area in each unit, by the code that a site carries itself."""
    unknown = parts[parts["piece_km2"].isna()]
    codes = unknown[key].astype("str").str.split("|").explode() if key in unknown else pd.Series(dtype="str")
    return codes.value_counts().reindex(ground[key].unique(), fill_value=0)


def strict(parts: gpd.GeoDataFrame, ground: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the strictly protected land of each country (IUCN Ia, Ib, II) beside all that is listed.

    Parameters
    ----------
    parts : GeoDataFrame
        Pieces with ``iucn_category``, the strictest first where areas overlap; else as in :func:`in_territory`.
    ground : GeoDataFrame
        As in :func:`in_territory`.

    Returns
    -------
    DataFrame
        ``name``, ``strict_km2`` (missing where no category is known), ``strict_percent`` (of the land inside),
        ``not_known_km2`` (listed land without a category), ``listed_km2``, ``listed_percent``; the last row is the
        sum.
    """
    classes = {
        "strict_km2": parts["iucn_category"].isin(STRICT),
        "other_km2": parts["iucn_category"].isin(set(IUCN) - set(STRICT)),
    }
    every = in_territory(parts, ground, "country")
    rows = every[every["land_km2"].notna()].set_index("name")
    out = pd.DataFrame({"listed_km2": rows["protected_km2"], "land_km2": rows["land_km2"]})
    for column, chosen in classes.items():
        found = in_territory(parts[chosen], ground, "country").set_index("name") if chosen.any() else None
        out[column] = 0.0 if found is None else found["protected_km2"].reindex(out.index)
    out = _with_sum(out.reset_index(), "name") if len(out) > 1 else out.reset_index()
    out["not_known_km2"] = (out["listed_km2"] - out["strict_km2"] - out["other_km2"]).clip(lower=0.0)
    nothing = (out["strict_km2"] == 0) & (out["other_km2"] == 0)
    out["strict_km2"] = out["strict_km2"].mask(nothing)
    for kind in ("strict", "listed"):
        out[f"{kind}_percent"] = 100 * out[f"{kind}_km2"] / out["land_km2"]
    return out[["name", "strict_km2", "strict_percent", "not_known_km2", "listed_km2", "listed_percent"]]


def names(ground: gpd.GeoDataFrame, by: str) -> pd.Series:
    """Return the name of each unit of the territory by its key."""
    about = ground.drop_duplicates(KEYS[by]).set_index(KEYS[by], drop=False)
    if by == "province":
        return about["province"]
    if by == "country":
        return about["country"].map(COUNTRY_NAMES).fillna(about["country"])
    if by == "ecoregion":
        return about["ecoregion"].replace("", "Lakes and coast outside the ecoregions")
    return about["parent_name"].replace("", "Outside the basins")


def by_ecoregion(parts: gpd.GeoDataFrame, ground: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the land of each ecoregion inside and its listed share, with no more digits than positions carry.

    Parameters
    ----------
    parts, ground : GeoDataFrame
        As in :func:`in_territory`.

    Returns
    -------
    DataFrame
        ``name``, ``land_km2``, ``listed_km2`` (two digits) and ``listed_percent`` (whole), largest land first;
        ecoregions with less than 1,000 km² inside are left out: coarse borders, not ground.
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
    pairs = {
        tuple(sorted((row.site_id, other)))
        for row in areas.itertuples()
        for other in str(row.overlaps_with).split("|")
        if other in known.index
    }
    rows = [
        {
            "first": known.at[a, "name"],
            "second": known.at[b, "name"],
            "at_most_km2": float(min(known.at[a, "area_km2"], known.at[b, "area_km2"])),
        }
        for a, b in sorted(pairs)
    ]
    return pd.DataFrame(rows, columns=["first", "second", "at_most_km2"])


def crossing_km2(parts: gpd.GeoDataFrame) -> float:
    """Return the ground on which the pieces of an inventory happen to cross: an artefact of circles."""
    shapes = parts.geometry[parts.geometry.notna()]
    return float(area_km2(shapes).sum() - shapely.union_all(shapes.to_numpy()).area / 1e6)


def completeness(areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return how much of the inventory is known and sourced, by country and level.

    Returns
    -------
    DataFrame
        ``country``, ``level``, ``sites``, ``existence_sourced``, ``with_area``, ``area_sourced``, ``with_year``,
        ``with_position``, ``position_given`` (a point or extent given for the site itself), ``confined`` (a
        source names its district), ``area_km2`` and ``sourced_km2``.
    """
    rows = areas.assign(
        existence_sourced=areas["existence_basis"] == "sourced",
        with_area=areas["area_km2"].notna(),
        area_sourced=areas["area_basis"] == "sourced",
        with_year=areas["year"].notna(),
        with_position=areas.geometry.notna(),
        position_given=areas["location_basis"].isin(["site", "centroid"]),
        confined=areas["district_ids"] != "",
        sourced_km2=areas["area_km2"].where(areas["area_basis"] == "sourced"),
    )
    flags = [
        "existence_sourced",
        "with_area",
        "area_sourced",
        "with_year",
        "with_position",
        "position_given",
        "confined",
    ]
    grouped = pd.DataFrame(rows).groupby(["country", "level"], sort=False)
    out = grouped[flags].sum().astype("int64")
    out.insert(0, "sites", grouped["site_id"].nunique())
    out[["area_km2", "sourced_km2"]] = grouped[["area_km2", "sourced_km2"]].sum()
    return _with_sum(out.reset_index(), "country", also=["level"])


def international(designations: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Return the international designations by scheme, and the national areas beneath them.

    Designations are never added to national areas nor to each other: the ground is the same.

    Returns
    -------
    DataFrame
        ``scheme``, ``designations``, ``without_area``, ``area_km2``, ``linked_sites`` and
        ``linked_km2`` (area of the national sites beneath, each counted once).
    """
    whole = designations[designations["part_of"] == ""]
    known = areas.set_index("site_id")["area_km2"]
    rows = []
    for scheme, group in whole.groupby("scheme", sort=False):
        linked = {s for cell in group["linked_site_ids"] for s in cell.split("|") if s in known.index}
        rows.append(
            {
                "scheme": str(scheme).replace("_", " ").capitalize(),
                "designations": len(group),
                "without_area": int(group["area_ha"].isna().sum()),
                "area_km2": float(group["area_ha"].sum()) / 100,
                "linked_sites": len(linked),
                "linked_km2": float(known[known.index.isin(linked)].sum()),
            }
        )
    return pd.DataFrame(rows)


def _with_sum(rows: pd.DataFrame, label: str, *, also: Sequence[str] = ()) -> pd.DataFrame:
    numbers = rows.select_dtypes("number").sum()
    total = {**{c: numbers[c] for c in numbers.index}, label: "All", **dict.fromkeys(also, "")}
    out = pd.concat([rows, pd.DataFrame([total])], ignore_index=True)
    for column in rows.select_dtypes("integer").columns:
        out[column] = out[column].astype("int64")
    if "share_percent" in out:
        out["share_percent"] = out["share_percent"].replace([np.inf, -np.inf], np.nan)
    return out[rows.columns]


def realms(parts: gpd.GeoDataFrame, ground: gpd.GeoDataFrame, land: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the protected area inside the territory, on other land, at sea, and without a position.

    Parameters
    ----------
    parts, ground : GeoDataFrame
        As in :func:`in_territory`.
    land : GeoDataFrame
        All land, polygons.

    Returns
    -------
    DataFrame
        ``realm``, ``area_km2``; the rows add up to the area of ``parts``.
    """
    located = parts[parts.geometry.notna() & ~parts.geometry.is_empty]
    inside = in_territory(parts, ground, "country")
    placed = float(inside.loc[inside["land_km2"].notna(), "placed_km2"].sum())
    whole = gpd.GeoDataFrame(
        {"unit": ["land"]}, geometry=[shapely.union_all(land.geometry.to_numpy())], crs=land.crs
    )
    found = coverage.by_unit(located, whole)["protected_km2"]
    loose = float(parts.loc[~parts.index.isin(located.index), "piece_km2"].sum())
    rows = [
        ("Land inside the territory", placed),
        ("Other land", max(float(found.iloc[0]) - placed, 0.0)),
        ("Sea", float(found.iloc[1])),
        ("Position not known", loose),
    ]
    return pd.DataFrame(rows, columns=["realm", "area_km2"])


def towards(rows: pd.DataFrame, *, target_percent: float = 30.0) -> pd.DataFrame:
    """Return how far each unit is from a target share of its land, from both ends of what is known.

    Parameters
    ----------
    rows : DataFrame
        ``name``, ``land_km2``, ``listed_km2`` and ``upper_km2`` (by official totals, missing where none applies).
    target_percent : float
        The target, % of the land (Kunming-Montreal Target 3: 30 % by 2030).

    Returns
    -------
    DataFrame
        ``name``, ``target_km2``, ``missing_at_least_km2`` (by official totals, missing where none applies) and
        ``missing_at_most_km2`` (by what is listed), 0 where it is reached; rounded to two digits.

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


def rounded(values: pd.Series, *, digits: int = 2) -> pd.Series:
    """Return numbers rounded to a few significant digits; unknown stays unknown.

    Examples
    --------
    >>> rounded(pd.Series([286_877.0, 0.0, 4321.0])).tolist()
    [290000.0, 0.0, 4300.0]
    """
    size = np.floor(np.log10(values.abs().where(values != 0, 1.0)))
    step = 10.0 ** (size - digits + 1)
    return (values / step).round() * step
