"""Catalogues: plurals, missing facts, junk, and that words and code agree."""

import ast
import json
import re
from pathlib import Path

import numpy as np
import pytest

from ahec_analysis.errors import DataError
from ahec_analysis.show import messages

SOURCE = Path(messages.__file__).parents[1]
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    """Write a catalogue that stands in for the shipped one."""
    (tmp_path / "en").mkdir()
    monkeypatch.setattr(messages, "LOCALES", tmp_path)

    def write(text, name="test.ftl"):
        (tmp_path / "en" / name).write_text(text, encoding="utf-8")
        messages._bundle.cache_clear()

    yield write
    messages._bundle.cache_clear()


def test_numbers_of_every_kind_are_said(catalogue):
    catalogue(
        "m = { COUNT($n) } of { KM2($area) }, { PERCENT($share) }, about { PERCENT($share, digits: 0) }"
    )
    said = messages.say("m", n=np.int64(1234), area=np.float64(1234.5), share=None)
    assert said == "1\u202f234 of 1\u202f234\u00a0km², –, about –"


def test_a_missing_fact_or_message_is_an_error_not_a_gap(catalogue):
    catalogue("m = { COUNT($n) } of { $what }")
    with pytest.raises(DataError, match=r"`m`.*what"):
        messages.say("m", n=1)
    with pytest.raises(DataError, match="`m`"):
        messages.say("m", what="x")
    with pytest.raises(DataError, match="no message `k`"):
        messages.say("k")


def test_what_fluent_would_drop_in_silence_is_named(catalogue):
    catalogue("m = { $n -> [one] site *[other] sites }")
    with pytest.raises(DataError, match=r"test\.ftl.*is no message"):
        messages.say("m", n=1)
    catalogue("a = one\n")
    catalogue("a = two\n", "other.ftl")
    with pytest.raises(DataError, match="`a` is there twice"):
        messages.say("a")


def _trees():
    """Every module, and every code cell of the notebooks, parsed."""
    for path in SOURCE.rglob("*.py"):
        yield ast.parse(path.read_text(encoding="utf-8"))
    for path in NOTEBOOKS.glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                yield ast.parse("".join(cell["source"]))


def _texts(*, said_only):
    """The ids of the code and templates: first arguments of `say` or `note`, or all texts of the code."""
    for path in (SOURCE / "templates").rglob("*.j2"):
        yield from re.findall(r'"(report-[\w-]+)', path.read_text(encoding="utf-8"))
    for tree in _trees():
        for node in ast.walk(tree):
            if said_only:
                called = isinstance(node, ast.Call)
                name = getattr(node.func, "id", getattr(node.func, "attr", "")) if called else ""
                node = node.args[0] if name in ("say", "note") and node.args else None
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value.partition(".")[0].replace("/", "-")


def test_every_message_said_is_there_and_every_message_there_is_said():
    there = {name for name in messages.messages() if not name.startswith(("column-", "value-"))}
    called = set(_texts(said_only=False))
    assert not set(_texts(said_only=True)) - there
    assert not there - called - {f"{kind}-{name}" for kind in ("table", "chart") for name in called}


def test_every_column_and_value_with_a_name_is_one_of_the_code_or_the_data():
    tables = (NOTEBOOKS.parent / "data" / "tables").glob("*.csv")
    known = {key for tree in _trees() for key in re.findall(r"\w+", ast.unparse(tree))}
    for path in tables:
        known |= set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    for entry in messages.messages().values():
        known |= {key for at in entry.attributes if at.id.name == "columns" for key in _plain(at).split()}
    for name in messages.messages():
        kind, _, key = name.partition("-")
        if kind in ("column", "value"):
            # A value of one column has that column before it; a column of a wide table is a value and a unit.
            assert {
                key,
                key.replace("-", "_"),
                *key.split("-", 1)[1:],
                key.removesuffix("_percent"),
            } & known, name


def _plain(attribute):
    return "".join(str(part.value) for part in attribute.value.elements)


def test_every_table_of_the_notebooks_has_its_caption():
    there = messages.messages()
    for tree in _trees():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", "") == "table"
                and len(node.args) == 2
            ):
                name = node.args[1]
                options = {option.arg for option in node.keywords}
                if isinstance(name, ast.Constant) and "caption" not in options:
                    assert f"table-{name.value}".replace("/", "-") in there, name.value
