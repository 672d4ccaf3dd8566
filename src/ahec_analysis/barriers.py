"""Where dams stand on the river network: snapped from their points, or slid along their river without one."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from ahec_analysis.errors import DataError, ParameterError, SchemaError
from ahec_analysis.river_connectivity import scenario_sums
from ahec_analysis.river_network import (
    Network,
    downstream_lines,
    labels_of,
    network,
    require,
    river_keys,
    segments,
)
from ahec_analysis.territory import EQUAL_AREA


def snap_barriers(
    dams: pd.DataFrame, reaches: gpd.GeoDataFrame, *, max_km: float = 5, passability: float = 0
) -> pd.DataFrame:
    """Return the dams with the reach and position they stand on, and how far that moved them.

    Within `max_km`, reaches that carry the name of the dam's `river` come before others; then the nearest.

    Parameters
    ----------
    dams : DataFrame or GeoDataFrame
        Columns `lat` and `lon` (degrees, WGS84), or points in any CRS; `river` and `passability` if known.
    reaches : GeoDataFrame
        As in `river_network`, with lines; `name` if known.
    max_km : float
        Farthest move.
    passability : float
        Taken where a dam has none: 0 is a high dam without a fish pass.

    Returns
    -------
    DataFrame
        All dams, none dropped, with reach_id, position (0 upper to 1 lower end), moved_km and placement:
        "named river", "nearest reach", "no reach within … km" or "no coordinates". The last two have no
        reach_id: they are no barriers for `dci` yet, but may be slid.

    Raises
    ------
    DataError
        If a dam's coordinates are swapped or impossible, or the network is not one.
    SchemaError, ParameterError
        If a column is missing or an argument is out of range.

    Examples
    --------
    >>> from shapely import LineString
    >>> line = gpd.GeoSeries([LineString([(0, 0), (8000, 0)])], crs=EQUAL_AREA).to_crs("EPSG:4326")
    >>> table = {"reach_id": [1], "downstream_id": [None], "length_km": [8.0]}
    >>> reaches = gpd.GeoDataFrame(table, geometry=line)
    >>> dam = gpd.GeoSeries.from_xy([2000], [300], crs=EQUAL_AREA).to_frame("geometry")
    >>> snap_barriers(dam, reaches)[["reach_id", "position", "moved_km"]].round(3).to_numpy().tolist()
    [[1.0, 0.25, 0.3]]
    """
    if not max_km > 0 or not 0 <= passability <= 1:
        raise ParameterError("`max_km` must be above 0 and `passability` between 0 and 1")
    net = network(reaches)
    lines = downstream_lines(reaches, net)
    points = _points(dams, reaches)
    placed = np.flatnonzero(~shapely.is_missing(points))
    dam, reach = shapely.STRtree(lines).query(points[placed], predicate="dwithin", distance=1000 * max_km)
    dam = placed[dam]
    near = pd.DataFrame(
        {"dam": dam, "reach": reach, "km": shapely.distance(points[dam], lines[reach]) / 1000}
    )
    rivers = (
        [river_keys(river) for river in dams["river"]] if "river" in dams.columns else [set()] * len(dams)
    )
    names = (
        [river_keys(name) for name in reaches["name"]]
        if "name" in reaches.columns
        else [set()] * len(reaches)
    )
    near["named"] = [bool(rivers[d] & names[r]) for d, r in zip(dam, reach, strict=True)]
    best = near.sort_values(["named", "km"], ascending=[False, True]).drop_duplicates("dam").set_index("dam")
    best = best.reindex(range(len(dams)))
    found = best["reach"].notna().to_numpy()
    row = best["reach"][found].to_numpy(dtype=np.intp)
    position = np.full(len(dams), np.nan)
    position[found] = shapely.line_locate_point(lines[row], points[found], normalized=True)
    placement = np.where(best["named"].eq(True), "named river", "nearest reach").astype(object)
    placement[~found] = f"no reach within {max_km:g} km"
    placement[shapely.is_missing(points)] = "no coordinates"
    reach_id = pd.Series(net.ids[best["reach"].fillna(-1).astype(int)], index=dams.index)
    share = dams["passability"] if "passability" in dams.columns else pd.Series(np.nan, index=dams.index)
    return dams.assign(
        reach_id=reach_id.where(found),
        position=position,
        moved_km=best["km"].to_numpy(),
        placement=placement,
        passability=share.astype(float).fillna(passability),
    )


def slide(
    dams: pd.DataFrame,
    reaches: pd.DataFrame,
    barriers: pd.DataFrame,
    *,
    step_km: float = 10,
    draws: int = 200,
    passability: float = 0,
    seed: int = 0,
) -> pd.DataFrame:
    """Return how much dams without a point would cost, from the least to the most harmful place.

    A dam slides along the reaches that carry its river's name: those in its sub-basin if there are any, else
    those in its country, else all of them. It is set every `step_km` and added to `barriers`; all such dams
    together are drawn at random places.

    Parameters
    ----------
    dams : DataFrame
        Dams without a place: `river`, and `sub_basin`, `country`, `passability` if known.
    reaches, barriers : DataFrame
        The network and the barriers that stand in any case, as in `river_network`; reaches with `name`, and
        `basin` and `country` if known (several values separated by "|").
    step_km : float
        Spacing of the places.
    draws : int
        Random sets of places for all dams together.
    passability : float
        Taken where a dam has none.
    seed : int
        Of the draws.

    Returns
    -------
    DataFrame
        By dam: river, within ("sub-basin", "country", "river" or "no mapped river"), river_km and places
        tried; loss_free_km, loss_dci_potamodromous and loss_dci_diadromous, each with _min and _max. Row "all
        together" holds the draws. A dam without a mapped river is listed with empty losses and is not in it.

    Raises
    ------
    SchemaError, DataError, ParameterError
        As in `snap_barriers`.

    Examples
    --------
    >>> reaches = pd.DataFrame({"reach_id": [1], "downstream_id": [None], "length_km": [80.0]})
    >>> reaches["name"] = "Onon"
    >>> none = pd.DataFrame({"reach_id": [], "position": [], "passability": []})
    >>> plan = pd.DataFrame({"name": ["Plan"], "river": ["Onon"]})
    >>> slide(plan, reaches, none).loc["Plan", ["loss_free_km_min", "loss_free_km_max"]].tolist()
    [5.0, 75.0]
    """
    if not step_km > 0 or draws < 1:
        raise ParameterError("`step_km` must be above 0 and `draws` at least 1")
    require(dams, ["river"], "dams")
    require(reaches, ["name"], "reaches")
    labels = labels_of(dams)
    if len(set(labels)) < len(labels):
        raise DataError(f"dam {pd.Index(labels)[pd.Index(labels).duplicated()][0]!r} occurs twice in `dams`")
    net = network(reaches)
    share = dams["passability"] if "passability" in dams.columns else pd.Series(np.nan, index=dams.index)
    share = share.astype(float).fillna(passability)
    names = [river_keys(name) for name in reaches["name"]]
    rows, places = [], []
    for k, label in enumerate(labels):
        stretch, within = _stretch(dams.iloc[k], reaches, names)
        spots = _spots(net, stretch, step_km).assign(passability=share.iloc[k])
        places.append(spots)
        rows.append((label, dams["river"].iloc[k], within, net.weight[stretch].sum(), len(spots)))
    table = pd.DataFrame(rows, columns=["dam", "river", "within", "river_km", "places"]).set_index("dam")
    standing = barriers[["reach_id", "position", "passability"]].assign(barrier_id=labels_of(barriers))
    everything = pd.concat(
        [part for part in (standing, *places) if len(part)] or [standing], ignore_index=True
    )
    parts = segments(net, everything)
    ends = len(standing) + np.cumsum(table["places"].to_numpy(dtype=np.intp))
    choices = [np.arange(end - n, end) for end, n in zip(ends, table["places"], strict=True)]
    base = np.arange(len(everything)) < len(standing)
    singles = [np.array([place]) for spots in choices for place in spots]
    rng = np.random.default_rng(seed)
    movable = [spots for spots in choices if len(spots)]
    draws = draws if movable else 0
    joint = [np.array([rng.choice(spots) for spots in movable], dtype=np.intp) for _ in range(draws)]
    sums = scenario_sums(parts, base, [np.array([], dtype=np.intp), *singles, *joint])
    losses = sums.iloc[0] - sums.iloc[1:]
    owner = np.repeat(np.append(table.index, "all together"), np.append(table["places"], draws).astype(int))
    spread = losses.groupby(owner).agg(["min", "max"])
    spread.columns = [f"loss_{measure}_{bound}" for measure, bound in spread.columns]
    together = {"river": "", "within": "", "places": draws}
    table = pd.concat([table, pd.DataFrame(together, index=["all together"])])
    return table.join(spread)


def _points(dams: pd.DataFrame, reaches: gpd.GeoDataFrame) -> NDArray[Any]:
    """Return the dams as points in the equal-area CRS, None where unknown, or say which is swapped."""
    if isinstance(dams, gpd.GeoDataFrame):
        if dams.crs is None:
            raise DataError("`dams` carry no CRS; set it with dams.set_crs(...)")
        points = dams.geometry.to_crs("EPSG:4326")
        known = ~(points.isna() | points.is_empty).to_numpy()
        lon, lat = np.full(len(dams), np.nan), np.full(len(dams), np.nan)
        lon[known], lat[known] = points[known].x, points[known].y
    elif {"lat", "lon"} <= set(dams.columns):
        lat, lon = (dams[c].to_numpy(dtype=np.float64, na_value=np.nan) for c in ("lat", "lon"))
        known = ~(np.isnan(lat) | np.isnan(lon))
    else:
        raise SchemaError("`dams` need the columns lat and lon, or point geometry")
    west, south, east, north = reaches.to_crs("EPSG:4326").total_bounds + np.array([-1, -1, 1, 1])
    inside = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
    turned = (west <= lat) & (lat <= east) & (south <= lon) & (lon <= north)
    wrong = np.flatnonzero(known & ((np.abs(lat) > 90) | (np.abs(lon) > 180) | (turned & ~inside)))
    if len(wrong):
        k = wrong[0]
        raise DataError(
            f"dam {labels_of(dams)[k]!r} at lat {lat[k]}, lon {lon[k]} is off the map: swapped coordinates?"
        )
    shapes = gpd.GeoSeries.from_xy(lon[known], lat[known], crs="EPSG:4326").to_crs(EQUAL_AREA)
    result = np.full(len(dams), None, dtype=object)
    result[known] = shapes.to_numpy()
    return result


def _stretch(dam: pd.Series, reaches: pd.DataFrame, names: list[set[str]]) -> tuple[NDArray[np.intp], str]:
    """Return the rows of the reaches a dam may stand on and what bounds them."""
    wanted = river_keys(dam["river"])
    rows = np.array([k for k, name in enumerate(names) if wanted & name], dtype=np.intp)
    if not len(rows):
        return rows, "no mapped river"
    for ours, theirs, label in (("sub_basin", "basin", "sub-basin"), ("country", "country", "country")):
        if ours in dam.index and theirs in reaches.columns:
            keys = river_keys(dam[ours])
            inner = [k for k in rows if keys & river_keys(reaches[theirs].iloc[k])]
            if inner:
                return np.array(inner, dtype=np.intp), label
    return rows, "river"


def _spots(net: Network, rows: NDArray[np.intp], step_km: float) -> pd.DataFrame:
    """Return evenly spaced places, at least one per reach, each in the middle of its step."""
    count = np.maximum(np.rint(net.weight[rows] / step_km).astype(int), 1)
    nth = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    position = (nth + 0.5) / np.repeat(count, count)
    return pd.DataFrame({"reach_id": net.ids[np.repeat(rows, count)], "position": position})
