"""Lowland beside rivers and lakes, and the international sites of wetlands and of the flyway."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.ndimage import maximum_filter, minimum_filter

from ahec_analysis import coverage, expect, territory
from ahec_analysis.errors import ParameterError
from ahec_analysis.territory.ahec import EQUAL_AREA

SCHEMES = ("ramsar", "flyway_site")


def lowland(
    units: gpd.GeoDataFrame,
    rivers: gpd.GeoDataFrame,
    lakes: gpd.GeoDataFrame,
    *,
    within_km: float = 10,
    relief_m: float = 50,
) -> gpd.GeoDataFrame:
    """Return the lowland within some distance of rivers and lakes, cut by unit.

    A cell of the elevation grid is lowland if elevations in it and its eight neighbours span at most
    `relief_m`. The grid holds means over some 7 by 5 km, so this finds wide valley floors and plains, dry or
    wet; it is where wetlands can be, not where they are.

    Parameters
    ----------
    units : GeoDataFrame
        Polygons in any CRS; their other columns are kept.
    rivers, lakes : GeoDataFrame
        Lines and polygons in any CRS.
    within_km : float
        Distance from a river or the shore of a lake.
    relief_m : float
        Largest span of elevations, metres.

    Returns
    -------
    GeoDataFrame
        The columns of ``units``, ``unit_km2`` (km² of the unit), ``lowland_km2`` and the lowland without the
        lakes, as polygons in the equal-area CRS; a unit without lowland has an empty one.

    Raises
    ------
    ParameterError
        If a limit is not above 0.
    """
    if not (within_km > 0 and relief_m > 0):
        raise ParameterError("`within_km` and `relief_m` must be above 0")
    flat = _flat_ground(relief_m)
    shapes = np.asarray(units.geometry.to_crs(EQUAL_AREA).array)
    lines = np.asarray(rivers.geometry.to_crs(EQUAL_AREA).simplify(500).array)
    water = np.asarray(lakes.geometry.to_crs(EQUAL_AREA).simplify(500).array)
    shores = shapely.buffer(np.concatenate([lines, water]), 1000 * within_km, quad_segs=4)
    tree = shapely.STRtree(shores)
    lake = shapely.union_all(water)
    found = []
    for shape in shapes:
        near = shapely.union_all(shores[tree.query(shape, predicate="intersects")])
        ground = shapely.intersection(shapely.intersection(shape, flat), near)
        found.append(shapely.difference(ground, lake))
    out = units.drop(columns=units.geometry.name)
    out = out.assign(unit_km2=shapely.area(shapes) / 1e6, lowland_km2=shapely.area(np.array(found)) / 1e6)
    return gpd.GeoDataFrame(out, geometry=found, crs=EQUAL_AREA)


def lowland_protection(
    lowlands: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame, without_area: pd.Series | None = None
) -> pd.DataFrame:
    """Return how much of the lowland of each unit is protected, the sum last.

    Parameters
    ----------
    lowlands : GeoDataFrame
        From :func:`lowland`, with ``name``.
    pieces : GeoDataFrame
        Flat pieces, as :func:`ahec_analysis.coverage.partition` returns them.
    without_area : Series of int, optional
        Sites of unknown area by name of the unit. Where nothing else protects, the protected area is unknown.

    Returns
    -------
    DataFrame
        ``name``, ``unit_km2``, ``lowland_km2``, ``protected_km2``, ``protected_percent``, ``without_area``; largest first.
    """
    expect.columns(lowlands, ["name", "unit_km2", "lowland_km2"], "lowlands")
    grounds = lowlands[["name", "geometry"]][lowlands["lowland_km2"].to_numpy() > 0]
    found = coverage.by_unit(pieces, grounds)
    inside = found[found["name"].notna()].set_index("name")["protected_km2"]
    table = pd.DataFrame(lowlands[["name", "unit_km2", "lowland_km2"]])
    blank = pd.Series(dtype="int64") if without_area is None else without_area
    table["without_area"] = table["name"].map(blank).fillna(0).astype("int64")
    table["protected_km2"] = table["name"].map(inside).fillna(0.0)
    table["protected_km2"] = table["protected_km2"].mask(
        (table["protected_km2"].round() == 0) & (table["without_area"] > 0)
    )
    table = table.sort_values("lowland_km2", ascending=False, ignore_index=True)
    total = table[["unit_km2", "lowland_km2", "protected_km2", "without_area"]].sum()
    table = pd.concat([table, pd.DataFrame([{"name": "All", **total}])], ignore_index=True)
    table["without_area"] = table["without_area"].astype("int64")
    known = table["lowland_km2"].where(table["lowland_km2"] > 0)
    return table.assign(protected_percent=100 * table["protected_km2"] / known)


def sites(designations: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Return the Ramsar and flyway sites with the national protection beneath each.

    Parameters
    ----------
    designations : DataFrame
        The table ``designations``.
    areas : DataFrame
        The common table of protected areas.

    Returns
    -------
    DataFrame
        ``scheme``, ``name``, ``name_local``, ``country``, ``year``, ``area_km2``, ``beneath`` (names of the national
        sites linked), ``beneath_km2`` (their area, NaN if unknown) and ``protection``: "none known", "area not
        known", "smaller than the site" or "as large as the site". Sizes are compared, not outlines.

    Examples
    --------
    >>> designations = pd.DataFrame({"scheme": ["ramsar"], "name_en": ["Lake"], "name_local": [""],
    ...     "country": ["MNG"], "designated_year": [2004], "area_ha": [4000.0], "linked_site_ids": ["a"],
    ...     "part_of": [""]})
    >>> areas = pd.DataFrame({"site_id": ["a"], "name": ["Reserve"], "area_km2": [30.0]})
    >>> sites(designations, areas)[["beneath", "beneath_km2", "protection"]].values.tolist()
    [['Reserve', 30.0, 'smaller than the site']]
    """
    known = areas.drop_duplicates("site_id").set_index("site_id")
    chosen = designations[designations["scheme"].isin(SCHEMES) & (designations["part_of"] == "")]
    rows = []
    for row in chosen.itertuples():
        linked = [s for s in row.linked_site_ids.split("|") if s in known.index]
        km2 = float(known.loc[linked, "area_km2"].sum(min_count=1)) if linked else np.nan
        area = row.area_ha / 100
        if not linked:
            state = "none known"
        elif np.isnan(km2) or pd.isna(area):
            state = "area not known"
        else:
            state = "smaller than the site" if km2 < 0.99 * area else "as large as the site"
        rows.append(
            {
                "scheme": row.scheme.replace("_", " ").capitalize(),
                "name": row.name_en,
                "name_local": row.name_local,
                "country": row.country,
                "year": row.designated_year,
                "area_km2": area,
                "beneath": ", ".join(known.loc[linked, "name"]),
                "beneath_km2": km2,
                "protection": state,
            }
        )
    return pd.DataFrame(rows).sort_values(["scheme", "year", "name"], kind="stable", ignore_index=True)


def waterbirds(occurrences: pd.DataFrame, species: pd.DataFrame) -> pd.DataFrame:
    """Return where the tables report cranes and storks, by species and status.

    Parameters
    ----------
    occurrences : DataFrame
        The table ``species_in_sites``.
    species : DataFrame
        The table ``species``.

    Returns
    -------
    DataFrame
        ``species``, ``status``, ``sites`` (number) and ``names``; birds whose name holds crane or stork.
    """
    birds = species[species["common_name_en"].str.contains("crane|stork", case=False)]
    names = birds.set_index("species_id")["common_name_en"]
    rows = occurrences[occurrences["species_id"].isin(names.index)]
    rows = rows.assign(species=rows["species_id"].map(names))
    grouped = rows.groupby(["species", "status"])["site_name_raw"]
    return pd.DataFrame(
        {"sites": grouped.nunique(), "names": grouped.agg(lambda c: ", ".join(sorted(set(c))))}
    ).reset_index()


def _flat_ground(relief_m: float) -> shapely.Geometry:
    """Return the cells whose neighbourhood spans at most `relief_m`, in the equal-area CRS."""
    grid = territory.elevation()
    height = grid.to_numpy().astype(float)
    span = maximum_filter(height, 3, mode="nearest") - minimum_filter(height, 3, mode="nearest")
    x, y = grid["x"].to_numpy(), grid["y"].to_numpy()
    half = (x[1] - x[0]) / 2, (y[0] - y[1]) / 2
    flat = span <= relief_m
    rows, starts, ends = _runs(flat)
    boxes = shapely.box(x[starts] - half[0], y[rows] - half[1], x[ends] + half[0], y[rows] + half[1])
    merged = gpd.GeoSeries([shapely.union_all(boxes)], crs="EPSG:4326").segmentize(0.1)
    return merged.to_crs(EQUAL_AREA).iloc[0]


def _runs(flags: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return row, first and last column of every horizontal run of true cells."""
    padded = np.pad(flags.astype(np.int8), ((0, 0), (1, 1)))
    step = np.diff(padded, axis=1)
    rows, starts = np.nonzero(step == 1)
    _, ends = np.nonzero(step == -1)
    return rows, starts, ends - 1
