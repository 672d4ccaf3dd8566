"""Charts in one house style; each says what it shows to those who cannot see it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from io import StringIO
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from ahec_analysis.data.tables import COUNTRY_NAMES
from ahec_analysis.show import palette
from ahec_analysis.values import shown

_STYLE: dict[Any, Any] = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": palette.SOFT,
    "axes.labelcolor": palette.SOFT,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlecolor": palette.INK,
    "text.color": palette.INK,
    "xtick.color": palette.SOFT,
    "ytick.color": palette.SOFT,
    "grid.color": palette.LINE,
    "svg.fonttype": "none",
    "figure.constrained_layout.use": True,
}
# Width of a chart, and of the key of a legend with the space around it, in letters of the size of a legend.
_LETTERS, _LEGEND_KEY = 116, 6
_VARIABLES = {palette.INK: "ink", palette.SOFT: "soft", palette.LINE: "line"}


class Chart(Figure):
    """A figure that shows as SVG with its alternative text, in the colours of the page around it.

    The label of the figure is the alternative text.
    """

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"image/svg+xml": self.svg(), "text/plain": str(self.get_label())}

    def svg(self) -> str:
        """Return the chart as SVG markup that follows the page into dark mode."""
        # An identifier of XML begins with a letter, whatever the text begins with.
        name = "c-" + re.sub(r"[^a-z0-9]+", "-", str(self.get_label()).lower())[:40]
        buffer = StringIO()
        with mpl.rc_context({**_STYLE, "svg.hashsalt": name}):
            self.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
        text = buffer.getvalue()
        text = text[text.index("<svg") :]
        for colour, variable in _VARIABLES.items():
            text = text.replace(colour, f"var(--{variable}, {colour})")
        text = re.sub(r"font: ([^;\"]*?) 'DejaVu Sans'[^;\"]*", r"font: \1 var(--font, sans-serif)", text)
        text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
        text = re.sub(r'(id="|href="#|url\(#)', rf"\g<1>{name}-", text)
        spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        alt = html.escape(re.sub(r"[\x00-\x1f\ufffe\uffff]", " ", str(self.get_label())))

        def frame(box: re.Match[str]) -> str:
            return f'<svg {spaces} viewBox="{box[1]}" role="img" aria-label="{alt}">'

        text = re.sub(r'<svg [^>]*?viewBox="([^"]+)"[^>]*>', frame, text, count=1)
        return text.strip()


def bars(
    frame: pd.DataFrame,
    *,
    label: str,
    value: str,
    title: str,
    axis: str,
    alt: str,
    source: str,
    colours: Mapping[str, str] | None = None,
    upper: str = "",
    row_height: float = 0.34,
) -> Chart:
    """Return horizontal bars with the value at their end.

    Parameters
    ----------
    frame : DataFrame
        One row for each bar, from top to bottom.
    label, value : str
        Columns with the names and lengths of bars; an unknown length has no bar.
    title, axis, alt, source : str
        Heading, unit of the axis, alternative text, and what the figures rest on.
    colours : mapping of str to str, optional
        Colour of each name.
    upper : str
        Column with the upper end of a range, drawn as a line that goes on from the bar; values then stand before
        the bars, where no line crosses them.
    row_height : float
        Inches for each bar.
    """
    figure, axes = canvas(alt, height=0.9 + row_height * len(frame))
    names = frame[label].astype(str).tolist()
    lengths = frame[value].astype(float).tolist()
    chosen = [(colours or {}).get(n, palette.NEUTRAL) for n in names]
    axes.barh(range(len(names)), [0 if pd.isna(v) else v for v in lengths], color=chosen, height=0.68)
    drawn = [0 if pd.isna(v) else v for v in lengths]
    ends = np.fmax(drawn, frame[upper].astype(float)) if upper else np.array(drawn)
    longest = float(max(ends, default=1)) or 1
    if upper:
        axes.hlines(range(len(names)), drawn, ends, color=palette.INK, linewidth=1.6)
        axes.scatter(ends, range(len(names)), marker="|", s=40, color=palette.INK)
    texts = [shown(float(length), value) for length in lengths]
    for position, (text, end) in enumerate(zip(texts, ends, strict=True)):
        if not upper:
            axes.text(end + longest * 0.01, position, text, va="center", fontsize=9, color=palette.INK)
    labels = [f"{name}  {text}" for name, text in zip(names, texts, strict=True)] if upper else names
    axes.set_yticks(range(len(names)), labels, color=palette.INK)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, longest * (1.05 if upper else 1.22))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    finish(figure, axes, title, source, x=axis, grid="x")
    return figure


def stacked(
    frame: pd.DataFrame,
    *,
    label: str,
    part: str,
    value: str,
    colours: Mapping[str, str],
    names: Mapping[str, str],
    title: str,
    axis: str,
    alt: str,
    source: str,
) -> Chart:
    """Return stacked horizontal bars: one bar for each label, one colour for each part, legend on top.

    Parameters
    ----------
    frame : DataFrame
        Long table with the three columns.
    label, part, value : str
        Columns of bars, colours and lengths.
    colours, names : mapping
        Of each part, in order.
    title, axis, alt, source : str
        Heading, unit, alternative text, and what the figures rest on.
    """
    wide = frame.pivot_table(index=label, columns=part, values=value, aggfunc="sum", sort=False).fillna(0.0)
    drawn = [k for k in colours if k in wide]
    room = _LETTERS - max(len(str(name)) for name in wide.index) if len(wide) else _LETTERS
    columns = _legend_columns([names.get(k, k) for k in drawn], room=room)
    rows = -(-len(drawn) // columns)
    figure, axes = canvas(alt, height=1.2 + 0.2 * rows + 0.32 * len(wide))
    left = np.zeros(len(wide))
    for key in drawn:
        axes.barh(
            range(len(wide)), wide[key], left=left, color=colours[key], height=0.7, label=names.get(key, key)
        )
        left += wide[key].to_numpy()
    axes.set_yticks(range(len(wide)), wide.index, color=palette.INK)
    axes.set_ylim(len(wide) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    legend(axes, columns)
    finish(figure, axes, title, source, x=axis, grid="x")
    return figure


def _legend_columns(names: list[str], *, room: int) -> int:
    """Return how many columns of a legend, at most four, fit into a width given in letters.

    Examples
    --------
    >>> _legend_columns(["land", "lake"], room=100), _legend_columns(["a class of a long name"] * 5, room=90)
    (2, 3)
    """
    for columns in range(min(4, len(names)), 1, -1):
        # Filled column by column, the first ones taking one name more.
        filled = np.array_split(np.array([len(name) for name in names]), columns)
        if sum(int(lengths.max()) + _LEGEND_KEY for lengths in filled) <= room:
            return columns
    return 1


def province_colours(provinces: pd.DataFrame) -> dict[str, str]:
    """Return the colour of the country of each province, by the name of the province."""
    return {
        row.name: palette.COUNTRIES.get(row.country, palette.NEUTRAL)
        for row in provinces.itertuples(index=False)
    }


def designation_colours(classes: pd.DataFrame) -> dict[str, str]:
    """Return the colour of each class of designations by its plural name."""
    return {row.title_plural: palette.GROUPS[row.group] for row in classes.itertuples()}


def growth(frame: pd.DataFrame, *, until: int, source: str) -> Chart:
    """Return the area protected over time, countries stacked; what has no year is stated, not drawn.

    Parameters
    ----------
    frame : DataFrame
        ``country``, ``year``, ``cumulative_km2`` as :func:`ahec_analysis.coverage.history.growth` returns them.
    until : int
        Last year drawn.
    source : str
        What the figures rest on.
    """
    known = frame[frame["year"].notna()]
    if known.empty:
        figure, axes = canvas("No site of a known year.", height=1.2)
        axes.set_axis_off()
        finish(figure, axes, f"No site is known to have been founded up to {until}", source)
        return figure
    unknown_mha = float(frame.loc[frame["year"].isna(), "new_km2"].sum()) / 1e4
    reached_mha = float(known["new_km2"].sum()) / 1e4
    half = known.groupby("year")["new_km2"].sum().cumsum()
    half_year = int(half[half >= half.iloc[-1] / 2].index[0])
    title = f"Half of the area of known year was founded by {half_year}"
    figure, axes = canvas(
        f"Area protected since {int(known['year'].min())}, reaching {reached_mha:.1f} "
        f"million hectares by {until}; {title.lower()}.",
        height=4.2,
    )
    first = int(known["year"].min())
    years = list(range(first - 2, until + 1))
    wide = known.pivot_table(index="year", columns="country", values="cumulative_km2", aggfunc="last")
    wide = wide.reindex(years).ffill().fillna(0.0) / 1e4
    countries = [c for c in COUNTRY_NAMES if c in wide]
    axes.stackplot(
        years,
        [wide[c].to_numpy() for c in countries],
        colors=[palette.COUNTRIES[c] for c in countries],
        step="post",
        linewidth=0,
    )
    base = 0.0
    for country in countries:
        height = float(wide[country].iloc[-1])
        axes.annotate(
            f"{COUNTRY_NAMES[country]} {height:.1f}",
            (until, base + height / 2),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=palette.COUNTRIES[country],
            fontweight="bold",
        )
        base += height
    axes.set_xlim(years[0], until)
    axes.set_ylim(0)
    axes.margins(x=0)
    note = f"Not drawn: {unknown_mha:.1f} Mha of sites whose year is not known."
    finish(figure, axes, title, f"{note} {source}", y="million hectares", grid="y")
    return figure


def canvas(alt: str, *, height: float, width: float = 8.4) -> tuple[Chart, Axes]:
    """Return an empty chart (inches) with its alternative text, and its axes."""
    with mpl.rc_context(_STYLE):
        figure = Chart(figsize=(width, height), label=alt, layout="constrained")
        return figure, figure.add_subplot()


def panels(
    alt: str, rows: int, columns: int, *, height: float, source: str, width: float = 8.4
) -> tuple[Chart, list[Axes]]:
    """Return an empty chart of several panels with the source beneath, and its axes row by row."""
    with mpl.rc_context(_STYLE):
        figure = Chart(figsize=(width, height), label=alt, layout="constrained")
        figure.supxlabel(source, x=0.0, ha="left", fontsize=8, color=palette.SOFT)
        return figure, list(figure.subplots(rows, columns, squeeze=False).ravel())


def legend(axes: Axes, columns: int) -> None:
    """Put the legend above a chart, in some columns."""
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.0),
        ncols=columns,
        frameon=False,
        fontsize=9,
        labelcolor=palette.INK,
    )


def finish(
    figure: Chart,
    axes: Axes,
    title: str,
    source: str,
    *,
    x: str = "",
    y: str = "",
    grid: Literal["x", "y"] = "y",
) -> None:
    """Set heading, axis labels, grid and the source under a chart."""
    with mpl.rc_context(_STYLE):
        heading = {"x": 0.0, "ha": "left", "fontsize": 12, "fontweight": "bold", "color": palette.INK}
        figure.suptitle(title, **heading)
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        axes.set_axisbelow(True)
        axes.grid(axis=grid, linewidth=0.8)
        for ticks in (axes.xaxis,) if grid == "x" else (axes.yaxis,):
            ticks.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.10g}".replace(",", " ")))
        figure.supxlabel(source, x=0.0, ha="left", fontsize=8, color=palette.SOFT)
