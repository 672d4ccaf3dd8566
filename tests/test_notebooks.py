"""Notebooks as stored: prose and calls, without outputs."""

import ast
import json
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda p: p.stem)
def cells(request):
    return json.loads(request.param.read_text(encoding="utf-8"))["cells"]


def test_there_are_notebooks():
    assert NOTEBOOKS


def test_stored_without_outputs(cells):
    code = [c for c in cells if c["cell_type"] == "code"]
    assert not [c for c in code if c["outputs"] or c["execution_count"]]


def test_no_function_definitions_and_no_paths(cells):
    for cell in cells:
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            tree = ast.parse(source)
            assert not [
                n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef | ast.Lambda)
            ]
            assert "open(" not in source
            assert "../" not in source


def test_one_title_and_a_paragraph_for_whom(cells):
    first = "".join(cells[0]["source"])
    assert first.startswith("# ")
    assert len(first.split("\n\n")[1]) > 60
    assert sum("".join(c["source"]).startswith("# ") for c in cells if c["cell_type"] == "markdown") == 1


def test_no_digits_of_results_in_prose(cells):
    """Numbers in prose come from the data; years, standards and constants of method are the exceptions."""
    import re

    for cell in cells:
        if cell["cell_type"] == "markdown":
            prose = re.sub(
                r"\$.*?\$|\*.*?\*|`.*?`|WGS 84|\b(19|20)\d\d\b|1 in 10.000|Target \d|30 %|\b1 %",
                "",
                "".join(cell["source"]),
            )
            assert not re.search(r"\d+([.,]\d+)? ?(km²|ha|Mha|%|sites)", prose), prose
