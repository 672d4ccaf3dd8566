"""Charts of a species: counts over time, ground by unit, what the index assumes and how it moves."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from ahec_analysis.habitat.species import Species
from ahec_analysis.show import charts, palette
from ahec_analysis.show.charts import Bars, Chart
from ahec_analysis.show.messages import name_of, say
from ahec_analysis.show.tables import rough
from ahec_analysis.values import shown

_MOST_SERIES = 6


def over_time(counts: pd.DataFrame, *, name: str, source: str) -> list[Chart]:
    """Return the counts that compare like with like, a small panel for each ``series``; nothing without any."""
    dated = counts[(counts["series"] != "") & counts["year"].notna()]
    dated = dated.assign(middle=(dated["estimate_low"] + dated["estimate_high"]) / 2)
    dated = dated[dated.groupby("series")["year"].transform("nunique") > 1]
    groups = [(title, rows.sort_values("year")) for title, rows in dated.groupby("series", sort=False)]
    if not groups:
        return []
    groups = groups[:_MOST_SERIES]
    told = [f"{title}: {_in_year(rows.iloc[0])}, {_in_year(rows.iloc[-1])}" for title, rows in groups]
    facts = {"name": name, "values": "; ".join(told)}
    figure, places = charts.panels("species/over-time", len(groups), row=2.1, source=source, **facts)
    style: dict[str, Any] = {
        "fmt": "o-",
        "color": palette.NEUTRAL,
        "markersize": 4,
        "linewidth": 1,
        "capsize": 2,
    }
    for (title, rows), place in zip(groups, places, strict=True):
        spread = (rows["estimate_high"] - rows["estimate_low"]) / 2
        place.errorbar(rows["year"].to_numpy(dtype=float), rows["middle"], yerr=spread, **style)
        for norm in rows["norm"].dropna().head(1):
            place.axhline(norm, color=palette.MORE, linewidth=1, linestyle="--")
        place.margins(x=0.15, y=0.15)
        place.set_ylim(bottom=0)
        place.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        place.set_title("\n".join(textwrap.wrap(title, 34)), fontsize=8.5)
    return [figure]


def shares(units: pd.DataFrame, *, source: str, most: int = 16) -> Chart:
    """Return ground by province or reaches by basin, the largest first, its protected part green with its share."""
    label, unit = ("province", "km2") if "habitat_km2" in units else ("basin", "km")
    top = units.nlargest(most, f"habitat_{unit}")
    whole, held = top[f"habitat_{unit}"], top[f"protected_{unit}"]
    share = [rough(float(percent), "x_percent") for percent in top["protected_percent"]]
    pairs = zip(share, whole, strict=True)
    texts = [say("chart-species-shares.value", share=part, whole=rough(float(of), "")) for part, of in pairs]
    facts = {"unit": unit, "name": top[label].iloc[0], "share": share[0]} if len(top) else {"unit": "none"}
    layers = [Bars(whole, colour=palette.HABITAT), Bars(held, colour=palette.PROTECTED)]
    return charts.rows("species/shares", top[label], layers, texts=texts, source=source, **facts)


def tornado(sensitivity: pd.DataFrame, *, source: str, most: int = 12) -> Chart:
    """Return the parameters that move the result most, widest on top, as ``Assessment.sensitivity`` tells them."""
    ends = sensitivity.groupby(["variable", "what"], sort=False)["change_percent"].agg(["min", "max"])
    span = ends["max"].clip(lower=0) - ends["min"].clip(upper=0)
    ends = ends.loc[span.nlargest(most).index]
    names = [f"{name_of(variable, 'variable')}: {name_of(what, 'what')}" for variable, what in ends.index]
    moved = sensitivity.assign(shift=sensitivity["shift"].round(6)).set_index(["variable", "what"])
    layers = [
        Bars(
            moved.loc[moved["shift"] == shift, "change_percent"].reindex(ends.index),
            colour=palette.LESS if shift < 0 else palette.MORE,
            alpha=1.0 if abs(shift) == 0.1 else 0.45,
        )
        for shift in (-0.2, 0.2, -0.1, 0.1)
    ]
    facts = {"low": f"{ends['min'].min():+.0f}", "high": f"{ends['max'].max():+.0f}", "moves": span.max() > 0}
    told = ", ".join(names[:3])
    figure = charts.rows("species/tornado", names, layers, source=source, values=told, **facts)
    figure.axes[0].axvline(0, color=palette.SOFT, linewidth=0.8)
    return figure


def memberships(taxon: Species, *, source: str, unused: Sequence[str] = ()) -> Chart:
    """Return what the model assumes: a small curve or bars of scores for each variable; those ``unused`` say so."""
    names = [name_of(part.variable, "variable") for part in taxon.memberships]
    facts = {"source": source, "name": taxon.name, "values": ", ".join(names)}
    figure, places = charts.panels("species/memberships", len(names), row=1.75, **facts)
    for part, name, place in zip(taxon.memberships, names, places, strict=True):
        if part.scores:
            classes, scores = zip(*part.scores, strict=True)
            place.bar([str(n) for n in classes], scores, color=palette.NEUTRAL)
            place.tick_params(axis="x", labelsize=7)
        else:
            values = np.linspace(*_window(part.limits, part.variable), 400)
            place.fill_between(values, part(values), color=palette.NEUTRAL, alpha=0.35, linewidth=0)
            place.plot(values, part(values), color=palette.NEUTRAL)
        place.set_xlabel(say("chart-species-memberships.class") if part.scores else part.unit, fontsize=8)
        place.set_ylim(0, 1.05)
        if part.variable in unused:
            name = say("chart-species-memberships.unused", name=name)
        place.set_title(name, fontsize=9.5)
    return figure


def protected_shares(overview: pd.DataFrame, *, source: str) -> Chart:
    """Return the share protected for each species, least first, with its span over the thresholds on land."""
    known = overview[overview["protected_percent"].notna()].sort_values("protected_percent")
    texts = [rough(float(share), "x_percent") for share in known["protected_percent"]]
    span = Bars(known["protected_high_percent"], start=known["protected_low_percent"], line=True)
    layers = [Bars(known["protected_percent"], colour=palette.PROTECTED), span]
    facts: dict[str, Any] = {"source": source, "least": texts[0], "most": texts[-1]}
    return charts.rows("species/protected-shares", known["species"], layers, texts=texts, **facts)


def _in_year(row: Any) -> str:
    return say("chart-species-over-time.in", number=shown(float(row.middle)), year=str(row.year))


def _window(limits: Sequence[float], variable: str) -> tuple[float, float]:
    """Return the part of a variable that a curve is drawn over: its limits and what lies around them."""
    least, most = np.nanmin(limits), np.nanmax(limits)
    around = 0.4 * ((most - least) or abs(most) or 1.0)
    low, high = least - around, most + around
    if variable.startswith("distance") or variable in ("tree_cover", "ruggedness", "elevation"):
        low = max(low, 0.0)
    return low, min(high, 100.0) if variable == "tree_cover" else high
