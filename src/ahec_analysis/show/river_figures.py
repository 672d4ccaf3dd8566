"""Charts of the report on rivers and wetlands: scenarios, basins, single dams, the corridor."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from ahec_analysis.connectivity.corridor import towns_along
from ahec_analysis.show import charts, palette, tables
from ahec_analysis.show.charts import Chart
from ahec_analysis.show.messages import say


def scenarios(compared: pd.DataFrame) -> Chart:
    """Return the share of river kilometres open to the sea in each scenario, with its interval."""
    ends = {"low": "free_min_percent", "high": "free_max_percent"}
    today = compared.set_index("scenario").loc["today", list(ends.values())]
    rows = compared.assign(name=[say("river-scenario", scenario=key) for key in compared["scenario"]])
    share = charts.span(*today, unit="%")
    return charts.intervals(rows, "rivers/scenarios", **ends, unit="%", share=share)


def by_basin(summary: pd.DataFrame) -> Chart:
    """Return the river kilometres of each river basin by what lies between them and the sea, longest first."""
    rows = summary.rename(columns={summary.columns[0]: "basin"}).sort_values("length_km", ascending=False)
    dammed = rows[rows["dammed_km"] > 0].sort_values("free_percent")
    worst = dammed.iloc[0] if len(dammed) else {"basin": rows["basin"].iloc[0], "free_percent": 100}
    wide = rows.rename(columns=lambda name: name.removesuffix("_km"))
    long = wide.melt("basin", list(palette.STATES), "state", "km")
    return charts.stacked(
        long,
        "rivers/basins",
        label="basin",
        part="state",
        value="km",
        values=charts.told(dammed["basin"], (f"{share:.0f} %" for share in dammed["free_percent"])),
        basin=worst["basin"],
        lost=100 - worst["free_percent"],
    )


def single_dams(ranked: pd.DataFrame, *, most: int = 14) -> Chart:
    """Return what single dams cost in kilometres open to the sea; dams on the same stretch share a bar."""
    rows = grouped(ranked[ranked["loss_free_max_km"].notna()]).head(most)
    ends = {"low": "loss_free_min_km", "high": "loss_free_max_km"}
    worst = ranked.loc[ranked["status_group"] == "built", "name"].iloc[0]
    rows["name"] = rows["label"]
    return charts.intervals(rows, "rivers/dams", **ends, colour="status_group", worst=worst)


def grouped(ranked: pd.DataFrame) -> pd.DataFrame:
    """Return the ranking with dams that may stand on the same stretch and cost the same in one row."""
    keys = ["river", "status_group", "on_map", "within", "downstream_of"]
    keys += ["loss_free_min_km", "loss_free_max_km"]
    apart = ranked["name"].where(ranked["on_map"] != "slides", "").rename("apart")
    groups = ranked.groupby([*keys, apart], sort=False, dropna=False)["name"]
    plans = groups.transform("size")
    stretches = [
        say("river-same-stretch", river=r, plans=n) for r, n in zip(ranked["river"], plans, strict=True)
    ]
    labels = ranked["name"].mask(plans > 1, pd.Series(stretches, index=ranked.index))
    return ranked.assign(
        name=groups.transform(lambda names: ", ".join(names.str.replace(r" \(.*", "", regex=True))),
        label=labels.str.replace(r" \(.*?\)", "", regex=True),
    ).drop_duplicates([*keys, "name"], ignore_index=True)


def profile(
    steps: pd.DataFrame, stem: gpd.GeoDataFrame, gaps: pd.DataFrame, *, width_km: float, source: str
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
    }
    figure, axes = charts.canvas("rivers/corridor", height=4.4, source=source, **facts)
    shares = _shares(steps)
    bank, start, end = (shares.index.get_level_values(level) for level in shares.index.names)
    side = np.where(bank == "left", 100, -100)
    beneath = shares.cumsum(axis=1) - shares
    for country, share in shares.items():
        held = (share > 0).to_numpy()
        colour, width = palette.COUNTRIES[country], (end - start)[held]
        foot, height = ((side * part)[held] for part in (beneath[country], share))
        axes.bar(start[held], height, bottom=foot, width=width, align="edge", color=colour)
    for gap in both.itertuples():
        axes.axvspan(gap.from_km, gap.to_km, color=palette.UNKNOWN, alpha=0.16, linewidth=0)
    mouth = float(steps["to_km"].max())
    rivers = stem.loc[stem["name"].ne(""), ["name", "km_from_source"]].drop_duplicates("name")
    rivers["until"] = rivers["km_from_source"].shift(-1, fill_value=mouth)
    for name, first, last in rivers.itertuples(index=False):
        axes.axvline(first, color=palette.SOFT, linewidth=0.8)
        axes.text((first + last) / 2, 118, name, ha="center", color=palette.INK, fontweight="bold")
    for rank, (name, km) in enumerate(towns_along(stem)):
        low = -112 - 18 * (rank % 2)
        axes.text(km, low - 2, name, ha="center", va="top", fontsize=8, color=palette.SOFT)
        axes.plot([km, km], [-104, low], color=palette.SOFT, linewidth=0.8)
    axes.axhline(0, color=palette.INK, linewidth=0.8)
    for name, height in (("left", 50), ("right", -50)):
        words = say(f"chart-rivers-corridor.{name}")
        charts.note(axes, words, (mouth, height), (8, 0), rotation=90, va="center")
    axes.set_xlim(0, mouth)
    axes.set_ylim(-150, 130)
    axes.set_yticks(range(-100, 101, 50))
    axes.yaxis.set_major_formatter(lambda share, _: f"{abs(share):.0f}")
    charts.add_legend(axes, charts.legend(shares, "country"))
    return figure


def _shares(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the protected share of each bank and step (rows) that lies in each country (columns)."""
    keys = ["bank", "from_km", "to_km"]
    wide = steps.pivot_table(index=keys, columns="country", values="protected_km2", aggfunc="sum").fillna(0.0)
    shares = wide.div(steps.groupby(keys)["area_km2"].sum(), axis=0)
    return shares[[country for country in palette.COUNTRIES if country in shares]]
