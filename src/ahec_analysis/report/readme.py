"""Writes how complete the inventory is into data/README.md."""

from __future__ import annotations

import re

import pandas as pd

from ahec_analysis.coverage import inventory
from ahec_analysis.errors import DataError
from ahec_analysis.project import root
from ahec_analysis.show import messages
from ahec_analysis.show.tables import label, said

_MARKS = ("<!-- status: made by `ahec data status --write` -->", "<!-- end of status -->")


def as_markdown() -> str:
    """Return the status as Markdown tables, as data/README.md holds them."""
    known = inventory.status()
    known["country"] = [messages.name_of(code, "name") for code in known["country"]]
    return (
        f"{_table(known)}\n\nGoals:\n\n{_table(inventory.goals())}\n\n"
        f"Totals that official texts state:\n\n{_table(inventory.official())}"
    )


def write() -> bool:
    """Write the status into data/README.md between its marks; return whether it changed."""
    path = root() / "data" / "README.md"
    text = path.read_text(encoding="utf-8")
    start, end = _MARKS
    pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(text):
        raise DataError(f"data/README.md has lost the marks `{start}` and `{end}`; put them back")
    fresh = pattern.sub(lambda _: f"{start}\n\n{as_markdown()}\n\n{end}", text)
    path.write_text(fresh, encoding="utf-8")
    return fresh != text


def _table(frame: pd.DataFrame) -> str:
    lines = ["| " + " | ".join(label(c) for c in frame.columns) + " |", "|" + "---|" * len(frame.columns)]
    lines += ["| " + " | ".join(row) + " |" for row in said(frame).to_numpy()]
    return "\n".join(lines)
