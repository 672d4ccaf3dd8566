"""The same quantity in two reports is the same number: tested on the built tables and pages."""

import re

import pandas as pd
import pytest


@pytest.fixture
def table(reports):
    """Return the CSV of a table of a built edition."""

    def read(edition: str, name: str) -> pd.DataFrame:
        return pd.read_csv(reports / "tables" / edition / f"{name}.csv")

    return read


def _key_figures(reports, edition: str) -> dict[str, str]:
    page = (reports / f"{edition}.html").read_text(encoding="utf-8")
    return dict(re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page))


def test_the_brief_repeats_the_key_figures(reports):
    brief = _key_figures(reports, "brief")
    assert "Protected land" in brief
    assert brief == _key_figures(reports, "protected-areas")


def test_a_country_has_the_same_row_in_both_editions(table):
    whole = table("protected-areas", "by-country").set_index("name")
    alone = table("protected-areas-mongolia", "by-country").set_index("name")
    pd.testing.assert_frame_equal(whole.loc[["MNG"]], alone.loc[["MNG"]], check_dtype=False)


def test_provinces_sum_to_their_country_but_for_sites_without_a_place(table):
    provinces = table("protected-areas", "by-province")
    countries = table("protected-areas", "by-country").set_index("name")
    land = provinces["land_km2"].sum()
    assert land == pytest.approx(countries.loc["total", "land_km2"])
    assert provinces["listed_km2"].sum() <= countries.loc["total", "listed_km2"] + 1e-6


def test_the_ground_of_a_share_is_the_territory_of_the_ecoregion_report(table):
    ground = table("ecoregion", "by-country").set_index("name")["area_km2"]
    land = table("protected-areas", "by-country").set_index("name")["land_km2"]
    for country in ("RUS", "CHN", "MNG"):
        assert land[country] == pytest.approx(ground[country], rel=1e-6)


def test_every_breakdown_has_the_same_sum(table):
    sums = [
        table("protected-areas", name)["area_km2"].iloc[-1]
        for name in ("by-level", "by-site-type", "by-designation", "by-iucn-category")
    ]
    assert sums == pytest.approx([sums[0]] * len(sums))
    assert table("protected-areas", "realms")["area_km2"].sum() == pytest.approx(sums[0], rel=1e-3)


def test_the_summary_repeats_the_figures_of_a_mammal(table):
    row = table("species-summary", "overview").set_index("species").loc["Amur tiger"]
    total = table("species-amur-tiger", "total").set_index("listed")
    for column in ("habitat_km2", "habitat_low_km2", "habitat_high_km2", "protected_percent"):
        assert row[column] == pytest.approx(total.loc["resident", column]), column
    assert row["possible_km2"] == pytest.approx(total.loc["possible", "habitat_km2"])


def test_the_summary_repeats_the_figures_of_a_fish(table):
    row = table("species-summary", "fish").set_index("species").loc["Kaluga"]
    total = table("species-kaluga", "total").iloc[0]
    for column in ("was_km", "habitat_km", "open_km", "protected_percent"):
        assert row[column] == pytest.approx(total[column]), column


def test_the_summary_repeats_the_figures_of_a_bird(table):
    row = table("species-summary", "birds").set_index("species").loc["Red-crowned crane"]
    places = table("species-red-crowned-crane", "sites")
    important = places[~places["criterion"].isin(["no", "no_count"])]
    assert row["sites"] == len(places)
    assert row["with_count"] == places["least_birds"].notna().sum()
    assert row["at_one_percent"] == len(important)
    assert row["of_them_national"] == (important["level"] == "national").sum()


@pytest.mark.parametrize("edition", ["species-amur-tiger", "species-kaluga", "species-red-crowned-crane"])
def test_the_summary_repeats_what_compares_over_time(table, edition):
    columns = ["counted", "first", "last", "change"]
    rows = table("species-summary", "trends")[columns]
    own = table(edition, "trends")[columns]
    assert len(own)
    assert len(own.merge(rows, on=columns)) == len(own)


def test_no_modelled_ground_of_a_bird_whose_model_is_off(reports, table):
    for name in (reports / "tables" / "species-red-crowned-crane").glob("*.csv"):
        assert not {"habitat_km2", "protected_km2", "target_percent"} & set(pd.read_csv(name).columns), (
            name.name
        )
    assert "Red-crowned crane" not in set(table("species-summary", "overview")["species"])


def test_the_brief_repeats_the_verdicts_of_the_audit(table):
    audit = table("claims-audit", "scoreboard").set_index("topic").loc["total"]
    brief = table("brief", "scoreboard").set_index("topic").loc["total"]
    assert audit.to_dict() == brief.to_dict()


@pytest.mark.parametrize("slug", ["kaluga", "amur-sturgeon"])
def test_a_fish_has_the_same_reaches_in_both_reports(table, slug):
    fish = table("rivers-and-wetlands", "fish-reaches").set_index("species")
    own = table(f"species-{slug}", "total")["habitat_km"].iloc[0]
    row = fish.loc[slug.replace("-", " ").capitalize()]
    assert row["length_km"] == float(f"{own:.2g}")
