"""The dams of the tables on the derived river network, and the rivers in each scenario of dams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import hydrography, territory
from ahec_analysis.barriers import places, slide, snap_barriers
from ahec_analysis.errors import ParameterError
from ahec_analysis.territory import EQUAL_AREA

ENDS_IN = {"sea": "sea", "closed lake": "closed", "leaves the territory": "leaves"}
NO_BARRIER = ("pumped_storage", "inter_basin_transfer", "cascade_plan")
"""Types that are no dam across a river: off the stream, an intake, or a plan without sites."""
SCENARIOS = {
    "natural": (),
    "today": ("today",),
    "proposed": ("today", "proposed", "under_construction"),
    "shelved": ("today", "shelved"),
}
"""Which groups of dams stand in each scenario; "today" is the flag `blocks_river_today`."""
BORDER_KM = 5
"""A reach belongs to every country within this distance: the network lies up to half a cell beside a border."""


@dataclass(frozen=True)
class Rivers:
    """The network with the dams on it: `located` holds every dam, `spots` the places of those without a point."""

    reaches: gpd.GeoDataFrame
    located: pd.DataFrame
    spots: pd.DataFrame


def reaches(*, hulun: str = "closed") -> gpd.GeoDataFrame:
    """Return the derived network with what the measures of connectivity ask for.

    Parameters
    ----------
    hulun : {"closed", "open"}
        As in :func:`ahec_analysis.hydrography.rivers`.

    Returns
    -------
    GeoDataFrame
        The columns of :func:`ahec_analysis.hydrography.rivers` and: ``ends_in`` ("sea", "closed", "leaves" at
        outlets), ``basin_name``, ``parent_name``, ``system_name``, ``basin`` (the names of basin and river,
        separated by "|") and ``country`` (all within 5 km, separated by "|").

    Raises
    ------
    ParameterError
        If ``hulun`` is neither.
    """
    rivers = hydrography.rivers(hulun=hulun)
    basins = hydrography.basins().set_index("basin_id")
    rivers["ends_in"] = rivers["outlet"].map(ENDS_IN)
    rivers["basin_name"] = rivers["basin_id"].map(basins["name"])
    for column in ("parent_name", "system_name"):
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


def on_network(
    dams: pd.DataFrame, *, hulun: str = "closed", max_km: float = 5, step_km: float = 10
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
        across a river) and ``on_map`` ("placed", "slides", "listed only", "no barrier").
    """
    rivers = reaches(hulun=hulun)
    allowed = dams["location_precision_km"].clip(lower=max_km).fillna(max_km).astype(float)
    groups = [snap_barriers(rows, rivers, max_km=float(km)) for km, rows in dams.groupby(allowed)]
    located = pd.concat(groups).loc[dams.index]
    located["bars"] = ~dams["type"].isin(NO_BARRIER)
    placed = located["reach_id"].notna() & located["bars"]
    spots = places(
        located[located["bars"] & ~placed],
        rivers,
        standing=located[placed],
        districts=territory.districts(),
        step_km=step_km,
    )
    slides = located["dam_id"].isin(spots.loc[spots["reach_id"].notna(), "dam"])
    located["on_map"] = np.select(
        [~located["bars"], placed, slides], ["no barrier", "placed", "slides"], "listed only"
    )
    return Rivers(rivers, located, spots)


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
    """Return which dams bar a river in a scenario.

    Parameters
    ----------
    dams : DataFrame
        ``dam_id``, ``type``, ``status_group`` and ``blocks_river_today``.
    scenario : str or sequence of str
        One of :data:`SCENARIOS`, or dam_ids that stand besides those of today.

    Returns
    -------
    Series of bool
        In the caller's index. A dam of which it is unclear whether it bars the river today does not.

    Raises
    ------
    ParameterError
        If there is no such scenario or dam.

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
    """Return the barriers of a scenario: the dams with a point and, if asked for, those without.

    Parameters
    ----------
    rivers : Rivers
        From :func:`on_network`.
    scenario : str or sequence of str
        As in :func:`standing`.
    place : {"", "min", "max"}
        Where dams without a point stand: nowhere, or each on its least or most harmful place.

    Returns
    -------
    DataFrame
        ``dam_id``, ``reach_id``, ``position``, ``passability``.
    """
    here = standing(rivers.located, scenario)
    fixed = rivers.located[here & (rivers.located["on_map"] == "placed")]
    fixed = fixed[["dam_id", "reach_id", "position", "passability"]]
    if not place:
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
    """Return the places of those dams of `here` (bool, by dam) that slide."""
    return rivers.spots[rivers.spots["dam"].isin(rivers.located.loc[here, "dam_id"])]
