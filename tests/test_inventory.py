"""Completeness of the inventory, and scopes written in tables."""

import pandas as pd
import pytest

from ahec_analysis import data
from ahec_analysis.coverage import inventory
from ahec_analysis.data import scopes
from ahec_analysis.errors import DataError, ParameterError
from ahec_analysis.project import root
from ahec_analysis.report import readme


def test_rows_add_up_to_the_inventory():
    known = inventory.status()
    assert known["rows"].iloc[:-1].sum() == known["rows"].iloc[-1] == len(data.protected_areas())
    assert (known["sourced_ha"].fillna(0) <= known["area_ha"].fillna(0)).all()


def test_unknown_areas_are_empty_not_zero():
    known = inventory.status()
    corridors = known[known["designation"] == "ecological_corridor"]
    assert corridors["area_ha"].isna().all()


def test_joint_totals_leave_out_what_single_sites_have():
    totals = data.table("reported_totals").set_index("total_id")
    members = totals.loc["ru-amu-six-refuges-1963", "site_ids"].split("|")
    known = data.table("protected_areas").set_index("site_id").loc[members, "area_ha"]
    rest = totals.loc["ru-amu-six-refuges-1963", "area_ha"] - known.sum()
    assert rest in inventory._joint().to_list()


def test_the_readme_holds_the_status_of_today():
    assert readme.as_markdown() in (root() / "data" / "README.md").read_text(encoding="utf-8")


def test_writing_is_repeatable_and_needs_its_marks(copied):
    marks = [mark.format(name) for name in readme._SECTIONS for mark in readme._MARKS]
    (copied / "data/README.md").write_text("# Data\n\n" + "\n".join(marks))
    assert readme.write()
    assert not readme.write()
    (copied / "data/README.md").write_text("# Data")
    with pytest.raises(DataError, match="has lost the marks"):
        readme.write()


def test_what_was_sought_is_still_open():
    sites = data.table("protected_areas").set_index("site_id")
    rows = data.table("searched")
    rows = rows[rows["record_id"].isin(sites.index)]
    known = {
        "area_ha": sites["area_basis"] == "sourced",
        "place": inventory._placed(sites),
        "existence": sites["existence_basis"] == "sourced",
        "status": sites["status"] != "doubtful",
        "established_year": sites["year_basis"] == "sourced",
    }
    answered = [(r.record_id, r.field) for r in rows.itertuples() if known[r.field][r.record_id]]
    assert not answered


def test_every_missing_area_was_sought_in_two_languages():
    areas = data.protected_areas()
    rows = data.table("searched")
    asked = rows[(rows["field"] == "area_ha") & (rows["query_kind"] == "verbatim")]
    languages = asked.groupby("record_id")["language"].nunique()
    missing = areas.loc[areas["area_ha"].isna(), "site_id"]
    assert (languages.reindex(missing).fillna(0) >= 2).all()


def test_every_filter_of_official_totals_selects_something():
    assert (inventory.official()["listed_sites"] > 0).all()


@pytest.fixture
def rows():
    return pd.DataFrame(
        {"country": ["RUS", "RUS|MNG", "CHN", ""], "level": ["national", "local", "national", "local"]}
    )


def test_scopes_match_inside_lists_and_none_means_empty(rows):
    assert scopes.select(rows, "country=RUS").index.tolist() == [0, 1]
    assert scopes.select(rows, "country=RUS|CHN;level=national").index.tolist() == [0, 2]
    assert scopes.select(rows, "country=none").index.tolist() == [3]
    assert len(scopes.select(rows, "")) == 4


@pytest.mark.parametrize(
    ("scope", "message"),
    [
        ("land=RUS", "no column `land`"),
        ("country=XXX", "no row has country XXX"),
        ("country", "is not column=value"),
    ],
)
def test_wrong_scopes_are_named(rows, scope, message):
    with pytest.raises(ParameterError, match=message):
        scopes.select(rows, scope)


def test_no_site_is_missing_where_more_are_confirmed_than_stated(monkeypatch):
    claims = data.table("claims").assign(value=1.0)
    tables = {"claims": claims}
    real = data.table
    monkeypatch.setattr(inventory.data, "table", lambda name: tables.get(name, real(name)))
    rows = inventory.against_counts()
    assert len(rows)
    assert (rows["confirmed"] > rows["stated"]).any()
    assert rows["missing"].min() == 0
