"""The AHEC in the readings a reader may mean: pieces, outline, shares, what lies inside, focus regions."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import expect
from ahec_analysis.data import layers
from ahec_analysis.data.layers import EQUAL_AREA as EQUAL_AREA
from ahec_analysis.data.layers import area_km2 as area_km2
from ahec_analysis.data.layers import by_ecoregion, ecoregions, land
from ahec_analysis.data.polygons import in_equal_area
from ahec_analysis.territory.borders import provinces
from ahec_analysis.territory.hydrography import DERIVED, Source, basins, hydrobasins_path

DEFAULT = "composition"
"""The definition of the AHEC used where none is named: the composition given on its page."""

EXCLUDED_COUNTRY = "PRK"
MIN_SHARE_PERCENT = 1.0
MIN_AREA_KM2 = 1000.0
COAST_M = 30_000.0
RUSSIAN_PROVINCES = ("RU-PRI", "RU-KHA", "RU-AMU", "RU-YEV", "RU-ZAB")
NAMED_PROVINCES = (
    *RUSSIAN_PROVINCES,
    *("CN-HL", "CN-JL", "CN-NM"),
    *("MN-061", "MN-051", "MN-039", "MN-047"),
)
COMPOSITION_SYSTEMS = ("amur", "closed", "okhotsk", "japan_sea")
FOCUS_REGIONS = {
    "sikhote_alin_changbaishan": (
        ("ussuri", "sikhote_alin_east", "peter_the_great", "razdolnaya", "tumen", "mudan", "second_songhua"),
        ("RU-PRI", "RU-KHA", "CN-HL", "CN-JL"),
    ),
    "headwaters": (
        ("ingoda", "onon", "lower_shilka", "lower_argun", "kherlen", "khalkh_hulun", "ulz"),
        ("RU-ZAB", "MN-061", "MN-039"),
    ),
}
"""WWF's focus regions: basins and provinces; their intersection is the region."""


def _composition(pieces: gpd.GeoDataFrame) -> pd.Series:
    whole = pieces["system"].isin(COMPOSITION_SYSTEMS) & (pieces["basin_id"] != "eastern_steppe")
    return whole | ((pieces["basin_id"] == "olekma") & (pieces["province_code"] == "RU-AMU"))


_DEFINITIONS: dict[str, Callable[[gpd.GeoDataFrame], pd.Series]] = {
    "composition": _composition,
    "amur": lambda p: p["system"] == "amur",
    "amur_closed": lambda p: p["system"].isin(["amur", "closed"]),
    "russia": lambda p: _composition(p) & (p["country"] == "RUS"),
    "provinces": lambda p: p["province_code"].isin(NAMED_PROVINCES),
    "russia_provinces": lambda p: p["province_code"].isin(RUSSIAN_PROVINCES),
}
_UNITS = {
    "country": ("country", "country"),
    "province": ("province_code", "province"),
    "basin": ("basin_id", "basin"),
    "river": ("parent", "parent_name"),
    "system": ("system", "system"),
    "ecoregion": ("ecoregion", "ecoregion"),
}
"""What areas are summed by: the column of its key and of its name."""


@lru_cache
def _pieces(source: Source) -> gpd.GeoDataFrame:
    leaves = basins(source=source)
    if source == DERIVED:
        cut = layers.layer("pieces")
    else:
        units = provinces()[["province_code", "country", "geometry"]]
        inside = leaves[["basin_id", "geometry"]].overlay(units, keep_geom_type=False)
        named = units[units["province_code"].isin(NAMED_PROVINCES)]
        outside = named.overlay(leaves[["geometry"]], how="difference", keep_geom_type=False)
        cut = pd.concat([inside, outside.assign(basin_id="")], ignore_index=True)
        cut["geometry"] = cut.geometry.buffer(0)  # leaves the points and lines where borders only touch
        cut = cut[~cut.geometry.is_empty]
    described = leaves.drop(columns=["geometry", "outlet"]).rename(columns={"name": "basin"})
    cut = cut.merge(described, on="basin_id", how="left")
    text = ["basin", "parent", "parent_name", "system"]
    cut[text] = cut[text].fillna("")
    cut["province"] = cut["province_code"].map(provinces().set_index("province_code")["name"])
    cut["area_km2"] = area_km2(cut)
    return cut[["basin_id", *text, "province_code", "province", "country", "area_km2", "geometry"]]


def pieces(definition: str = DEFAULT, source: Source | None = None) -> gpd.GeoDataFrame:
    """Return :func:`ahec` with the land that is left out."""
    expect.choice(definition, _DEFINITIONS, "definition")
    every = _pieces(source or hydrobasins_path() or DERIVED)
    return every[_DEFINITIONS[definition](every)]


def ahec(definition: str = DEFAULT, *, source: Source | None = None) -> gpd.GeoDataFrame:
    """Return the AHEC in pieces, one for each basin in each province; they neither overlap nor leave a hole.

    Parameters
    ----------
    definition : str
        One of :func:`definitions`.
    source : path
        A HydroBASINS file to take the basins from, see :func:`basins`.

    Returns
    -------
    GeoDataFrame
        ``basin_id`` and ``basin`` ("" outside the basins, in the readings by province), ``parent``,
        ``parent_name``, ``system``, ``province_code``, ``province``, ``country``, ``area_km2``; polygons in
        EPSG:4326. DPRK land is left out, as on the page.

    Raises
    ------
    ParameterError
        If there is no such definition.

    Examples
    --------
    >>> sorted(ahec("russia")["country"].unique())
    ['RUS']
    """
    found = pieces(definition, source)
    return found[found["country"] != EXCLUDED_COUNTRY].reset_index(drop=True)


def outline(definition: str = DEFAULT) -> gpd.GeoDataFrame:
    """Return the AHEC as one row: ``definition``, ``area_km2`` and its outline, EPSG:4326."""
    parts = ahec(definition)
    whole = {"definition": [definition], "area_km2": [parts["area_km2"].sum()]}
    return gpd.GeoDataFrame(whole, geometry=[_whole(definition)], crs=parts.crs)


@lru_cache
def _whole(definition: str) -> shapely.Geometry:
    return ahec(definition).geometry.union_all()


def definitions() -> pd.DataFrame:
    """Return the readings of the AHEC, the default first.

    Returns
    -------
    DataFrame
        ``definition``, ``area_km2``, ``excluded_km2`` (DPRK land left out) and one column of km² for each of
        ``RUS``, ``CHN`` and ``MNG``.
    """
    countries = ["RUS", "CHN", "MNG"]
    areas = {key: pieces(key).groupby("country")["area_km2"].sum() for key in _DEFINITIONS}
    table = pd.DataFrame(areas).T.reindex(columns=[*countries, EXCLUDED_COUNTRY]).fillna(0.0)
    found = table.assign(area_km2=table[countries].sum(axis=1), excluded_km2=table[EXCLUDED_COUNTRY])
    return found.reset_index(names="definition")[["definition", "area_km2", "excluded_km2", *countries]]


def shares(definition: str = DEFAULT, by: str = "country", *, source: Source | None = None) -> pd.DataFrame:
    """Return the area of the AHEC by country, province, basin or ecoregion.

    Parameters
    ----------
    definition : str
        One of :func:`definitions`.
    by : {"country", "province", "basin", "river", "system", "ecoregion"}
        What to sum by; land without an ecoregion has a row with the unit "".
    source : path
        A HydroBASINS file to take the basins from.

    Returns
    -------
    DataFrame
        ``unit``, ``name`` (the key again for countries and systems), ``area_km2``, ``percent`` of the
        territory, ``inside_percent`` of the whole unit (missing for countries and for units that the window
        clips), ``status``: "inside", "sliver" (a province with less than 1 % of its land and less than 1,000
        km² inside; noise of the borders, but in the sum) or "excluded" (DPRK land, not in the sum). Without
        the excluded rows the areas add up to the same total whatever ``by`` is.

    Raises
    ------
    ParameterError
        If the definition or ``by`` is unknown.
    """
    expect.choice(by, _UNITS, "by")
    key, name = _UNITS[by]
    parts = pieces(definition, source)
    if by == "ecoregion":
        parts = by_ecoregion(parts)
    out = parts["country"] == EXCLUDED_COUNTRY
    kept, excluded = (
        rows.groupby(key)
        .agg(name=(name, "first"), area_km2=("area_km2", "sum"))
        .sort_values("area_km2", ascending=False)
        .reset_index(names="unit")
        for rows in (parts[~out], parts[out])
    )
    kept["percent"] = kept["area_km2"] / kept["area_km2"].sum() * 100
    kept["inside_percent"] = kept["area_km2"] / kept["unit"].map(_whole_areas(by, source)) * 100
    small = ~(kept["inside_percent"] >= MIN_SHARE_PERCENT) & (kept["area_km2"] < MIN_AREA_KM2)
    kept["status"] = np.where(small & (by == "province"), "sliver", "inside")
    excluded = excluded.assign(status="excluded")
    return pd.concat([kept, excluded], ignore_index=True) if len(excluded) else kept


def _whole_areas(by: str, source: Source | None) -> pd.Series:
    """Return the area (km²) of whole units by their key; nothing for countries and what the window clips."""
    if by == "country":
        return pd.Series(dtype=float)
    if by in ("province", "ecoregion"):
        units, code = (provinces(), "province_code") if by == "province" else (ecoregions(), "name")
        units = units[~units["clipped"]]
        return area_km2(units.assign(geometry=units.geometry.segmentize(0.1))).set_axis(units[code])
    units = basins(by, source=source)
    return area_km2(units).set_axis(units["basin_id"])


def in_ahec(sites: gpd.GeoDataFrame, definition: str = DEFAULT) -> pd.Series:
    """Return for each site whether it lies in the AHEC.

    Parameters
    ----------
    sites : GeoDataFrame
        Points or polygons in any CRS; polygons count by their land. What lies at sea counts by the land
        nearest to it within 30 km.
    definition : str
        One of :func:`definitions`.

    Returns
    -------
    Series of str
        "yes", "no", "partly" (a polygon with 1 to 99 % of its land inside) or "" (no geometry), in the
        caller's index, named ``in_ahec``.

    Raises
    ------
    DataError
        If the sites carry no CRS.
    """
    expect.projected(sites, "sites")
    area, coast = (rows.to_crs(EQUAL_AREA).geometry.union_all() for rows in (ahec(definition), land()))
    shapely.prepare([area, coast])
    shapes = in_equal_area(sites.geometry)

    def answer(shape: shapely.Geometry | None) -> str:
        if shape is None or shape.is_empty:
            return ""
        on_land = shape.intersection(coast)
        if on_land.area > 0:
            part = on_land.intersection(area).area / on_land.area
            return "yes" if part > 0.99 else "partly" if part >= 0.01 else "no"
        nearest = shapely.get_point(shapely.shortest_line(coast, shape), 0)
        near = shape.distance(coast) <= COAST_M and area.distance(nearest) < 1
        return "yes" if near else "no"

    # Of most sites two quick questions give the answer: wholly on land, and wholly inside or wholly outside.
    dry = shapely.covers(coast, shapes.to_numpy()) & (shapely.area(shapes.to_numpy()) > 0)
    inside, away = (
        dry & found for found in (shapely.covers(area, shapes), ~shapely.intersects(area, shapes))
    )
    quick = pd.Series(np.select([inside, away], ["yes", "no"], ""), shapes.index, dtype="object")
    quick[~inside & ~away] = shapes[~inside & ~away].map(answer)
    return quick.infer_objects().rename("in_ahec")


def focus_regions() -> gpd.GeoDataFrame:
    """Return WWF's two focus regions, which it names without a boundary: ours are basins inside provinces.

    Returns
    -------
    GeoDataFrame
        ``region``, ``basins`` and ``provinces`` whose intersection is the region, ``area_km2``; outlines in
        EPSG:4326.
    """
    whole = ahec()
    rows = []
    for region, (basin_ids, codes) in FOCUS_REGIONS.items():
        part = whole[whole["basin_id"].isin(basin_ids) & whole["province_code"].isin(codes)]
        rows.append(
            {
                "region": region,
                "basins": ", ".join(part["basin"].unique()),
                "provinces": ", ".join(part["province"].unique()),
                "area_km2": part["area_km2"].sum(),
                "geometry": part.geometry.union_all(),
            }
        )
    return gpd.GeoDataFrame(rows, crs=whole.crs)
