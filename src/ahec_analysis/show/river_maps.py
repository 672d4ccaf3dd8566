"""Maps of the report on rivers and wetlands: the network with its dams, and the corridor with the wetlands."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from ahec_analysis.connectivity import wetlands
from ahec_analysis.connectivity.dams import Rivers, barriers, standing
from ahec_analysis.connectivity.dci import free_flowing
from ahec_analysis.show import palette
from ahec_analysis.show.area_maps import designations
from ahec_analysis.show.map_picture import MapPicture, picture
from ahec_analysis.show.map_spec import Layer, Lines, MapSpec, Points, Shapes, Style
from ahec_analysis.show.messages import say
from ahec_analysis.territory.ahec import EQUAL_AREA

SHARES = {"none": 0.01, "quarter": 0.25, "half": 0.5, "three_quarters": 0.75, "more": 1.01}
"""Upper limit of the protected share of a step of the corridor, by class."""
_SHOWN_ORDER = 2
_SIMPLIFIED_M = 1200
_DAM: tuple[str, ...] = ("river", "year", "height_m", "capacity_mw", "passability", "passability_basis")
_DAM += ("position", "moved_km", "source_ids")


def network_map(rivers: Rivers, steps: gpd.GeoDataFrame, international: gpd.GeoDataFrame) -> MapSpec:
    """Return the rivers by what lies between them and the sea today, with dams, corridor and wetland sites.

    Rivers from Strahler order 2 are shown. Corridor, shelved dams and the international sites are to be switched on.
    """
    pieces = free_flowing(rivers.reaches, barriers(rivers, "today"))
    lines = _lines(pieces[pieces["strahler"] >= _SHOWN_ORDER], rivers)
    km = pieces.groupby("state")["length_km"].sum()
    names = {state: say("river-state", state=state) for state in palette.STATES}
    told = [say("river-state-km", name=names[s].lower(), km=float(km.get(s, 0.0))) for s in palette.STATES]
    stretches, banks = _stretches(rivers), _steps(steps)
    wet = international["scheme"].isin(wetlands.SCHEMES) & (international["part_of"] == "")
    layers: list[Layer] = [
        _share("half", banks, 0.01, 0.5, palette.CORRIDOR["half"], shown=False, tip="map-step"),
        _share("more", banks, 0.5, 1.01, palette.CORRIDOR["more"], shown=False, tip="map-step"),
    ]
    for state, colour in palette.STATES.items():
        rows = lines[lines["state"] == state]
        layers.append(Lines(state, rows, Style(colour), name=names[state], width="width", tip="map-river"))
    for group, rows in ((key, stretches[stretches["group"] == key]) for key in ("proposed", "shelved")):
        style = Style(palette.DAMS[group], weight=5, dash="1 8")
        layers.append(Lines(group, rows, style, tip="map-stretch", shown=group == "proposed"))
    built = Style(palette.DAMS["built"], size=6)
    layers.append(designations("designations", international[wet], shown=False))
    layers.append(Points("dams", _points(rivers), built, heading="name_en", popup=_DAM))
    return MapSpec("map-rivers", layers, facts={"told": ", ".join(told)})


def corridor_map(
    steps: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame, international: gpd.GeoDataFrame, *, basis: str
) -> MapSpec:
    """Return the corridor by protected share, with the protected areas and the Ramsar sites.

    ``basis`` says whose protected areas they are, as in :attr:`ahec_analysis.coverage.sites.Sites.basis`.
    """
    banks, low = _steps(steps), -1.0
    style = Style(palette.PROTECTED_EDGE, fill=palette.PROTECTED, weight=0.6, opacity=0.2)
    layers: list[Layer] = [Shapes("areas", pieces, style)]
    for key, high in SHARES.items():
        name = say("river-protected-class", **{"class": key})
        layers.append(_share(key, banks, low, high, palette.CORRIDOR[key], name=name))
        low = high
    layers.append(designations("ramsar", international[international["scheme"] == "ramsar"]))
    box = steps.to_crs(EQUAL_AREA).buffer(60_000).to_crs("EPSG:4326").total_bounds
    share = 100 * steps["protected_km2"].sum() / steps["area_km2"].sum()
    return MapSpec("map-corridor", layers, box, {"share": share, "basis": basis})


def corridor_picture(
    steps: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame, international: gpd.GeoDataFrame, *, basis: str
) -> MapPicture:
    """Return :func:`corridor_map` as a picture."""
    return picture(corridor_map(steps, pieces, international, basis=basis))


def _share(key: str, banks: gpd.GeoDataFrame, low: float, high: float, colour: str, **options: Any) -> Shapes:
    """Return the steps of the corridor with a protected share above one limit and up to another."""
    chosen = banks[(banks["share"] > low) & (banks["share"] <= high)]
    return Shapes(key, chosen, Style(palette.SOFT, fill=colour, weight=0.4, opacity=0.8), **options)


def _lines(pieces: gpd.GeoDataFrame, rivers: Rivers) -> gpd.GeoDataFrame:
    """Return pieces of rivers, those of which the same is told as one line, light enough for a page."""
    dam = pieces["first_dam"].map(rivers.located.set_index("dam_id")["name_en"]).fillna("")
    shapes = pieces.geometry.to_crs(EQUAL_AREA).simplify(_SIMPLIFIED_M)
    told = ["state", "name", "basin_name", "strahler", "dam"]
    lines = pieces.assign(dam=dam).set_geometry(shapes)[[*told, "geometry"]].dissolve(told).reset_index()
    return lines.set_geometry(lines.geometry.line_merge()).assign(
        named=lines["name"] != "", dammed=lines["dam"] != "", width=(0.6 + 0.45 * lines["strahler"]).round(2)
    )


def _points(rivers: Rivers) -> gpd.GeoDataFrame:
    """Return the dams of today that have a place on the network."""
    rows = rivers.located[standing(rivers.located, "today") & (rivers.located["on_map"] == "placed")]
    basis, km = rows["location_basis"], rows["location_precision_km"].map("{:g}".format)
    told = [say("river-position", basis=b, precision=p) for b, p in zip(basis, km, strict=True)]
    points = gpd.points_from_xy(rows["lon"], rows["lat"], crs="EPSG:4326")
    positions = pd.Series(told, rows.index).where(rows["rough"], "")
    return gpd.GeoDataFrame(rows.assign(position=positions), geometry=points)


def _stretches(rivers: Rivers) -> gpd.GeoDataFrame:
    """Return one line for each stretch on which planned dams slide, with their names."""
    spots = rivers.spots[~rivers.spots["sure"]].groupby("dam_id", sort=False)["reach_id"]
    where = spots.agg(lambda ids: tuple(sorted(set(ids))))
    dams = rivers.located.set_index("dam_id").loc[where.index].rename(columns={"name_en": "dams"})
    group = dams["status_group"].replace("under_construction", "proposed").rename("group")
    planned = dams.loc[group.isin(["proposed", "shelved"]), "dams"]
    slides = planned.groupby([where, group], sort=False).agg(", ".join).reset_index()
    reaches = rivers.reaches.set_index("reach_id").geometry.to_crs(EQUAL_AREA).simplify(_SIMPLIFIED_M)
    shapes = [reaches.loc[list(ids)].union_all() for ids in slides["reach_id"]]
    return gpd.GeoDataFrame(slides, geometry=shapes, crs=EQUAL_AREA)


def _steps(profile: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one shape for each step and bank, countries merged."""
    sums = {"area_km2": "sum", "protected_km2": "sum"}
    merged = profile.dissolve(["from_km", "to_km", "bank"], aggfunc=sums).reset_index()
    share = np.clip(merged["protected_km2"] / merged["area_km2"], 0, 1)
    return merged.assign(share=share, percent=100 * share).set_geometry(merged.geometry.simplify(1000))
