"""Maps and charts of the territory: basins, rivers, shares, land cover and the course of the Amur."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ahec_analysis import charts, hydrography, maps, palette, territory
from ahec_analysis.charts import Chart
from ahec_analysis.data import COUNTRY_NAMES
from ahec_analysis.tables import shown

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


def stacked(
    frame: pd.DataFrame,
    *,
    label: str,
    part: str,
    value: str,
    colours: dict[str, str],
    names: dict[str, str],
    title: str,
    axis: str,
    alt: str,
) -> Chart:
    """Return stacked horizontal bars: one bar for each label, one colour for each part, legend on top.

    Parameters
    ----------
    frame : DataFrame
        Long table with the three columns.
    label, part, value : str
        Columns of bars, colours and lengths.
    colours, names : dict
        Of each part, in order.
    title, axis, alt : str
        Heading, unit, alternative text.
    """
    wide = frame.pivot_table(index=label, columns=part, values=value, aggfunc="sum", sort=False).fillna(0.0)
    figure, axes = charts.canvas(alt, height=1.4 + 0.32 * len(wide))
    left = np.zeros(len(wide))
    for key in [k for k in colours if k in wide]:
        axes.barh(
            range(len(wide)), wide[key], left=left, color=colours[key], height=0.7, label=names.get(key, key)
        )
        left += wide[key].to_numpy()
    axes.set_yticks(range(len(wide)), wide.index, color=palette.INK)
    axes.set_ylim(len(wide) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    figure.legend(loc="outside upper left", ncols=5, frameon=False, fontsize=9, labelcolor=palette.INK)
    charts.finish(figure, axes, title, _SOURCE, x=axis, grid="x")
    return figure


def basins_by_country(definition: str) -> Chart:
    """Return the area of each basin, coloured by country."""
    pieces = territory.ahec(definition)
    pieces = pieces.assign(parent_name=pieces["parent_name"].replace("", "Outside the basins"))
    rows = pieces.groupby(["parent_name", "country"], as_index=False)["area_km2"].sum()
    order = rows.groupby("parent_name")["area_km2"].sum().sort_values(ascending=False)
    rows = rows.set_index("parent_name").loc[order.index].reset_index()
    first = order.index[0]
    return stacked(
        rows,
        label="parent_name",
        part="country",
        value="area_km2",
        colours=palette.COUNTRIES,
        names=COUNTRY_NAMES,
        title=f"The {first} basin is the largest part, {shown(float(order.iloc[0]), 'area_km2')} km²",
        axis="km²",
        alt="Area of each basin by country: "
        + ", ".join(f"{n} {shown(float(v), 'area_km2')} km²" for n, v in order.head(6).items())
        + ".",
    )


def cover_by_basin(cover: pd.DataFrame) -> Chart:
    """Return the shares of land-cover groups in each basin, forest first."""
    forest = cover[cover["group"].str.contains("forest")].groupby("basin")["share_percent"].sum()
    order = forest.sort_values(ascending=False)
    rows = cover.set_index("basin").loc[order.index].reset_index()
    return stacked(
        rows,
        label="basin",
        part="group",
        value="share_percent",
        colours=palette.COVER,
        names={},
        title=f"Forest covers {order.iloc[0]:.0f} % of the {order.index[0]} and {order.iloc[-1]:.0f} % of the {order.index[-1]} basin",
        axis="% of the land",
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
        axes.annotate(
            title,
            (to_sea.iloc[40], line["elevation_m"].iloc[40]),
            xytext=(8, 6),
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
        xytext=(0, 34),
        textcoords="offset points",
        ha="center",
        fontsize=9,
        color=palette.INK,
        arrowprops={"arrowstyle": "-", "color": palette.SOFT},
    )
    for town, lon, lat in _river_towns():
        steps = np.hypot((joined["lon"] - lon) * 0.65, joined["lat"] - lat)
        row = joined.loc[steps.idxmin()]
        axes.annotate(
            town,
            (joined["distance_km"].max() - row["distance_km"], row["elevation_m"]),
            xytext=(0, -16),
            textcoords="offset points",
            ha="center",
            fontsize=8,
            color=palette.SOFT,
        )
    axes.set_xlim(longest, 0)
    axes.set_ylim(-90)
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
