"""Coverage as a range: listed, official, and what lies between, on two provinces drawn by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from ahec_analysis import territory
from ahec_analysis.coverage import official, sums
from ahec_analysis.show import area_wording
from ahec_analysis.territory.ahec import EQUAL_AREA

KM = 1000.0


@pytest.fixture
def ground():
    """Two provinces of 100 km²; the second goes on outside the territory."""
    return gpd.GeoDataFrame(
        {
            "country": ["RUS", "RUS"],
            "province_code": ["P1", "P2"],
            "province": ["One", "Two"],
            "parent_name": "x",
        },
        geometry=[box(0, 0, 10 * KM, 10 * KM), box(10 * KM, 0, 20 * KM, 10 * KM)],
        crs=EQUAL_AREA,
    )


@pytest.fixture
def parts():
    """In the first province an old site of 4 km² and a new one of 6 km², in the second one without area."""
    return gpd.GeoDataFrame(
        {
            "site_id": ["old", "new", "blank"],
            "country": "RUS",
            "province_code": ["P1", "P1", "P2"],
            "year": pd.array([1990, 2020, 1990], dtype="Int64"),
            "piece_km2": [4.0, 6.0, np.nan],
        },
        geometry=[box(0, 0, 2 * KM, 2 * KM), box(5 * KM, 5 * KM, 8 * KM, 7 * KM), None],
        crs=EQUAL_AREA,
    )


@pytest.fixture
def stated(monkeypatch, ground):
    """Totals of 30 km² of 2010 for the first province and of 80 km² for the second, none for countries."""
    whole = ground.assign(geometry=[ground.geometry[0], box(10 * KM, 0, 30 * KM, 10 * KM)])
    totals = pd.DataFrame(
        {"official_km2": [30.0, 80.0], "as_of": ["2010-05", "2010"], "source_ids": ["a", "b"]},
        index=["P1", "P2"],
    )
    monkeypatch.setattr(territory, "provinces", lambda: whole)
    monkeypatch.setattr(official, "newest", lambda *, ground: totals if ground == "province" else totals[:0])


def test_a_total_meets_the_list_on_the_same_ground_only(stated, parts, ground):
    rows = official.by_province(parts, ground).set_index("unit")
    assert rows.loc["P1", "listed_percent"] == pytest.approx(10)
    assert rows.loc["P1", "official_percent"] == pytest.approx(30)
    # 30 stated, 4 of them listed; 6 came later.
    assert rows.loc["P1", ["unlisted_km2", "later_km2", "upper_km2"]].tolist() == pytest.approx([26, 6, 36])
    # Half of the second province is outside: its total says nothing about the half inside.
    assert rows.loc["P2", "official_percent"] == pytest.approx(40)
    assert np.isnan(rows.loc["P2", "upper_km2"])


def test_a_unit_whose_only_site_has_no_area_has_no_share(stated, parts, ground):
    rows = official.by_province(parts, ground).set_index("unit")
    assert np.isnan(rows.loc["P2", "listed_percent"])
    assert rows.loc["P2", "without_area"] == 1
    assert area_wording.share_range({**rows.loc["P2"], "upper_percent": np.nan}) == "no listed area"


def test_a_country_sums_official_ends_where_they_can_be_placed(stated, parts, ground):
    provinces = official.by_province(parts, ground)
    rows = official.by_country(parts, ground, provinces)
    assert rows["upper_km2"].tolist() == pytest.approx([36.0])
    assert rows["upper_percent"].tolist() == pytest.approx([18.0])
    text = area_wording.left_out(rows, provinces)
    assert "Two (40\u00a0% of the whole province)" in text
    assert "One (" not in text


def test_a_country_without_a_total_that_can_be_placed_has_no_official_end(stated, parts, ground):
    mixed = ground.assign(country=["RUS", "MNG"])
    sites = parts.assign(country=["RUS", "RUS", "MNG"])
    provinces = official.by_province(sites, mixed)
    rows = official.by_country(sites, mixed, provinces).set_index("unit")
    assert np.isnan(rows.loc["MNG", "upper_percent"])
    assert rows.loc["", "upper_km2"] == pytest.approx(36)


def test_what_a_new_site_took_in_is_not_later(stated, parts, ground, monkeypatch):
    table = pd.DataFrame(
        {"site_id": ["old"], "area_ha": [400.0], "province_code": ["P1"], "country": ["RUS"]}
    )
    dates = pd.DataFrame(
        {"site_id": [], "event": [], "date": pd.Series([], dtype="str"), "area_before_ha": []}
    )
    monkeypatch.setattr(official.data, "table", lambda name: dates if name == "site_dates" else table)
    rows = official.by_province(parts.assign(overlaps_with=["", "old", ""]), ground).set_index("unit")
    assert rows.loc["P1", "later_km2"] == pytest.approx(2)


def test_what_an_old_site_gained_after_the_total_is_later(stated, parts, ground, monkeypatch):
    dates = pd.DataFrame(
        {"site_id": ["old", "old"], "event": ["established", "enlarged"], "date": ["1990", "2021-12-17"]}
    ).assign(area_before_ha=[np.nan, 100.0])
    monkeypatch.setattr(official.data, "table", lambda name: dates)
    rows = official.by_province(parts, ground).set_index("unit")
    # 6 km² founded later, and 3 of the 4 km² of the old site.
    assert rows.loc["P1", ["later_km2", "unlisted_km2", "upper_km2"]].tolist() == pytest.approx([9, 29, 39])


def test_missing_to_a_target_has_two_ends_of_two_digits():
    rows = pd.DataFrame(
        {
            "name": ["A", "B"],
            "land_km2": [1e6, 1e3],
            "listed_km2": [12_345.0, 400.0],
            "upper_km2": [np.nan, 500.0],
        }
    )
    found = sums.towards(rows)
    assert found["missing_at_most_km2"].tolist() == [290_000.0, 0.0]
    assert np.isnan(found["missing_at_least_km2"].iloc[0])
    assert found["missing_at_least_km2"].iloc[1] == 0


def test_a_share_without_an_area_is_taken_of_the_whole_province(monkeypatch, ground):
    totals = pd.DataFrame(
        {
            "covers": "all",
            "ground": "province",
            "province_code": ["P1", "P1", "P2"],
            "area_ha": [np.nan, 2000.0, 3000.0],
            "share_percent": [11.5, 5.0, 99.0],
            "as_of": ["2013-09", "2001", ""],
            "source_ids": "a",
        }
    )
    monkeypatch.setattr(official.data, "table", lambda name: totals)
    monkeypatch.setattr(territory, "provinces", lambda: ground)
    found = official.newest(ground="province")["official_km2"]
    # 11.5 % of 100 km², newer than 2,000 ha; a printed area stands whatever the share.
    assert found.to_dict() == pytest.approx({"P1": 11.5, "P2": 30.0})


def test_every_shipped_total_of_all_levels_names_its_unit_once_a_date():
    for ground in ("province", "complex"):
        totals = official.newest(ground=ground)
        assert len(totals)
        assert totals.index.is_unique
        assert (totals["official_km2"] > 0).all()
        assert (totals["source_ids"] != "").all()


def test_a_dated_total_stands_beside_what_was_founded_by_then(monkeypatch, parts):
    totals = pd.DataFrame(
        {
            "country": "RUS",
            "covers": "all",
            "ground": "complex",
            "as_of": ["1994", "2020"],
            "area_ha": [900.0, 5000.0],
        }
    ).assign(source_ids="s")
    monkeypatch.setattr(official.data, "table", lambda name: totals)
    rows = official.series(pd.DataFrame(parts.drop(columns="geometry")))
    assert rows["stated_km2"].tolist() == [9.0, 50.0]
    assert rows["listed_km2"].tolist() == [4.0, 10.0]
