"""Maps of the report on rivers and wetlands: the network with its dams, and the corridor with the wetlands."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ahec_analysis.connectivity import wetlands
from ahec_analysis.connectivity.dams import BASIS, Rivers, barriers, standing
from ahec_analysis.connectivity.dci import free_flowing
from ahec_analysis.show import charts, palette
from ahec_analysis.show.maps import OfflineMap, details, escaped
from ahec_analysis.territory.ahec import EQUAL_AREA
from ahec_analysis.values import shown

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


def network_map(rivers: Rivers, steps: gpd.GeoDataFrame, designations: gpd.GeoDataFrame) -> OfflineMap:
    """Return the rivers by what lies between them and the sea today, with dams, corridor and wetland sites.

    Rivers from Strahler order 3 are shown, in the picture for print from order 2. Corridor, shelved dams and
    the international sites are layers to switch on.
    """
    pieces = _pieces(rivers)
    out = OfflineMap(
        "Rivers by what lies between them and the sea today, with dams built and planned",
        picture=network_picture(rivers),
    )
    large = pieces[pieces["strahler"] >= SHOWN_ORDER]
    shapes = large.geometry.to_crs(EQUAL_AREA).simplify(_SIMPLIFIED_M).to_crs("EPSG:4326")
    large = large.set_geometry(shapes)
    banks = _steps(steps)
    for low, high, colour, name in (
        (0.01, 0.5, SHARES[2][1], "Corridor, up to a half protected"),
        (0.5, 1.01, SHARES[4][1], "Corridor, more than half protected"),
    ):
        rows = banks[(banks["protected_share"] > low) & (banks["protected_share"] <= high)]
        out.add_shapes(
            rows, fill=colour, line="#5a6670", weight=0.4, opacity=0.8, name=name, tip=_step_tip, show=False
        )
    for state, (colour, name) in STATES.items():
        out.add_shapes(large[large["state"] == state], line=colour, weight=2.0, name=name, tip=_piece_tip)
    stretches = _stretches(rivers)
    for group, name in (
        ("proposed", "Proposed dams, on this stretch"),
        ("shelved", "Shelved dams, on this stretch"),
    ):
        rows = stretches[stretches["group"] == group]
        out.add_shapes(
            rows,
            line=PLANS[group],
            weight=5,
            opacity=0.6,
            dash="1 8",
            name=name,
            tip=_stretch_tip,
            show=group == "proposed",
        )
    rows = designations[designations["scheme"].isin(wetlands.SCHEMES) & (designations["part_of"] == "")]
    out.add_points(
        rows,
        colour=palette.GROUPS["international"],
        name="Ramsar and flyway sites",
        popup=_designation_popup,
        show=False,
    )
    out.add_points(
        _points(rivers), colour=PLANS["built"], name="Dams that bar a river today", radius=6, popup=_dam_popup
    )
    out.add_towns()
    out.add_switches()
    return out


def network_picture(rivers: Rivers) -> Figure:
    """Return the same map as a static figure, with all rivers of the network."""
    pieces = _pieces(rivers).to_crs(EQUAL_AREA)
    km = pieces.groupby("state")["length_km"].sum()
    pieces = pieces[pieces["strahler"] >= 2]
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


def corridor_picture(
    steps: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame, designations: gpd.GeoDataFrame, *, exact: bool
) -> charts.Raster:
    """Return the corridor by protected share, the protected areas and the Ramsar sites as one picture."""
    banks = _steps(steps)
    share = 100 * banks["protected_km2"].sum() / banks["area_km2"].sum()
    alt = (
        f"Map of the corridor along the main stem by protected share, with protected areas and Ramsar sites; "
        f"{share:.0f} % of it lies in a drawn protected area."
    )
    left, low, right, high = banks.total_bounds
    figure = charts.Raster(
        figsize=(9, 1.3 + 9 * (high - low) / (right - left)), label=alt, layout="constrained"
    )
    axes = figure.add_subplot()
    charts.backdrop(axes, tuple(banks.buffer(60_000).to_crs("EPSG:4326").total_bounds))
    pieces.to_crs(EQUAL_AREA).plot(
        ax=axes, facecolor="#009E73", edgecolor="#00734f", linewidth=0.4, alpha=0.2, aspect=None
    )
    handles: list[Patch | Line2D] = []
    for low, high, colour, words in _classes():
        rows = banks[(banks["protected_share"] > low) & (banks["protected_share"] <= high)]
        if len(rows):
            rows.plot(ax=axes, facecolor=colour, edgecolor="#5a6670", linewidth=0.2, aspect=None)
        handles.append(Patch(facecolor=colour, edgecolor="#5a6670", label=f"Corridor, protected: {words}"))
    handles.append(
        Patch(
            facecolor="#009E73",
            alpha=0.3,
            label=f"Protected areas, {'outlines' if exact else 'of their reported size'}",
        )
    )
    ramsar = designations[(designations["scheme"] == "ramsar") & designations.geometry.notna()].to_crs(
        EQUAL_AREA
    )
    purple = palette.GROUPS["international"]
    axes.scatter(
        ramsar.geometry.x, ramsar.geometry.y, s=20, color="white", edgecolor=purple, linewidth=1.4, zorder=5
    )
    handles.append(
        Line2D(
            [],
            [],
            marker="o",
            color="none",
            markerfacecolor="white",
            markeredgecolor=purple,
            label="Ramsar site",
        )
    )
    figure.legend(handles=handles, loc="outside lower left", ncols=4, frameon=False, fontsize=8)
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
    return merged.assign(protected_share=share).set_geometry(merged.geometry.simplify(1000))


def _piece_tip(row: pd.Series) -> str:
    name = row["name"] or f"River in the basin {row['basin_name']}"
    dams = f", behind {row['first_dam']}" if row["first_dam"] else ""
    return escaped(f"{name}, order {row['strahler']}{dams}")


def _stretch_tip(row: pd.Series) -> str:
    return escaped(f"{row['names']}: place not known, somewhere on this stretch")


def _step_tip(row: pd.Series) -> str:
    return escaped(
        f"km {shown(float(row['from_km']), 'km')}–{shown(float(row['to_km']), 'km')} from the source, {row['bank']} bank: {100 * row['protected_share']:.0f} % protected"
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
            "Position": f"{BASIS[row['location_basis']]}, good to {row['location_precision_km']:g} km"
            if row["rough"]
            else None,
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
