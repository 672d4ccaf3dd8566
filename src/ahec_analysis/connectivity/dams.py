"""Dams: which stand in a scenario, how passable they are, where each may stand on the river network.

A dam with a sure point has one place; one at a rough point has all places within its precision, one without a point
all those along its river. A scenario is a set of dams, those with several places at the least or most harmful one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ahec_analysis import data, expect, territory
from ahec_analysis.connectivity.dam_places import MAX_KM, around, places, snap
from ahec_analysis.connectivity.dci import measures
from ahec_analysis.connectivity.tree import Network, Segments, network, segments
from ahec_analysis.errors import ParameterError
from ahec_analysis.territory import hydrography
from ahec_analysis.territory.ahec import EQUAL_AREA

PASSABILITY = 0.0
"""Of a dam that states none: the share of fish that pass up times the share that passes down."""
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
BORDER_KM = 5
"""A reach belongs to every country within this distance: the network lies up to half a cell beside a border."""
Scenario = str | tuple[str, ...]
"""One of :data:`SCENARIOS`, or dam_ids added to today."""
_PLACE = ["dam_id", "reach_id", "position", "passability"]


@dataclass(frozen=True, eq=False)
class Rivers:
    """The network with the dams on it.

    `located` holds every dam of the table, `spots` all places where those that bar a river may stand: `dam_id`,
    `reach_id`, `position` (0 upper to 1 lower end), `passability` (0 to 1), `at_point` (where the maps show it) and
    `sure` (the only place of its dam).
    """

    reaches: gpd.GeoDataFrame
    located: pd.DataFrame
    spots: pd.DataFrame

    @cached_property
    def net(self) -> Network:
        """Return the checked network of the reaches."""
        return network(self.reaches)

    def places(self, scenario: Scenario) -> pd.DataFrame:
        """Return the rows of `spots` of the dams that stand in a scenario."""
        here = self.located.loc[standing(self.located, scenario), "dam_id"]
        return self.spots[self.spots["dam_id"].isin(here)]

    @cached_property
    def lengths(self) -> pd.DataFrame:
        """Return drawn against published lengths, as :func:`ahec_analysis.territory.hydrography.published_lengths`."""
        return hydrography.published_lengths(data.table("hydrology"))


def reaches(*, hulun: str = "closed") -> gpd.GeoDataFrame:
    """Return the derived network with what the measures ask for; `hulun` as in `hydrography.rivers`.

    ``length_km`` is brought to the published length of the river where there is one (``drawn_km`` is not);
    ``basin`` (names of basin and river) and ``country`` (all within 5 km) are separated by "|".
    """
    lengths = hydrography.published_lengths(data.table("hydrology"))
    rivers = hydrography.stretched(hydrography.rivers(hulun=hulun), lengths)
    basins = hydrography.basins().set_index("basin_id")
    rivers["ends_in"] = rivers["outlet"].map(ENDS_IN)
    for column, source in (("basin_name", "name"), ("parent_name", "parent_name")):
        rivers[column] = rivers["basin_id"].map(basins[source])
    rivers["basin"] = rivers["basin_name"] + "|" + rivers["parent_name"]
    countries = territory.countries().to_crs(EQUAL_AREA).dissolve("country")
    lines = rivers.geometry.to_crs(EQUAL_AREA).to_numpy()
    row, which = countries.sindex.query(lines, predicate="dwithin", distance=1000 * BORDER_KM)
    near = pd.Series(countries.index.to_numpy()[which]).groupby(row).agg(lambda c: "|".join(sorted(c)))
    rivers["country"] = near.reindex(range(len(rivers))).fillna("").to_numpy()
    return rivers


def on_network(dams: pd.DataFrame, *, hulun: str = "closed") -> Rivers:
    """Return the network with every dam of the table ``dams`` on it.

    ``located`` adds ``bars`` (a dam across a river), ``on_map`` ("placed", "slides", "listed_only", "no_barrier"),
    ``within`` (what bounds its places, as in :func:`places`, or the basis of a rough point) and ``rough``: its point is
    a recalled one or a stand-in, good to no better than 5 km. Such a dam stands at its point on maps, and its
    effect is that of all places within its stated precision.
    """
    rivers = reaches(hulun=hulun)
    located = placed(dams, rivers)
    located["bars"] = ~dams["type"].isin(NO_BARRIER)
    fixed = located["reach_id"].notna() & located["bars"]
    vague = located["location_basis"].isin(ROUGH) & (located["location_precision_km"] > MAX_KM)
    located["rough"] = fixed & vague.fillna(False).astype(bool)
    without = located[located["bars"] & ~fixed]
    sliding = places(without, rivers, standing=located[fixed], districts=territory.districts())
    slides = located["dam_id"].isin(sliding.loc[sliding["reach_id"].notna(), "dam_id"])
    located["on_map"] = np.select(
        [~located["bars"], fixed, slides], ["no_barrier", "placed", "slides"], "listed_only"
    )
    located["within"] = located["dam_id"].map(sliding.groupby("dam_id")["within"].first()).fillna("")
    located["within"] = located["within"].mask(located["rough"], located["location_basis"])
    points = located[fixed].assign(at_point=True)
    parts = [points[~points["rough"]].assign(sure=True), sliding.dropna(subset="reach_id")]
    parts += [points[points["rough"]], around(located[located["rough"]], rivers)]
    spots = pd.concat(
        [part.reindex(columns=["dam_id", "reach_id", "position", "at_point", "sure"]) for part in parts]
    )
    spots["passability"] = spots["dam_id"].map(located.set_index("dam_id")["passability"])
    spots[["at_point", "sure"]] = spots[["at_point", "sure"]].eq(True)
    return Rivers(rivers, located, spots.astype({"position": float}).reset_index(drop=True))


def placed(dams: pd.DataFrame, rivers: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the dams with their place on the network; a point whose stated precision is worse may move that far."""
    precision = dams.get("location_precision_km", pd.Series(MAX_KM, dams.index))
    allowed = precision.clip(lower=MAX_KM).fillna(MAX_KM).astype(float)
    stated = dams.get("passability", pd.Series(np.nan, dams.index))
    return snap(dams, rivers, max_km=allowed).assign(passability=stated.astype(float).fillna(PASSABILITY))


def today(rivers: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the dams of the table that bar a river today, at their points on the network: one rule for all reports.

    Dams without a place have no ``reach_id`` and are no barriers.
    """
    table = data.table("dams")
    return placed(table[standing(table, "today")], rivers)


def chosen(dam_ids: str) -> list[tuple[str, ...]]:
    """Return a list of dams typed as one text as a scenario of its own, or none if the text is empty.

    Examples
    --------
    >>> chosen("dam-zeya | dam-ulz"), chosen("")
    ([('dam-zeya', 'dam-ulz')], [])
    """
    ids = tuple(part.strip() for part in dam_ids.split("|") if part.strip())
    return [ids] if ids else []


def standing(dams: pd.DataFrame, scenario: Scenario) -> pd.Series:
    """Return which dams bar a river in a scenario: one of :data:`SCENARIOS`, or dam_ids added to today.

    A dam of which it is unclear whether it bars the river today does not.
    """
    built = dams["blocks_river_today"].fillna(False).astype(bool)
    if isinstance(scenario, str):
        expect.choice(scenario, SCENARIOS, "scenario")
        groups = SCENARIOS[scenario]
        here = (built & ("today" in groups)) | dams["status_group"].isin(groups)
    else:
        unknown = sorted(set(scenario) - set(dams["dam_id"]))
        if unknown:
            raise ParameterError(f"there is no dam {unknown[0]!r}; see the column dam_id of `dams`")
        here = built | dams["dam_id"].isin(list(scenario))
    return here & ~dams["type"].isin(NO_BARRIER)


def barriers(rivers: Rivers, scenario: Scenario, place: str = "") -> pd.DataFrame:
    """Return the barriers of a scenario: the dams at their points or, if asked for, at their extreme places.

    `place` is "" for all that have a point, "sure" for those with a point of their own, "min" or "max" for these with all
    others on their least or most harmful place.
    """
    here = rivers.places(scenario)
    if place in ("", "sure"):
        return here.loc[here["sure"] | (here["at_point"] & (place == "")), _PLACE].reset_index(drop=True)
    found = extremes(rivers, scenario)
    rows = np.concatenate([np.flatnonzero(found.sure), found.least if place == "min" else found.most])
    return found.spots.iloc[rows][_PLACE].reset_index(drop=True)


@dataclass(frozen=True, eq=False)
class Extremes:
    """All places of the dams of a scenario; `least` and `most`: the row of the extreme place of each without a sure one."""

    spots: pd.DataFrame
    parts: Segments
    least: NDArray[np.intp]
    most: NDArray[np.intp]

    @property
    def sure(self) -> NDArray[np.bool_]:
        """Return which places are the only ones of their dam."""
        return np.asarray(self.spots["sure"], dtype=bool)

    def open(self, *, draws: int, seed: int) -> pd.DataFrame:
        """Return the :data:`MEASURES` with the loose dams at their least, most and so many random places, a row each."""
        rng = np.random.default_rng(seed)
        options = self.spots[~self.sure].groupby("dam_id", sort=False).groups.values()
        drawn = (np.array([rng.choice(rows) for rows in options], dtype=np.intp) for _ in range(draws))
        present = np.repeat(self.sure[:, None], 2 + draws, axis=1)
        for rows, places_ in zip((self.least, self.most, *drawn), present.T, strict=True):
            places_[rows] = True
        return measures(self.parts, present)


@lru_cache
def extremes(rivers: Rivers, scenario: Scenario) -> Extremes:
    """Return a scenario with the extreme places of its loose dams, each alone beside those with a sure point."""
    spots = rivers.places(scenario).reset_index(drop=True)
    parts, sure = segments(rivers.net, spots), spots["sure"].to_numpy(dtype=bool)
    loose = np.flatnonzero(~sure)
    present = np.repeat(sure[:, None], len(loose), axis=1)
    present[loose, np.arange(len(loose))] = True
    left = measures(parts, present).set_axis(loose).round(9)
    ranked = left.sort_values(["free_km", "dci_potamodromous"], ascending=False, kind="stable").index
    of_dam = spots.loc[ranked].groupby("dam_id", sort=False)
    least, most = (np.sort(rows.index.to_numpy(dtype=np.intp)) for rows in (of_dam.head(1), of_dam.tail(1)))
    return Extremes(spots, parts, least, most)
