"""Growth, decades and changes on small tables."""

import pandas as pd
import pytest

from ahec_analysis import data
from ahec_analysis.coverage import history
from ahec_analysis.errors import ParameterError


@pytest.fixture
def parts():
    return pd.DataFrame(
        {
            "site_id": ["a", "b", "c", "d"],
            "name": ["A", "B", "C", "D"],
            "country": ["RUS", "RUS", "CHN", "RUS"],
            "designation": "national_park",
            "year": pd.array([1990, 1995, 2001, None], dtype="Int64"),
            "piece_km2": [4.0, 2.0, 1.0, 8.0],
        }
    )


def test_growth_counts_once_and_keeps_unknown_years_apart(parts):
    rows = history.growth(parts)
    assert rows[rows["year"].isna()]["new_km2"].tolist() == [8.0]
    assert rows[rows["country"] == "RUS"]["cumulative_km2"].dropna().tolist() == [4.0, 6.0]


def test_what_a_site_took_over_counts_in_the_year_of_the_older_one(parts):
    inventory = pd.DataFrame(
        {
            "site_id": ["old", "summed"],
            "in_totals": [False, True],
            "established_year": pd.array([1980, 1980], dtype="Int64"),
            "area_ha": [150.0, 100.0],
        }
    )
    founded = history.as_founded(parts.assign(overlaps_with=["", "old|summed", "", ""]), inventory)
    assert founded["piece_km2"].sum() == parts["piece_km2"].sum()
    rows = history.growth(founded)
    assert rows[rows["country"] == "RUS"].set_index("year")["new_km2"].dropna().loc[
        [1980, 1995]
    ].tolist() == [1.5, 0.5]
    assert history.as_founded(parts, inventory) is parts


def test_decades_add_up(parts):
    rows = history.decades(history.growth(parts)).set_index("decade")
    assert rows.loc["1990s", "RUS_km2"] == 6
    assert rows["all_km2"].sum() == 15


def test_largest_first(parts):
    assert history.largest(parts, most=2)["name"].tolist() == ["D", "A"]


def test_changes_name_added_removed_and_changed():
    before = pd.DataFrame({"site_id": ["a", "b"], "name": ["A", "B"], "area_km2": [1.0, 2.0]})
    now = pd.DataFrame({"site_id": ["b", "c"], "name": ["B", "C"], "area_km2": [3.0, None]})
    rows = history.changes(now, before).set_index("name")["change"].to_dict()
    assert rows == {"A": "removed", "B": "area_changed", "C": "added"}
    assert history.changes(now, now).empty


def test_an_earlier_edition_must_exist(copied):
    with pytest.raises(ParameterError, match=r"give a folder with sites\.csv"):
        data.earlier_sites("nowhere")
