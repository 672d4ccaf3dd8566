"""Maps and charts of the territory: basins, rivers, shares, land cover and the course of the Amur."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ahec_analysis import territory
from ahec_analysis.show import charts, maps, palette
from ahec_analysis.show.charts import Chart
from ahec_analysis.show.messages import name_of, say
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
    rows = pieces.groupby(["parent_name", "country"], as_index=False)["area_km2"].sum()
    order = rows.groupby("parent_name")["area_km2"].sum().sort_values(ascending=False)
    rows = rows.set_index("parent_name").loc[order.index].reset_index()
    listed = ", ".join(say("ecoregion-basin-area", name=n, area=v) for n, v in order.head(6).items())
    return charts.stacked(
        rows,
        label="parent_name",
        part="country",
        value="area_km2",
        colours=palette.COUNTRIES,
        names={code: name_of(code, "name") for code in palette.COUNTRIES},
        title=say("ecoregion-basins-by-country", name=order.index[0], area=order.iloc[0]),
        axis=say("ecoregion-basins-by-country.axis"),
        source=say("ecoregion-source"),
        alt=say("ecoregion-basins-by-country.alt", areas=listed),
    )


def cover_by_basin(cover: pd.DataFrame) -> Chart:
    """Return the shares of land-cover groups in each basin, forest first."""
    cover = cover.assign(basin=[name_of(basin, "basin") for basin in cover["basin"]])
    forest = cover[cover["group"].str.contains("forest")].groupby("basin")["share_percent"].sum()
    order = forest.sort_values(ascending=False)
    rows = cover.set_index("basin").loc[order.index].reset_index()
    most, least = ({"name": order.index[i], "percent": order.iloc[i]} for i in (0, -1))
    listed = [say("ecoregion-cover.part", name=name, percent=percent) for name, percent in order.items()]
    return charts.stacked(
        rows,
        label="basin",
        part="group",
        value="share_percent",
        colours=palette.COVER,
        names={group: name_of(group, "group") for group in palette.COVER},
        title=say(
            "ecoregion-cover",
            most=say("ecoregion-cover.of", **most),
            least=say("ecoregion-cover.of", **least),
        ),
        axis=say("ecoregion-cover.axis"),
        source=say("ecoregion-source"),
        alt=say("ecoregion-cover.alt", shares=", ".join(listed)),
    )


def course() -> Chart:
    """Return the elevation of the Amur from the Onon and from the Argun to the sea."""
    courses = {name: hydrography.profile(name) for name in ("onon", "argun")}
    longest = max(c["distance_km"].max() for c in courses.values())
    falls = {f"{name}_head": f"{line['elevation_m'].iloc[0]:.0f}" for name, line in courses.items()}
    falls |= {f"{name}_length": f"{line['distance_km'].max():.0f}" for name, line in courses.items()}
    figure, axes = charts.canvas(say("ecoregion-course.alt", **falls), height=3.8)
    for name, colour, title in (
        ("argun", "#D55E00", say("ecoregion-course.argun")),
        ("onon", "#0072B2", say("ecoregion-course.onon")),
    ):
        line = courses[name]
        to_sea = line["distance_km"].max() - line["distance_km"]
        axes.plot(to_sea, line["elevation_m"], color=colour, linewidth=2)
        place = int(len(line) * (0.05 if name == "onon" else 0.04))
        axes.annotate(
            title,
            (to_sea.iloc[place], line["elevation_m"].iloc[place]),
            xytext=(8, 6) if name == "onon" else (-14, -22),
            textcoords="offset points",
            color=colour,
            fontweight="bold",
        )
    joined = courses["onon"]
    amur = joined[joined["river"] == "Amur"].iloc[0]
    at = joined["distance_km"].max() - amur["distance_km"]
    axes.annotate(
        say("ecoregion-course.meet"),
        (at, amur["elevation_m"]),
        xytext=(0, 44),
        textcoords="offset points",
        ha="center",
        fontsize=9,
        color=palette.INK,
        arrowprops={"arrowstyle": "-", "color": palette.SOFT},
    )
    for rank, (town, lon, lat) in enumerate(_river_towns()):
        steps = np.hypot((joined["lon"] - lon) * np.cos(np.radians(lat)), joined["lat"] - lat)
        row = joined.loc[steps.idxmin()]
        axes.annotate(
            town,
            (joined["distance_km"].max() - row["distance_km"], row["elevation_m"]),
            xytext=(0, 18 + 14 * (rank % 2)),
            textcoords="offset points",
            ha="center",
            fontsize=9,
            color=palette.SOFT,
            arrowprops={"arrowstyle": "-", "color": palette.LINE},
        )
    axes.set_xlim(longest, 0)
    axes.set_ylim(0)
    charts.finish(
        figure,
        axes,
        say("ecoregion-course", fall=f"{amur['elevation_m']:.0f}", length=f"{at:.0f}"),
        say("ecoregion-course.source", source=say("ecoregion-source")),
        x=say("ecoregion-course.x"),
        y=say("ecoregion-course.y"),
    )
    return figure


def _river_towns() -> list[tuple[str, float, float]]:
    towns = territory.towns().set_index("name")
    wanted = [n for n in ("Blagoveshchensk", "Khabarovsk", "Komsomolsk-on-Amur") if n in towns.index]
    return [(name, towns.loc[name].geometry.x, towns.loc[name].geometry.y) for name in wanted]


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
