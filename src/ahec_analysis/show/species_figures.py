"""Charts of a species: counts over time, ground by unit, what the index assumes and how it moves."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from ahec_analysis.habitat.niche import label as named
from ahec_analysis.habitat.species import Species
from ahec_analysis.show import charts, palette
from ahec_analysis.show.tables import rough
from ahec_analysis.values import shown

PROTECTED = "#009E73"
HABITAT = "#b9c7bf"
LESS, MORE = "#0072B2", "#D55E00"
_MOST_SERIES = 6


def over_time(counts: pd.DataFrame, *, name: str, source: str) -> list[charts.Chart]:
    """Return the series of a species that compare like with like, a small panel for each; nothing without any.

    Parameters
    ----------
    counts : DataFrame
        Rows of species_counts.csv; those of one text in ``series`` share a panel.
    name, source : str
        The species, and what the figures rest on.
    """
    dated = counts[(counts["series"] != "") & counts["year"].notna()]
    groups = [
        (n, g.sort_values("year")) for n, g in dated.groupby("series", sort=False) if len(set(g["year"])) > 1
    ]
    if not groups:
        return []
    shown_groups = groups[:_MOST_SERIES]
    columns = min(3, len(shown_groups))
    lines = -(-len(shown_groups) // columns)
    words = "; ".join(
        f"{n}: {_middle(g.iloc[0])} in {int(g['year'].iloc[0])}, {_middle(g.iloc[-1])} in {int(g['year'].iloc[-1])}"
        for n, g in shown_groups
    )
    figure, places = charts.panels(
        f"{name}, figures that compare. {words}.", lines, columns, height=0.9 + 2.1 * lines, source=source
    )
    for (title, rows), place in zip(shown_groups, places, strict=False):
        middle = (rows["estimate_low"] + rows["estimate_high"]) / 2
        spread = np.array([middle - rows["estimate_low"], rows["estimate_high"] - middle])
        place.errorbar(
            rows["year"].to_numpy(dtype=float), middle, yerr=spread, fmt="o-", color=palette.NEUTRAL, markersize=4,
            linewidth=1, capsize=2,
        )  # fmt: skip
        if rows["norm"].notna().any():
            place.axhline(float(rows["norm"].dropna().iloc[0]), color=MORE, linewidth=1, linestyle="--")
        place.margins(x=0.15, y=0.15)
        place.set_ylim(bottom=0)
        place.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        place.set_title("\n".join(textwrap.wrap(title, 34)), fontsize=8.5)
    for place in places[len(shown_groups) :]:
        place.remove()
    return [figure]


def _middle(row: pd.Series) -> str:
    return shown(float(row["estimate_low"] + row["estimate_high"]) / 2, "")


def shares(rows: pd.DataFrame, *, label: str, title: str, source: str, most: int = 16) -> charts.Chart:
    """Return ground or reaches by unit as bars, the protected part in green with its share at the end.

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
        f"{n} {rough(float(p), 'x_percent')} % of {rough(float(h), '')}"
        for n, p, h in zip(
            top[label].astype(str).head(5), top["protected_percent"], top[f"habitat_{unit}"], strict=False
        )
    )
    figure, axes = charts.canvas(
        f"{title}. Protected share, {shown_unit}: {words}.", height=1.1 + 0.34 * len(top)
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
            f"{rough(float(share), 'x_percent')} % of {rough(float(length), '')}",
            va="center",
            fontsize=9,
            color=palette.INK,
        )
    axes.set_yticks(list(at), top[label].astype(str).tolist(), color=palette.INK)
    axes.set_ylim(len(top) - 0.4, -0.6)
    axes.set_xlim(0, longest * 1.28)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    what = "km² at the threshold, where listed as present" if unit == "km2" else "km of river"
    charts.finish(figure, axes, title, f"Green: protected. {source}", x=what, grid="x")
    return figure


def tornado(rows: pd.DataFrame, *, source: str, most: int = 12) -> charts.Chart:
    """Return the sensitivity of the result as a tornado: the parameters that move it most, widest on top.

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
    title = "No parameter moves the result"
    if len(wide) and wide["span"].iloc[0] > 0:
        low, high = float(wide["min"].min()), float(wide["max"].max())
        title = f"One parameter alone moves the result by {low:+.0f} to {high:+.0f} %"
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
    charts.finish(figure, axes, title, f"{note}\n{source}", x="change, %", grid="x")
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
    """Return the share protected for each species, least first, with its span over the thresholds on land.

    Parameters
    ----------
    overview : DataFrame
        ``species``, ``protected_percent``, ``protected_low_percent`` and ``protected_high_percent``.
    source : str
        What the figures rest on.
    """
    rows = overview[overview["protected_percent"].notna()].sort_values("protected_percent")
    held = rows["protected_percent"].to_numpy(dtype=float)
    ends = rows[["protected_low_percent", "protected_high_percent"]].to_numpy(dtype=float)
    ends = np.where(np.isnan(ends), held[:, None], ends)
    least, most = (rough(float(v), "x_percent") for v in (held[0], held[-1]))
    title = f"Known protected areas hold {least} to {most} % of what suits a species"
    words = ", ".join(
        f"{r.species} {rough(float(r.protected_percent), 'x_percent')}" for r in rows.itertuples()
    )
    figure, axes = charts.canvas(f"{title}. Shares in %: {words}.", height=1.3 + 0.34 * len(rows))
    at = range(len(rows))
    axes.barh(at, held, color=PROTECTED, height=0.66)
    axes.hlines(list(at), ends[:, 0], ends[:, 1], color=palette.INK, linewidth=1.4)
    for position, (value, end) in enumerate(zip(held, ends[:, 1], strict=True)):
        axes.text(
            max(value, end) + 0.8,
            position,
            rough(float(value), "x_percent"),
            va="center",
            fontsize=9,
            color=palette.INK,
        )
    axes.set_yticks(list(at), rows["species"].tolist(), color=palette.INK)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, float(np.nanmax(ends)) * 1.15)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    note = "Line: over the thresholds of the index, on land. Fish: share of river length."
    charts.finish(figure, axes, title, f"{note}\n{source}", x="% in known protected areas", grid="x")
    return figure
