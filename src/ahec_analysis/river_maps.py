"""Maps of the report on rivers and wetlands: the network with its dams, and the corridor with the wetlands."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ahec_analysis import charts, palette
from ahec_analysis.dams import Rivers, barriers, standing
from ahec_analysis.maps import OfflineMap, details, escaped
from ahec_analysis.river_connectivity import free_flowing
from ahec_analysis.tables import shown
from ahec_analysis.territory import EQUAL_AREA

STATES = {
    "free": ("#0072B2", "Open to the sea"),
    "dammed": ("#D55E00", "Behind a dam"),
    "closed": ("#B88700", "Ends in a closed lake"),
    "leaves": ("#A8558A", "Leaves the territory"),
}
PLANS = {"built": "#1d2429", "under_construction": "#7A2E8E", "proposed": "#7A2E8E", "shelved": "#6b7680"}
SHARES = ((0.01, "#c9ced2", "none"), (0.25, "#c7e9c0", "up to a quarter"), (0.5, "#74c476", "up to a half"),
          (0.75, "#31a354", "up to three quarters"), (1.01, "#00592d", "more"))  # fmt: skip
"""Upper limit, colour and words for the protected share of a step of the corridor."""
SHOWN_ORDER = 3
_SIMPLIFIED_M = 1200


def network_map(rivers: Rivers) -> OfflineMap:
    """Return the rivers by what lies between them and the sea today, with dams built, proposed and shelved.

    Rivers from Strahler order 3 are shown; the picture for print shows all of them.
    """
    pieces = _pieces(rivers)
    west, south, east, north = pieces.total_bounds
    title = "Rivers by what lies between them and the sea today, with dams built and planned"
    out = OfflineMap(title, bounds=(west, south, east, north), picture=network_picture(rivers))
    large = pieces[pieces["strahler"] >= SHOWN_ORDER]
    shapes = large.geometry.to_crs(EQUAL_AREA).simplify(_SIMPLIFIED_M).to_crs("EPSG:4326")
    large = large.set_geometry(shapes)
    for state, (colour, name) in STATES.items():
        out.add_shapes(large[large["state"] == state], line=colour, weight=2.0, name=name, tip=_piece_tip)
    stretches = _stretches(rivers)
    for group, name in (
        ("proposed", "Proposed dams: somewhere on"),
        ("shelved", "Shelved dams: somewhere on"),
    ):
        rows = stretches[stretches["group"] == group]
        out.add_shapes(
            rows, line=PLANS[group], weight=5, opacity=0.6, dash="1 8", name=name, tip=_stretch_tip
        )
    placed = _points(rivers)
    out.add_points(
        placed, colour=PLANS["built"], name="Dams that bar a river today", radius=6, popup=_dam_popup
    )
    out.add_towns()
    out.add_switches()
    return out


def network_picture(rivers: Rivers) -> Figure:
    """Return the same map as a static figure, with all rivers of the network."""
    pieces = _pieces(rivers).to_crs(EQUAL_AREA)
    km = pieces.groupby("state")["length_km"].sum()
    figure = Figure(
        figsize=(9, 6.6),
        label="Map of the river network by what lies between it and the sea: "
        + ", ".join(
            f"{name.lower()} {shown(float(km.get(s, 0.0)), 'length_km')} km"
            for s, (_, name) in STATES.items()
        )
        + ".",
        layout="constrained",
    )
    axes = figure.add_subplot()
    charts.backdrop(axes, tuple(pieces.to_crs("EPSG:4326").total_bounds))
    handles: list[Line2D] = []
    for state, (colour, name) in STATES.items():
        rows = pieces[pieces["state"] == state]
        rows.plot(ax=axes, color=colour, linewidth=0.25 + 0.3 * rows["strahler"].to_numpy(), aspect=None)
        handles.append(Line2D([], [], color=colour, linewidth=2.5, label=name))
    dams = _points(rivers).to_crs(EQUAL_AREA)
    axes.scatter(
        dams.geometry.x,
        dams.geometry.y,
        s=26,
        color="white",
        edgecolor=PLANS["built"],
        linewidth=1.4,
        zorder=5,
    )
    handles.append(
        Line2D(
            [],
            [],
            marker="o",
            color="none",
            markerfacecolor="white",
            markeredgecolor=PLANS["built"],
            label="Dam today",
        )
    )
    axes.legend(handles=handles, loc="lower right", frameon=True, framealpha=0.9, fontsize=8)
    return figure


def corridor_map(
    profile: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame, designations: gpd.GeoDataFrame, *, title: str
) -> OfflineMap:
    """Return the corridor by protected share, the protected areas and the international wetland sites.

    Parameters
    ----------
    profile : GeoDataFrame
        :func:`ahec_analysis.corridor.corridor_profile`.
    pieces : GeoDataFrame
        Protected areas as polygons, with ``name``.
    designations : GeoDataFrame
        International sites as points: Ramsar, flyway and biosphere.
    title : str
        What the map shows.
    """
    steps = _steps(profile)
    west, south, east, north = steps.to_crs("EPSG:4326").total_bounds
    out = OfflineMap(title, bounds=(west, south, east, north), picture=corridor_picture(steps, pieces))
    near = pieces[["name", "geometry"]].to_crs(EQUAL_AREA)
    near = near.set_geometry(near.geometry.simplify(500))
    out.add_shapes(
        near,
        fill="#009E73",
        line="#00734f",
        opacity=0.15,
        weight=1,
        name="Protected areas (circles)",
        tip=_name_tip,
    )
    for low, high, colour, words in _classes():
        rows = steps[(steps["protected_share"] > low) & (steps["protected_share"] <= high)]
        out.add_shapes(
            rows,
            fill=colour,
            line="#5a6670",
            weight=0.4,
            opacity=0.85,
            name=f"Protected: {words}",
            tip=_step_tip,
        )
    for scheme, name in (
        ("ramsar", "Ramsar sites"),
        ("flyway_site", "Flyway network sites"),
        ("biosphere_reserve", "Biosphere reserves"),
    ):
        rows = designations[(designations["scheme"] == scheme) & (designations["part_of"] == "")]
        out.add_points(
            rows,
            colour=palette.GROUPS["international"],
            name=name,
            popup=_designation_popup,
            show=scheme == "ramsar",
        )
    out.add_towns()
    out.add_switches()
    return out


def corridor_picture(steps: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame) -> Figure:
    """Return the corridor by protected share as a static figure."""
    share = 100 * steps["protected_km2"].sum() / steps["area_km2"].sum()
    figure = Figure(
        figsize=(9, 6.2),
        label=f"Map of the corridor along the main stem by protected share; {share:.0f} % of it lies in a drawn protected area.",
        layout="constrained",
    )
    axes = figure.add_subplot()
    charts.backdrop(axes, tuple(steps.buffer(60_000).to_crs("EPSG:4326").total_bounds))
    pieces.to_crs(EQUAL_AREA).plot(
        ax=axes, facecolor="#009E73", edgecolor="#00734f", linewidth=0.4, alpha=0.2, aspect=None
    )
    for low, high, colour, _ in _classes():
        rows = steps[(steps["protected_share"] > low) & (steps["protected_share"] <= high)]
        if len(rows):
            rows.plot(ax=axes, facecolor=colour, edgecolor="#5a6670", linewidth=0.2, aspect=None)
    handles = [
        Patch(facecolor=colour, edgecolor="#5a6670", label=f"Protected: {words}")
        for _, _, colour, words in _classes()
    ]
    axes.legend(handles=handles, loc="lower right", frameon=True, framealpha=0.9, fontsize=8)
    return figure


def _classes() -> list[tuple[float, float, str, str]]:
    lows = [-1.0, *(limit for limit, _, _ in SHARES[:-1])]
    return [(low, *step) for low, step in zip(lows, SHARES, strict=True)]


def _pieces(rivers: Rivers) -> gpd.GeoDataFrame:
    cut = free_flowing(rivers.reaches, barriers(rivers, "today"))
    names = rivers.located.set_index("dam_id")["name_en"]
    return cut.assign(first_dam=cut["first_dam"].map(names).fillna(""))


def _points(rivers: Rivers) -> gpd.GeoDataFrame:
    rows = rivers.located[standing(rivers.located, "today") & (rivers.located["on_map"] == "placed")]
    return gpd.GeoDataFrame(rows, geometry=gpd.points_from_xy(rows["lon"], rows["lat"], crs="EPSG:4326"))


def _stretches(rivers: Rivers) -> gpd.GeoDataFrame:
    """Return one line for each stretch on which planned dams slide, with their names."""
    spots = rivers.spots[rivers.spots["reach_id"].notna()]
    dams = rivers.located.set_index("dam_id")
    groups = dams["status_group"].replace("under_construction", "proposed")
    reaches = rivers.reaches.set_index("reach_id").geometry.to_crs(EQUAL_AREA).simplify(_SIMPLIFIED_M)
    ids = spots.groupby("dam", sort=False)["reach_id"].agg(lambda r: tuple(sorted(set(r))))
    frame = pd.DataFrame(
        {"ids": ids, "group": groups.reindex(ids.index), "name": dams["name_en"].reindex(ids.index)}
    )
    rows = []
    for (stretch, group), part in frame.groupby(["ids", "group"], sort=False):
        if group in PLANS and group != "built":
            rows.append(
                {
                    "group": group,
                    "names": ", ".join(part["name"]),
                    "geometry": reaches.loc[list(stretch)].union_all(),
                }
            )
    return gpd.GeoDataFrame(
        rows, columns=["group", "names", "geometry"], geometry="geometry", crs=EQUAL_AREA
    ).to_crs("EPSG:4326")


def _steps(profile: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one shape for each step and bank, countries merged."""
    merged = profile.dissolve(
        ["from_km", "to_km", "bank"], aggfunc={"area_km2": "sum", "protected_km2": "sum"}
    ).reset_index()
    share = np.clip(merged["protected_km2"] / merged["area_km2"], 0, 1)
    return merged.assign(protected_share=share).set_geometry(merged.geometry.simplify(300))


def _piece_tip(row: pd.Series) -> str:
    name = row["name"] or f"River in the basin {row['basin_name']}"
    dams = f", behind {row['first_dam']}" if row["first_dam"] else ""
    return escaped(f"{name}, order {row['strahler']}{dams}")


def _stretch_tip(row: pd.Series) -> str:
    return escaped(f"{row['names']}: place not known, somewhere on this stretch")


def _name_tip(row: pd.Series) -> str:
    return escaped(row["name"])


def _step_tip(row: pd.Series) -> str:
    return escaped(
        f"km {row['from_km']:.0f}–{row['to_km']:.0f} from the source, {row['bank']} bank: {100 * row['protected_share']:.0f} % protected"
    )


def _dam_popup(row: pd.Series) -> str:
    return details(
        row["name_en"],
        row["name_local"],
        {
            "River": row["river"],
            "Year": None if pd.isna(row["year"]) else int(row["year"]),
            "Height": None if pd.isna(row["height_m"]) else f"{row['height_m']:g} m",
            "Capacity": None if pd.isna(row["capacity_mw"]) else f"{row['capacity_mw']:g} MW",
            "Passability": f"{row['passability']:g} ({row['passability_basis']})",
            "Moved to the network": f"{row['moved_km']:.1f} km",
            "Sources": str(row["source_ids"]).replace("|", ", "),
        },
    )


def _designation_popup(row: pd.Series) -> str:
    return details(
        row["name_en"],
        row["name_local"],
        {
            "Scheme": str(row["scheme"]).replace("_", " "),
            "Designated": None if pd.isna(row["designated_year"]) else int(row["designated_year"]),
            "Area": None
            if pd.isna(row["area_ha"])
            else f"{shown(float(row['area_ha']) / 100, 'area_km2')} km²",
            "Sources": str(row["source_ids"]).replace("|", ", "),
        },
    )
