"""Lowland beside rivers and lakes, and the international sites of wetlands and of the flyway."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.ndimage import maximum_filter, minimum_filter

from ahec_analysis import coverage, expect, territory
from ahec_analysis.connectivity.reserves import Drawn, regions
from ahec_analysis.coverage import places
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
    """Return the lowland within some distance (km) of rivers and the shores of lakes, cut by unit.

    A cell of the elevation grid is lowland if elevations in it and its eight neighbours span at most
    `relief_m` metres. The grid holds means over some 7 by 5 km, so this finds wide valley floors and plains, dry or
    wet; it is where wetlands can be, not where they are. The columns of ``units``, ``unit_km2`` (km² of the unit),
    ``lowland_km2`` and the lowland without the lakes, polygons in the equal-area CRS; a unit without lowland has an
    empty one.
    """
    if not (within_km > 0 and relief_m > 0):
        raise ParameterError("`within_km` and `relief_m` must be above 0")
    flat = _flat_ground(relief_m)
    shapes = units.geometry.to_crs(EQUAL_AREA).to_numpy()
    lines, water = (layer.geometry.to_crs(EQUAL_AREA).simplify(500).to_numpy() for layer in (rivers, lakes))
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
    """Return how much of the :func:`lowland` of each unit, by ``name``, is protected; largest first, the sum ("total") last.

    `without_area` counts sites of unknown area by name of the unit. Where nothing else protects, the protected area is
    unknown. ``name``, ``unit_km2``, ``lowland_km2``, ``without_area``, ``protected_km2``, ``protected_percent``.
    """
    expect.columns(lowlands, ["name", "unit_km2", "lowland_km2"], "lowlands")
    grounds = lowlands[["name", "geometry"]][lowlands["lowland_km2"].to_numpy() > 0]
    found = coverage.by_unit(pieces, grounds)
    inside = found[found["name"].notna()].set_index("name")["protected_km2"]
    table = pd.DataFrame(lowlands[["name", "unit_km2", "lowland_km2"]])
    blank = {} if without_area is None else without_area
    table["without_area"] = table["name"].map(blank).fillna(0).astype("int64")
    covered = table["name"].map(inside).fillna(0.0)
    table["protected_km2"] = covered.mask((covered.round() == 0) & (table["without_area"] > 0))
    table = table.sort_values("lowland_km2", ascending=False, ignore_index=True)
    total = pd.DataFrame([{"name": "total", **table.drop(columns="name").sum()}]).astype(
        {"without_area": "int64"}
    )
    table = pd.concat([table, total], ignore_index=True)
    known = table["lowland_km2"].where(table["lowland_km2"] > 0)
    return table.assign(protected_percent=100 * table["protected_km2"] / known)


def lowland_by_basin(drawn: Drawn, rivers: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return :func:`lowland_protection` of the basins that positions of the sites carry."""
    layer = regions()
    basins = layer[layer["kind"] == "basin"].rename(columns={"region": "name"})
    beside = lowland(basins[["name", "geometry"]], rivers, territory.lakes())
    blank = drawn.found.without_area(basins, "name")
    own = drawn.pieces[drawn.pieces["own_ground"]]
    rows, known = (lowland_protection(beside, part, blank) for part in (drawn.pieces, own))
    return places.carried(rows, known["protected_km2"], rows["protected_km2"], what="basins")


def sites(designations: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Return the Ramsar and flyway sites with the national protection beneath each.

    ``scheme``, ``name``, ``name_local``, ``country``, ``year``, ``lon``, ``lat``, ``area_km2``, ``beneath`` (names of the
    national sites linked, separated by "|"), ``beneath_km2`` (their area, NaN if unknown) and ``protection``:
    "none_known", "area_unknown", "smaller" or "as_large" as the site. Sizes are compared, not outlines.

    Examples
    --------
    >>> designations = pd.DataFrame({"scheme": ["ramsar"], "name_en": ["Lake"], "name_local": [""],
    ...     "country": ["MNG"], "designated_year": [2004], "area_ha": [4000.0], "linked_site_ids": ["a"],
    ...     "part_of": [""]})
    >>> areas = pd.DataFrame({"site_id": ["a"], "name": ["Reserve"], "area_km2": [30.0]})
    >>> sites(designations, areas)[["beneath", "beneath_km2", "protection"]].values.tolist()
    [['Reserve', 30.0, 'smaller']]
    """
    known = areas.drop_duplicates("site_id").set_index("site_id")
    chosen = designations[designations["scheme"].isin(SCHEMES) & (designations["part_of"] == "")]
    linked = [[i for i in ids.split("|") if i in known.index] for ids in chosen["linked_site_ids"]]
    names = {"name_en": "name", "designated_year": "year"}
    columns = ["scheme", "name", "name_local", "country", "year", "lon", "lat"]
    table = chosen.rename(columns=names).reindex(columns=columns).assign(area_km2=chosen["area_ha"] / 100)
    table["beneath"] = ["|".join(known.loc[ids, "name"]) for ids in linked]
    table["beneath_km2"] = [float(known.loc[ids, "area_km2"].sum(min_count=1)) for ids in linked]
    unknown = table["beneath_km2"].isna() | table["area_km2"].isna()
    cases = [[not ids for ids in linked], unknown, table["beneath_km2"] < 0.99 * table["area_km2"]]
    table["protection"] = np.select(cases, ["none_known", "area_unknown", "smaller"], "as_large")
    return table.sort_values(["scheme", "year", "name"], kind="stable", ignore_index=True)


def waterbirds(occurrences: pd.DataFrame, species: pd.DataFrame) -> pd.DataFrame:
    """Return where the tables report cranes and storks: ``species``, ``status``, number of ``sites``, their ``names``.

    `occurrences` and `species` are the tables ``species_in_sites`` and ``species``; names are separated by "|".
    """
    birds = species[species["common_name_en"].str.contains("crane|stork", case=False)]
    names = birds.set_index("species_id")["common_name_en"]
    rows = occurrences[occurrences["species_id"].isin(names.index)]
    rows = rows.assign(species=rows["species_id"].map(names))
    grouped = rows.groupby(["species", "status"])["site_name_raw"]
    return pd.DataFrame(
        {"sites": grouped.nunique(), "names": grouped.agg(lambda c: "|".join(sorted(set(c))))}
    ).reset_index()


def _flat_ground(relief_m: float) -> shapely.Geometry:
    """Return the cells whose neighbourhood spans at most `relief_m`, in the equal-area CRS."""
    grid = territory.elevation()
    height = grid.to_numpy().astype(float)
    span = maximum_filter(height, 3, mode="nearest") - minimum_filter(height, 3, mode="nearest")
    x, y = grid["x"].to_numpy(), grid["y"].to_numpy()
    half = (x[1] - x[0]) / 2, (y[0] - y[1]) / 2
    rows, starts, ends = _runs(span <= relief_m)
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
