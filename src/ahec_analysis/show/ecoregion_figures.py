"""Maps and charts of the territory: basins, rivers, shares, land cover and the course of the Amur."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from ahec_analysis import territory
from ahec_analysis.show import charts, palette
from ahec_analysis.show.charts import Chart
from ahec_analysis.show.map_spec import Layer, Lines, MapSpec, Shapes, Style
from ahec_analysis.show.messages import name_of, percent, quantity, say
from ahec_analysis.territory import hydrography

_MAIN_RIVERS_KM2 = 12_000
_RIVER_TOWNS = ["Blagoveshchensk", "Khabarovsk", "Komsomolsk-on-Amur"]


def basin_map(definition: str) -> MapSpec:
    """Return the map of the territory: basins by the sea they drain to, rivers, focus regions."""
    pieces = territory.ahec(definition)
    basins = _basins(pieces)
    layers: list[Layer] = []
    for system, rows in basins.groupby("system", sort=False):
        name, told = name_of(system, "system"), ("drains_to", "area_km2")
        style = Style(palette.PAPER, fill=palette.SYSTEMS[system], weight=1.2)
        layers.append(Shapes(system, rows, style, name=name, heading="basin", popup=told, label="basin"))
    regions = territory.focus_regions()
    regions = regions.assign(name=[name_of(region, "region") for region in regions["region"]])
    style = Style(palette.FOCUS, weight=2.2, dash="6 4")
    layers += [
        Lines("rivers", _main_rivers(), Style(palette.MAIN_RIVER, weight=1.6), tip="map-reach"),
        Lines("focus-regions", regions, style, tip="map-region", shown=False),
    ]
    facts = {"name": name_of(definition, "definition"), "basins": len(basins)}
    return MapSpec("map-ecoregion", layers, tuple(pieces.total_bounds), facts)


def basins_by_country(definition: str) -> Chart:
    """Return the area of each basin, coloured by country."""
    pieces = territory.ahec(definition)
    pieces = pieces.assign(basin=pieces["parent_name"].replace("", name_of("outside", "basin")))
    areas = pieces.groupby("basin")["area_km2"].sum().sort_values(ascending=False)
    texts = [quantity(area, unit="km²") for area in areas]
    facts = {"name": areas.index[0], "area": areas.iloc[0]}
    return _stacked(pieces, "ecoregion/basins", areas, texts, part="country", value="area_km2", **facts)


def cover_by_basin(cover: pd.DataFrame) -> Chart:
    """Return the shares of land-cover groups in each basin, forest first."""
    cover = cover.assign(basin=[name_of(basin, "basin") for basin in cover["basin"]])
    forest = cover[cover["group"].str.contains("forest")].groupby("basin")["share_percent"].sum()
    forest = forest.sort_values(ascending=False)
    texts = [percent(share, decimals=0) for share in forest]
    facts = {"most": forest.iloc[0], "most_name": forest.index[0]}
    facts |= {"least": forest.iloc[-1], "least_name": forest.index[-1]}
    return _stacked(cover, "ecoregion/cover", forest, texts, part="group", value="share_percent", **facts)


def course() -> Chart:
    """Return the elevation of the Amur from the Onon and from the Argun to the sea."""
    lines = {
        name: hydrography.profile(name).assign(
            to_sea_km=lambda at: at["distance_km"].max() - at["distance_km"]
        )
        for name in palette.COURSES
    }
    onon = lines["onon"]
    amur = onon[onon["river"] == "Amur"].iloc[0]
    facts: dict[str, Any] = {"fall": f"{amur['elevation_m']:.0f}", "length": f"{amur['to_sea_km']:.0f}"}
    for name, line in lines.items():
        head = line.iloc[0]
        facts |= {f"{name}_head": f"{head['elevation_m']:.0f}", f"{name}_length": f"{head['to_sea_km']:.0f}"}
    figure, axes = charts.canvas("ecoregion/course", height=3.8, source=say("ecoregion-source"), **facts)
    for (name, line), part, shift in zip(lines.items(), (0.04, 0.05), ((-16, -46), (8, 6)), strict=True):
        place = line.iloc[int(len(line) * part)]
        axes.plot(line["to_sea_km"], line["elevation_m"], color=palette.COURSES[name], linewidth=2)
        at = (place["to_sea_km"], place["elevation_m"])
        style = {"color": palette.COURSES[name], "fontweight": "bold"}
        charts.note(axes, say(f"chart-ecoregion-course.{name}"), at, shift, **style)
    notes = [(say("chart-ecoregion-course.meet"), amur, 44, palette.INK, palette.SOFT)]
    towns = territory.towns().set_index("name").geometry.loc[_RIVER_TOWNS]
    for rank, (town, point) in enumerate(towns.items()):
        away = np.hypot((onon["lon"] - point.x) * np.cos(np.radians(point.y)), onon["lat"] - point.y)
        notes.append((town, onon.loc[away.idxmin()], 18 + 14 * (rank % 2), palette.SOFT, palette.LINE))
    for words, place, height, colour, stroke in notes:
        at = (place["to_sea_km"], place["elevation_m"])
        charts.note(axes, words, at, (0, height), line=stroke, color=colour, ha="center", fontsize=9)
    axes.set_xlim(max(line["to_sea_km"].max() for line in lines.values()), 0)
    axes.set_ylim(0)
    return figure


def _stacked(frame: pd.DataFrame, chart: str, ranked: pd.Series, texts: list[str], **options: Any) -> Chart:
    """Return stacked bars of basins in the order of a series by their names, whose ``texts`` are told."""
    rows = frame.set_index("basin").loc[ranked.index].reset_index()
    facts = {"source": say("ecoregion-source"), "values": charts.told(ranked.index, texts)}
    return charts.stacked(rows, chart, label="basin", **facts, **options)


def _basins(pieces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    named = pieces.assign(basin=pieces["basin"].replace("", name_of("outside", "basin")))
    basins = named.dissolve(["basin", "system"], aggfunc={"area_km2": "sum"}, sort=False).reset_index()
    shapes = basins.geometry.to_crs(territory.EQUAL_AREA).simplify_coverage(2000)
    return basins.set_geometry(shapes).assign(drains_to=[name_of(s, "system") for s in basins["system"]])


def _main_rivers() -> gpd.GeoDataFrame:
    reaches = hydrography.rivers()
    large = reaches[reaches["upstream_km2"] >= _MAIN_RIVERS_KM2]
    shapes = large.geometry.to_crs(territory.EQUAL_AREA).simplify(1500)
    return large.set_geometry(shapes).assign(named=large["name"] != "")
