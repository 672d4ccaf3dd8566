"""Maps of the report on rivers and wetlands: the network with its dams, and the corridor with the wetlands."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ahec_analysis.connectivity import wetlands
from ahec_analysis.connectivity.dams import Rivers, barriers, standing
from ahec_analysis.connectivity.dci import free_flowing
from ahec_analysis.show import charts, palette
from ahec_analysis.show.maps import OfflineMap, details, escaped
from ahec_analysis.show.messages import say
from ahec_analysis.territory.ahec import EQUAL_AREA

STATES = {"free": "#0072B2", "dammed": "#D55E00", "closed": "#B88700", "leaves": "#A8558A"}
PLANS = {"built": "#1d2429", "under_construction": "#7A2E8E", "proposed": "#7A2E8E", "shelved": "#6b7680"}
SHARES = ((0.01, "#c9ced2", "none"), (0.25, "#c7e9c0", "quarter"), (0.5, "#74c476", "half"),
          (0.75, "#31a354", "three_quarters"), (1.01, "#00592d", "more"))  # fmt: skip
"""Upper limit, colour and class of the protected share of a step of the corridor."""
SHOWN_ORDER = 3
_SIMPLIFIED_M = 1200


def network_map(rivers: Rivers, steps: gpd.GeoDataFrame, designations: gpd.GeoDataFrame) -> OfflineMap:
    """Return the rivers by what lies between them and the sea today, with dams, corridor and wetland sites.

    Rivers from Strahler order 3 are shown, in the picture for print from order 2. Corridor, shelved dams and
    the international sites are layers to switch on.
    """
    pieces = _pieces(rivers)
    out = OfflineMap(say("river-map"), picture=network_picture(rivers))
    large = pieces[pieces["strahler"] >= SHOWN_ORDER]
    shapes = large.geometry.to_crs(EQUAL_AREA).simplify(_SIMPLIFIED_M).to_crs("EPSG:4326")
    large = large.set_geometry(shapes)
    banks = _steps(steps)
    for low, high, colour, name in (
        (0.01, 0.5, SHARES[2][1], say("river-map.half")),
        (0.5, 1.01, SHARES[4][1], say("river-map.more")),
    ):
        rows = banks[(banks["protected_share"] > low) & (banks["protected_share"] <= high)]
        out.add_shapes(
            rows, fill=colour, line="#5a6670", weight=0.4, opacity=0.8, name=name, tip=_step_tip, show=False
        )
    for state, colour in STATES.items():
        name = say("river-state", state=state)
        out.add_shapes(large[large["state"] == state], line=colour, weight=2.0, name=name, tip=_piece_tip)
    stretches = _stretches(rivers)
    for group, name in (("proposed", say("river-map.proposed")), ("shelved", say("river-map.shelved"))):
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
        name=say("river-map.designations"),
        popup=_designation_popup,
        show=False,
    )
    name = say("river-map.dams")
    out.add_points(_points(rivers), colour=PLANS["built"], name=name, radius=6, popup=_dam_popup)
    out.add_towns()
    out.add_switches()
    return out


def network_picture(rivers: Rivers) -> Figure:
    """Return the same map as a static figure, with all rivers of the network."""
    pieces = _pieces(rivers).to_crs(EQUAL_AREA)
    km = pieces.groupby("state")["length_km"].sum()
    pieces = pieces[pieces["strahler"] >= 2]
    names = {state: say("river-state", state=state) for state in STATES}
    told = [say("river-state-km", name=names[s].lower(), km=float(km.get(s, 0.0))) for s in STATES]
    alt = say("river-map.alt", told=", ".join(told))
    figure = Figure(figsize=(9, 6.6), label=alt, layout="constrained")
    axes = figure.add_subplot()
    charts.backdrop(axes, tuple(pieces.to_crs("EPSG:4326").total_bounds))
    handles: list[Line2D] = []
    for state, colour in STATES.items():
        rows = pieces[pieces["state"] == state]
        rows.plot(ax=axes, color=colour, linewidth=0.25 + 0.3 * rows["strahler"].to_numpy(), aspect=None)
        handles.append(Line2D([], [], color=colour, linewidth=2.5, label=names[state]))
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
            label=say("river-map.dam"),
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
    alt = say("river-corridor-map.alt", share=share)
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
    for low, high, colour, key in _classes():
        rows = banks[(banks["protected_share"] > low) & (banks["protected_share"] <= high)]
        if len(rows):
            rows.plot(ax=axes, facecolor=colour, edgecolor="#5a6670", linewidth=0.2, aspect=None)
        words = say("river-protected-class", **{"class": key})
        handles.append(Patch(facecolor=colour, edgecolor="#5a6670", label=words))
    words = say("river-corridor-map.areas", exact=exact)
    handles.append(Patch(facecolor="#009E73", alpha=0.3, label=words))
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
            label=say("river-corridor-map.ramsar"),
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
    spots = rivers.spots[~rivers.spots["sure"]]
    dams = rivers.located.set_index("dam_id")
    groups = dams["status_group"].replace("under_construction", "proposed")
    reaches = rivers.reaches.set_index("reach_id").geometry.to_crs(EQUAL_AREA).simplify(_SIMPLIFIED_M)
    ids = spots.groupby("dam_id", sort=False)["reach_id"].agg(lambda r: tuple(sorted(set(r))))
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
    river = {"named": bool(row["name"]), "name": row["name"], "basin": row["basin_name"]}
    dam = {"dammed": bool(row["first_dam"]), "dam": row["first_dam"]}
    return escaped(say("river-piece", order=row["strahler"], **river, **dam))


def _stretch_tip(row: pd.Series) -> str:
    return escaped(say("river-stretch", dams=row["names"]))


def _step_tip(row: pd.Series) -> str:
    ends = {"from": row["from_km"], "to": row["to_km"]}
    return escaped(say("river-step", bank=row["bank"], share=100 * row["protected_share"], **ends))


def _dam_popup(row: pd.Series) -> str:
    def measured(message: str, value: float) -> str | None:
        return None if pd.isna(value) else say(message, value=f"{value:g}")

    position, good_to = None, f"{row['location_precision_km']:g}"
    if row["rough"]:
        position = say("river-position", basis=row["location_basis"], precision=good_to)
    return details(
        row["name_en"],
        row["name_local"],
        {
            say("river-popup.river"): row["river"],
            say("river-popup.year"): None if pd.isna(row["year"]) else int(row["year"]),
            say("river-popup.height"): measured("river-popup.height-value", row["height_m"]),
            say("river-popup.capacity"): measured("river-popup.capacity-value", row["capacity_mw"]),
            say("river-popup.passability"): f"{row['passability']:g} ({row['passability_basis']})",
            say("river-popup.position"): position,
            say("river-popup.moved"): say("river-popup.moved-value", value=row["moved_km"]),
            say("river-popup.sources"): str(row["source_ids"]).replace("|", ", "),
        },
    )


def _designation_popup(row: pd.Series) -> str:
    year, area = row["designated_year"], row["area_ha"]
    return details(
        row["name_en"],
        row["name_local"],
        {
            say("river-popup.scheme"): str(row["scheme"]).replace("_", " "),
            say("river-popup.designated"): None if pd.isna(year) else int(year),
            say("river-popup.area"): None
            if pd.isna(area)
            else say("river-popup.area-value", value=area / 100),
            say("river-popup.sources"): str(row["source_ids"]).replace("|", ", "),
        },
    )
