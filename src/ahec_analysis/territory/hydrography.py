"""Drainage basins and the river network, ours or HydroBASINS, checked against published figures."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
import xarray as xr
from pyproj import Geod

from ahec_analysis import expect
from ahec_analysis.data import external, layers
from ahec_analysis.data.layers import EQUAL_AREA, area_km2
from ahec_analysis.errors import DataError, SchemaError

LEVELS = ("basin", "river", "system")
HYDROBASINS_FIELDS = ("HYBAS_ID", "NEXT_DOWN", "MAIN_BAS", "SUB_AREA", "PFAF_ID")
HYDROBASINS_MISSING_PERCENT = 1.0
DERIVED = "derived"
Source = str | Path | tuple[Path, ...]
UNNAMED = ("amur_closed", "amur_basin_undrained", "amur_basin_russia", "amur_basin_china")
"""Keys of sums that the table of published hydrology holds in another row or not at all."""
PROFILE_HEADS = {"onon": "Onon", "argun": "Hailar"}


def basins(level: str = "basin", *, source: Source | None = None) -> gpd.GeoDataFrame:
    """Return the drainage basins of the territory whole, DPRK land included.

    Parameters
    ----------
    level : {"basin", "river", "system"}
        28 basins without gap or overlap; the same merged into whole rivers (Shilka, Zeya, Songhua …); or
        the five systems they drain to.
    source : path, optional
        A HydroBASINS file, or several that complete each other, to take the outlines from; "derived" for the
        shipped derivation. By default what lies in data/external, else the derivation.

    Returns
    -------
    GeoDataFrame
        ``basin_id``, ``name`` (the key again for systems), ``outlet`` ("sea", "closed_lake",
        "leaves_the_territory"), polygons in EPSG:4326; at the level of basins also ``parent``,
        ``parent_name`` and ``system``.

    Raises
    ------
    ParameterError, DataError, SchemaError
        If there is no such level, or the HydroBASINS file is unfit, see :func:`from_hydrobasins`.

    Examples
    --------
    >>> sorted(basins("system")["name"])
    ['amur', 'closed', 'japan_sea', 'lena', 'okhotsk']
    """
    expect.choice(level, LEVELS, "level")
    source = source or hydrobasins_path()
    leaves = _leaves() if source in (None, DERIVED) else from_hydrobasins(source)
    if level == "basin":
        return leaves
    key, name = ("parent", "parent_name") if level == "river" else ("system", "system")
    merged = leaves.assign(basin_id=leaves[key], name=leaves[name]).dissolve("basin_id", sort=False)
    return merged.reset_index()[["basin_id", "name", "outlet", "geometry"]]


def _leaves() -> gpd.GeoDataFrame:
    """Return the shipped basins, their outlets as keys."""
    leaves = layers.layer("basins").drop(columns="system_name")
    return leaves.assign(outlet=leaves["outlet"].str.replace(" ", "_"))


def hydrobasins_path() -> tuple[Path, ...] | None:
    """Return the HydroBASINS files in data/external, all of the finest level there; None without one."""
    folder = external.folder("hydrobasins")
    found = [p for p in folder.rglob("hybas_*_lev*") if p.suffix in (".shp", ".gpkg", ".zip")]
    level = {p: p.name.partition("_lev")[2][:2] for p in found}
    finest = max(level.values(), default="")
    chosen = {p.name.split(".")[0]: p for p in sorted(found) if level[p] == finest}
    return tuple(chosen.values()) or None


def from_hydrobasins(source: Source) -> gpd.GeoDataFrame:
    """Return :func:`basins` with the outlines of one or several HydroBASINS files (EPSG:4326, levels 6 to 12).

    Each unit joins the basin of ours that holds the largest part of it, and none if more than half of it lies
    outside. Lehner, B., Grill, G. (2013), Global river hydrography and network routing, Hydrological
    Processes 27.
    """
    ours = _leaves()
    units = _read_hydrobasins(source, ours)
    left, right = ours.sindex.query(units.geometry, predicate="intersects")
    planar, target = units.to_crs(EQUAL_AREA).geometry.values, ours.to_crs(EQUAL_AREA).geometry.values
    shared = shapely.area(shapely.intersection(planar[left], target[right]))
    pairs = pd.DataFrame({"unit": left, "basin": right, "share": shared / shapely.area(planar)[left]})
    inside = pairs.groupby("unit")["share"].sum()
    best = pairs.loc[pairs.groupby("unit")["share"].idxmax()].set_index("unit")["basin"]
    best = best[inside > 0.5]
    grouped = units.iloc[best.index].assign(basin_id=ours["basin_id"].to_numpy()[best])
    outlines = grouped[["basin_id", "geometry"]].dissolve("basin_id")["geometry"]
    kept = ours[ours["basin_id"].isin(outlines.index)].reset_index(drop=True)
    return kept.set_geometry(outlines.loc[kept["basin_id"]].reset_index(drop=True))


def _read_hydrobasins(source: Source, ours: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    files = source if isinstance(source, tuple) else (source,)
    for file in files:
        _check_hydrobasins(file)
    units = pd.concat([gpd.read_file(file, bbox=ours) for file in files], ignore_index=True)
    area, covered = (rows.to_crs(EQUAL_AREA).geometry.union_all() for rows in (ours, units))
    short = area.difference(covered).area
    percent = 100 * short / area.area
    if percent > HYDROBASINS_MISSING_PERCENT:
        names = ", ".join(Path(file).name for file in files)
        raise DataError(
            f"{names} leaves {short / 1e6:,.0f} km² of the territory uncovered ({percent:.1f} %); "
            f"the Asian and the Siberian file (as, si) are both needed, side by side in data/external"
        )
    return units


def _check_hydrobasins(file: str | Path) -> None:
    try:
        info = pyogrio.read_info(file)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise DataError(f"{file} cannot be read as a vector file: {error}") from error
    if missing := [field for field in HYDROBASINS_FIELDS if field not in info["fields"]]:
        raise SchemaError(f"{file} lacks {', '.join(missing)}; use a standard HydroBASINS file")
    if info["crs"] != "EPSG:4326":
        raise DataError(
            f"{file} is in {info['crs']}, HydroBASINS in EPSG:4326; reproject it with to_crs(4326)"
        )


def agreement(source: Source) -> float:
    """Return how well our Amur basin with its closed lakes fits HydroBASINS: intersection over union, 0 to 1.

    HydroBASINS' Amur is the main basin (MAIN_BAS) that holds most of ours.
    """
    ours = layers.layer("basins")
    units = _read_hydrobasins(source, ours).to_crs(EQUAL_AREA)
    amur = ours[ours["system"].isin(["amur", "closed"])].to_crs(EQUAL_AREA).geometry.union_all()
    shared = units.intersection(amur).area.groupby(units["MAIN_BAS"]).sum()
    theirs = units[units["MAIN_BAS"] == shared.idxmax()].geometry.union_all()
    return float(amur.intersection(theirs).area / amur.union(theirs).area)


def rivers(*, hulun: str = "closed") -> gpd.GeoDataFrame:
    """Return the river network as reaches between confluences, from 300 km² of upstream area.

    Parameters
    ----------
    hulun : {"closed", "open"}
        Whether the Kherlen and the Khalkh end in Hulun Lake, or flow on to the Argun as in wet years.

    Returns
    -------
    GeoDataFrame
        ``reach_id``, ``downstream_id`` (Int64, missing at outlets), ``length_km`` (along the grid, shorter
        than the river, see :func:`published_lengths`), ``name``, ``name_local`` ("" unknown), ``basin_id``,
        ``upstream_km2``, ``strahler``, ``elevation_up_m``, ``elevation_down_m``, ``fall_m`` (spread evenly
        between known heights, missing below the last one), ``outlet`` ("sea", "closed_lake",
        "leaves_the_territory", "" inside the network); lines in EPSG:4326.

    Raises
    ------
    ParameterError
        If ``hulun`` is neither.
    """
    expect.choice(hulun, ("closed", "open"), "hulun")
    reaches = layers.layer("rivers")
    reaches["downstream_id"] = reaches["downstream_id"].astype("Int64")
    reaches["outlet"] = reaches["outlet"].str.replace(" ", "_")
    if hulun == "closed":
        return reaches
    ends = (reaches["outlet"] == "closed_lake") & reaches["basin_id"].isin(["kherlen", "khalkh_hulun"])
    below = _chain(reaches, "Argun")
    reaches.loc[ends, ["downstream_id", "outlet"]] = [below[0], ""]
    reaches.loc[reaches["reach_id"].isin(below), "upstream_km2"] += reaches.loc[ends, "upstream_km2"].sum()
    return reaches


def _chain(reaches: gpd.GeoDataFrame, head: str) -> list[int]:
    """Return the reaches from the head of a river down to its outlet."""
    following = reaches.set_index("reach_id")["downstream_id"]
    named = reaches[reaches["name"] == head]
    chain = [int(named.loc[named["upstream_km2"].idxmin(), "reach_id"])]
    while not pd.isna(following[chain[-1]]):
        chain.append(int(following[chain[-1]]))
    return chain


def profile(from_: str = "onon") -> pd.DataFrame:
    """Return the elevation along the Amur to the sea from the head of the Onon, or of the Hailar as "argun".

    ``distance_km`` from the head (geodesic, along the reaches), ``river``, ``lon``, ``lat``, ``raw_m`` (the
    elevation grid, a mean over 4 arc-minutes, too high in gorges; 0 at the sea) and ``elevation_m``, which
    falls evenly from each elevation that is the lowest so far to the next.

    >>> list(profile("onon")["river"].unique())
    ['Onon', 'Shilka', 'Amur']
    """
    expect.choice(from_, PROFILE_HEADS, "from_")
    reaches = rivers()
    course = reaches.set_index("reach_id").loc[_chain(reaches, PROFILE_HEADS[from_])]
    points, part = shapely.get_coordinates(course.geometry.values, return_index=True)
    last = np.append(part[1:] != part[:-1], False)  # a reach ends where the next begins
    (lon, lat), names = points[~last].T, course["name"].to_numpy()[part[~last]]
    places = {"x": xr.DataArray(lon, dims="point"), "y": xr.DataArray(lat, dims="point")}
    raw = layers.elevation().astype(float).interp(places).to_numpy()
    raw[-1] = 0.0
    distance = np.append(0.0, np.cumsum(Geod(ellps="WGS84").line_lengths(lon, lat) / 1e3))
    known = np.append(True, np.diff(np.minimum.accumulate(raw)) < 0)
    even = np.interp(distance, distance[known], raw[known])
    columns = {"distance_km": distance, "river": names, "lon": lon, "lat": lat}
    return pd.DataFrame(columns | {"raw_m": raw, "elevation_m": even})


def published_comparison(published: pd.DataFrame) -> pd.DataFrame:
    """Return derived against published drainage areas (table ``hydrology``), each miss with its explanation.

    Returns
    -------
    DataFrame
        ``unit_id``, ``name`` (a key of :data:`UNNAMED` where none is published), ``derived_km2`` (whole
        basins, DPRK included; parts of provinces and countries of the Amur with the Kherlen and Hulun),
        ``published_km2``, ``difference_percent``, ``unguided_km2`` (what grid and mapped rivers give before
        the courses they lack are led by hand; missing where the river then misses the one it joins),
        ``alternatives``, ``confidence``, ``source_ids``, ``explanation``.
    """
    catchments = layers.table("catchments").set_index("river")
    areas = catchments["area_km2"].copy()
    leaves = layers.layer("basins")
    closed = area_km2(leaves).groupby(leaves["parent"]).sum()
    areas["amur_kherlen_ulz"] = areas["amur"] + closed["kherlen_hulun"] + closed["ulz"]
    areas["amur_closed"] = areas["amur_kherlen_ulz"] + closed["eastern_steppe"] + areas["ulgai"]
    held = leaves.loc[(leaves["system"] == "amur") | (leaves["parent"] == "kherlen_hulun"), "basin_id"]
    pieces = layers.layer("pieces")
    pieces = pieces[pieces["basin_id"].isin(held)]
    km2 = area_km2(pieces)
    parts = [km2.groupby(pieces[key]).sum().add_prefix("part:") for key in ("province_code", "country")]
    areas = pd.concat([areas, *parts])
    notes = layers.table("basin_notes")
    known = published[(published["metric"] == "area") & (published["unit"] == "km2")]
    known = known.drop_duplicates("unit_id").set_index("unit_id")
    result = notes[["unit_id"]].copy()
    unit = notes["unit_id"]
    keys = unit.str.replace("-", "_")
    result["name"] = unit.map(known["unit_name"]).fillna(keys[keys.isin(UNNAMED)])
    result["derived_km2"] = notes["river"].map(areas).round()
    result["published_km2"] = unit.map(known["value"].astype(float)).fillna(notes["published_km2"])
    result["difference_percent"] = (result["derived_km2"] / result["published_km2"] - 1) * 100
    result["unguided_km2"] = notes["river"].map(catchments["unguided_km2"]).round()
    for column in ("alternatives", "confidence", "source_ids"):
        result[column] = unit.map(known[column]).fillna("")
    result["source_ids"] = result["source_ids"].where(result["source_ids"] != "", notes["source"])
    result["explanation"] = notes["explanation"]
    return result.sort_values("published_km2", ascending=False, ignore_index=True)


def published_lengths(published: pd.DataFrame, reaches: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return derived against published lengths (table ``hydrology``) of rivers, by default those shipped.

    ``unit_id``, ``name`` (of the river in the network, or of several that are published as one, separated by
    "|"), ``derived_km``, ``published_km``, ``difference_percent`` and ``factor`` (published over derived;
    both empty where the published length is that of another course, which is listed only for rivers without
    one of the same course), ``alternatives``, ``confidence``, ``source_ids``, ``note``; the longest published
    first.
    """
    reaches = layers.layer("rivers") if reaches is None else reaches
    drawn = reaches[reaches["name"] != ""].groupby("name")["length_km"].sum()
    rows = published[published["metric"] == "length"]
    rows = rows.assign(name=rows["network_names"].where(rows["network_names"] != "", rows["unit_name"]))
    plain = {name.replace("'", ""): name for name in drawn.index}
    rows["name"] = rows["name"].map(
        lambda n: "|".join(plain.get(k.replace("'", ""), "") for k in n.split("|"))
    )
    rows["derived_km"] = rows["name"].map(lambda names: drawn.reindex(names.split("|")).sum(skipna=False))
    rows = rows[rows["derived_km"].notna()].rename(columns={"value": "published_km"})
    same = rows["same_course"].fillna(True).astype(bool)
    rows = rows[same | ~rows["name"].isin(rows.loc[same, "name"])]
    rows["factor"] = (rows["published_km"] / rows["derived_km"]).where(same)
    rows["difference_percent"] = 100 * (1 / rows["factor"] - 1)
    columns = ["unit_id", "name", "derived_km", "published_km", "difference_percent", "factor"]
    columns += ["alternatives", "confidence", "source_ids", "note"]
    return rows.sort_values("published_km", ascending=False, ignore_index=True)[columns]


def stretched(reaches: gpd.GeoDataFrame, lengths: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the reaches with ``length_km`` brought to the published length, ``drawn_km`` as it was.

    ``lengths`` comes from :func:`published_lengths`; reaches of rivers without a factor stay as drawn.
    """
    known = lengths.dropna(subset="factor").drop_duplicates("name")
    factor = known.assign(name=known["name"].str.split("|")).explode("name").set_index("name")["factor"]
    drawn = reaches["length_km"]
    return reaches.assign(length_km=drawn * reaches["name"].map(factor).fillna(1.0), drawn_km=drawn)
