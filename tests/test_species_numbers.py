"""Counts that compare, the 1 % criterion, and sites of birds."""

import pandas as pd
import pytest

from ahec_analysis import data
from ahec_analysis.errors import ParameterError
from ahec_analysis.habitat import bird_sites, species, trends


def rows(*records):
    base = {
        "species_id": "panthera-tigris-altaica", "country": "RUS", "scope": "national", "region": "",
        "metric": "population", "unit": "individuals", "bound": "", "norm": float("nan"), "series": "census", "method": "m",
        "year_from": pd.NA, "note": "", "source_ids": "a", "year_basis": "exact",
    }  # fmt: skip
    frame = pd.DataFrame([base | {"count_id": f"c{n}"} | record for n, record in enumerate(records)])
    frame["estimate_high"] = (
        frame["estimate_high"].fillna(frame["estimate_low"])
        if "estimate_high" in frame
        else frame["estimate_low"]
    )
    return frame


class TestTrends:
    def test_first_and_last_of_a_series(self):
        found = trends.compared(
            rows(
                {"year": 2015, "estimate_low": 12.0},
                {"year": 2005, "estimate_low": 10.0},
                {"year": 2022, "estimate_low": 15.0, "bound": "at_least"},
                {"year": 2023, "estimate_low": 99.0, "series": ""},
            )
        )
        assert found[["first", "last", "kind", "change"]].to_numpy().tolist() == [["c1", "c2", "percent", 50]]

    def test_estimates_that_overlap_show_no_clear_change(self):
        found = trends.compared(
            rows(
                {"year": 2000, "estimate_low": 10.0, "estimate_high": 20.0},
                {"year": 2010, "estimate_low": 18.0, "estimate_high": 30.0},
            )
        )
        assert found["kind"].tolist() == ["unclear"]

    def test_the_norm_stands_beside_a_density(self):
        found = trends.compared(
            rows(
                {"year": 2018, "estimate_low": 0.1, "norm": 50.0},
                {"year": 2020, "estimate_low": 2.5, "norm": 50.0},
            )
        )
        assert found[["kind", "change"]].to_numpy().tolist() == [["of_norm", 5]]

    def test_one_year_is_no_series(self):
        assert trends.compared(
            rows({"year": 2000, "estimate_low": 1.0}, {"year": 2000, "estimate_low": 2.0})
        ).empty

    def test_a_series_of_the_table_is_one_thing_in_one_place_by_one_scope(self):
        counts = data.table("species_counts")
        alike = ["species_id", "taxon_scope", "country", "scope", "region", "site_id", "metric", "unit"]
        for name, part in counts[counts["series"] != ""].groupby("series"):
            ways = part.groupby("species_id")[alike].nunique(dropna=False)
            assert (ways == 1).all().all(), name

    def test_both_sturgeons_together_stand_once(self):
        found = trends.all_focal()
        both = found[found["species_id"].str.contains("|", regex=False)]
        assert both["species_id"].tolist() == ["huso-dauricus|acipenser-schrenckii"]
        assert not found.duplicated(["first", "last"])[found["kind"] != "none"].any()

    def test_every_focal_species_has_a_row(self):
        named = set("|".join(trends.all_focal()["species_id"]).split("|"))
        assert named == set(species.focal()["species_id"])

    def test_headlines_are_rows_of_the_table(self):
        for row in species.focal().itertuples():
            known = trends.headline(row.species_id) is not None
            assert known == (row.headline_count != ""), row.common_name_en


class TestOnePercent:
    @pytest.mark.parametrize(
        ("low", "high", "threshold"),
        [(900.0, 900.0, 9.0), (1_800.0, 1_860.0, 20.0), (5_616.0, 5_616.0, 55.0), (13_100.0, 13_100.0, 130.0)]
        + [(390_000.0, 410_000.0, 4_000.0)],
    )
    def test_rounding_of_wetlands_international(self, monkeypatch, low, high, threshold):
        one = rows({"year": 2020, "estimate_low": low, "estimate_high": high, "scope": "global"})
        one = one.assign(value_basis="sourced", confidence="high")
        monkeypatch.setattr(species, "rows", lambda *_: one)
        assert bird_sites.one_percent("x")["threshold"] == threshold

    def test_a_flyway_comes_before_the_world(self):
        assert bird_sites.one_percent("grus-japonensis")["scope"] == "flyway"
        assert bird_sites.one_percent("antigone-vipio")["scope"] == "global"

    def test_without_a_count_there_is_no_threshold(self):
        assert bird_sites.one_percent("bubo-blakistoni") is None


class TestSites:
    def test_the_low_end_decides_and_a_pair_is_two_birds(self):
        found = bird_sites.table("ciconia-boyciana").set_index("site")
        assert found.loc["Honghe", "least_birds"] == 300
        assert found.loc["Honghe", "criterion"] == "yes"
        assert found.loc["Bolonsky Nature Reserve", "criterion"] == "no_count"

    def test_each_site_stands_once_with_its_protection(self):
        for row in species.focal().itertuples():
            if row.group == "bird":
                found = bird_sites.table(row.species_id)
                assert not found["site"].duplicated().any()
                assert (found["designation"] != "").all()
                assert len(bird_sites.located(row.species_id)) == len(found)

    def test_species_with_a_published_model_are_sent_to_their_notebook(self):
        with pytest.raises(ParameterError, match="03_species_habitat"):
            bird_sites.reported("amur-tiger")
