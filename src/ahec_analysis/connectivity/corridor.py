"""The protected corridor along a river: its longitudinal profile by bank and country, and its gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from ahec_analysis import expect, territory
from ahec_analysis.connectivity.tree import main_stem
from ahec_analysis.coverage import places
from ahec_analysis.errors import DataError, ParameterError
from ahec_analysis.territory.ahec import EQUAL_AREA

Shapes = NDArray[Any]

BORDER_STEPS = 7
MOST = 0.4
"""Steps of the river over which a country's bank is told, and by how much of its land there one bank must lead."""
BOTH = "both"
"""Bank of a gap where neither is protected."""
SLIVER = 0.01
"""A step with at most this share protected is a gap."""
TOWN_KM = 60
"""Farthest a town may be from a kilometre of the river that is named after it."""
ENGLISH = {"Nikolayevsk-on-Amure": "Nikolayevsk-on-Amur"}
"""English names where the gazetteer mixes languages."""


@dataclass(frozen=True)
class Corridor:
    """The corridor along a main stem: `steps` by all sites, `own` by those whose ground is known."""

    stem: gpd.GeoDataFrame
    steps: gpd.GeoDataFrame
    own: gpd.GeoDataFrame

    @property
    def percents(self) -> tuple[float, float]:
        """Return the protected share of the corridor by the sites whose ground is known, and by all."""
        own, every = (
            corridor_summary(rows, "bank")["protected_percent"].iloc[-1] for rows in (self.own, self.steps)
        )
        return float(own), float(every)

    @property
    def shown(self) -> gpd.GeoDataFrame:
        """Return the steps by all sites if positions carry them, else by those whose ground is known (``attrs["withheld"]``)."""
        if len(self._carried(self.steps, "steps")):
            return self.steps
        known = self.own.copy()
        known.attrs["withheld"] = "rough_points"
        return known

    def by(self, *columns: str) -> pd.DataFrame:
        """Return the rows of :func:`corridor_summary` that positions carry."""
        rows, known = (corridor_summary(steps, list(columns)) for steps in (self.steps, self.own))
        return places.carried(rows, known["protected_km2"], rows["protected_km2"], what="rows")

    def gaps(self, *, longer_than_km: float = 50) -> pd.DataFrame:
        """Return :func:`gaps` with their ``river`` and the towns ``from_place`` and ``to_place``, if positions carry them."""
        found = on_rivers(gaps(self.steps, longer_than_km=longer_than_km), self.stem)
        ends = {f"{end}_place": near_towns(found[f"{end}_km"], self.stem) for end in ("from", "to")}
        return self._carried(found.assign(**ends), "gaps_of_the_corridor")

    def gap_ground(self) -> gpd.GeoDataFrame:
        """Return :meth:`gaps` with the corridor's ground of each, a polygon in the equal-area CRS."""
        rows = self.gaps()
        found = [
            self.steps[
                (self.steps["from_km"] >= row.from_km)
                & (self.steps["to_km"] <= row.to_km)
                & ((self.steps["bank"] == row.bank) | (row.bank == BOTH))
            ].union_all()
            for row in rows.itertuples()
        ]
        return gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(found, rows.index, crs=EQUAL_AREA))

    def _carried(self, rows: pd.DataFrame, what: str) -> pd.DataFrame:
        own, every = (steps["protected_km2"].sum() for steps in (self.own, self.steps))
        return places.carried(rows, own, every, what=what)


def along(
    reaches: gpd.GeoDataFrame,
    head: str,
    pieces: gpd.GeoDataFrame,
    *,
    width_km: float = 10,
    step_km: float = 10,
) -> Corridor:
    """Return the corridor from the source of a river down to the sea, under flat pieces with ``own_ground``."""
    stem, countries = main_stem(reaches, head), territory.countries()
    steps = corridor_profile(stem, pieces, width_km=width_km, step_km=step_km, countries=countries)
    steps = on_rivers(steps, stem)
    return Corridor(stem, steps, _covered(steps, pieces[pieces["own_ground"]]))


def corridor_profile(
    stem: gpd.GeoDataFrame | gpd.GeoSeries,
    pieces: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    width_km: float = 10,
    step_km: float = 10,
    countries: gpd.GeoDataFrame | None = None,
    country: str = "country",
) -> gpd.GeoDataFrame:
    """Return the protected share of a river corridor from source to mouth, by bank.

    The corridor is the land within `width_km` of the river on either side. Each spot belongs to the step of
    the river it is nearest to, and to the left or right bank as seen downstream, so that no land counts twice
    in a bend. With `countries`, the border decides along border rivers: where two countries share a step, mostly
    on opposite banks, each counts to its own bank, whatever a stem drawn on a grid leaves beyond the river.

    Parameters
    ----------
    stem
        From `main_stem` (source first), or one line drawn downstream; any CRS.
    pieces
        Protected polygons in any CRS; overlaps count once.
    width_km
        Width of the corridor on each bank.
    step_km
        Kilometres of the line per row; the last step may be shorter.
    countries
        Polygons, named by their column `country`, that split each step further.

    Returns
    -------
    GeoDataFrame
        One row per step, bank ("left", "right") and, with `countries`, country ("" outside all): from_km, to_km
        (from the source, by the lengths of a stem from `main_stem`, else along the line), area_km2, protected_km2,
        protected_share (0 to 1), and the polygon in the equal-area CRS.

    Raises
    ------
    DataError, ParameterError, SchemaError
        If a layer has no CRS, the stem is no chain of lines, a width is not above 0, or a column is missing.

    Examples
    --------
    >>> from shapely import LineString, box
    >>> river = gpd.GeoSeries([LineString([(0, 0), (20_000, 0)])], crs=EQUAL_AREA)
    >>> park = gpd.GeoSeries([box(-5000, 0, 10_000, 5000)], crs=EQUAL_AREA)
    >>> profile = corridor_profile(river, park, width_km=2, step_km=10)
    >>> profile[["from_km", "bank", "protected_share"]].round(2).to_numpy().tolist()
    [[0.0, 'left', 1.0], [0.0, 'right', 0.0], [10.0, 'left', 0.0], [10.0, 'right', 0.0]]
    """
    if not (width_km > 0 and step_km > 0):
        raise ParameterError("`width_km` and `step_km` must be above 0")
    line = _joined(stem)
    width, step = 1000 * width_km, 1000 * step_km
    zones = _zones(line, width, step)
    banks = _banks(line, width)
    step_of, bank = (part.ravel() for part in np.meshgrid(np.arange(len(zones)), list(banks), indexing="ij"))
    from_km = step_of * float(step_km)
    table = gpd.GeoDataFrame(
        {"from_km": from_km, "to_km": np.minimum(from_km + step_km, line.length / 1000), "bank": bank},
        geometry=shapely.intersection(zones[step_of], [banks[str(side)] for side in bank]),
        crs=EQUAL_AREA,
    )
    if countries is not None:
        table = _by_country(table, countries, country)
    table = table.assign(area_km2=table.area / 1e6)
    table = _covered(table[table["area_km2"] > 1e-6], pieces)
    if {"km_from_source", "length_km"} <= set(stem):
        drawn = np.append(0, stem.geometry.to_crs(EQUAL_AREA).length.cumsum() / 1000)
        river = np.append(stem["km_from_source"], stem[["km_from_source", "length_km"]].iloc[-1].sum())
        for column in ("from_km", "to_km"):
            table[column] = np.interp(table[column], drawn, river).round(3)
    return table.reset_index(drop=True)


def gaps(profile: pd.DataFrame, *, longer_than_km: float = 50) -> pd.DataFrame:
    """Return the unprotected stretches of a corridor, longest first.

    Parameters
    ----------
    profile
        From `corridor_profile`.
    longer_than_km
        Shorter stretches are left out.

    Returns
    -------
    DataFrame
        bank ("left", "right", or "both" where neither bank is protected), from_km, to_km, length_km: runs of whole
        steps of which at most 1 % is protected, so that a sliver does not close a gap.

    Raises
    ------
    SchemaError
        If `profile` does not come from `corridor_profile`.

    Examples
    --------
    >>> profile = pd.DataFrame({"from_km": [0.0, 40, 80], "to_km": [40.0, 80, 120], "bank": "left"})
    >>> profile = profile.assign(area_km2=1.0, protected_km2=[1.0, 0, 0])
    >>> gaps(profile)[["bank", "from_km", "length_km"]].to_numpy().tolist()
    [['left', 40.0, 80.0], ['both', 40.0, 80.0]]
    """
    steps, km2 = ["from_km", "to_km"], ["area_km2", "protected_km2"]
    expect.columns(profile, [*steps, "bank", *km2], "profile", hint="make it with corridor_profile")
    sums = profile.groupby(["bank", *steps], as_index=False)[km2].sum()
    by_bank = sums.assign(open=sums["protected_km2"] <= SLIVER * sums["area_km2"])
    both = by_bank.groupby(steps, as_index=False)["open"].all().assign(bank=BOTH)
    rows = pd.concat([by_bank, both], ignore_index=True)
    above = rows.shift()
    broken = rows["from_km"].ne(above["to_km"]) | rows["bank"].ne(above["bank"])
    runs = rows[rows["open"]].groupby((broken | rows["open"].ne(above["open"])).cumsum())
    table = runs.agg(bank=("bank", "first"), from_km=("from_km", "first"), to_km=("to_km", "last"))
    table = table.assign(length_km=table["to_km"] - table["from_km"])
    table = table[table["length_km"] > longer_than_km]
    return table.sort_values("length_km", ascending=False, kind="stable", ignore_index=True)


def corridor_summary(profile: pd.DataFrame, by: str | list[str]) -> pd.DataFrame:
    """Return area, protected km² and % of a corridor by its columns, the sum ("total") last."""
    keys = [by] if isinstance(by, str) else list(by)
    expect.columns(profile, [*keys, "area_km2", "protected_km2"], "profile")
    table = profile.groupby(keys, sort=False)[["area_km2", "protected_km2"]].sum().reset_index()
    total = {**dict.fromkeys(keys, ""), keys[0]: "total", **table[["area_km2", "protected_km2"]].sum()}
    table = pd.concat([table, pd.DataFrame([total])], ignore_index=True)
    return table.assign(protected_percent=100 * table["protected_km2"] / table["area_km2"])


def on_rivers(profile: pd.DataFrame, stem: pd.DataFrame) -> pd.DataFrame:
    """Return the steps of a corridor, or its gaps, with the ``river`` in the middle of a step or all those met by a gap.

    The stem has ``name`` and ``km_from_source``; unnamed reaches take the name above them.
    """
    expect.columns(profile, ["from_km", "to_km"], "profile")
    expect.columns(stem, ["name", "km_from_source"], "stem")
    names = pd.Series(stem["name"].to_numpy()).replace("", None).ffill().bfill().fillna("").to_numpy()
    starts = stem["km_from_source"].to_numpy(dtype=float)
    if "length_km" not in profile:
        return profile.assign(river=names[_reach_at((profile["from_km"] + profile["to_km"]) / 2, starts)])
    ends = np.append(starts[1:], np.inf)
    met = (names[(starts < to) & (ends > from_)] for from_, to in profile[["from_km", "to_km"]].to_numpy())
    return profile.assign(river=[" – ".join(dict.fromkeys(rivers)) for rivers in met])


def near_towns(kilometres: Sequence[float] | pd.Series, stem: gpd.GeoDataFrame) -> list[str]:
    """Return the town nearest to each kilometre of a main stem, or "" if none lies within 60 km."""
    towns = territory.towns().to_crs(EQUAL_AREA)
    km, starts = np.asarray(kilometres, dtype=float), stem["km_from_source"].to_numpy(dtype=float)
    row = _reach_at(km, starts)
    share = np.clip((km - starts[row]) / stem["length_km"].to_numpy(dtype=float)[row], 0, 1)
    lines = stem.geometry.to_crs(EQUAL_AREA).to_numpy()[row]
    points = shapely.line_interpolate_point(lines, share, normalized=True)
    away = shapely.distance(points[:, None], towns.geometry.to_numpy())
    nearest = towns["name"].replace(ENGLISH).to_numpy()[away.argmin(axis=1)]
    return list(np.where(away.min(axis=1) <= 1000 * TOWN_KM, nearest, ""))


def towns_along(stem: gpd.GeoDataFrame) -> list[tuple[str, float]]:
    """Return the towns over 200 000 within 15 km of a main stem with their km from its source, 200 km and more apart."""
    towns = territory.towns().to_crs(EQUAL_AREA)
    towns = towns[towns["population"] >= 200_000].sort_values(["population", "name"], ascending=False)
    lines = stem.geometry.to_crs(EQUAL_AREA).reset_index(drop=True)
    found: list[tuple[str, float]] = []
    for name, town in zip(towns["name"], towns.geometry, strict=True):
        away = lines.distance(town)
        row = away.idxmin()
        along = stem["length_km"].iloc[row] * lines[row].project(town, normalized=True)
        km = float(stem["km_from_source"].iloc[row] + along)
        if away[row] <= 15_000 and all(abs(km - other) > 200 for _, other in found):
            found.append((str(name), km))
    return sorted(found, key=lambda pair: pair[1])


def _reach_at(kilometres: Any, starts: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the row of the stem at each kilometre from its source."""
    return np.asarray(np.maximum(np.searchsorted(starts, kilometres, side="right") - 1, 0))


def _joined(stem: gpd.GeoDataFrame | gpd.GeoSeries) -> Any:
    """Return the stem as one line in the equal-area CRS, drawn downstream."""
    expect.projected(stem, "stem")
    lines = shapely.get_parts(stem.geometry.to_crs(EQUAL_AREA).to_numpy())
    line = shapely.remove_repeated_points(shapely.line_merge(shapely.multilinestrings(lines)))
    if shapely.get_type_id(line) != 1:
        raise DataError(
            "`stem` must be one chain of lines, source first, and drawn downstream if it is one line"
        )
    source, mouth = shapely.distance(shapely.get_point(line, [0, -1]), lines[0])
    return shapely.reverse(line) if source > mouth else line


def _zones(line: Any, width: float, step: float) -> Shapes:
    """Return, per step of the river, the land that is nearer to it than to any other step."""
    count = max(int(np.ceil(line.length / step - 1e-9)), 1)
    spacing = step / np.ceil(20 * step / min(width, step))
    along = np.arange(spacing / 2, line.length, spacing)
    points = shapely.line_interpolate_point(line, along)
    frame = shapely.box(*(np.array(shapely.bounds(line)) + np.array([-2, -2, 2, 2]) * width))
    diagram = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=frame, ordered=True)
    cells = shapely.get_parts(diagram)
    owner = np.minimum((along // step).astype(int), count - 1)
    return np.array([shapely.union_all(cells[owner == k]) for k in range(count)], dtype=object)


def _banks(line: Any, width: float) -> dict[str, Any]:
    """Return the corridor left and right of the line, seen downstream."""
    corridor = shapely.buffer(line, width, cap_style="flat", quad_segs=16)
    points = shapely.get_coordinates(line)
    head, tail = points[0] - points[1], points[-1] - points[-2]
    beyond = [end + way / np.hypot(*way) * 2 * width for end, way in ((points[0], head), (points[-1], tail))]
    longer = np.vstack([beyond[0], points, beyond[1]])
    cut = shapely.union_all([shapely.boundary(corridor), shapely.linestrings(longer)])
    faces = shapely.get_parts(shapely.polygonize([cut]))
    inner = shapely.point_on_surface(faces)
    keep = shapely.intersects(corridor, inner)
    faces, inner = faces[keep], inner[keep]
    at = shapely.line_locate_point(line, inner)
    eps = width / 1000
    before = shapely.get_coordinates(shapely.line_interpolate_point(line, np.maximum(at - eps, 0)))
    after = shapely.get_coordinates(shapely.line_interpolate_point(line, np.minimum(at + eps, line.length)))
    along, across = after - before, shapely.get_coordinates(inner) - before
    left = along[:, 0] * across[:, 1] - along[:, 1] * across[:, 0] > 0
    return {"left": shapely.union_all(faces[left]), "right": shapely.union_all(faces[~left])}


def _by_country(table: gpd.GeoDataFrame, countries: gpd.GeoDataFrame, column: str) -> gpd.GeoDataFrame:
    expect.columns(countries, [column], "countries", hint="name it with country=...")
    expect.projected(countries, "countries")
    merged = countries[[column, countries.geometry.name]].to_crs(EQUAL_AREA).dissolve(column)
    merged = merged.rename_axis("country").reset_index()
    rows = table.overlay(merged, how="identity").fillna({"country": ""})
    rows["bank"] = _bank_of_country(rows)
    return rows.dissolve(["from_km", "to_km", "bank", "country"]).reset_index()


def _bank_of_country(rows: gpd.GeoDataFrame) -> pd.Series:
    """Return the bank of each row; of two countries that share a step mostly on opposite banks, each has its own.

    The bank of a country is where most of its land lies in the steps around: in one bend a coarse stem may have it
    wrong.
    """
    signed = rows.area * rows["bank"].map({"left": 1, "right": -1})
    land = pd.DataFrame(rows[["from_km", "country"]]).assign(signed=signed, area=rows.area)
    land = land[land["country"] != ""]
    if land.empty:
        return rows["bank"]
    land = land.pivot_table(index="from_km", columns="country", values=["signed", "area"], aggfunc="sum")
    around = land.fillna(0.0).rolling(BORDER_STEPS, center=True, min_periods=1).sum()
    tilt = around["signed"] / around["area"]
    side = np.sign(tilt).where((tilt.abs() > MOST) & land["area"].notna())
    side = side[(side.min(axis=1) < 0) & (side.max(axis=1) > 0)]
    own = side.reindex(index=rows["from_km"].unique(), columns=rows["country"].unique()).to_numpy()
    found = own[pd.factorize(rows["from_km"])[0], pd.factorize(rows["country"])[0]]
    return rows["bank"].mask(found > 0, "left").mask(found < 0, "right")


def _covered(table: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame | gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Return the rows of a corridor with the km² and the share (0 to 1) of each under at least one piece."""
    expect.projected(pieces, "pieces")
    shapes, cells = (layer.geometry.to_crs(EQUAL_AREA).to_numpy() for layer in (pieces, table))
    cell, piece = shapely.STRtree(shapes).query(cells, predicate="intersects")
    parts = pd.Series(shapely.intersection(cells[cell], shapes[piece])).groupby(cell)
    km2 = parts.agg(lambda held: shapely.area(shapely.union_all(held.to_numpy())) / 1e6)
    table = table.assign(protected_km2=km2.reindex(range(len(cells)), fill_value=0.0).to_numpy(dtype=float))
    share = np.clip(table["protected_km2"] / table["area_km2"], 0, 1)
    return table.assign(protected_share=share).reset_index(drop=True)
