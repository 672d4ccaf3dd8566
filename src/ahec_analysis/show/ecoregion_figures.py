"""Maps and charts of the territory: basins, rivers, shares, land cover and the course of the Amur."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ahec_analysis import territory
from ahec_analysis.show import charts, maps, palette
from ahec_analysis.show.charts import Chart
from ahec_analysis.show.messages import name_of, percent, quantity, say
from ahec_analysis.territory import hydrography

_MAIN_RIVERS_KM2 = 12_000


def basin_map(definition: str) -> maps.OfflineMap:
    """Return the map of the territory: basins by the sea they drain to, rivers, provinces, focus regions."""
    pieces = territory.ahec(definition)
    basins = _basins(pieces)
    west, south, east, north = pieces.total_bounds
    out = maps.OfflineMap(
        say("ecoregion-map", name=name_of(definition, "definition")),
        bounds=(west, south, east, north),
        picture=basin_picture(definition),
    )
    for system, rows in basins.groupby("system", sort=False):
        colour, name = palette.SYSTEMS.get(system, palette.NEUTRAL), name_of(system, "system")
        out.add_shapes(
            rows, fill=colour, line="#ffffff", weight=1.2, opacity=0.5, name=name, popup=_basin_popup
        )
    out.add_shapes(
        _main_rivers(), line="#2c6f93", weight=1.6, name=say("ecoregion-map.rivers"), tip=_reach_tip
    )
    out.add_shapes(
        territory.focus_regions(),
        line="#222222",
        weight=2.2,
        dash="6 4",
        name=say("ecoregion-map.focus-regions"),
        tip=_region_tip,
        show=False,
    )
    out.add_towns()
    out.add_switches()
    return out


def basin_picture(definition: str) -> Figure:
    """Return the same map as a static figure in the equal-area projection."""
    pieces = territory.ahec(definition)
    basins = _basins(pieces)
    figure = Figure(
        figsize=(9, 6.4),
        label=say("ecoregion-map.alt", basins=len(basins)),
        layout="constrained",
    )
    axes = figure.add_subplot()
    charts.backdrop(axes, tuple(pieces.total_bounds))
    shapes = basins.to_crs(territory.EQUAL_AREA)
    colours = [palette.SYSTEMS.get(s, palette.NEUTRAL) for s in shapes["system"]]
    shapes.plot(ax=axes, facecolor=colours, edgecolor="white", linewidth=0.8, alpha=0.55, aspect=None)
    _main_rivers().to_crs(territory.EQUAL_AREA).plot(ax=axes, color="#2c6f93", linewidth=0.8, aspect=None)
    large = shapes[shapes["area_km2"] > 25_000]
    for point, label in zip(large.representative_point(), large["basin"], strict=True):
        axes.annotate(label, (point.x, point.y), fontsize=7, ha="center", color=palette.INK)
    return figure


def basins_by_country(definition: str) -> Chart:
    """Return the area of each basin, coloured by country."""
    pieces = territory.ahec(definition)
    pieces = pieces.assign(parent_name=pieces["parent_name"].replace("", name_of("outside", "basin")))
    areas = pieces.groupby("parent_name")["area_km2"].sum().sort_values(ascending=False)
    return charts.stacked(
        pieces.set_index("parent_name").loc[areas.index].reset_index(),
        "ecoregion/basins",
        label="parent_name",
        part="country",
        value="area_km2",
        source=say("ecoregion-source"),
        values=charts.told(areas.index, [quantity(area, unit="km²") for area in areas]),
        name=areas.index[0],
        area=areas.iloc[0],
    )


def cover_by_basin(cover: pd.DataFrame) -> Chart:
    """Return the shares of land-cover groups in each basin, forest first."""
    cover = cover.assign(basin=[name_of(basin, "basin") for basin in cover["basin"]])
    forest = cover[cover["group"].str.contains("forest")].groupby("basin")["share_percent"].sum()
    forest = forest.sort_values(ascending=False)
    return charts.stacked(
        cover.set_index("basin").loc[forest.index].reset_index(),
        "ecoregion/cover",
        label="basin",
        part="group",
        value="share_percent",
        source=say("ecoregion-source"),
        values=charts.told(forest.index, [percent(share, decimals=0) for share in forest]),
        most=forest.iloc[0],
        most_name=forest.index[0],
        least=forest.iloc[-1],
        least_name=forest.index[-1],
    )


def course() -> Chart:
    """Return the elevation of the Amur from the Onon and from the Argun to the sea."""
    lines = {name: hydrography.profile(name) for name in palette.COURSES}
    lines = {
        name: line.assign(to_sea_km=line["distance_km"].max() - line["distance_km"])
        for name, line in lines.items()
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
    for rank, (town, lon, lat) in enumerate(_river_towns()):
        away = np.hypot((onon["lon"] - lon) * np.cos(np.radians(lat)), onon["lat"] - lat)
        notes.append((town, onon.loc[away.idxmin()], 18 + 14 * (rank % 2), palette.SOFT, palette.LINE))
    for words, place, height, colour, stroke in notes:
        at = (place["to_sea_km"], place["elevation_m"])
        charts.note(axes, words, at, (0, height), line=stroke, color=colour, ha="center", fontsize=9)
    axes.set_xlim(max(line["to_sea_km"].max() for line in lines.values()), 0)
    axes.set_ylim(0)
    return figure


def _river_towns() -> list[tuple[str, float, float]]:
    towns = territory.towns().set_index("name").geometry
    wanted = [n for n in ("Blagoveshchensk", "Khabarovsk", "Komsomolsk-on-Amur") if n in towns.index]
    return [(name, towns[name].x, towns[name].y) for name in wanted]


def _basins(pieces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    named = pieces.assign(basin=pieces["basin"].replace("", name_of("outside", "basin")))
    basins = named.dissolve(["basin", "system"], aggfunc={"area_km2": "sum"}, sort=False).reset_index()
    shapes = basins.geometry.to_crs(territory.EQUAL_AREA).simplify_coverage(2000)
    return basins.set_geometry(shapes.to_crs("EPSG:4326"))


def _main_rivers() -> gpd.GeoDataFrame:
    reaches = hydrography.rivers()
    large = reaches[reaches["upstream_km2"] >= _MAIN_RIVERS_KM2]
    shapes = large.geometry.to_crs(territory.EQUAL_AREA).simplify(1500).to_crs("EPSG:4326")
    return large.set_geometry(shapes)


def _basin_popup(row: pd.Series) -> str:
    area = say("ecoregion-basin.size", area=row["area_km2"])
    drains, size = say("ecoregion-basin.drains-to"), say("ecoregion-basin.area")
    return maps.details(row["basin"], "", {drains: name_of(row["system"], "system"), size: area})


def _reach_tip(row: pd.Series) -> str:
    name = row["name"] or say("ecoregion-reach.unnamed")
    return maps.escaped(say("ecoregion-reach", name=name, upstream=row["upstream_km2"]))


def _region_tip(row: pd.Series) -> str:
    return maps.escaped(say("ecoregion-region", name=name_of(row["region"], "region"), area=row["area_km2"]))
