"""Charts of the report on rivers and wetlands: scenarios, basins, single dams, the corridor."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ahec_analysis import territory
from ahec_analysis.coverage.sums import rounded
from ahec_analysis.data.tables import COUNTRY_NAMES
from ahec_analysis.show import charts, palette, tables
from ahec_analysis.show.charts import Chart
from ahec_analysis.show.messages import say
from ahec_analysis.show.river_maps import STATES
from ahec_analysis.values import shown

GROUPS = {"built": "#D55E00", "under_construction": "#7A2E8E", "proposed": "#CC79A7", "shelved": "#888888"}
ENGLISH = {"Nikolayevsk-on-Amure": "Nikolayevsk-on-Amur"}
"""English names where the gazetteer mixes languages."""


def scenarios(compared: pd.DataFrame) -> Chart:
    """Return the share of river kilometres open to the sea in each scenario, with its interval."""
    rows = compared.assign(name=[say("river-scenario", scenario=key) for key in compared["scenario"]])
    by = rows.set_index("scenario")
    told = "; ".join(
        f"{r.name}: {_span(r.free_min_percent, r.free_max_percent, '%')}" for r in rows.itertuples()
    )
    figure, axes = charts.canvas(say("river-chart-scenarios.alt", told=told), height=2.9)
    _intervals(
        axes,
        rows["name"],
        rows["free_min_percent"],
        rows["free_max_percent"],
        [palette.NEUTRAL] * len(rows),
        "%",
    )
    axes.set_xlim(0, 118)
    axes.set_xticks(range(0, 101, 20))
    today = by.loc["today"] if "today" in by.index else by.iloc[0]
    share = _span(today["free_min_percent"], today["free_max_percent"], "%")
    charts.finish(
        figure,
        axes,
        say("river-chart-scenarios", share=share),
        say("river-chart-scenarios.source"),
        x=say("river-chart-scenarios.axis"),
        grid="x",
    )
    return figure


def by_basin(summary: pd.DataFrame) -> Chart:
    """Return the river kilometres of each river basin by what lies between them and the sea, longest first."""
    rows = summary.set_index(summary.columns[0]).sort_values("length_km", ascending=False)
    dammed = rows[rows["dammed_km"] > 0].sort_values("free_percent")
    told = ", ".join(f"{name} {row.free_percent:.0f} %" for name, row in dammed.iterrows())
    worst = dammed.index[0] if len(dammed) else rows.index[0]
    lost = 100 - float(dammed["free_percent"].iloc[0]) if len(dammed) else 0.0
    long = rows[[f"{state}_km" for state in STATES]].rename_axis("unit").reset_index()
    long = long.melt("unit", var_name="state", value_name="km")
    return charts.stacked(
        long.assign(state=long["state"].str.removesuffix("_km")),
        label="unit",
        part="state",
        value="km",
        colours=STATES,
        names={state: say("river-state", state=state) for state in STATES},
        title=say("river-chart-basins", basin=worst, lost=lost),
        axis=say("river-chart-basins.axis"),
        alt=say("river-chart-basins.alt", told=told),
        source=say("river-chart-basins.source"),
    )


def single_dams(ranked: pd.DataFrame, *, most: int = 14) -> Chart:
    """Return what single dams cost in kilometres open to the sea; dams on the same stretch share a bar."""
    rows = grouped(ranked[ranked["loss_free_max_km"].notna()]).head(most)
    first = rows.head(6).itertuples()
    told = "; ".join(f"{r.label} {_span(r.loss_free_min_km, r.loss_free_max_km)}" for r in first)
    figure, axes = charts.canvas(say("river-chart-dams.alt", told=told), height=1.5 + 0.36 * len(rows))
    colours = [GROUPS[g] for g in rows["status_group"]]
    _intervals(axes, rows["label"], rows["loss_free_min_km"], rows["loss_free_max_km"], colours, "")
    for group in dict.fromkeys(rows["status_group"]):
        axes.barh([0], [0], color=GROUPS[group], label=say("river-plan", status=group))
    charts.legend(axes, 4)
    axes.set_xlim(0, float(rows["loss_free_max_km"].max()) * 1.28)
    built = ranked[ranked["status_group"] == "built"].iloc[0]
    charts.finish(
        figure,
        axes,
        say("river-chart-dams", name=built["name"]),
        say("river-chart-dams.source"),
        x=say("river-chart-dams.axis"),
        grid="x",
    )
    return figure


def grouped(ranked: pd.DataFrame) -> pd.DataFrame:
    """Return the ranking with dams that may stand on the same stretch and cost the same in one row."""
    keys = ["river", "status_group", "on_map", "within", "loss_free_min_km", "loss_free_max_km"]
    apart = ranked["name"].where(ranked["on_map"] != "slides", "")
    groups = ranked.groupby([*keys, apart.rename("apart")], sort=False, dropna=False)["name"]
    count = groups.transform("size")
    rows = ranked.assign(
        name=groups.transform(lambda names: ", ".join(names.str.replace(r" \(.*", "", regex=True))),
        label=[
            say("river-same-stretch", river=river, plans=plans) if plans > 1 else name
            for river, plans, name in zip(ranked["river"], count, ranked["name"], strict=True)
        ],
    )
    rows["label"] = rows["label"].str.replace(r" \(.*?\)", "", regex=True)
    return rows.drop_duplicates([*keys, "name"], ignore_index=True)


def profile(
    steps: pd.DataFrame, stem: pd.DataFrame, gaps: pd.DataFrame, *, width_km: float, source: str
) -> Chart:
    """Return the protected share of the corridor from source to mouth, the left bank up and the right bank down."""
    both = gaps[gaps["bank"] == "both"]
    facts = {
        "total": 100 * steps["protected_km2"].sum() / steps["area_km2"].sum(),
        "width": f"{width_km:g}",
        "known": "withheld" in steps.attrs,
        "withheld": tables.withheld(steps),
        "gaps": len(both),
        "longest": both["length_km"].max() if len(both) else 0,
        "source": source,
    }
    figure, axes = charts.canvas(say("river-chart-corridor.alt", **facts), height=4.4)
    shares = _shares(steps)
    for bank, sign in (("left", 1), ("right", -1)):
        wide = shares.loc[bank]
        starts, ends = (wide.index.get_level_values(k).to_numpy() for k in ("from_km", "to_km"))
        base = np.zeros(len(wide))
        for country in [c for c in palette.COUNTRIES if c in wide]:
            height = 100 * wide[country].to_numpy()
            drawn = height > 0
            axes.bar(
                starts[drawn],
                sign * height[drawn],
                bottom=sign * base[drawn],
                width=(ends - starts)[drawn],
                align="edge",
                color=palette.COUNTRIES[country],
            )
            base += height
    for country in [c for c in palette.COUNTRIES if c in shares]:
        axes.bar([0], [0], color=palette.COUNTRIES[country], label=COUNTRY_NAMES[country])
    for gap in both.itertuples():
        axes.axvspan(gap.from_km, gap.to_km, color=palette.UNKNOWN, alpha=0.16, linewidth=0)
    end = float(steps["to_km"].max())
    starts = stem.loc[stem["name"].ne(""), ["name", "km_from_source"]].drop_duplicates("name")
    for row, following in zip(starts.itertuples(), [*starts["km_from_source"].iloc[1:], end], strict=True):
        axes.axvline(row.km_from_source, color=palette.SOFT, linewidth=0.8)
        axes.text(
            (row.km_from_source + following) / 2,
            118,
            row.name,
            ha="center",
            color=palette.INK,
            fontweight="bold",
        )
    for rank, (name, km) in enumerate(_towns_along(stem)):
        axes.text(km, -114 - 18 * (rank % 2), name, ha="center", va="top", fontsize=8, color=palette.SOFT)
        axes.plot([km, km], [-104, -112 - 18 * (rank % 2)], color=palette.SOFT, linewidth=0.8)
    axes.axhline(0, color=palette.INK, linewidth=0.8)
    for height, words in ((50, say("river-chart-corridor.left")), (-50, say("river-chart-corridor.right"))):
        axes.text(
            1.01,
            height,
            words,
            transform=axes.get_yaxis_transform(),
            rotation=90,
            va="center",
            color=palette.INK,
        )
    axes.set_xlim(0, end)
    axes.set_ylim(-150, 130)
    axes.set_yticks([-100, -50, 0, 50, 100], ["100", "50", "0", "50", "100"])
    charts.legend(axes, 3)
    charts.finish(
        figure,
        axes,
        say("river-chart-corridor", **facts),
        say("river-chart-corridor.source", **facts),
        x=say("river-chart-corridor.along"),
        y=say("river-chart-corridor.share"),
    )
    axes.set_yticks([-100, -50, 0, 50, 100], ["100", "50", "0", "50", "100"])
    return figure


def near_towns(kilometres: Sequence[float], stem: gpd.GeoDataFrame) -> list[str]:
    """Return the town nearest to each kilometre of a main stem, or "" if none lies within 60 km."""
    towns = territory.towns().to_crs(territory.EQUAL_AREA)
    lines = stem.geometry.to_crs(territory.EQUAL_AREA)
    starts = stem["km_from_source"].to_numpy(dtype=float)
    lengths = stem["length_km"].to_numpy(dtype=float)
    out = []
    for km in kilometres:
        row = max(int(np.searchsorted(starts, km, side="right")) - 1, 0)
        share = np.clip((km - starts[row]) / lengths[row], 0, 1) if lengths[row] else 0.0
        point = lines.iloc[row].interpolate(share, normalized=True)
        away = towns.distance(point)
        name = str(towns.loc[away.idxmin(), "name"])
        out.append(ENGLISH.get(name, name) if away.min() <= 60_000 else "")
    return out


def _shares(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the protected share of each bank and step (rows) that lies in each country (columns)."""
    keys = ["bank", "from_km", "to_km"]
    wide = steps.pivot_table(index=keys, columns="country", values="protected_km2", aggfunc="sum").fillna(0.0)
    return wide.div(steps.groupby(keys)["area_km2"].sum(), axis=0)


def _towns_along(stem: gpd.GeoDataFrame) -> list[tuple[str, float]]:
    """Return the large towns on a main stem with their kilometre from the source."""
    towns = territory.towns()
    towns = towns[towns["population"] >= 200_000].to_crs(territory.EQUAL_AREA)
    lines = stem.geometry.to_crs(territory.EQUAL_AREA)
    found = []
    for town in towns.itertuples():
        away = lines.distance(town.geometry)
        if away.min() <= 15_000:
            row = int(away.to_numpy().argmin())
            along = lines.iloc[row].project(town.geometry, normalized=True)
            km = float(stem["km_from_source"].iloc[row] + along * stem["length_km"].iloc[row])
            found.append((int(town.population), str(town.name), km))
    chosen: list[tuple[str, float]] = []
    for _, name, km in sorted(found, reverse=True):
        if all(abs(km - other) > 200 for _, other in chosen):
            chosen.append((name, km))
    return sorted(chosen, key=lambda pair: pair[1])


def _intervals(
    axes: Axes, labels: pd.Series, low: pd.Series, high: pd.Series, colours: Sequence[str], unit: str
) -> None:
    """Draw bars to the lower value, a pale end up to the higher one, and both in figures."""
    names = labels.tolist()
    for row, (least, most, colour) in enumerate(zip(low, high, colours, strict=True)):
        axes.barh(row, least, color=colour, height=0.68)
        axes.barh(row, most - least, left=least, color=colour, alpha=0.4, height=0.68)
        axes.text(most, row, f"  {_span(least, most, unit)}", va="center", fontsize=9, color=palette.INK)
    axes.set_yticks(range(len(names)), names, color=palette.INK)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _span(low: float, high: float, unit: str = "") -> str:
    """Return a range with the digits that are known: whole percent, amounts to two digits."""
    ends = pd.Series([low, high], dtype=float)
    whole = ends.round() if unit == "%" else rounded(ends)
    return "–".join(dict.fromkeys(shown(int(v)) for v in whole)) + (f" {unit}" if unit else "")
