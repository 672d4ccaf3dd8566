"""The real report path: what is written, that it is repeatable, and what a failure leaves behind."""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from conftest import BUILT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from typer.testing import CliRunner

from ahec_analysis import report
from ahec_analysis.errors import ReportError
from ahec_analysis.report import build
from ahec_analysis.report.cli import app

run = CliRunner().invoke


def tree(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_report_is_one_file_with_its_tables_map_and_notebook(reports):
    page = (reports / "protected-areas.html").read_text(encoding="utf-8")
    assert len(page) < 2_000_000
    assert "<script src" not in page
    assert (reports / "maps/protected-areas.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert 'href="maps/protected-areas.html"' in page
    assert {"by-country.csv", "growth.csv", "sites.csv"} <= {
        p.name for p in (reports / "tables/protected-areas").iterdir()
    }
    notebook = json.loads((reports / "notebooks/protected-areas.ipynb").read_text(encoding="utf-8"))
    assert not [o for c in notebook["cells"] for o in c.get("outputs", []) if o.get("name") == "stderr"]
    assert not list(reports.glob(".*"))


def test_the_index_leads_to_every_report(reports):
    index = (reports / "index.html").read_text(encoding="utf-8")
    assert 'href="protected-areas.html"' in index
    assert index.count('<dl class="headline">') == len(BUILT)


def test_the_same_inputs_give_the_same_bytes(reports, tmp_path):
    report.render("protected-areas-mongolia", out=tmp_path)
    for name, content in tree(tmp_path).items():
        assert content == (reports / name).read_bytes(), name


def test_an_unchanged_edition_is_not_rebuilt(reports):
    before = (reports / "protected-areas.html").stat().st_mtime_ns
    outcomes = list(report.render_all(["protected-areas"], out=reports))
    assert [o.built for o in outcomes] == [False]
    assert (reports / "protected-areas.html").stat().st_mtime_ns == before


def break_notebook(project, line):
    path = project / "notebooks/02_protected_areas.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"][2]["source"] = [line]
    path.write_text(json.dumps(notebook))


def test_a_failing_notebook_keeps_the_last_good_page(copied):
    out = copied / "reports"
    out.mkdir()
    (out / "protected-areas.html").write_text("last good")
    break_notebook(copied, "raise ValueError('no luck')")
    with pytest.raises(ReportError, match=r"02_protected_areas\.ipynb, cell \d+: ValueError: no luck"):
        report.render("protected-areas")
    assert tree(out) == {"protected-areas.html": b"last good"}
    result = run(app, ["report", "protected-areas"])
    assert result.exit_code == 1
    assert "no luck" in result.output


def tiny(project, **sources):
    """Replace the editions of a project by one-cell notebooks."""
    parameters = {"tags": ["parameters"]}
    listed = []
    for name, source in sources.items():
        cells = [new_code_cell("x = 1", metadata=parameters), new_code_cell(source)]
        notebook = new_notebook(cells=[new_markdown_cell(f"# {name}"), *cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python", "language": "python"}
        nbformat.write(notebook, project / f"notebooks/{name}.ipynb")
        listed.append(f"  {name}: {{title: {name}, notebook: {name}}}")
    (project / "reports.yml").write_text("\n".join(["editions:", *listed]))


def test_a_dead_kernel_stops_only_its_own_edition(copied):
    tiny(copied, dead="import os\nos._exit(1)", whole="x")
    result = run(app, ["report", "--jobs", "1"])
    assert result.exit_code == 1
    assert "dead: Python stopped while the notebook ran" in result.output
    assert set(tree(copied / "reports")) == {"whole.html", "notebooks/whole.ipynb", "index.html"}


def test_notebooks_of_one_run_share_no_memory(copied):
    clean = "from ahec_analysis import data, project\nassert data.provenance().empty\n"
    clean += f"assert str(project.root()) == {str(copied)!r}\n"
    tiny(copied, **dict.fromkeys(["a", "b"], f"{clean}data.table('dams')"))
    assert [o.error for o in report.render_all([], jobs=1)] == [None, None]


def test_any_error_of_a_build_becomes_its_outcome(copied, monkeypatch):
    tiny(copied, odd="x", whole="x")
    publish = build._publish

    def breaks(order, *rest):
        if order.edition.name == "odd":
            raise KeyError("lost")
        publish(order, *rest)

    monkeypatch.setattr(build, "_publish", breaks)
    outcomes = {o.edition: o for o in report.render_all([], jobs=1)}
    assert "odd: KeyError: 'lost'; run notebooks/odd.ipynb" in str(outcomes["odd"].error)
    assert outcomes["whole"].built
    assert 'href="whole.html"' in (copied / "reports/index.html").read_text()


def test_a_folder_that_cannot_be_made_is_wrong_input(copied):
    result = run(app, ["report", "brief", "--out", str(copied / "reports.yml" / "x")])
    assert result.exit_code == 2
    assert "give another with --out" in result.output


def test_what_a_killed_run_left_goes_at_the_next_start(copied):
    tiny(copied, **{"whole": "x", "whole-other": "x"})
    for left in (".work-whole@abc", ".work-index@abc", ".work-whole-other@abc"):
        (copied / "reports" / left).mkdir(parents=True)
    (copied / "reports/.whole.lock").touch()
    report.render("whole")
    list(report.render_all(["whole"]))
    assert {p.name for p in (copied / "reports").glob(".work-*")} == {".work-whole-other@abc"}


def test_kernels_of_a_killed_run_end(copied):
    tiny(copied, slow="import os, time\nopen('kernel', 'w').write(str(os.getpid()))\ntime.sleep(60)")
    build_run = subprocess.Popen([sys.executable, "-m", "ahec_analysis.report.cli", "report"])
    try:
        pid = _soon(lambda: (copied / "notebooks/kernel").read_text())
    finally:
        build_run.kill()
        build_run.wait()
    _soon(lambda: not _lives(int(pid)))


def _soon(condition):
    """What a condition gives once it holds, within a minute."""
    for _ in range(600):
        with suppress(FileNotFoundError):
            if found := condition():
                return found
        time.sleep(0.1)
    raise AssertionError("did not come true within a minute")


def _lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]


def test_of_two_runs_at_once_the_second_waits_and_finds_it_current(copied):
    tiny(copied, slow="import time\ntime.sleep(1)")
    with ThreadPoolExecutor(2) as pool:
        outcomes = [o for run in pool.map(lambda _: list(report.render_all([])), range(2)) for o in run]
    assert sorted(o.built for o in outcomes) == [False, True]
    assert not list((copied / "reports").glob(".work-*"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["protected-area"], "did you mean `protected-areas`"),
        (["protected-areas", "-p", "yaer=1990"], "did you mean `year`"),
        (["protected-areas", "-p", "year"], "-p takes key=value"),
        (["protected-areas", "-p", "region=rusia"], "did you mean `russia`"),
    ],
)
def test_wrong_input_exits_with_2_and_touches_nothing(copied, arguments, message):
    result = run(app, ["report", *arguments])
    assert result.exit_code == 2
    assert message in result.output
    assert not (copied / "reports").exists()


def test_list_shows_editions_and_parameters():
    result = run(app, ["list"])
    assert result.exit_code == 0
    assert "protected-areas-mongolia" in result.output
    assert "region='mongolia'" in result.output


def test_data_check_command(copied):
    assert run(app, ["data", "check"]).exit_code == 0
    path = copied / "data/tables/species.csv"
    path.write_text(path.read_text().replace("focal", "vocal", 1))
    result = run(app, ["data", "check"])
    assert result.exit_code == 1
    assert "species.csv:2 role = 'vocal'" in result.output
    assert "ahec data hash" in result.output
