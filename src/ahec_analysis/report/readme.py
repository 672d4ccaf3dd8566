"""Writes into data/README.md how complete the inventory is, and what a table of claims may ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from ahec_analysis import data
from ahec_analysis.claims import ABOUT
from ahec_analysis.coverage import inventory
from ahec_analysis.data import scopes
from ahec_analysis.errors import DataError
from ahec_analysis.project import root
from ahec_analysis.show import messages
from ahec_analysis.show.tables import label, said

_MARKS = "<!-- {}: made by `ahec data status --write` -->", "<!-- end of {} -->"
_OPERATORS = {
    "=": ("equals the one claimed, within `tolerance`; of names: both lists are the same", "7"),
    ">=": ("is at least the one claimed", "5"),
    "<=": ("is at most the one claimed", "20"),
    "in": ("holds each name claimed", "ru-daursky"),
}
_NAMES_OF = ("designation_member", "site_id", "scheme=ramsar")
_NUMBER_OF = ("site_count", "sites", "country=RUS;designation=national_park")
"""Metric, unit and scope of the examples of operators."""


def as_markdown() -> str:
    """Return the status as Markdown tables, as data/README.md holds them."""
    known = inventory.status()
    known["country"] = [messages.name_of(code, "name") for code in known["country"]]
    return (
        f"{_table(known)}\n\nGoals:\n\n{_table(inventory.goals())}\n\n"
        f"Totals that official texts state:\n\n{_table(inventory.official())}"
    )


def metrics_as_markdown() -> str:
    """Return what a row of a table of claims may ask, as Markdown; its examples are claims of the shipped table."""
    claims = data.table("claims")
    asked = claims.assign(conditions=claims["scope"].map(scopes.conditions))
    metrics: list[list[str]] = []
    keys: dict[str, list[str]] = {}
    for name, about in ABOUT.items():
        own = asked[asked["metric"] == name]
        example = own.loc[own["conditions"].map(len).idxmax()]
        uses = [*map(_code, about.keys), *([f"any column of `{about.table}.csv`"] if about.table else [])]
        units = ", ".join(map(_code, about.units)) or "any"
        cells = [_code(example[column]) for column in ("operator", "value", "unit", "scope")]
        metrics.append(
            [_code(name), about.answers.removeprefix("Return ").rstrip("."), units, ", ".join(uses), *cells]
        )
        for key, values in ((key, values) for scope in own["conditions"] for key, values in scope.items()):
            keys.setdefault(key, [_code(key), _code(f"{key}={'|'.join(values)}")])
    heads = ["Metric", "Finds", "Units", "Keys of the scope", "Operator", "Value", "Unit", "Scope"]
    operators = []
    for sign, (holds, value) in _OPERATORS.items():
        name, unit, scope = _NAMES_OF if sign == "in" else _NUMBER_OF
        operators.append(
            [_code(name), f"holds where what is found {holds}", *map(_code, (sign, value, unit, scope))]
        )
    tables = (
        (heads, metrics),
        (["Metric", "How it judges", *heads[4:]], operators),
        (["Key", "Example"], keys.values()),
    )
    return "\n\n".join(_rows(*table) for table in tables)


_SECTIONS = {"status": as_markdown, "metrics": metrics_as_markdown}


def write() -> bool:
    """Write both sections into data/README.md between their marks; return whether anything changed."""
    path = root() / "data" / "README.md"
    text = fresh = path.read_text(encoding="utf-8")
    for name, made in _SECTIONS.items():
        start, end = (mark.format(name) for mark in _MARKS)
        before, found, rest = fresh.partition(start)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise DataError(f"data/README.md has lost the marks `{start}` and `{end}`; put them back")
        fresh = f"{before}{start}\n\n{made()}\n\n{end}{after}"
    path.write_text(fresh, encoding="utf-8")
    return fresh != text


def _table(frame: pd.DataFrame) -> str:
    return _rows([label(c) for c in frame.columns], said(frame).to_numpy().tolist())


def _rows(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"
