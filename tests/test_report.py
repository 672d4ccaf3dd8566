"""The real report path: what is written, that it is repeatable, and what a failure leaves behind."""

import json

import pytest
from conftest import BUILT
from typer.testing import CliRunner

from ahec_analysis import report
from ahec_analysis.cli import app
from ahec_analysis.errors import ReportError

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
