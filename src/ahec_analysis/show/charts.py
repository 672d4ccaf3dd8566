"""Charts in one house style: bars in rows, panels, areas over time; each says what it shows to those who cannot see it.

The words of the chart ``"areas/by-province"`` are the message ``chart-areas-by-province``: its title, and the
attributes ``.axis`` (of the values), ``.along`` (the other axis), ``.alt`` and ``.source``, each but ``.alt`` if
there is something to say. They may use any fact given with the chart, ``$source``, and in charts of rows ``$values``,
what is written at the bars.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from ahec_analysis.coverage.sums import rounded
from ahec_analysis.show import palette
from ahec_analysis.show.messages import found, name_of, say
from ahec_analysis.values import UNKNOWN, shown

_STYLE: dict[Any, Any] = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": palette.SOFT,
    "axes.labelcolor": palette.SOFT,
    "axes.axisbelow": True,
    "text.color": palette.INK,
    "xtick.color": palette.SOFT,
    "ytick.color": palette.SOFT,
    "grid.color": palette.LINE,
    "svg.fonttype": "none",
}
_WIDTH = 8.4
# Width of a chart, and of the key of a legend with the space around it, in letters of the size of a legend.
_LETTERS, _LEGEND_KEY = 116, 6
_MOST, _LONGEST = 50, 60
"""Bars of a chart, and letters of the name of one."""
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
        label = str(self.get_label())
        name = "c-" + re.sub(r"[^a-z0-9]+", "-", label.lower())[:40]
        buffer = StringIO()
        with mpl.rc_context({**_STYLE, "svg.hashsalt": name}):
            self.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
        text = buffer.getvalue()
        for colour, variable in _VARIABLES.items():
            text = text.replace(colour, f"var(--{variable}, {colour})")
        text = re.sub(r"font: ([^;\"]*?) 'DejaVu Sans'[^;\"]*", r"font: \1 var(--font, sans-serif)", text)
        text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
        text = re.sub(r'(id="|href="#|url\(#)', rf"\g<1>{name}-", text)
        spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        alt = html.escape(re.sub(r"[\x00-\x1f\ufffe\uffff]", " ", label))
        [(box, drawn)] = re.findall(r'<svg [^>]*?viewBox="([^"]+)"[^>]*>(.*)', text, flags=re.DOTALL)
        return f'<svg {spaces} viewBox="{box}" role="img" aria-label="{alt}">{drawn.rstrip()}'


@dataclass(frozen=True)
class Bars:
    """A layer of horizontal bars, one in each row, or of thin lines with caps; nothing where an end is unknown."""

    end: Any
    start: Any = 0.0
    colour: str | Sequence[str] = palette.NEUTRAL
    alpha: float = 1.0
    line: bool = False


def rows(
    chart: str,
    names: Iterable[str],
    layers: Iterable[Bars],
    *,
    texts: Iterable[str] = (),
    keys: Mapping[str, str] | None = None,
    source: str = "",
    pitch: float = 0.33,
    **facts: Any,
) -> Chart:
    """Return rows of bars in layers from back to front, with a text behind each row, as :func:`bars` describes.

    ``keys`` are colours by their name, for a legend on top.
    """
    names, texts, keys = list(names), list(texts), keys or {}
    at = np.arange(len(names))
    columns = _legend_columns(list(keys), room=_LETTERS - max(map(len, names), default=0))
    height = 0.8 + pitch * len(names) + (0.1 + 0.2 * -(-len(keys) // columns) if keys else 0)
    facts = {"values": told(names, texts), **facts}
    figure, axes = canvas(chart, height=height, grid="x", source=source, **facts)
    furthest = np.zeros(len(names))
    for layer in layers:
        start, end = (np.broadcast_to(np.asarray(v, dtype=float), at.shape) for v in (layer.start, layer.end))
        if layer.line:
            style: dict[str, Any] = {"fmt": "none", "ecolor": palette.INK, "elinewidth": 1.5, "capsize": 3}
            axes.errorbar((start + end) / 2, at, xerr=np.abs(end - start) / 2, **style)
        else:
            left, lengths = np.nan_to_num(start), np.nan_to_num(end - start)
            axes.barh(at, lengths, left=left, color=layer.colour, alpha=layer.alpha, height=0.68)
        furthest = np.fmax(furthest, end)
    for row, text in enumerate(texts):
        note(axes, text, (furthest[row], row), (4, 0), va="center", fontsize=9)
    axes.set_yticks(at, names, color=palette.INK)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    add_legend(axes, keys, columns)
    return figure


def bars(
    frame: pd.DataFrame,
    chart: str,
    *,
    value: str,
    label: str = "name",
    upper: str = "",
    colour: str = "",
    **options: Any,
) -> Chart:
    """Return horizontal bars with their value, from top to bottom.

    Parameters
    ----------
    frame : DataFrame
        One row for each bar.
    chart : str
        Id of the chart in the catalogue, such as ``"areas/by-province"``.
    value, label : str
        Columns with the lengths and names of bars; an unknown length has no bar.
    upper : str
        Column with the upper end of a range, drawn as a line that goes on from the bar; values then stand before it.
    colour : str
        Column whose keys have a colour in the palette.
    **options
        ``source``, what the figures rest on; ``pitch``, inches for each row; any fact that the words need; ``title``,
        ``axis`` and ``alt`` of a chart of your own, which is not in the catalogue.

    Raises
    ------
    DataError
        If the catalogue has no such chart, or its words need a fact that is not given.

    Examples
    --------
    >>> frame = pd.DataFrame({"designation": ["national_park"], "area_km2": [1234.5]})
    >>> chosen = {"label": "designation", "value": "area_km2", "basis": "inventory"}
    >>> bars(frame, "areas/by-designation", **chosen).get_label()
    'Reported area by designation, km²: national park 1\u202f234.'
    """
    if len(frame) > _MOST:
        said = say("first-bars", shown=_MOST, every=len(frame))
        frame, options = (
            frame.head(_MOST),
            options | {"source": f"{options.get('source', '')} {said}".strip()},
        )
    held = frame[value].astype(float)
    texts = [shown(length, value) for length in held]
    names = [textwrap.shorten(name_of(key, label), _LONGEST, placeholder="…") for key in frame[label]]
    options = {"values": told(names, texts), **options}
    layers = [Bars(held, colour=_colours(frame, colour))]
    if upper:
        layers.append(Bars(np.maximum(held, frame[upper].astype(float)), start=held, line=True))
        names, texts = [f"{name}  {text}" for name, text in zip(names, texts, strict=True)], []
    return rows(chart, names, layers, texts=texts, **options)


def stacked(frame: pd.DataFrame, chart: str, *, label: str, part: str, value: str, **options: Any) -> Chart:
    """Return stacked bars of a long table: one for each label, a colour for each part, in the order of the palette."""
    wide = frame.pivot_table(index=label, columns=part, values=value, aggfunc="sum", sort=False).fillna(0.0)
    colours = {key: colour for key, colour in palette.of(part).items() if key in wide}
    ends = wide[list(colours)].cumsum(axis=1)
    layers = [Bars(ends[k], start=ends[k] - wide[k], colour=colour) for k, colour in colours.items()]
    names = [name_of(key, label) for key in wide.index]
    return rows(chart, names, layers, keys=legend(colours, part), **options)


def intervals(
    frame: pd.DataFrame, chart: str, *, low: str, high: str, unit: str = "", colour: str = "", **options: Any
) -> Chart:
    """Return bars by ``name`` to the lower value with a pale end up to the higher one, and both in figures."""
    full = Bars(frame[low], colour=_colours(frame, colour))
    pale = Bars(frame[high], start=frame[low], colour=full.colour, alpha=0.4)
    texts = [span(*ends, unit=unit) for ends in zip(frame[low], frame[high], strict=True)]
    keys = legend(frame[colour].unique(), colour) if colour else {}
    return rows(chart, frame["name"], [full, pale], texts=texts, keys=keys, **options)


def growth(frame: pd.DataFrame, *, until: int, source: str) -> Chart:
    """Return the area protected up to a year, countries stacked; what has no year is stated, not drawn.

    ``frame`` is what :func:`ahec_analysis.coverage.history.growth` returns.
    """
    known = frame[frame["year"].notna()]
    if known.empty:
        figure, axes = canvas("areas/no-growth", height=1.2, source=source, until=str(until))
        axes.set_axis_off()
        return figure
    first = int(known["year"].min())
    reached = known.groupby("year")["new_km2"].sum().cumsum() / 1e4
    facts: dict[str, Any] = {
        "mha": reached.iloc[-1],
        "undated": frame.loc[frame["year"].isna(), "new_km2"].sum() / 1e4,
        "first": str(first),
        "half": str((reached >= reached.iloc[-1] / 2).idxmax()),
        "until": str(until),
    }
    figure, axes = canvas("areas/growth", height=4.2, source=source, **facts)
    years = range(first - 2, until + 1)
    wide = known.pivot_table(index="year", columns="country", values="cumulative_km2", aggfunc="last")
    wide = wide[[c for c in palette.COUNTRIES if c in wide]].reindex(years).ffill().fillna(0.0) / 1e4
    colours = [palette.COUNTRIES[country] for country in wide]
    axes.stackplot(years, wide.T.to_numpy(), colors=colours, step="post", linewidth=0)
    tops = wide.iloc[-1].cumsum()
    for country, mha in wide.iloc[-1].items():
        words = say("chart-areas-growth.country", country=short(country, "country"), mha=mha)
        at, colour = (until, tops[country] - mha / 2), palette.COUNTRIES[country]
        note(axes, words, at, (6, 0), va="center", color=colour, fontweight="bold")
    axes.set_xlim(years[0], until)
    axes.set_ylim(0)
    return figure


def canvas(
    chart: str, *, height: float, source: str = "", grid: Literal["x", "y"] = "y", **facts: Any
) -> tuple[Chart, Axes]:
    """Return a chart without its drawing (height in inches), and its axes, the values along one of them."""
    figure = _figure(chart, height, source, facts)
    with mpl.rc_context(_STYLE):
        axes = figure.add_subplot()
    x, y = ("axis", "along") if grid == "x" else ("along", "axis")
    axes.set_xlabel(_words(chart, x, facts))
    axes.set_ylabel(_words(chart, y, facts))
    axes.grid(axis=grid, linewidth=0.8)
    ticks = axes.xaxis if grid == "x" else axes.yaxis
    ticks.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.10g}".replace(",", " ")))
    return figure, axes


def panels(chart: str, count: int, *, row: float, source: str = "", **facts: Any) -> tuple[Chart, list[Axes]]:
    """Return a chart of small panels, three in a row of that height (inches), and the axes of each."""
    columns = min(3, count)
    lines = -(-count // columns)
    figure = _figure(chart, 0.8 + row * lines, source, facts)
    with mpl.rc_context(_STYLE):
        places = figure.subplots(lines, columns, squeeze=False).ravel().tolist()
    for place in places[count:]:
        place.remove()
    return figure, places[:count]


def note(
    axes: Axes,
    text: str,
    point: tuple[float, float],
    shift: tuple[float, float],
    *,
    line: str = "",
    **style: Any,
) -> None:
    """Write a text at some points (1/72 inch) from a place on a chart, with a line to it if one is named."""
    arrow = {"arrowstyle": "-", "color": line} if line else None
    style = {"color": palette.INK, **style}
    axes.annotate(text, point, xytext=shift, textcoords="offset points", arrowprops=arrow, **style)


def legend(keys: Iterable[str], column: str) -> dict[str, str]:
    """Return the colours of the keys of a column by their names, as short as a legend has room for."""
    return {short(key, column): palette.of(column)[key] for key in keys}


def short(key: str, column: str) -> str:
    """Return the name of a key for a legend: ``value-legend-<key>`` if there is one."""
    return found(f"value-legend-{key}") or name_of(key, column)


def add_legend(axes: Axes, keys: Mapping[str, str], columns: int = 4) -> None:
    """Put a legend, colours by their names, above a chart."""
    if keys:
        handles = [Patch(color=colour, label=name) for name, colour in keys.items()]
        place: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (-0.02, 1.0), "ncols": columns}
        axes.legend(handles=handles, **place, frameon=False, fontsize=9, labelcolor=palette.INK)


def span(low: float, high: float, *, unit: str = "") -> str:
    """Return a range with the digits that are known: whole percent, amounts to two digits.

    >>> span(56.7, 62.1, unit="%"), span(12.2, 12.3), span(0, 3461)
    ('57–62 %', '12', '0–3\u202f500')
    """
    ends = pd.Series([low, high], dtype=float)
    whole = ends.round() if unit == "%" else rounded(ends)
    return "–".join(dict.fromkeys(shown(int(v)) for v in whole)) + (f" {unit}" if unit else "")


def told(names: Iterable[str], texts: Iterable[str]) -> str:
    """Return the values that are known in words."""
    return "; ".join(f"{n} {text}" for n, text in zip(names, texts, strict=False) if text != UNKNOWN)


def _figure(chart: str, height: float, source: str, facts: Mapping[str, Any]) -> Chart:
    """Return an empty chart with its title, its alternative text, and its source beneath."""
    facts = {**facts, "source": source}
    beneath = _words(chart, "source", facts) or source
    height += 0.15 * beneath.count("\n")
    figure = Chart(figsize=(_WIDTH, height), label=_words(chart, "alt", facts), layout="constrained")
    if title := _words(chart, "title", facts):
        figure.suptitle(title, x=0.0, ha="left", fontsize=12, fontweight="bold", color=palette.INK)
    figure.supxlabel(beneath, x=0.0, ha="left", fontsize=8, color=palette.SOFT)
    return figure


def _words(chart: str, part: str, facts: Mapping[str, Any]) -> str:
    """Return a part of the words of a chart: as given, else as in the catalogue, which may have none but ``alt``."""
    if part in facts and part != "source":
        return str(facts[part])
    message = f"chart-{chart.replace('/', '-')}" + (f".{part}" if part != "title" else "")
    return say(message, **facts) if part == "alt" else found(message, **facts) or ""


def _colours(frame: pd.DataFrame, column: str) -> str | list[str]:
    if not column:
        return palette.NEUTRAL
    return [palette.of(column).get(key, palette.NEUTRAL) for key in frame[column]]


def _legend_columns(names: list[str], *, room: int) -> int:
    """Return how many columns of a legend, at most four, fit into a width given in letters.

    >>> _legend_columns(["land", "lake"], room=100), _legend_columns(["a class of a long name"] * 5, room=90)
    (2, 3)
    """
    for columns in range(min(4, len(names)), 1, -1):
        # Filled column by column, the first ones taking one name more.
        filled = np.array_split(np.array([len(name) for name in names]), columns)
        if sum(int(lengths.max()) + _LEGEND_KEY for lengths in filled) <= room:
            return columns
    return 1
