"""Maps and charts of the territory: basins, rivers, shares, land cover and the course of the Amur."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ahec_analysis import territory
from ahec_analysis.data.tables import COUNTRY_NAMES
from ahec_analysis.show import charts, maps, palette
from ahec_analysis.show.charts import Chart
from ahec_analysis.territory import hydrography
from ahec_analysis.values import shown

_SOURCE = "Derived from GMTED2010 and mapped rivers; see How it was done."
_MAIN_RIVERS_KM2 = 12_000


def basin_map(definition: str) -> maps.OfflineMap:
    """Return the map of the territory: basins by the sea they drain to, rivers, provinces, focus regions."""
    pieces = territory.ahec(definition)
    basins = _basins(pieces)
    name = territory.outline(definition)["name"].iloc[0]
    west, south, east, north = pieces.total_bounds
    out = maps.OfflineMap(
        f"{name}: basins by where they drain to",
        bounds=(west, south, east, north),
        picture=basin_picture(definition),
    )
    for system, rows in basins.groupby("system_name", sort=False):
        colour = palette.SYSTEMS.get(str(system), palette.NEUTRAL)
        out.add_shapes(
            rows, fill=colour, line="#ffffff", weight=1.2, opacity=0.5, name=str(system), popup=_basin_popup
        )
    out.add_shapes(
        _main_rivers(), line="#2c6f93", weight=1.6, name="Rivers of the derived network", tip=_reach_tip
    )
    out.add_shapes(
        territory.focus_regions(),
        line="#222222",
        weight=2.2,
        dash="6 4",
        name="Focus regions of WWF",
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
        label=f"Map of {len(basins)} basins of the territory on shaded relief.",
        layout="constrained",
    )
    axes = figure.add_subplot()
    charts.backdrop(axes, tuple(pieces.total_bounds))
    shapes = basins.to_crs(territory.EQUAL_AREA)
    colours = [palette.SYSTEMS.get(s, palette.NEUTRAL) for s in shapes["system_name"]]
    shapes.plot(ax=axes, facecolor=colours, edgecolor="white", linewidth=0.8, alpha=0.55, aspect=None)
    _main_rivers().to_crs(territory.EQUAL_AREA).plot(ax=axes, color="#2c6f93", linewidth=0.8, aspect=None)
    large = shapes[shapes["area_km2"] > 25_000]
    for point, label in zip(large.representative_point(), large["basin"], strict=True):
        axes.annotate(label, (point.x, point.y), fontsize=7, ha="center", color=palette.INK)
    return figure


def basins_by_country(definition: str) -> Chart:
    """Return the area of each basin, coloured by country."""
    pieces = territory.ahec(definition)
    pieces = pieces.assign(parent_name=pieces["parent_name"].replace("", "Outside the basins"))
    rows = pieces.groupby(["parent_name", "country"], as_index=False)["area_km2"].sum()
    order = rows.groupby("parent_name")["area_km2"].sum().sort_values(ascending=False)
    rows = rows.set_index("parent_name").loc[order.index].reset_index()
    first = order.index[0]
    return charts.stacked(
        rows,
        label="parent_name",
        part="country",
        value="area_km2",
        colours=palette.COUNTRIES,
        names=COUNTRY_NAMES,
        title=f"The {first} basin is the largest part, {shown(float(order.iloc[0]), 'area_km2')} km²",
        axis="km²",
        source=_SOURCE,
        alt="Area of each basin by country: "
        + ", ".join(f"{n} {shown(float(v), 'area_km2')} km²" for n, v in order.head(6).items())
        + ".",
    )


def cover_by_basin(cover: pd.DataFrame) -> Chart:
    """Return the shares of land-cover groups in each basin, forest first."""
    forest = cover[cover["group"].str.contains("forest")].groupby("basin")["share_percent"].sum()
    order = forest.sort_values(ascending=False)
    rows = cover.set_index("basin").loc[order.index].reset_index()
    return charts.stacked(
        rows,
        label="basin",
        part="group",
        value="share_percent",
        colours=palette.COVER,
        names={},
        title=f"Forest: {order.iloc[0]:.0f} % of {order.index[0]}, {order.iloc[-1]:.0f} % of {order.index[-1]}",
        axis="% of the land",
        source=_SOURCE,
        alt="Shares of land-cover groups by basin; forest: "
        + ", ".join(f"{n} {v:.0f} %" for n, v in order.items())
        + ".",
    )


def course() -> Chart:
    """Return the elevation of the Amur from the Onon and from the Argun to the sea."""
    courses = {name: hydrography.profile(name) for name in ("onon", "argun")}
    longest = max(c["distance_km"].max() for c in courses.values())
    head = float(courses["onon"]["elevation_m"].iloc[0])
    figure, axes = charts.canvas(
        f"Elevation along the Amur: from the Onon it falls from {head:.0f} m over "
        f"{courses['onon']['distance_km'].max():.0f} km, from the Hailar and Argun from "
        f"{courses['argun']['elevation_m'].iloc[0]:.0f} m over {courses['argun']['distance_km'].max():.0f} km.",
        height=3.8,
    )
    for name, colour, title in (
        ("argun", "#D55E00", "Hailar and Argun"),
        ("onon", "#0072B2", "Onon and Shilka"),
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
        "Shilka and Argun meet",
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
        f"The Amur itself falls only {amur['elevation_m']:.0f} m in its {at:.0f} km on the grid",
        f"{_SOURCE} Lengths along the grid are shorter than along the bends.",
        x="km to the sea",
        y="m above the sea",
    )
    return figure


def _river_towns() -> list[tuple[str, float, float]]:
    towns = territory.towns().set_index("name")
    wanted = [n for n in ("Blagoveshchensk", "Khabarovsk", "Komsomolsk-on-Amur") if n in towns.index]
    return [(name, towns.loc[name].geometry.x, towns.loc[name].geometry.y) for name in wanted]


def _basins(pieces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    named = pieces.assign(basin=pieces["basin"].replace("", "Outside the basins"))
    basins = named.dissolve(["basin", "system_name"], aggfunc={"area_km2": "sum"}, sort=False).reset_index()
    shapes = basins.geometry.to_crs(territory.EQUAL_AREA).simplify_coverage(2000)
    return basins.set_geometry(shapes.to_crs("EPSG:4326"))


def _main_rivers() -> gpd.GeoDataFrame:
    reaches = hydrography.rivers()
    large = reaches[reaches["upstream_km2"] >= _MAIN_RIVERS_KM2]
    shapes = large.geometry.to_crs(territory.EQUAL_AREA).simplify(1500).to_crs("EPSG:4326")
    return large.set_geometry(shapes)


def _basin_popup(row: pd.Series) -> str:
    return maps.details(
        row["basin"],
        "",
        {"Drains to": row["system_name"], "Area": f"{shown(float(row['area_km2']), 'area_km2')} km²"},
    )


def _reach_tip(row: pd.Series) -> str:
    return maps.escaped(
        f"{row['name'] or 'River'}, {shown(float(row['upstream_km2']), 'area_km2')} km² upstream"
    )


def _region_tip(row: pd.Series) -> str:
    return maps.escaped(f"{row['name']}, {shown(float(row['area_km2']), 'area_km2')} km²")
