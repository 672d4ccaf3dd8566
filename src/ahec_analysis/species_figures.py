"""Charts of a species: counts over time, habitat by unit, what the model assumes and how firm it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ahec_analysis import charts, palette
from ahec_analysis.data import COUNTRY_NAMES
from ahec_analysis.niche import label as named
from ahec_analysis.species import Species
from ahec_analysis.tables import shown

PROTECTED = "#009E73"
HABITAT = "#b9c7bf"
LESS, MORE = "#0072B2", "#D55E00"
_SERIES = 3
"""Different years from which figures of one place make a series."""
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")


def main_series(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of the metric, unit and scope reported most often, with a known year.

    Several ways of counting never share a line; they share a chart only when metric and unit agree.
    """
    dated = counts[counts["year"].notna() & (counts["scope"] != "global")]
    dated = dated if len(dated) else counts[counts["year"].notna()]
    if dated.empty:
        return dated
    metric, unit = dated.groupby(["metric", "unit"], sort=False).size().idxmax()
    return dated[(dated["metric"] == metric) & (dated["unit"] == unit)].sort_values("year")


def over_time(frame: pd.DataFrame, *, name: str, source: str) -> list[charts.Chart]:
    """Return the chart of :func:`counts` for the main series of a species, or nothing without dated figures."""
    series = main_series(frame)
    return [counts(series, name=name, source=source)] if len(series) else []


def counts(frame: pd.DataFrame, *, name: str, source: str) -> charts.Chart:
    """Return counts over time as points with their range, a colour for each country and a marker for each scope.

    Parameters
    ----------
    frame : DataFrame
        Rows of species_counts.csv of one metric and unit, as :func:`main_series` returns them.
    name, source : str
        The species, and what the figures rest on.
    """
    unit = str(frame["unit"].iloc[0]).replace("_", " ") if len(frame) else ""
    metric = str(frame["metric"].iloc[0]).replace("_", " ") if len(frame) else "count"
    title = _counts_title(frame, name, metric)
    figure, axes = charts.canvas(f"{title}; {len(frame)} figures, {unit}.", height=3.8)
    scopes = list(dict.fromkeys(frame["scope"]))
    for (country, scope), rows in frame.groupby(["country", "scope"], sort=False):
        middle = (rows["estimate_low"] + rows["estimate_high"]) / 2
        spread = np.array([middle - rows["estimate_low"], rows["estimate_high"] - middle])
        marker = _MARKERS[scopes.index(scope) % len(_MARKERS)]
        colour = palette.COUNTRIES.get(country, palette.UNKNOWN)
        label = f"{COUNTRY_NAMES.get(country, country.replace('|', ' and ') or 'all countries')}, {scope}"
        firm = (rows["value_basis"] == "sourced").to_numpy()
        years = rows["year"].to_numpy(dtype=float)
        axes.errorbar(years, middle, yerr=spread, fmt="none", ecolor=colour, elinewidth=1.4, capsize=2)
        axes.scatter(years[firm], middle[firm], marker=marker, color=colour, s=30, label=label, zorder=3)
        if not firm.all():
            hollow = axes.scatter(
                years[~firm], middle[~firm], marker=marker, edgecolor=colour, facecolor="none", s=30, zorder=3
            )
            if not firm.any():
                hollow.set_label(label)
    axes.set_ylim(0)
    if len(frame):
        axes.legend(fontsize=8, frameon=False, loc="best")
    note = "Hollow: recalled, no document seen. Methods differ: see the table."
    charts.finish(figure, axes, title, f"{note}\n{source}", y=unit)
    return figure


def _counts_title(frame: pd.DataFrame, name: str, metric: str) -> str:
    """Return the change along the longest series of one place, or else the span of all figures."""
    if frame.empty:
        return f"No dated figures for the {name}"
    places = frame.groupby(["country", "scope", "region"], sort=False)
    _, series = max(places, key=lambda pair: pair[1]["year"].nunique())
    if series["year"].nunique() < _SERIES:
        years, low = frame["year"], shown(float(frame["estimate_low"].min()), "")
        high = shown(float(frame["estimate_high"].max()), "")
        return f"{name}: {len(frame)} figures of {metric}, {low} to {high}, {int(years.min())} to {int(years.max())}"
    first, last = series.iloc[0], series.iloc[-1]
    where = first["region"] or COUNTRY_NAMES.get(first["country"], "all countries")
    return (
        f"{name}, {where}: {_middle(first)} in {int(first['year'])}, {_middle(last)} in {int(last['year'])}"
    )


def _middle(row: pd.Series) -> str:
    return shown(float(row["estimate_low"] + row["estimate_high"]) / 2, "")


def shares(rows: pd.DataFrame, *, label: str, title: str, source: str, most: int = 16) -> charts.Chart:
    """Return habitat by unit as bars, the protected part in green with its share at the end.

    Parameters
    ----------
    rows : DataFrame
        ``habitat_…``, ``protected_…`` and ``protected_percent``, as the tables of an assessment.
    label : str
        Column with the names.
    title, source : str
        Heading, and what the figures rest on.
    most : int
        Bars drawn, the largest first.
    """
    unit = "km2" if "habitat_km2" in rows else "km"
    shown_unit = "km²" if unit == "km2" else "km"
    top = rows.nlargest(most, f"habitat_{unit}")
    words = "; ".join(
        f"{n} {shown(float(p), 'x_percent')} % of {shown(float(h), '')}"
        for n, p, h in zip(
            top[label].astype(str).head(5), top["protected_percent"], top[f"habitat_{unit}"], strict=False
        )
    )
    figure, axes = charts.canvas(
        f"{title}. Protected share of habitat, {shown_unit}: {words}.", height=1.1 + 0.34 * len(top)
    )
    at = range(len(top))
    axes.barh(at, top[f"habitat_{unit}"], color=HABITAT, height=0.68)
    axes.barh(at, top[f"protected_{unit}"], color=PROTECTED, height=0.68)
    longest = float(top[f"habitat_{unit}"].max()) if len(top) else 1.0
    for position, (length, share) in enumerate(
        zip(top[f"habitat_{unit}"], top["protected_percent"], strict=True)
    ):
        axes.text(
            length + longest * 0.01,
            position,
            f"{shown(float(share), 'x_percent')} % of {shown(float(length), '')}",
            va="center",
            fontsize=9,
            color=palette.INK,
        )
    axes.set_yticks(list(at), top[label].astype(str).tolist(), color=palette.INK)
    axes.set_ylim(len(top) - 0.4, -0.6)
    axes.set_xlim(0, longest * 1.28)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    charts.finish(figure, axes, title, f"Green: protected. {source}", x=f"{shown_unit} of habitat", grid="x")
    return figure


def tornado(rows: pd.DataFrame, *, source: str, most: int = 12) -> charts.Chart:
    """Return the sensitivity of the habitat as a tornado: the parameters that move it most, widest on top.

    Parameters
    ----------
    rows : DataFrame
        ``variable``, ``what``, ``shift`` and ``change_percent``, as ``Assessment.sensitivity`` returns them.
    source : str
        What the figures rest on.
    most : int
        Parameters drawn.
    """
    wide = rows.groupby(["variable", "what"], sort=False)["change_percent"].agg(["min", "max"])
    wide["span"] = wide["max"].clip(lower=0) - wide["min"].clip(upper=0)
    wide = wide.nlargest(most, "span")
    names = [f"{named(v)}: {w.replace('_', ' ')}" for v, w in wide.index]
    title = "No parameter moves the habitat"
    if len(wide) and wide["span"].iloc[0] > 0:
        low, high = float(wide["min"].min()), float(wide["max"].max())
        title = f"One parameter alone moves the habitat by {low:+.0f} to {high:+.0f} %"
    figure, axes = charts.canvas(f"{title}. Most: {', '.join(names[:3])}.", height=1.2 + 0.33 * len(wide))
    for size, alpha in ((0.2, 0.45), (0.1, 1.0)):
        part = rows[rows["shift"].abs().round(6) == size]
        for sign, colour in ((-1, LESS), (1, MORE)):
            one = part[np.sign(part["shift"]) == sign].set_index(["variable", "what"])["change_percent"]
            lengths = one.reindex(wide.index).fillna(0.0)
            axes.barh(range(len(wide)), lengths, color=colour, alpha=alpha, height=0.66)
    axes.axvline(0, color=palette.SOFT, linewidth=0.8)
    axes.set_yticks(range(len(wide)), names, color=palette.INK)
    axes.set_ylim(len(wide) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    note = "Blue: lowered, orange: raised; full colour by 10 %, pale by 20 % of the width (scores by 0.1 and 0.2)."
    charts.finish(figure, axes, title, f"{note}\n{source}", x="change of habitat, %", grid="x")
    return figure


def memberships(taxon: Species, *, source: str, unused: Sequence[str] = ()) -> charts.Chart:
    """Return what the model assumes: one small curve for each variable, class scores as bars.

    Variables without a layer, ``unused``, say so.
    """
    parts = taxon.memberships
    columns = min(3, len(parts))
    lines = -(-len(parts) // columns)
    names = ", ".join(named(m.variable) for m in parts)
    alt = f"Membership curves of the {taxon.name} for {names}."
    figure, places = charts.panels(alt, lines, columns, height=0.7 + 1.75 * lines, source=source)
    for membership, place in zip(parts, places, strict=False):
        if membership.scores:
            numbers = [str(n) for n, _ in membership.scores]
            place.bar(numbers, [s for _, s in membership.scores], color=palette.NEUTRAL)
            place.tick_params(axis="x", labelsize=7)
            place.set_xlabel("IGBP class", fontsize=8)
        else:
            low, high = _window([v for v in membership.limits if not np.isnan(v)], membership.variable)
            values = np.linspace(low, high, 400)
            place.fill_between(values, membership(values), color=palette.NEUTRAL, alpha=0.35, linewidth=0)
            place.plot(values, membership(values), color=palette.NEUTRAL)
            place.set_xlabel(membership.unit, fontsize=8)
        place.set_ylim(0, 1.05)
        missing = " (no layer here)" if membership.variable in unused else ""
        place.set_title(f"{named(membership.variable)}{missing}", fontsize=9.5)
    for place in places[len(parts) :]:
        place.remove()
    return figure


def _window(limits: list[float], variable: str) -> tuple[float, float]:
    span = (max(limits) - min(limits)) or abs(max(limits)) or 1.0
    low, high = min(limits) - 0.4 * span, max(limits) + 0.4 * span
    if variable.startswith("distance") or variable in ("tree_cover", "ruggedness", "elevation"):
        low = max(low, 0.0) if min(limits) >= 0 else 0.0
    if variable == "tree_cover":
        high = min(high, 100.0)
    return low, high


def protected_shares(overview: pd.DataFrame, *, source: str) -> charts.Chart:
    """Return the share of habitat protected for each species, least first, with the 30 % line and own targets.

    Parameters
    ----------
    overview : DataFrame
        ``species``, ``group``, ``protected_percent`` and ``target_percent``.
    source : str
        What the figures rest on.
    """
    rows = overview[overview["protected_percent"].notna()].sort_values("protected_percent")
    below = int((rows["protected_percent"] < 30).sum())
    title = f"{below} of {len(rows)} species have less than 30 % of their habitat protected"
    words = ", ".join(
        f"{r.species} {shown(float(r.protected_percent), 'x_percent')}" for r in rows.itertuples()
    )
    figure, axes = charts.canvas(f"{title}. Shares in %: {words}.", height=1.3 + 0.34 * len(rows))
    at = range(len(rows))
    axes.barh(at, rows["protected_percent"], color=PROTECTED, height=0.66)
    axes.axvline(30, color=palette.INK, linewidth=1, linestyle="--")
    own = rows["target_percent"].to_numpy(dtype=float)
    held = rows["protected_percent"].to_numpy(dtype=float)
    axes.vlines(own, [y - 0.4 for y in at], [y + 0.4 for y in at], color=MORE, linewidth=2.5, zorder=3)
    for position, (value, target) in enumerate(zip(held, own, strict=True)):
        near = value if np.isnan(target) or abs(target - value) > 5 else max(value, target)
        axes.text(
            near + 0.8, position, shown(float(value), "x_percent"), va="center", fontsize=9, color=palette.INK
        )
    axes.set_yticks(list(at), rows["species"].tolist(), color=palette.INK)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, max(40.0, float(np.nanmax([*held, *own, 0.0])) * 1.12))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    note = "Dashed: 30 %. Orange mark: the species' own target, on land. Fish: share of river length."
    charts.finish(
        figure, axes, title, f"{note}\n{source}", x="% of habitat in known protected areas", grid="x"
    )
    return figure
