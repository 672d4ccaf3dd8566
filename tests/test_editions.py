"""Editions, parameters and what makes a report out of date."""

import json

import pytest

from ahec_analysis.errors import DataError, ParameterError
from ahec_analysis.report.editions import (
    Edition,
    editions,
    fingerprint,
    is_current,
    parameters,
    resolve,
    select,
)


def write_notebook(path, source):
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source, "outputs": []}
    path.write_text(json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}))


def test_every_edition_resolves(copied):
    for edition in editions(copied).values():
        assert resolve(edition, {}, copied)


def test_a_misspelt_edition_names_the_nearest(copied):
    with pytest.raises(ParameterError, match="did you mean `protected-areas-china`"):
        select(["protected-areas-chnia"], editions(copied))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"regon": "china"}, "did you mean `region`"),
        ({"region": "chyna"}, "did you mean `china`"),
        ({"year": "soon"}, "a whole number"),
        ({"min_confidence": "NO"}, "cannot be 'NO'"),
    ],
)
def test_wrong_parameters_are_refused(copied, given, message):
    with pytest.raises(ParameterError, match=message):
        resolve(editions(copied)["protected-areas"], given, copied)


def test_a_typed_value_takes_the_type_of_its_default(tmp_path):
    (tmp_path / "notebooks").mkdir()
    write_notebook(tmp_path / "notebooks/n.ipynb", 'a = 1\nb = 0.5\nc = True\nd = "NO"  # one of: NO, YES')
    values = resolve(Edition("e", "E", "n"), {"a": "2", "b": "3", "c": "false", "d": "YES"}, tmp_path)
    assert values == {"a": 2, "b": 3.0, "c": False, "d": "YES"}


def test_choices_survive_a_formatter_that_wraps_the_line(tmp_path):
    write_notebook(tmp_path / "n.ipynb", 'd = (\n    "closed"  # one of: closed, open; in wet years\n)')
    assert parameters(tmp_path / "n.ipynb")["d"].choices == ("closed", "open")


def test_a_parameters_cell_holds_defaults_only(tmp_path):
    write_notebook(tmp_path / "n.ipynb", "import os")
    with pytest.raises(DataError, match="move `import os` to another cell"):
        parameters(tmp_path / "n.ipynb")
    (tmp_path / "n.ipynb").write_text("{")
    with pytest.raises(DataError, match="is not a notebook"):
        parameters(tmp_path / "n.ipynb")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a = 1\nb = = 2", r"notebooks/n\.ipynb: line 2 of the parameters cell is not Python"),
        ("a = 1\n\nb = a + 1", r"notebooks/n\.ipynb: line 3 of the parameters cell, `b = a \+ 1`"),
    ],
)
def test_a_damaged_parameters_cell_names_notebook_and_line(tmp_path, source, message):
    write_notebook(tmp_path / "n.ipynb", source)
    with pytest.raises(DataError, match=message):
        parameters(tmp_path / "n.ipynb")


def test_broken_reports_yml_says_what_to_do(copied):
    (copied / "reports.yml").write_text("editions:\n  x: {title: only}\n")
    with pytest.raises(DataError, match="needs `title` and `notebook`"):
        editions(copied)


def test_fingerprint_follows_data_and_parameters(copied):
    edition = editions(copied)["protected-areas"]
    values = resolve(edition, {}, copied)
    before = fingerprint(edition, values, copied)
    assert fingerprint(edition, values, copied) == before
    assert fingerprint(edition, {**values, "year": 1990}, copied) != before
    (copied / "data/external/wdpa.zip").write_bytes(b"x")
    assert fingerprint(edition, values, copied) != before


def test_fingerprint_follows_files_and_folders_that_parameters_name(copied):
    edition = editions(copied)["claims-audit"]

    def now(name):
        return fingerprint(edition, {"claims_file": name}, copied)

    file = copied / "old/kept/x.csv"
    absent = now("old/kept/x.csv")
    file.parent.mkdir(parents=True)
    seen = []
    for text in ("a", "b"):
        file.write_text(text)
        seen += [now("old/kept/x.csv"), now(str(file)), now("old")]
    assert len({absent, *seen}) == 7
    (file.parent / ".hidden").write_text("x")
    assert [now("old/kept/x.csv"), now(str(file)), now("old")] == seen[3:]
    assert now("x" * 5000) != now("x\0")


def test_a_page_is_current_only_with_the_same_inputs(tmp_path):
    page = tmp_path / "a.html"
    assert not is_current(page, "0" * 64)
    page.write_text(f'<meta name="ahec-inputs" content="{"0" * 64}">')
    assert is_current(page, "0" * 64)
    assert not is_current(page, "1" * 64)
