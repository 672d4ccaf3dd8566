"""Editions, parameters and what makes a report out of date."""

import json

import pytest

from ahec_analysis.data import cache, external
from ahec_analysis.errors import DataError, ParameterError
from ahec_analysis.report.editions import (
    Edition,
    changed_notebooks,
    editions,
    fingerprint,
    is_current,
    prepared,
    resolve,
    select,
    variant,
    with_external,
)
from ahec_analysis.report.parameters import parameters


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


def test_bounds_are_read_from_the_comment_and_checked(tmp_path):
    (tmp_path / "notebooks").mkdir()
    write_notebook(
        tmp_path / "notebooks/n.ipynb",
        "t = 0.7  # share, above 0 and up to 1\ny = 2000  # sites up to this year, from 1900 and below 2101\n"
        's = "#1"  # a sign # from 5',
    )
    edition = Edition("e", "E", "n")
    assert resolve(edition, {"t": "1", "y": "1900", "s": "#2"}, tmp_path) == {"t": 1.0, "y": 1900, "s": "#2"}
    for given, message in [
        ({"t": "7"}, "`t` is a number above 0 and up to 1, not '7'"),
        ({"t": "0"}, "above 0"),
        ({"t": "nan"}, "above 0"),
        ({"y": "2101"}, "a whole number from 1900 and below 2101"),
    ]:
        with pytest.raises(ParameterError, match=message):
            resolve(edition, given, tmp_path)


def test_every_number_of_a_shipped_notebook_has_bounds(copied):
    for edition in editions(copied).values():
        for name, parameter in parameters(edition.path(copied)).items():
            if not isinstance(parameter.default, str):
                assert "up to" in parameter.allowed, (edition.notebook, name)
                with pytest.raises(ParameterError):
                    resolve(
                        edition, {name: "1e9" if isinstance(parameter.default, float) else "99999"}, copied
                    )


def test_broken_reports_yml_says_what_to_do(copied):
    (copied / "reports.yml").write_text("editions:\n  x: {title: only}\n")
    with pytest.raises(DataError, match=r"reports\.yml, line 2: edition `x` has no `notebook`"):
        editions(copied)


@pytest.mark.parametrize(
    ("entry", "line", "message"),
    [
        ("title: My: edition\n    notebook: 02_protected_areas", 3, "mapping values are not allowed here"),
        ("notebook: 02_protected_areas", 2, "edition `x` has no `title`"),
        (
            "title: X\n    notebook: 02_protected_areas\n    parameter: {year: 1990}",
            5,
            "did you mean `parameters`",
        ),
        ("title: X\n    title: Y\n    notebook: 02_protected_areas", 4, "stands twice, first on line 3"),
        ("title: 2026\n    notebook: 02_protected_areas", 3, "not a text"),
        ("title: X\n    notebook: 02_protected_areas\n    parameters: [year]", 5, "not `key: value` lines"),
    ],
)
def test_a_mistake_in_reports_yml_is_named_with_its_line(copied, entry, line, message):
    (copied / "reports.yml").write_text(f"editions:\n  x:\n    {entry}\n")
    with pytest.raises(DataError, match=rf"reports\.yml, line {line}: .*{message}"):
        editions(copied)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: the file must hold"),
        ("editions:\n  ../x: {title: X, notebook: n}", "line 2: an edition cannot be named `../x`"),
        (
            "editions:\n  x: {title: X, notebook: n}\ndefaults:\n  m: {}",
            "line 4: no edition has the notebook `m`",
        ),
        ("editions:\n  x: 5", "line 2: edition `x` must hold"),
    ],
)
def test_a_file_of_another_shape_is_refused(copied, text, message):
    (copied / "reports.yml").write_text(text)
    with pytest.raises(DataError, match=message):
        editions(copied)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ("year: 2000.5", "`year` is a whole number from 1900 and up to 2100, not 2000.5"),
        ("year: [1990, 2000]", r"a whole number .*not \[1990, 2000\]"),
        ("year: true", "a whole number .*not True"),
        ("year: 3000", "up to 2100, not 3000"),
        ("min_confidence: no", "is one of: low, medium, high, not False"),
        ("region: chyna", "did you mean `china`"),
        ("yaer: 1990", "did you mean `year`"),
    ],
)
def test_parameters_of_reports_yml_are_checked_as_typed_ones(copied, parameters, message):
    for section in ("editions", "defaults"):
        entry = "{title: X, notebook: 02_protected_areas%s}"
        own = f", parameters: {{{parameters}}}" if section == "editions" else ""
        listed = f"editions:\n  x: {entry % own}\n"
        if section == "defaults":
            declared = (
                "region: ahec, definition: amur, source: auto, year: 1, min_confidence: low, compare: ''"
            )
            name = parameters.partition(":")[0]
            rest = ", ".join(part for part in declared.split(", ") if not part.startswith(f"{name}:"))
            listed = (
                listed
                + f"defaults:\n  02_protected_areas: {{{parameters}, {rest.replace('year: 1', 'year: 2000')}}}\n"
            )
        (copied / "reports.yml").write_text(listed)
        line = 2 if section == "editions" else 4
        with pytest.raises(DataError, match=rf"reports\.yml, line {line}: .*{message}"):
            resolve(editions(copied)["x"], {}, copied)


def test_defaults_name_every_parameter(copied):
    (copied / "reports.yml").write_text(
        "editions:\n  x: {title: X, notebook: 06_brief}\ndefaults:\n  06_brief: {source: auto}\n"
    )
    with pytest.raises(DataError, match="06_brief defaults, but none for compare"):
        resolve(editions(copied)["x"], {}, copied)


@pytest.mark.parametrize(
    ("asked", "given", "name", "title"),
    [
        ("protected-areas", {"region": "china"}, "protected-areas-china", "Protected areas: the Chinese part"),
        ("protected-areas-china", {"region": "ahec"}, "protected-areas", "Protected areas of the Amur-Heilong Ecoregion Complex"),
        ("species-amur-tiger", {"species": "oriental-stork"}, "species-oriental-stork", "Oriental stork: sites, counts, protection"),
        ("species-amur-tiger", {"species": "kaluga", "threshold": "0.5"}, "species-kaluga--threshold-0.5", "Kaluga: numbers, range, protection (threshold = 0.5)"),
        ("species-amur-tiger", {"species": "oriental-stork", "year": "1990"}, "species-oriental-stork--year-1990", "Oriental stork: sites, counts, protection (year = 1990)"),
        ("protected-areas-china", {"year": "1990"}, "protected-areas-china--year-1990", "Protected areas: the Chinese part (year = 1990)"),
        ("protected-areas", {"year": "2026"}, "protected-areas", "Protected areas of the Amur-Heilong Ecoregion Complex"),
    ],
)  # fmt: skip
def test_name_and_title_follow_the_parameters(copied, asked, given, name, title):
    found = variant(editions(copied)[asked], given, copied)
    assert (found.name, found.title) == (name, title)


def test_a_subject_without_an_edition_has_the_title_of_its_notebook(copied):
    found = variant(editions(copied)["species-amur-tiger"], {"species": "Amur goral"}, copied)
    assert found.name.startswith("species-amur-tiger--species-Amur-goral-")
    assert "tiger" not in found.title
    assert found.title.endswith("(species = Amur goral)")


def test_names_of_different_parameters_differ_and_are_file_names(copied):
    audit = editions(copied)["claims-audit"]
    names = [
        variant(audit, {"claims": v}, copied).name
        for v in ("a/b.csv", "a-b.csv", "../a", "x" * 300, "x" * 301)
    ]
    assert len(set(names)) == 5
    assert all(len(name) < 120 and "/" not in name for name in names)


def save_as_lab(project, name, old, new):
    """Save a notebook as JupyterLab does: another value in its parameters cell, outputs, counts, its own metadata."""
    path = project / f"notebooks/{name}.ipynb"
    notebook = json.loads(path.read_text())
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code":
            cell["source"] = "".join(cell["source"]).replace(old, new).splitlines(keepends=True)
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x"}]
            cell["execution_count"] = number
            cell["metadata"]["trusted"] = True
    notebook["metadata"]["language_info"]["version"] = "3.99"
    path.write_text(json.dumps(notebook))


def test_a_notebook_saved_in_jupyterlab_changes_no_edition(copied):
    before = editions(copied)["protected-areas"]
    values, built = resolve(before, {}, copied), prepared(before, copied)
    inputs = fingerprint(before, values, copied)
    assert changed_notebooks(editions(copied).values(), copied) == []
    save_as_lab(copied, "02_protected_areas", 'region = "ahec"', 'region = "mongolia"')
    after = editions(copied)["protected-areas"]
    assert resolve(after, {}, copied) == values
    assert prepared(after, copied) == built
    assert fingerprint(after, values, copied) == inputs
    (told,) = changed_notebooks(editions(copied).values(), copied)
    assert (
        "02_protected_areas.ipynb was saved with region = 'mongolia' in its parameters cell ('ahec' in reports.yml)"
        in told
    )
    assert "outputs" in told


def test_fingerprint_follows_data_and_parameters(copied):
    edition = editions(copied)["protected-areas"]
    values = resolve(edition, {}, copied)
    before = fingerprint(edition, values, copied)
    assert fingerprint(edition, values, copied) == before
    assert fingerprint(edition, {**values, "year": 1990}, copied) != before


def test_a_new_external_file_touches_what_asked_for_its_kind(copied):
    before, kept = external.state(), cache.state()
    for file, kind in [
        ("wdpa.zip", "downloads"),
        ("unpacked/WDPA.shp", "downloads"),
        ("gbif/a.csv", "gbif"),
        ("covariates/snow.tif", "covariates"),
        ("basins/hybas_as_lev06.dbf", "hydrobasins"),
    ]:
        path = copied / "data/external" / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
        now = external.state()
        assert [k for k in now if now[k] != before[k]] == [kind]
        assert with_external("a", [kind], now) != with_external("a", [kind], before), kind
        assert with_external("a", set(external.KINDS) - {kind}, now) == with_external(
            "a", set(external.KINDS) - {kind}, before
        )
        assert cache.state() != kept
        before, kept = now, cache.state()


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
    page, outside = tmp_path / "a.html", {"gbif": "1", "downloads": "2"}
    assert not is_current(page, "0", outside)
    page.write_text(
        f'<meta name="ahec-inputs" content="{with_external("0", ["gbif"], outside)}" data-asked="gbif">'
    )
    assert is_current(page, "0", outside)
    assert is_current(page, "0", {**outside, "downloads": "3"})
    assert not is_current(page, "0", {**outside, "gbif": "3"})
    assert not is_current(page, "1", outside)


def test_code_asks_for_external_files_in_one_place(copied):
    """Else a report would not know that it was made from them; `data` itself lists and downloads them."""
    package = copied / "src/ahec_analysis"
    found = [p for p in package.rglob("*.py") if '"data" / "external"' in p.read_text(encoding="utf-8")]
    assert {p.relative_to(package).parts[0] for p in found} == {"data"}
