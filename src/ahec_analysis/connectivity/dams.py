"""The dams of the tables on the derived river network, and the rivers in each scenario of dams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import data, territory
from ahec_analysis.connectivity.barriers import places, slide, snap_barriers
from ahec_analysis.errors import ParameterError
from ahec_analysis.territory import hydrography
from ahec_analysis.territory.ahec import EQUAL_AREA

ENDS_IN = {"sea": "sea", "closed_lake": "closed", "leaves_the_territory": "leaves"}
NO_BARRIER = ("pumped_storage", "inter_basin_transfer", "cascade_plan")
"""Types that are no dam across a river: off the stream, an intake, or a plan without sites."""
SCENARIOS = {
    "natural": (),
    "today": ("today",),
    "proposed": ("today", "proposed", "under_construction"),
    "shelved": ("today", "shelved"),
}
"""Which groups of dams stand in each scenario; "today" is the flag `blocks_river_today`."""
ROUGH = ("recalled", "proxy")
"""Values of `location_basis` of a point that is not the dam's own."""
BASIS = {"recalled": "recalled point", "proxy": "stand-in point"}
"""What a reader calls them."""
ROUGH_STEP_KM = 2
MAX_KM = 5
"""Farthest a sure point is moved to the network."""
BORDER_KM = 5
"""A reach belongs to every country within this distance: the network lies up to half a cell beside a border."""


@dataclass(frozen=True)
class Rivers:
    """The network with the dams on it: `located` holds every dam, `spots` the places of those without a sure point."""

    reaches: gpd.GeoDataFrame
    located: pd.DataFrame
    spots: pd.DataFrame


def reaches(*, hulun: str = "closed") -> gpd.GeoDataFrame:
    """Return the derived network with what the measures ask for; `hulun` as in `hydrography.rivers`.

    ``length_km`` is brought to the published length of the river where there is one (``drawn_km`` is not);
    ``basin`` (names of basin and river) and ``country`` (all within 5 km) are separated by "|".
    """
    lengths = hydrography.published_lengths(data.table("hydrology"))
    rivers = hydrography.stretched(hydrography.rivers(hulun=hulun), lengths)
    basins = hydrography.basins().set_index("basin_id")
    rivers["ends_in"] = rivers["outlet"].map(ENDS_IN)
    rivers["basin_name"] = rivers["basin_id"].map(basins["name"])
    for column in ("parent_name",):
        rivers[column] = rivers["basin_id"].map(basins[column])
    rivers["basin"] = rivers["basin_name"] + "|" + rivers["parent_name"]
    countries = territory.countries().to_crs(EQUAL_AREA).dissolve("country")
    lines = np.asarray(rivers.geometry.to_crs(EQUAL_AREA).array)
    row, which = shapely.STRtree(np.asarray(countries.geometry.array)).query(
        lines, predicate="dwithin", distance=1000 * BORDER_KM
    )
    near = pd.Series(countries.index.to_numpy()[which]).groupby(row).agg(lambda c: "|".join(sorted(c)))
    rivers["country"] = near.reindex(range(len(rivers))).fillna("").to_numpy()
    return rivers


def placed(dams: pd.DataFrame, rivers: gpd.GeoDataFrame, *, max_km: float = MAX_KM) -> pd.DataFrame:
    """Return the dams with their place on the network; a point whose stated precision is worse may move that far."""
    precision = dams.get("location_precision_km", pd.Series(max_km, dams.index))
    allowed = precision.clip(lower=max_km).fillna(max_km).astype(float)
    groups = [snap_barriers(rows, rivers, max_km=float(km)) for km, rows in dams.groupby(allowed)]
    return pd.concat(groups or [snap_barriers(dams, rivers, max_km=max_km)]).loc[dams.index]


def today(rivers: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the dams of the table that bar a river today, at their points on the network: one rule for all reports.

    Dams without a place have no ``reach_id`` and are no barriers.
    """
    table = data.table("dams")
    return placed(table[standing(table, "today")], rivers)


def on_network(
    dams: pd.DataFrame, *, hulun: str = "closed", max_km: float = MAX_KM, step_km: float = 10
) -> Rivers:
    """Return the network with every dam on it: snapped, sliding along its river, or only listed.

    Parameters
    ----------
    dams : DataFrame
        The table ``dams``.
    hulun : {"closed", "open"}
        As in :func:`reaches`.
    max_km : float
        Farthest move of a point to the network; a point whose stated precision is worse may move that far.
    step_km : float
        Spacing of the places of a dam without a point.

    Returns
    -------
    Rivers
        ``located``: the dams with ``reach_id``, ``position``, ``moved_km``, ``placement``, ``bars`` (a dam
        across a river), ``on_map`` ("placed", "slides", "listed only", "no barrier") and ``rough``: placed at a
        recalled point or a stand-in that is good to no better than ``max_km``. Such a dam stands at its point on
        maps, and its effect is that of all places within its stated precision.
    """
    rivers = reaches(hulun=hulun)
    located = placed(dams, rivers, max_km=max_km)
    located["bars"] = ~dams["type"].isin(NO_BARRIER)
    fixed = located["reach_id"].notna() & located["bars"]
    spots = places(
        located[located["bars"] & ~fixed],
        rivers,
        standing=located[fixed],
        districts=territory.districts(),
        step_km=step_km,
    )
    slides = located["dam_id"].isin(spots.loc[spots["reach_id"].notna(), "dam"])
    located["on_map"] = np.select(
        [~located["bars"], fixed, slides], ["no barrier", "placed", "slides"], "listed only"
    )
    vague = located["location_basis"].isin(ROUGH) & (located["location_precision_km"] > max_km)
    located["rough"] = fixed & vague.fillna(False).astype(bool)
    near = around(located[located["rough"]], rivers)
    return Rivers(rivers, located, pd.concat([spots, near], ignore_index=True) if len(near) else spots)


def around(dams: pd.DataFrame, rivers: gpd.GeoDataFrame, *, step_km: float = ROUGH_STEP_KM) -> pd.DataFrame:
    """Return the places on its river, or its reach if that has no name, within the precision of each dam's point."""
    free = dams.drop(columns=["downstream_of", "stretch_district_ids"])
    at_home = rivers["reach_id"].map(dams.groupby("reach_id")["river"].agg("|".join))
    named = rivers.assign(
        name=rivers["name"].where(at_home.isna(), rivers["name"] + "|" + at_home.fillna(""))
    )
    spots = places(free, named, step_km=step_km)
    own = dams[["reach_id", "position", "passability"]].assign(dam=dams["dam_id"], river=dams["river"])
    spots = pd.concat([own, spots], ignore_index=True)
    lines = gpd.GeoSeries(rivers.geometry.to_crs(EQUAL_AREA).to_numpy(), index=rivers["reach_id"])
    at = shapely.line_interpolate_point(
        lines.reindex(spots["reach_id"]).to_numpy(), spots["position"].to_numpy(dtype=float), normalized=True
    )
    points = gpd.GeoSeries.from_xy(dams["lon"], dams["lat"], crs="EPSG:4326").to_crs(EQUAL_AREA)
    home = pd.Series(points.to_numpy(), index=dams["dam_id"]).reindex(spots["dam"]).to_numpy()
    km = dams.set_index("dam_id")["location_precision_km"].astype(float).reindex(spots["dam"]).to_numpy()
    near = spots[(shapely.distance(at, home) <= 1000 * km) | (spots.index < len(own))]
    basis = near["dam"].map(dams.set_index("dam_id")["location_basis"]).map(BASIS)
    within = basis + pd.Series(km, spots.index).map(", within {:g} km of it".format)[near.index]
    count = near.groupby("dam")["dam"].transform("size")
    return near.assign(within=within, river_km=step_km * count)


def chosen(dam_ids: str) -> list[list[str]]:
    """Return a list of dams typed as one text as a scenario of its own, or none if the text is empty.

    Examples
    --------
    >>> chosen("dam-zeya | dam-ulz"), chosen("")
    ([['dam-zeya', 'dam-ulz']], [])
    """
    ids = [part.strip() for part in dam_ids.split("|") if part.strip()]
    return [ids] if ids else []


def standing(dams: pd.DataFrame, scenario: str | Sequence[str]) -> pd.Series:
    """Return which dams bar a river in a scenario: one of :data:`SCENARIOS`, or dam_ids added to today.

    A dam of which it is unclear whether it bars the river today does not.

    Examples
    --------
    >>> dams = pd.DataFrame({"dam_id": ["a", "b"], "type": "hpp", "status_group": ["built", "shelved"],
    ...                      "blocks_river_today": pd.array([True, False], dtype="boolean")})
    >>> standing(dams, "shelved").tolist(), standing(dams, ["b"]).tolist(), standing(dams, "today").tolist()
    ([True, True], [True, True], [True, False])
    """
    today = dams["blocks_river_today"].fillna(False).astype(bool)
    bars = ~dams["type"].isin(NO_BARRIER)
    if not isinstance(scenario, str):
        unknown = sorted(set(scenario) - set(dams["dam_id"]))
        if unknown:
            raise ParameterError(f"there is no dam {unknown[0]!r}; see the column dam_id of `dams`")
        return bars & (today | dams["dam_id"].isin(list(scenario)))
    if scenario not in SCENARIOS:
        raise ParameterError(f"`scenario` is {scenario!r}; choose one of {', '.join(SCENARIOS)}")
    groups = SCENARIOS[scenario]
    return bars & ((today & ("today" in groups)) | dams["status_group"].isin(groups))


def barriers(rivers: Rivers, scenario: str | Sequence[str], place: str = "") -> pd.DataFrame:
    """Return the barriers of a scenario: the dams at their points or, if asked for, at their extreme places.

    `place` is "" for all that have a point, "sure" for those with a point of their own, "min" or "max" for these with all
    others on their least or most harmful place.
    """
    here = standing(rivers.located, scenario)
    sure = ~rivers.located["rough"] if place else True
    fixed = rivers.located[here & sure & (rivers.located["on_map"] == "placed")]
    fixed = fixed[["dam_id", "reach_id", "position", "passability"]]
    if place in ("", "sure"):
        return fixed.reset_index(drop=True)
    costs = slide(moving(rivers, here), rivers.reaches, fixed, draws=1).drop(index="all together")
    costs = costs[costs["places"] > 0]
    loose = pd.DataFrame(
        {
            "dam_id": costs.index,
            "reach_id": costs.get(f"reach_id_{place}", pd.Series(dtype=object)).to_numpy(),
            "position": costs.get(f"position_{place}", pd.Series(dtype=float)).to_numpy(),
            "passability": rivers.located.set_index("dam_id")["passability"].reindex(costs.index).to_numpy(),
        }
    )
    return pd.concat([part for part in (fixed, loose) if len(part)] or [fixed], ignore_index=True)


def moving(rivers: Rivers, here: pd.Series) -> pd.DataFrame:
    """Return the places of those dams of `here` (bool, by dam) that slide or stand at a rough point."""
    return rivers.spots[rivers.spots["dam"].isin(rivers.located.loc[here, "dam_id"])]
