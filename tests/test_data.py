"""The shipped tables hold what their schema says, and every kind of damage is named."""

import json

import pandas as pd
import pytest

from ahec_analysis import data
from ahec_analysis.coverage import checks
from ahec_analysis.data import layers, tables
from ahec_analysis.errors import DataError, ParameterError, SchemaError
from ahec_analysis.territory import borders


def test_shipped_data_are_sound():
    found = checks.problems()
    assert found[found["severity"] == "error"].empty, found.to_string()
    assert (found["rule"].str.contains("km outside|km from the point of")).all()


@pytest.fixture
def edit(copied):
    """Change one cell of a table, or append a row, and return the problems that this brings."""

    def change(name, row, **values):
        path = copied / "data/tables" / f"{name}.csv"
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
        if row is None:
            table = pd.concat([table, table.iloc[[0]].assign(**values)])
        else:
            for column, value in values.items():
                table.loc[row, column] = value
        table.to_csv(path, index=False, lineterminator="\n")
        found = checks.problems()
        assert "sha256 differs" in found[found["file"] == f"tables/{name}.csv"]["rule"].str.cat()
        checks.refresh_hashes()
        found = checks.problems()
        return found[found["severity"] == "error"]

    return change


@pytest.mark.parametrize(
    ("row", "values", "column", "rule"),
    [
        (3, {"area_ha": "much"}, "area_ha", "number"),
        (3, {"area_ha": "0"}, "area_ha", "minimum"),
        (3, {"established_year": "19x5"}, "established_year", "integer"),
        (3, {"established_year": "2190"}, "established_year", "maximum"),
        (3, {"source_ids": "no-such-source"}, "source_ids", "not a source_id"),
        (3, {"overlaps_with": "nobody"}, "overlaps_with", "not a site_id"),
        (3, {"country": "RUS|XYZ"}, "country", "not one of"),
        (3, {"designation": "castle"}, "", "lookup table"),
        (3, {"status": "maybe"}, "status", "enum"),
        (3, {"in_totals": "TRUE"}, "in_totals", "boolean"),
        (3, {"lake": "Loch Ness"}, "lake", "not a name"),
        (3, {"box_west": "130"}, "box_west", "lack one"),
        (
            3,
            {"box_west": "131", "box_east": "130", "box_south": "44", "box_north": "45"},
            "box_west",
            "beyond",
        ),
        (3, {"province_shares": "CN-JL=1|CN-HL=2"}, "province_shares", "not those of its provinces"),
        (None, {"name_en": "twin"}, "", "same as in the row"),
        (2, {"lat": "49.0", "lon": "110.0", "location_note": ""}, "lat", "outside RU-PRI"),
    ],
)
def test_each_kind_of_damage_is_named(edit, row, values, column, rule):
    found = edit("protected_areas", row, **values)
    hits = found[found["rule"].str.contains(rule)]
    assert len(hits), found.to_string()
    assert (hits["file"] == "tables/protected_areas.csv").all()
    if column:
        assert set(hits["column"]) == {column}
        assert set(hits["row"]) == {row + 2}


def test_all_problems_come_at_once(edit):
    found = edit("protected_areas", 3, area_ha="-1", source_ids="nowhere", status="maybe")
    assert len(found) >= 3


def test_a_missing_file_is_one_clear_problem(copied):
    (copied / "data/tables/sources.csv").unlink()
    found = checks.problems()
    assert found[found["severity"] == "error"]["file"].tolist() == ["tables/sources.csv"]
    with pytest.raises(DataError, match=r"sources\.csv is missing"):
        data.table("sources")


def test_an_undescribed_file_is_a_problem(copied):
    (copied / "data/tables/extra.csv").write_text("a\n1\n")
    assert "tables/extra.csv" in set(checks.problems()["file"])


def test_a_wrong_type_stops_the_loader(copied):
    path = copied / "data/tables/dams.csv"
    path.write_text(path.read_text().replace("115.5", "high", 1))
    with pytest.raises(SchemaError, match=r"dams\.csv, column `height_m`"):
        data.table("dams")


def test_a_flag_in_capitals_is_refused_not_dropped(copied):
    path = copied / "data/tables/protected_areas.csv"
    path.write_text(path.read_text().replace(",true,", ",TRUE,", 1))
    with pytest.raises(SchemaError, match="write true or false"):
        data.protected_areas()


def test_hashes_are_written_only_when_something_changed(copied):
    assert checks.refresh_hashes() == []
    path = copied / "data/tables/claims.csv"
    path.write_text(path.read_text() + "\n")
    assert checks.refresh_hashes() == ["tables/claims.csv"]
    described = json.loads((copied / "data/datapackage.json").read_text())
    assert next(r for r in described["resources"] if r["name"] == "claims")["bytes"] == path.stat().st_size


def test_inventory_filters():
    everything = data.protected_areas()
    assert set(data.protected_areas(region="china")["country"]) == {"CHN"}
    early = data.protected_areas(year=1950)
    assert early["year"].dropna().max() <= 1950
    assert early["year"].isna().sum() == everything["year"].isna().sum()
    assert set(data.protected_areas(min_confidence="high")["confidence"]) == {"high"}
    with pytest.raises(ParameterError, match="`region` is 'japan'; use one of: ahec"):
        data.protected_areas(region="japan")


def test_unknown_is_empty_not_zero():
    areas = data.protected_areas(totals_only=False)
    assert areas["area_km2"].isna().any()
    assert not (areas["area_km2"] == 0).any()
    assert areas.loc[areas["lat"].isna(), "geometry"].isna().all()


def test_provenance_lists_what_was_read_even_from_memory(monkeypatch):
    borders.countries()
    monkeypatch.setattr(tables, "opened", set())
    borders.countries(), layers.elevation(), data.table("dams"), data.references(data.table("dams"))
    rows = data.provenance()
    assert rows["file"].tolist() == [
        *("tables/dams.csv", "tables/sources.csv", "reference/countries.fgb", "reference/elevation.tif")
    ]
    assert rows.equals(data.provenance(["dams", "sources", "countries", "elevation"]))


def test_every_table_names_its_sources():
    known = set(data.table("sources")["source_id"])
    assert set(data.references(data.protected_areas())["source_id"]) <= known
