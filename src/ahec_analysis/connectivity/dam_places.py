"""Where a dam may stand on the river network: at its point, about a rough one, or all along its river."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from ahec_analysis import expect
from ahec_analysis.connectivity.tree import (
    Network,
    downstream,
    downstream_lines,
    labels_of,
    network,
    river_keys,
)
from ahec_analysis.errors import DataError
from ahec_analysis.territory.ahec import EQUAL_AREA

MAX_KM = 5
"""Farthest a sure point is moved to the network."""
STEP_KM, ROUGH_STEP_KM = 10, 2
"""Between the places along a river, and about a rough point."""
DISTRICT_MARGIN_KM = 5
"""Rivers are borders of districts, and the network lies up to a cell beside them."""


def snap(
    points: pd.DataFrame, reaches: gpd.GeoDataFrame, *, max_km: float | pd.Series = MAX_KM
) -> pd.DataFrame:
    """Return all dams with `reach_id`, `position` (0 upper to 1 lower end), `moved_km` and `placement`.

    Within `max_km` (one or one for each), reaches that carry the name of the dam's `river` come before others, then the
    nearest. Dams have `lat` and `lon` (degrees, WGS84) or points in any CRS.
    """
    farthest = np.broadcast_to(np.asarray(max_km, dtype=float), len(points))
    net = network(reaches)
    lines = downstream_lines(reaches, net)
    shapes = _points(points, reaches)
    dam, reach = shapely.STRtree(lines).query(shapes, predicate="dwithin", distance=1000 * farthest)
    near = pd.DataFrame(
        {"dam": dam, "reach": reach, "km": shapely.distance(shapes[dam], lines[reach]) / 1000}
    )
    rivers, names = (
        [river_keys(name) for name in table.get(column, pd.Series("", table.index))]
        for table, column in ((points, "river"), (reaches, "name"))
    )
    near["named"] = [bool(rivers[d] & names[r]) for d, r in zip(dam, reach, strict=True)]
    best = near.sort_values(["named", "km"], ascending=[False, True]).drop_duplicates("dam").set_index("dam")
    best = best.reindex(range(len(points)))
    found = best["reach"].notna().to_numpy()
    row = best["reach"][found].to_numpy(dtype=np.intp)
    position = np.full(len(points), np.nan)
    position[found] = shapely.line_locate_point(lines[row], shapes[found], normalized=True)
    cases = [shapely.is_missing(shapes), ~found, best["named"].eq(True)]
    reach_id = pd.Series(net.ids[best["reach"].fillna(-1).astype(int)], index=points.index)
    return points.assign(
        reach_id=reach_id.where(found),
        position=position,
        moved_km=best["km"].to_numpy(),
        placement=np.select(
            cases, ["no_coordinates", "no_reach_near", "named_river"], "nearest_reach"
        ).astype(object),
    )


def places(
    dams: pd.DataFrame,
    reaches: pd.DataFrame,
    *,
    standing: pd.DataFrame | None = None,
    districts: gpd.GeoDataFrame | None = None,
    step_km: float = STEP_KM,
) -> pd.DataFrame:
    """Return every place where a dam without a point may stand on its river, one row each, `step_km` apart.

    A dam slides along the reaches that carry its river's name: those in its sub-basin if there are any, else
    those in its countries (all of them, if the river is a border), else the whole river; `within` says which:
    "sub_basin", "country", "river". It stays below the dam named in `downstream_of` (if among `standing`) and within
    5 km of the `districts` named in `stretch_district_ids`: "below", "in_district" or both, separated by "|".
    A dam without a mapped river keeps one row, without a reach ("no_mapped_river").
    """
    expect.columns(dams, ["river"], "dams")
    expect.columns(reaches, ["name"], "reaches")
    labels = pd.Index(labels_of(dams))
    if labels.has_duplicates:
        raise DataError(f"dam {labels[labels.duplicated()][0]!r} occurs twice in `dams`")
    net = network(reaches)
    lines = None if districts is None else pd.Series(downstream_lines(reaches, net), net.ids)
    names = [river_keys(name) for name in reaches["name"]]
    found = [pd.DataFrame(columns=["dam_id", "within", "reach_id", "position"])]
    for label, (_, dam) in zip(labels, dams.iterrows(), strict=True):
        rows, within = _stretch(dam, reaches, names)
        spots = _spots(net, rows, step_km)
        bounds = {
            "below": _below(dam, spots, net, standing),
            "in_district": _inside(dam, spots, lines, districts),
        }
        keep = np.logical_and.reduce(list(bounds.values()))
        narrower = [bound for bound, inside in bounds.items() if not inside.all()]
        if keep.any() and narrower:
            spots, within = spots[keep], "|".join(narrower)
        if spots.empty:
            spots = pd.DataFrame({"reach_id": [pd.NA], "position": [np.nan]})
        found.append(spots.assign(dam_id=label, within=within))
    return pd.concat(found[1:] or found, ignore_index=True)


def around(dams: pd.DataFrame, rivers: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the places on its river, or its reach if that has no name, within the precision of each dam's point."""
    at_home = rivers["reach_id"].map(dams.groupby("reach_id")["river"].agg("|".join))
    named = rivers["name"].where(at_home.isna(), rivers["name"] + "|" + at_home.fillna(""))
    free = dams.drop(columns=["downstream_of", "stretch_district_ids"])
    spots = places(free, rivers.assign(name=named), step_km=ROUGH_STEP_KM)
    at = _at(spots, gpd.GeoSeries(rivers.geometry.to_crs(EQUAL_AREA).to_numpy(), index=rivers["reach_id"]))
    points = gpd.GeoSeries.from_xy(dams["lon"], dams["lat"], crs="EPSG:4326").to_crs(EQUAL_AREA)
    home = pd.Series(points.to_numpy(), index=dams["dam_id"]).reindex(spots["dam_id"]).to_numpy()
    km = spots["dam_id"].map(dams.set_index("dam_id")["location_precision_km"].astype(float))
    return spots[shapely.distance(at, home) <= 1000 * km]


def _points(dams: pd.DataFrame, reaches: gpd.GeoDataFrame) -> NDArray[Any]:
    """Return the dams as points in the equal-area CRS, None where unknown, or say which is swapped."""
    if isinstance(dams, gpd.GeoDataFrame):
        expect.projected(dams, "dams")
        points = dams.geometry.to_crs("EPSG:4326")
    else:
        expect.columns(dams, ["lat", "lon"], "dams", hint="or give them point geometry")
        points = gpd.GeoSeries.from_xy(dams["lon"].astype(float), dams["lat"].astype(float), crs="EPSG:4326")
    points = points.where(points.x.notna())
    lon, lat = points.x.to_numpy(), points.y.to_numpy()
    west, south, east, north = reaches.to_crs("EPSG:4326").total_bounds + np.array([-1, -1, 1, 1])
    inside = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
    turned = (west <= lat) & (lat <= east) & (south <= lon) & (lon <= north)
    wrong = np.flatnonzero((np.abs(lat) > 90) | (np.abs(lon) > 180) | (turned & ~inside))
    if len(wrong):
        k = wrong[0]
        raise DataError(
            f"dam {labels_of(dams)[k]!r} at lat {lat[k]}, lon {lon[k]} is off the map: swapped coordinates?"
        )
    return np.asarray(points.to_crs(EQUAL_AREA).to_numpy())


def _stretch(dam: pd.Series, reaches: pd.DataFrame, names: list[set[str]]) -> tuple[NDArray[np.intp], str]:
    """Return the rows of the reaches a dam may stand on and what bounds them."""
    wanted = river_keys(dam["river"])
    rows = np.array([k for k, name in enumerate(names) if wanted & name], dtype=np.intp)
    if not len(rows):
        return rows, "no_mapped_river"
    for ours, theirs in (("sub_basin", "basin"), ("country", "country")):
        if ours in dam.index and theirs in reaches.columns:
            keys = river_keys(dam[ours])
            near = [river_keys(names) for names in reaches[theirs].iloc[rows]]
            border = [k for k, here in zip(rows, near, strict=True) if len(keys) > 1 and keys <= here]
            inner = border or [k for k, here in zip(rows, near, strict=True) if keys & here]
            if inner:
                return np.array(inner, dtype=np.intp), ours
    return rows, "river"


def _spots(net: Network, rows: NDArray[np.intp], step_km: float) -> pd.DataFrame:
    """Return evenly spaced places, at least one per reach, each in the middle of its step."""
    count = np.maximum(np.rint(net.weight[rows] / step_km).astype(int), 1)
    nth = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return pd.DataFrame(
        {"reach_id": net.ids[np.repeat(rows, count)], "position": (nth + 0.5) / np.repeat(count, count)}
    )


def _at(spots: pd.DataFrame, lines: pd.Series) -> NDArray[Any]:
    """Return places as points of the lines of their reaches."""
    along = lines.reindex(spots["reach_id"]).to_numpy()
    return np.asarray(
        shapely.line_interpolate_point(along, spots["position"].to_numpy(float), normalized=True)
    )


def _below(
    dam: pd.Series, spots: pd.DataFrame, net: Network, standing: pd.DataFrame | None
) -> NDArray[np.bool_]:
    """Return which places lie downstream of the dam named in `downstream_of`; all if it is not known."""
    if standing is not None:
        upper = standing[(labels_of(standing) == dam.get("downstream_of", "")) & standing["reach_id"].notna()]
        if len(upper) and len(spots):
            path = downstream(net, int(net.ids.get_loc(upper["reach_id"].iloc[0])))
            rows = net.ids.get_indexer(pd.Index(spots["reach_id"]))
            lower = spots["position"].to_numpy() > upper["position"].iloc[0]
            return np.asarray(np.isin(rows, path[1:]) | ((rows == path[0]) & lower), dtype=bool)
    return np.ones(len(spots), dtype=bool)


def _inside(
    dam: pd.Series, spots: pd.DataFrame, lines: pd.Series | None, districts: gpd.GeoDataFrame | None
) -> NDArray[np.bool_]:
    """Return which places lie in or near the districts a dam is known to stand in."""
    wanted = str(dam.get("stretch_district_ids", "") or "").split("|")
    if districts is None or lines is None or not len(spots) or wanted in ([""], ["nan"]):
        return np.ones(len(spots), dtype=bool)
    expect.columns(districts, ["district_id"], "districts")
    ground = districts[districts["district_id"].isin(wanted)]
    if ground.empty:
        raise DataError(f"none of the districts {wanted} is in `districts`; correct stretch_district_ids")
    points = _at(spots, lines)
    near = shapely.union_all(ground.geometry.to_crs(EQUAL_AREA).to_numpy())
    return np.asarray(shapely.dwithin(points, near, 1000 * DISTRICT_MARGIN_KM))
