"""Where dams stand on the river network: snapped from their points, or slid along their river without one."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from ahec_analysis import expect
from ahec_analysis.connectivity.dci import scenario_sums
from ahec_analysis.connectivity.tree import (
    Network,
    downstream,
    downstream_lines,
    labels_of,
    network,
    river_keys,
    segments,
)
from ahec_analysis.errors import DataError, ParameterError, SchemaError
from ahec_analysis.territory.ahec import EQUAL_AREA

DISTRICT_MARGIN_KM = 5
"""Rivers are borders of districts, and the derived network lies up to a cell beside them."""


def snap_barriers(
    dams: pd.DataFrame, reaches: gpd.GeoDataFrame, *, max_km: float = 5, passability: float = 0
) -> pd.DataFrame:
    """Return all dams with `reach_id`, `position` (0 upper to 1 lower end), `moved_km` and `placement`.

    Within `max_km`, reaches that carry the name of the dam's `river` come before others, then the nearest.
    Dams have `lat` and `lon` (degrees, WGS84) or points in any CRS; `passability` is that of a dam that
    states none.

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


def places(
    dams: pd.DataFrame,
    reaches: pd.DataFrame,
    *,
    standing: pd.DataFrame | None = None,
    districts: gpd.GeoDataFrame | None = None,
    step_km: float = 10,
    passability: float = 0,
) -> pd.DataFrame:
    """Return every place where a dam without a point may stand on its river, one row each, `step_km` apart.

    A dam slides along the reaches that carry its river's name: those in its sub-basin if there are any, else
    those in its countries (all of them, if the river is a border), else the whole river; `within` says which.
    It stays below the dam named in `downstream_of` (if among `standing`) and within 5 km of the `districts`
    named in `stretch_district_ids`. `river_km` is the stretch; a dam without a mapped river keeps one row,
    without a reach.

    Examples
    --------
    >>> reaches = pd.DataFrame({"reach_id": [1], "downstream_id": [None], "length_km": [80.0]})
    >>> reaches["name"] = "Onon"
    >>> len(places(pd.DataFrame({"name": ["Plan"], "river": ["Onon"]}), reaches))
    8
    """
    if not step_km > 0 or not 0 <= passability <= 1:
        raise ParameterError("`step_km` must be above 0 and `passability` between 0 and 1")
    expect.columns(dams, ["river"], "dams")
    expect.columns(reaches, ["name"], "reaches")
    labels = labels_of(dams)
    if len(set(labels)) < len(labels):
        raise DataError(f"dam {pd.Index(labels)[pd.Index(labels).duplicated()][0]!r} occurs twice in `dams`")
    net = network(reaches)
    names = [river_keys(name) for name in reaches["name"]]
    share = dams["passability"] if "passability" in dams.columns else pd.Series(np.nan, index=dams.index)
    known = _standing(standing)
    found = []
    for k, label in enumerate(labels):
        dam = dams.iloc[k]
        stretch, within = _stretch(dam, reaches, names)
        spots = _spots(net, stretch, step_km)
        bounds = {
            f"below {dam.get('downstream_of', '')}": _below(dam, spots, net, known),
            "in its district": _inside(dam, spots, net, reaches, districts),
        }
        keep = np.logical_and.reduce(list(bounds.values()))
        narrower = [bound for bound, inside in bounds.items() if not inside.all()]
        if keep.any() and narrower:
            spots, within = spots[keep], ", ".join(narrower)
        if not len(spots):
            spots = pd.DataFrame({"reach_id": [pd.NA], "position": [np.nan], "km": [0.0]})
        fixed = {"dam": label, "river": dam["river"], "within": within, "river_km": spots["km"].sum()}
        value = passability if pd.isna(share.iloc[k]) else float(share.iloc[k])
        found.append(spots.drop(columns="km").assign(**fixed, passability=value))
    columns = ["dam", "river", "within", "reach_id", "position", "passability", "river_km"]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def slide(
    spots: pd.DataFrame,
    reaches: pd.DataFrame,
    barriers: pd.DataFrame,
    *,
    draws: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Return how much dams without a point cost, from the least (_min) to the most harmful (_max) place.

    Each dam is set on each of its places (`spots`, from :func:`places`) and added to `barriers`: km open to
    the sea and the indexes of :data:`MEASURES`. Row "all together": all of them, each on its own extreme
    place, and at `draws` random sets of places besides; for the kilometres the two extremes bound every draw.

    Examples
    --------
    >>> reaches = pd.DataFrame({"reach_id": [1], "downstream_id": [None], "length_km": [80.0]})
    >>> reaches["name"] = "Onon"
    >>> none = pd.DataFrame({"reach_id": [], "position": [], "passability": []})
    >>> plan = places(pd.DataFrame({"name": ["Plan"], "river": ["Onon"]}), reaches)
    >>> slide(plan, reaches, none).loc["Plan", ["loss_free_km_min", "loss_free_km_max"]].tolist()
    [5.0, 75.0]
    """
    if draws < 1:
        raise ParameterError("`draws` must be at least 1")
    expect.columns(
        spots, ["dam", "river", "within", "reach_id", "position", "passability", "river_km"], "spots"
    )
    net = network(reaches)
    table = spots.groupby("dam", sort=False).agg(
        river=("river", "first"),
        within=("within", "first"),
        river_km=("river_km", "first"),
        places=("reach_id", "count"),
    )
    on_map = spots[spots["reach_id"].notna()].reset_index(drop=True)
    standing = barriers[["reach_id", "position", "passability"]].assign(barrier_id=labels_of(barriers))
    added = on_map[["reach_id", "position", "passability"]].assign(barrier_id=on_map["dam"])
    everything = pd.concat([part for part in (standing, added) if len(part)] or [standing], ignore_index=True)
    parts = segments(net, everything)
    base = np.arange(len(everything)) < len(standing)
    first = len(standing)
    singles = [np.array([first + k]) for k in range(len(on_map))]
    sums = scenario_sums(parts, base, [np.array([], dtype=np.intp), *singles])
    losses = (sums.iloc[0] - sums.iloc[1:]).reset_index(drop=True)
    order = losses.round(9).sort_values(["free_km", "dci_potamodromous"], kind="stable").index
    ranked = on_map.loc[order]
    least, most = ranked.groupby("dam").head(1), ranked.groupby("dam").tail(1)
    for name, best in (("min", least), ("max", most)):
        at = best.set_index("dam")[["reach_id", "position"]]
        table = table.join(
            at.rename(columns={"reach_id": f"reach_id_{name}", "position": f"position_{name}"})
        )
    rng = np.random.default_rng(seed)
    choices = [first + rows.to_numpy() for _, rows in on_map.groupby("dam", sort=False).groups.items()]
    joint = [first + least.index.to_numpy(), first + most.index.to_numpy()] if choices else []
    joint += [np.array([rng.choice(rows) for rows in choices]) for _ in range(draws if choices else 0)]
    together = sums.iloc[0] - scenario_sums(parts, base, joint) if joint else losses
    owner = pd.concat([on_map["dam"], pd.Series(["all together"] * len(joint), dtype=object)])
    spread = pd.concat([losses, together]).groupby(owner.to_numpy()).agg(["min", "max"])
    spread.columns = [f"loss_{measure}_{bound}" for measure, bound in spread.columns]
    row = {"river": "", "within": "", "places": len(joint), "river_km": np.nan}
    table = pd.concat([table, pd.DataFrame(row, index=["all together"])])
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
            near = [river_keys(reaches[theirs].iloc[k]) for k in rows]
            border = [k for k, here in zip(rows, near, strict=True) if len(keys) > 1 and keys <= here]
            inner = border or [k for k, here in zip(rows, near, strict=True) if keys & here]
            if inner:
                return np.array(inner, dtype=np.intp), label
    return rows, "river"


def _spots(net: Network, rows: NDArray[np.intp], step_km: float) -> pd.DataFrame:
    """Return evenly spaced places, at least one per reach, each in the middle of its step."""
    count = np.maximum(np.rint(net.weight[rows] / step_km).astype(int), 1)
    nth = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    position = (nth + 0.5) / np.repeat(count, count)
    km = np.repeat(net.weight[rows] / count, count)
    return pd.DataFrame({"reach_id": net.ids[np.repeat(rows, count)], "position": position, "km": km})


def _standing(standing: pd.DataFrame | None) -> dict[Any, tuple[Any, float]]:
    """Return reach and position of each dam that stands on the network, by its label."""
    if standing is None:
        return {}
    expect.columns(standing, ["reach_id", "position"], "standing")
    rows = zip(labels_of(standing), standing["reach_id"], standing["position"], strict=True)
    return {label: (reach, float(at)) for label, reach, at in rows if not pd.isna(reach)}


def _below(
    dam: pd.Series, spots: pd.DataFrame, net: Network, known: dict[Any, tuple[Any, float]]
) -> NDArray[np.bool_]:
    """Return which places lie downstream of the dam named in `downstream_of`; all if it is not known."""
    if dam.get("downstream_of", "") not in known or not len(spots):
        return np.ones(len(spots), dtype=bool)
    reach, position = known[dam["downstream_of"]]
    path = downstream(net, int(net.ids.get_loc(reach)))
    rows = net.ids.get_indexer(pd.Index(spots["reach_id"]))
    lower = spots["position"].to_numpy() > position
    return np.asarray(np.isin(rows, path[1:]) | ((rows == path[0]) & lower), dtype=bool)


def _inside(
    dam: pd.Series,
    spots: pd.DataFrame,
    net: Network,
    reaches: pd.DataFrame,
    districts: gpd.GeoDataFrame | None,
) -> NDArray[np.bool_]:
    """Return which places lie in or near the districts a dam is known to stand in."""
    wanted = str(dam.get("stretch_district_ids", "") or "").split("|")
    if districts is None or not len(spots) or wanted in ([""], ["nan"]):
        return np.ones(len(spots), dtype=bool)
    expect.columns(districts, ["district_id"], "districts")
    chosen = districts[districts["district_id"].isin(wanted)]
    if chosen.empty:
        raise DataError(f"none of the districts {wanted} is in `districts`; correct stretch_district_ids")
    rows = net.ids.get_indexer(pd.Index(spots["reach_id"]))
    lines, where = np.unique(rows, return_inverse=True)
    shapes = downstream_lines(reaches, net)[lines][where]
    points = shapely.line_interpolate_point(shapes, spots["position"].to_numpy(), normalized=True)
    ground = shapely.union_all(chosen.geometry.to_crs(EQUAL_AREA).to_numpy())
    return np.asarray(shapely.dwithin(points, ground, 1000 * DISTRICT_MARGIN_KM))
