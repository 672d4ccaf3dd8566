"""What an analyst writes: the first notebook of work/ and the lines of the README, run as they stand."""

import pydoc
import re
from pathlib import Path

import geopandas as gpd
import nbclient
import nbformat
import pandas as pd
import shapely

import ahec_analysis

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "work/use-it-from-python.ipynb"
BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def lines(source):
    return [line for line in source.splitlines() if line.strip()]


def test_the_first_notebook_is_stored_without_outputs_and_asks_each_question_in_five_lines():
    cells = code(nbformat.read(NOTEBOOK, 4))
    assert not [cell for cell in cells if cell.outputs or cell.execution_count]
    assert max(len(lines(cell.source)) for cell in cells[1:]) <= 5


def test_the_first_notebook_runs_and_answers():
    notebook = nbformat.read(NOTEBOOK, 4)
    nbclient.NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": NOTEBOOK.parent}}
    ).execute()
    outputs = {cell.id: cell.outputs for cell in code(notebook)}
    assert not [output for cell in outputs.values() for output in cell if output.output_type == "stream"]
    for name in ("district-table", "reserve-coverage", "reserve-tiger", "site-coverage", "species-sites"):
        assert "<table" in outputs[name][0]["data"]["text/html"], name


def test_the_lines_of_the_readme_are_five_and_run(tmp_path, monkeypatch):
    first, *tasks = BLOCKS
    assert len(tasks) == 3
    assert max(len(lines(task)) for task in tasks) <= 5
    reserve = gpd.GeoDataFrame(geometry=[shapely.box(135.5, 47.5, 136.5, 48.2)], crs=4326)
    reserve.to_file(tmp_path / "my-reserve.geojson")
    monkeypatch.setenv("AHEC_ROOT", str(ROOT))
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    exec(first, names)
    answers = [exec(task, names) or dict(names) for task in tasks]
    assert len(pd.read_csv("districts.csv")) == 19
    for answer, least in zip(answers[1:], (5000, 4000), strict=True):
        assert least < answer["change"].set_index("name").loc["RUS", "change_km2"] < 7000
        assert answer["after"]["protected_km2"].iloc[0] - answer["before"]["protected_km2"].iloc[0] > 100


def test_every_door_opens_when_it_is_first_used_and_help_names_it():
    text = pydoc.plain(pydoc.render_doc(ahec_analysis))
    for name in ahec_analysis._DOORS:
        assert getattr(ahec_analysis, name).__name__ == f"ahec_analysis.{name}"
        assert re.search(rf"^ +(\w+, )*{name}[, ]", text, re.MULTILINE), name
