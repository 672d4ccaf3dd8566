"""Catalogues: plurals, missing facts, junk, and that words and code agree."""

import ast
from pathlib import Path

import numpy as np
import pytest

from ahec_analysis.errors import DataError
from ahec_analysis.show import messages

SOURCE = Path(messages.__file__).parents[1]


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


def _texts(*, said_only):
    """The texts of the code: those that are the first argument of `say`, or all of them."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if said_only:
                name = (
                    getattr(node.func, "id", getattr(node.func, "attr", ""))
                    if isinstance(node, ast.Call)
                    else ""
                )
                node = node.args[0] if name == "say" and node.args else None
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value.partition(".")[0]


def test_every_message_said_is_there_and_every_message_there_is_said():
    there = set(messages.messages())
    assert not set(_texts(said_only=True)) - there
    assert not there - set(_texts(said_only=False))
