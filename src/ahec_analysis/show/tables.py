"""Tables and key figures as a reader sees them: labelled, aligned, with their CSV attached."""

from __future__ import annotations

import base64
import html
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ahec_analysis import data, expect
from ahec_analysis.show import messages
from ahec_analysis.values import UNKNOWN, shown

_HARD = "\u00a0"
_LONG = 60
_PHRASE = 24
_WIDE = 7
_TALL = 24
_MOST, _LARGEST, _HEAVY, _LETTERS = 600, 300, 80_000, 4_000
"""Rows that a page shows of a table, and of one with areas; bytes of a CSV that it carries itself; letters of a cell."""
BESIDE = "tables/EDITION/"
"""Where a page links to a CSV that is too heavy for it; the edition is put in when the page is written."""
_UNITS = {"_km2": "km²", "_ha": "ha", "_km": "km", "_percent": "%", "_share": "%", "_m": "m", "_mha": "Mha"}
IN_LAB = (
    "<style>.jp-RenderedHTMLCommon :is(.table,.headline){margin:.6em 0}"
    ".jp-RenderedHTMLCommon .table table{table-layout:auto;margin:0}"
    ".jp-RenderedHTMLCommon .table :is(th,td){text-align:left;vertical-align:top;max-width:30em;white-space:normal}"
    ".jp-RenderedHTMLCommon .table .number{text-align:right}"
    ".jp-RenderedHTMLCommon .table .scroll{overflow:auto}.jp-RenderedHTMLCommon .table .tall{max-height:28em}"
    ".jp-RenderedHTMLCommon .headline{display:flex;flex-wrap:wrap;gap:.6em}"
    ".jp-RenderedHTMLCommon .headline div{flex:1 1 12em;border:1px solid var(--jp-border-color2);padding:.6em .8em}"
    ".jp-RenderedHTMLCommon .headline :is(dt,dd){float:none;width:auto;margin:0;padding:0;font-weight:400}"
    ".jp-RenderedHTMLCommon .headline dd:not(.of){font-size:1.6em;font-weight:600}"
    ".jp-RenderedHTMLCommon .headline dd.text{font-size:1.15em}</style>"
)
"""What key figures and tables bring along to look right in JupyterLab; it acts there only, and built pages leave it out."""
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:km²|km|ha|Mha|m|%|million|billion)(?!\w))")


@dataclass(frozen=True)
class Table:
    """A table that shows as HTML, carries its CSV, and is harvested from a report by its name."""

    frame: pd.DataFrame
    name: str
    caption: str
    labels: Mapping[str, str]
    anchor: str
    links: Mapping[str, str]
    rough: Sequence[str]
    note: str
    also: Sequence[str]

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        csv = self.frame.to_csv(index=False, lineterminator="\n")
        return (
            {
                "text/html": IN_LAB + self._html(csv),
                "text/csv": csv,
                "text/plain": self.frame.to_string(index=False),
            },
            {"ahec": {"name": self.name}},
        )

    def _html(self, csv: str) -> str:
        if self.frame.empty:
            return f'<p class="none">{html.escape(self.caption)}: {html.escape(self.note or "none.")}</p>'
        frame, caption = self.frame, html.escape(self.caption)
        size = next((column for column in frame if column.endswith("_km2")), "")
        if len(frame) > (_LARGEST if size else _MOST):
            rank = frame[size].rank(method="first", ascending=False, na_option="bottom") if size else None
            frame = frame.head(_MOST) if rank is None else frame[rank <= _LARGEST]
            said = messages.say("table-largest", shown=len(frame), rows=len(self.frame), sized=bool(size))
            caption += f" ({html.escape(said)})"
        columns = self.frame.columns.difference([self.anchor, *self.also, *self.links.values()], sort=False)
        kinds = {c: _kind(self.frame[c]) for c in columns}
        heads = [f'<th scope="col"{kinds[c]}>{html.escape(self.labels[c])}</th>' for c in columns]
        body = []
        for row in frame.to_dict("records"):
            cells = []
            for position, column in enumerate(columns):
                tag = "td" if position else 'th scope="row"'
                text = html.escape(cut((rough if column in self.rough else cell)(row[column], column)))
                target = row.get(self.links.get(column, ""), "")
                if target and text != UNKNOWN:
                    text = f'<a href="{html.escape(str(target))}">{text}</a>'
                cells.append(f"<{tag}{kinds[column]}>{text}</{tag[:2]}>")
            mark = f' id="{html.escape(str(row[self.anchor]))}"' if self.anchor else ""
            body.append(f"<tr{mark}>{''.join(cells)}</tr>")
        # A page has the address of a heavy one put in, as the file beside it.
        link = f"data:text/csv;base64,{base64.b64encode(csv.encode()).decode()}"
        link = link if len(csv) <= _HEAVY else f"{BESIDE}{self.name}.csv"
        tall = " tall" if len(frame) > _TALL else ""
        wide = ' class="wide"' if len(columns) >= _WIDE else ""
        note = html.escape(self.note[:1].upper() + self.note[1:])
        note = f'<p class="none">{note}</p>' if note else ""
        name = html.escape(self.name)
        return (
            f'<figure class="table"><figcaption>{caption} '
            f'<a class="csv" download="{name}.csv" href="{link}">CSV</a>'
            f'</figcaption><div class="scroll{tall}" tabindex="0" role="region" '
            f'aria-label="{caption}"><table{wide}><thead><tr>{"".join(heads)}</tr></thead>'
            f"<tbody>{''.join(body)}</tbody></table></div>{note}</figure>"
        )


def table(
    frame: pd.DataFrame,
    name: str,
    *,
    caption: str | None = None,
    anchor: str = "",
    links: Mapping[str, str] | None = None,
    rough: Sequence[str] = (),
    **facts: Any,
) -> Table:
    r"""Return a table ready to show, with caption, columns and headings from the catalogue.

    Parameters
    ----------
    frame : DataFrame
        The rows; numbers are formatted by the unit that ends the column name (``_km2``, ``_percent`` …), keys are
        said. What ``attrs["withheld"]`` says stands below them, or in their place where there are none.
    name : str
        Report and table, as ``areas/by-country``: the message ``table-areas-by-country`` is the caption, its attribute
        ``columns`` the columns to show, ``also`` those that only the CSV has, and one of the name of a column its heading where it differs from that of
        other tables. The part behind the last slash names the CSV.
    caption : str
        What a table of your own shows that is not in the catalogue.
    anchor : str
        Column that gives each row the name it can be linked by; it is not shown.
    links : mapping
        Columns whose cells are links, and those with their addresses, which are not shown.
    rough : sequence of str
        Columns to print as :func:`rough` does; the CSV has all digits.
    **facts
        What the caption names.

    Raises
    ------
    DataError
        If the catalogue has no such table and no ``caption`` is given.
    SchemaError
        If a column asked for is not in the frame.

    Examples
    --------
    >>> frame = pd.DataFrame({"dataset": ["basins"], "area_km2": [1234.5]})
    >>> bundle, _ = table(frame, "datasets")._repr_mimebundle_()
    >>> "1\u202f234" in bundle["text/html"], "1234.5" in bundle["text/csv"]
    (True, True)
    """
    message = f"table-{name}".replace("/", "-")
    also, listed = ((messages.found(f"{message}.{key}") or "").split() for key in ("also", "columns"))
    also = [column for column in also if column in frame]
    chosen = listed or [column for column in frame if column not in ("geometry", *also)]
    expect.columns(frame, chosen, f"table {name}")
    return Table(
        frame=pd.DataFrame(frame[[*chosen, *also]]),
        name=name.rpartition("/")[2],
        caption=messages.say(message, **facts) if caption is None else caption,
        labels={column: messages.found(f"{message}.{column}") or heading(column) for column in chosen},
        anchor=anchor,
        links=links or {},
        rough=rough,
        note=withheld(frame),
        also=also,
    )


def withheld(frame: pd.DataFrame) -> str:
    """Return in words what ``attrs["withheld"]`` says of rows left out: how many, why, and what would show them."""
    facts = frame.attrs.get("withheld", "")
    used = bool(data.tables.downloads)
    if isinstance(facts, str):
        return messages.name_of(facts, "withheld")
    message = "withheld-all" if facts["left_out"] == facts["rows"] else "withheld-some"
    what, why = (messages.name_of(facts[key], "withheld") for key in ("what", "why"))
    return messages.say(message, **facts | {"what": what, "why": why, "used": used})


def said(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its keys in words and its numbers as a reader writes them."""
    return pd.DataFrame({column: [cell(value, column) for value in frame[column]] for column in frame})


def heading(column: str) -> str:
    """Return the heading of a column as the catalogue has it, else from its name."""
    return messages.found(f"column-{column}") or label(column)


def label(column: str) -> str:
    """Return the name of a column with words for underscores, the unit at the end.

    >>> label("protected_km2")
    'Protected, km²'
    """
    for ending, unit in _UNITS.items():
        if column.endswith(ending):
            return f"{column.removesuffix(ending).replace('_', ' ').capitalize()}, {unit}"
    return column.replace("_", " ").capitalize()


def rough(value: Any, column: str) -> str:
    """Return a figure that rests on rough positions as text: two digits, a percentage without decimals.

    >>> rough(14.63, "protected_percent"), rough(0.2, "protected_percent"), rough(364.0, "protected_km2")
    ('15', '< 1', '360')
    """
    if not isinstance(value, float) or pd.isna(value):
        return shown(value, column)
    if column.endswith("percent"):
        return "< 1" if 0 < abs(value) < 0.5 else f"{value:.0f}"
    if value == 0:
        return "0"
    digits = 1 - math.floor(math.log10(abs(value)))
    return shown(round(value, digits), column)


def cut(text: str, letters: int = _LETTERS) -> str:
    """Return a text of at most so many letters, ending in an ellipsis and its length where it was longer.

    >>> cut("Bastak", 4), cut("Bastak", 6)
    ('Bast… (6 letters)', 'Bastak')
    """
    if len(text) <= letters:
        return text
    return f"{text[:letters]}… ({messages.say('text-letters', letters=len(text))})"


def bound(text: str) -> str:
    r"""Return text whose units stick to their numbers: a line never begins with km² or %.

    >>> bound("over 10 km² of 5 million")
    'over 10\xa0km² of 5\xa0million'
    """
    return _BEFORE_UNIT.sub(_HARD, text)


@dataclass(frozen=True)
class Headline:
    """The key figures of a report."""

    figures: tuple[tuple[str, str, str], ...]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        items = "".join(
            f"<div><dt>{html.escape(what)}</dt><dd{' class=text' * (len(value) > _PHRASE)}>{html.escape(bound(value))}</dd>"
            f"<dd class='of'>{html.escape(bound(of))}</dd></div>"
            for what, value, of in self.figures
        )
        plain = "\n".join(f"{what}: {value} ({of})" for what, value, of in self.figures)
        return {"text/html": f'{IN_LAB}<dl class="headline">{items}</dl>', "text/plain": plain}


def headline(*figures: tuple[str, str, str]) -> Headline:
    """Return key figures: what it is, the figure, and what it is a part of or how sure it is."""
    return Headline(figures)


def cell(value: Any, column: str) -> str:
    """Return a value in words; identifiers and addresses stay as they are."""
    text = shown(value, column)
    if not isinstance(value, str) or column.endswith("_id"):
        return text
    if column.endswith("_ids"):
        return text.replace("|", ", ")
    if "://" in text:
        return bound(text)
    parts = [part.strip() for part in text.split("|")]
    return bound(", ".join(messages.name_of(part, column) for part in parts if part))


def _kind(values: pd.Series) -> str:
    """Return the class of the cells of a column: numbers to the right, room for long text."""
    if pd.api.types.is_numeric_dtype(values):
        return ' class="number"'
    longest = max((len(str(v)) for v in values), default=0)
    return ' class="long"' if longest > _LONG else ' class="phrase"' if longest > _PHRASE else ""
