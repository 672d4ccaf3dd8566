"""Sums that a report prints: by attribute and unit, what is declared to overlap, and how complete the list is."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import coverage, territory
from ahec_analysis.errors import SchemaError
from ahec_analysis.territory import EQUAL_AREA, area_km2

UNKNOWN = "not known"


def pieces(areas: gpd.GeoDataFrame, footprints: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Return one piece for each site of an inventory, of exactly its reported area.

    Circles about points say nothing about which sites touch, so crossing circles are not cut; overlaps that
    the inventory declares are listed by :func:`declared_overlaps`.

    Parameters
    ----------
    areas : GeoDataFrame
        The common table of protected areas.
    footprints : GeoSeries
        :func:`ahec_analysis.coverage.footprint` of these areas, same index.

    Returns
    -------
    GeoDataFrame
        Every column of ``areas``, ``piece_km2`` (km², NaN where no area is known) and the footprints.

    Raises
    ------
    SchemaError
        If the indexes differ.
    """
    if not footprints.index.equals(areas.index):
        raise SchemaError(
            "`footprints` and `areas` have different indexes; compute footprints from these areas"
        )
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
    if by not in parts:
        raise SchemaError(f"`parts` has no column `{by}`; there are: {', '.join(map(str, parts.columns))}")
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


def by_province(parts: gpd.GeoDataFrame, provinces: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the protected land of each province and its share; sea and the unplaced have rows of their own.

    Parameters
    ----------
    parts : GeoDataFrame
        Pieces with ``province_code`` and ``piece_km2``.
    provinces : GeoDataFrame
        ``country``, ``province_code``, ``name`` and polygons: the ground that shares refer to.

    Returns
    -------
    DataFrame
        ``country``, ``name``, ``placed_km2`` (land inside), ``unplaced_km2`` (sites of the province without a
        position), ``protected_km2`` (their sum), ``land_km2``, ``share_percent``.
    """
    units = provinces[["country", "province_code", "name", "geometry"]]
    placed = parts[parts.geometry.notna() & ~parts.geometry.is_empty]
    found = coverage.by_unit(placed, units)
    loose = parts[parts.geometry.isna() | parts.geometry.is_empty]
    unplaced = loose.groupby("province_code")["piece_km2"].sum()
    inside = found[found["province_code"].notna()]
    out = pd.DataFrame(
        {
            "country": inside["country"],
            "name": inside["name"],
            "placed_km2": inside["protected_km2"],
            "unplaced_km2": inside["province_code"].map(unplaced).fillna(0.0),
            "land_km2": inside["unit_km2"],
        }
    )
    several = float(unplaced[~unplaced.index.isin(inside["province_code"])].sum())
    outside = float(found.loc[found["province_code"].isna(), "protected_km2"].sum())
    extra = [
        {
            "country": "",
            "name": "Sea and ground outside these provinces",
            "placed_km2": outside,
            "unplaced_km2": 0.0,
        }
    ]
    if several:
        extra.append({"country": "", "name": "Several provinces", "placed_km2": 0.0, "unplaced_km2": several})
    out = out.sort_values(["country", "placed_km2"], ascending=[False, False])
    out = pd.concat([out, pd.DataFrame(extra)], ignore_index=True)
    out["protected_km2"] = out["placed_km2"] + out["unplaced_km2"]
    out["share_percent"] = 100 * out["protected_km2"] / out["land_km2"]
    return out[
        ["country", "name", "placed_km2", "unplaced_km2", "protected_km2", "land_km2", "share_percent"]
    ]


def provinces_of(areas: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the provinces that these areas lie in, whole."""
    codes = {code for cell in areas["province_code"] for code in cell.split("|")}
    all_provinces = territory.provinces()
    return all_provinces[all_provinces["province_code"].isin(codes)].reset_index(drop=True)


def by_country(provinces: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of :func:`by_province` over the provinces of each country."""
    kept = provinces[provinces["country"] != ""]
    columns = ["placed_km2", "unplaced_km2", "protected_km2", "land_km2"]
    out = kept.groupby("country", sort=False, as_index=False)[columns].sum()
    out.insert(1, "provinces", kept.groupby("country", sort=False)["name"].agg(", ".join).to_numpy())
    out["share_percent"] = 100 * out["protected_km2"] / out["land_km2"]
    return out


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


def completeness(areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return how much of the inventory is known and sourced, by country and level.

    Returns
    -------
    DataFrame
        ``country``, ``level``, ``sites``, ``existence_sourced``, ``with_area``, ``area_sourced``, ``with_year``,
        ``with_position``, ``position_given`` (a point or extent given for the site itself), ``area_km2`` and
        ``sourced_km2``.
    """
    rows = areas.assign(
        existence_sourced=areas["existence_basis"] == "sourced",
        with_area=areas["area_km2"].notna(),
        area_sourced=areas["area_basis"] == "sourced",
        with_year=areas["year"].notna(),
        with_position=areas.geometry.notna(),
        position_given=areas["location_basis"].isin(["site", "centroid"]),
        sourced_km2=areas["area_km2"].where(areas["area_basis"] == "sourced"),
    )
    flags = ["existence_sourced", "with_area", "area_sourced", "with_year", "with_position", "position_given"]
    grouped = pd.DataFrame(rows).groupby(["country", "level"], sort=False)
    out = grouped[flags].sum().astype("int64")
    out.insert(0, "sites", grouped["site_id"].nunique())
    out[["area_km2", "sourced_km2"]] = grouped[["area_km2", "sourced_km2"]].sum()
    return _with_sum(out.reset_index(), "country", also=["level"])


def against_counts(areas: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the number of sites beside the number that the WWF page states, by class.

    Parameters
    ----------
    areas : DataFrame
        The common table of protected areas with ``existence_basis``.
    claims : DataFrame
        The table ``claims``; rows with the metric ``site_count`` that are no variant are used.

    Returns
    -------
    DataFrame
        ``claim``, ``stated``, ``listed``, ``confirmed`` (existence sourced), ``missing`` (stated less confirmed).
    """
    stated = claims[(claims["metric"] == "site_count") & (claims["variant_of"] == "")]
    rows = []
    for claim in stated.itertuples():
        chosen = areas
        for condition in claim.scope.split(";"):
            column, _, values = condition.partition("=")
            chosen = chosen[chosen[column].isin(values.split("|"))]
        confirmed = int((chosen["existence_basis"] == "sourced").sum())
        rows.append(
            (claim.claim_text, int(claim.value), len(chosen), confirmed, int(claim.value) - confirmed)
        )
    return pd.DataFrame(rows, columns=["claim", "stated", "listed", "confirmed", "missing"])


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
