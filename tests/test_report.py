"""The real report path: what is written, that it is repeatable, and what a failure leaves behind."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from conftest import BUILT, ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from typer.testing import CliRunner

from ahec_analysis import __version__, report
from ahec_analysis.errors import ReportError
from ahec_analysis.report import build
from ahec_analysis.report.cli import app
from ahec_analysis.report.progress import Progress

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
    assert [hidden.name for hidden in reports.glob(".*")] == [".gitignore"]


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


def test_parameters_need_an_edition(copied):
    result = run(app, ["report", "-p", "region=china"])
    assert result.exit_code == 2
    assert "-p region needs the name of an edition" in result.output
    assert "protected-areas-mongolia" in result.output
    assert "ecoregion" not in result.output


def test_list_shows_editions_and_what_parameters_may_be_and_mean():
    result = run(app, ["list"], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    assert (
        "protected-areas-mongolia     Protected areas: the Mongolian part (region=mongolia)" in result.output
    )
    assert "-p region=ahec             one of: ahec, russia, china, mongolia" in result.output
    assert "a number: index from which a cell or reach counts, above 0 and up to 1" in result.output
    assert "threshold" not in run(app, ["list", "brief"]).output


def test_help_version_and_completion():
    for command in ([], ["report"], ["data", "check"]):
        assert run(app, [*command, "-h"]).exit_code == 0
    assert run(app, ["--version"]).output == f"ahec {__version__}\n"
    asked = {"_AHEC_COMPLETE": "complete_bash", "COMP_WORDS": "ahec report species-amur", "COMP_CWORD": "2"}
    offered = run(app, [], prog_name="ahec", env=asked).output.split()
    assert offered == ["species-amur-tiger", "species-amur-leopard", "species-amur-sturgeon"]


def test_other_parameters_are_another_page(copied):
    tiny(copied, a="x", b="x")
    run(app, ["report"])
    before = (copied / "reports/a.html").read_bytes()
    result = run(app, ["report", "a", "-p", "x=7"])
    assert "1 of 1  built   a--x-7.html" in result.output
    assert (copied / "reports/a.html").read_bytes() == before
    assert "<title>a (x = 7)</title>" in (copied / "reports/a--x-7.html").read_text()
    index = (copied / "reports/index.html").read_text()
    assert '<a href="a--x-7.html">a (x = 7)</a>' in index
    assert index.index('"a.html"') < index.index('"a--x-7.html"') < index.index('"b.html"')
    assert "1 of 1  current a--x-7.html" in run(app, ["report", "a", "-p", "x=7"]).output
    run(app, ["report", "a", "-p", "x=8", "--out", "mine"])
    assert {p.name for p in (copied / "mine").glob("*.html")} == {"a--x-8.html", "index.html"}


def test_a_new_folder_of_results_is_ignored_by_git(copied):
    tiny(copied, a="x")
    subprocess.run(["git", "init", "-q"], check=True)
    (copied / "old").mkdir()
    for folder in ("mine", "old"):
        run(app, ["report", "--out", folder])
    status = subprocess.run(["git", "status", "--porcelain"], check=True, capture_output=True, text=True)
    assert "mine" not in status.stdout
    assert "?? old/" in status.stdout


def test_a_notebook_saved_in_jupyterlab_builds_the_same_page(copied):
    tiny(copied, a="x")
    with (copied / "reports.yml").open("a") as file:
        file.write("\ndefaults:\n  a: {x: 1}\n")
    path = copied / "notebooks/a.ipynb"
    run(app, ["report"])
    before = tree(copied / "reports")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].source = "x = 5"
    notebook.cells[2].outputs = [nbformat.v4.new_output("stream", text="secret")]
    notebook.cells[2].metadata["scrolled"] = True
    notebook.metadata["kernelspec"]["display_name"] = "mine"
    nbformat.write(notebook, path)
    result = run(app, ["report"])
    assert (
        "notebooks/a.ipynb was saved with x = 5 in its parameters cell (1 in reports.yml) and outputs"
        in result.output
    )
    assert "0 of 1 reports to build" in result.output
    (copied / "reports/a.html").unlink()
    assert "built" in run(app, ["report"]).output
    assert tree(copied / "reports") == before


def test_a_new_external_file_rebuilds_only_what_asks_for_its_kind(copied):
    tiny(copied, own="from ahec_analysis.coverage import downloads\ndownloads.files()", other="x")
    assert [o.built for o in report.render_all([])] == [True, True]
    assert 'data-asked="downloads"' in (copied / "reports/own.html").read_text()
    (copied / "data/external/WDPA.zip").write_bytes(b"x")
    assert {o.edition: o.built for o in report.render_all([])} == {"own": True, "other": False}
    (copied / "data/external/gbif").mkdir()
    (copied / "data/external/gbif/a.csv").write_bytes(b"x")
    assert not any(o.built for o in report.render_all([]))


def test_finished_bars_leave_room_for_running_ones(monkeypatch):
    with Progress(26) as progress:
        for number in range(26):
            progress.tick(str(number), 1, 2)
            if number < 24:
                progress.finish(build.Outcome(str(number), Path("x.html"), True))
    assert [task.description for task in progress.tasks] == ["all", "24", "25"]
    assert progress.tasks[0].completed == 24


@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c_says_so_and_stops_kernels(copied, presses):
    slow = "import os, time\nopen(f'kernel-{os.getpid()}', 'w').close()\ntime.sleep(60)"
    tiny(copied, one=slow, two=slow, three=slow)
    command = [sys.executable, "-m", "ahec_analysis.report.cli", "report", "--jobs", "2"]
    building = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        _soon(lambda: len(list((copied / "notebooks").glob("kernel-*"))) == 2)
        started = time.monotonic()
        building.send_signal(signal.SIGINT)
        said = ""
        while "stopping" not in said:
            said += building.stderr.readline()
        if presses == 2:
            started = time.monotonic()
            building.send_signal(signal.SIGINT)
        building.wait(30)
        took = time.monotonic() - started
        said += building.communicate(timeout=30)[1]  # kernels hold the pipe until they have ended
    finally:
        building.kill()
        building.wait()
    assert building.returncode == 130
    assert "stopping; Ctrl-C again stops at once" in said
    assert len(said.splitlines()) == (3 if presses == 1 else 2), said  # and no traceback
    assert took < (4 if presses == 1 else 1)
    for kernel in (copied / "notebooks").glob("kernel-*"):
        _soon(lambda kernel=kernel: not _lives(int(kernel.name.partition("-")[2])))
    if presses == 1:
        assert not [p for p in (copied / "reports").iterdir() if p.name.startswith(".")]


@pytest.mark.parametrize("words", [["report", "protected-areas-china"], ["report", "name=brief"]])
def test_make_refuses_words_it_does_not_know(words):
    make = ["make", "--dry-run", *words]
    done = subprocess.run(make, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert words[1].partition("=")[0] in done.stderr
    assert "NAME=" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_make_takes_the_name_of_an_edition():
    make = ["make", "--dry-run", "report", "NAME=brief"]
    done = subprocess.run(make, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "ahec report brief" in done.stdout


def test_data_check_command(copied):
    assert run(app, ["data", "check"]).exit_code == 0
    path = copied / "data/tables/species.csv"
    path.write_text(path.read_text().replace("focal", "vocal", 1))
    result = run(app, ["data", "check"])
    assert result.exit_code == 1
    assert "species.csv:2 role = 'vocal'" in result.output
    assert "ahec data hash" in result.output
