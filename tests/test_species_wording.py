"""Sentences on species: plurals, and what is said only where there is something to say."""

from types import SimpleNamespace

import pandas as pd
import pytest

from ahec_analysis.habitat import trends
from ahec_analysis.show import overview_wording, species_tables, species_wording
from ahec_analysis.show.messages import say


@pytest.mark.parametrize(
    ("units", "kind", "text"),
    [
        (1, "basin", "1 basin"),
        (21, "basin", "21 basins"),
        (1, "system", "1 river system"),
        (2, "province", "2 provinces"),
    ],
)
def test_units_have_their_plural(units, kind, text):
    assert say("species-units", units=units, kind=kind) == text


def test_one_row_of_a_model_is_a_singular():
    assert say("species-caveats", ours=1, rows=1).startswith("- 1 of 1 row of this model is our reading")
    assert say("species-caveats", ours=1, rows=4).startswith("- 1 of the 4 rows of this model is our")
    assert say("species-caveats", ours=3, rows=4).startswith("- 3 of the 4 rows of this model are our")


def test_species_without_a_category_or_evaluation_say_so():
    def status(category):
        facts = {"name": "Taimen", "scientific": "Hucho taimen", "russian": "таймень", "scope": "species"}
        return say("species-status", category=category, **facts).partition("таймень) ")[2]

    assert status("none") == "has no Red List category in our table."
    assert status("NE") == "has not been evaluated for the Red List."
    assert status("VU") == "is listed as Vulnerable on the Red List (species)."
    assert status("DD") == "is listed as Data Deficient on the Red List (species)."


def test_published_areas_lie_between_above_or_below_ours():
    rows = pd.DataFrame(
        {
            "what": "occupied",
            "units": "China",
            "year": [2015, None, None],
            "published_km2": [150.0, 300.0, 50.0],
            "habitat_low_km2": 100.0,
            "habitat_high_km2": 200.0,
            "possible_km2": [0.0, 2_000.0, 0.0],
        }
    )
    text = species_wording.against_published(rows)
    assert (
        "occupied in China, 2015: 150 km², between our ends; occupied in China: 300 km², above both" in text
    )
    assert "above both our ends (2\u202f000 km² of ours are only possible and not in them); " in text
    assert "50 km², below both our ends. An index" in text


def test_a_barrier_that_emerges_at_some_thresholds_names_them():
    rows = pd.DataFrame(
        {
            "barrier": "The valley",
            "threshold": [0.7, 0.6, 0.5],
            "as_modelled": ["apart", "one_patch", "one_patch"],
            "with_barrier": ["apart", "apart", "one_patch"],
        }
    )
    text = species_wording.barrier(rows)
    assert "a barrier: the valley." in text
    assert "**It emerges at 0.7 and not at 0.6, 0.5**" in text
    assert text.endswith("they are apart but for 0.5.")
    assert species_wording.barrier(rows[1:2]).endswith("they are apart.")
    assert species_wording.barrier(rows[:1]).endswith("the two sides are apart.")


def test_one_site_of_a_fish_is_a_singular():
    found = SimpleNamespace(
        kind="land",
        threshold=0.7,
        recorded=lambda: pd.DataFrame({"site": ["A"], "index": [None]}),
        tested=lambda: {"points": 0},
    )
    text = species_wording.evidence(found)
    assert text.startswith("1 site is recorded in our tables. None has a point")


def test_the_summary_names_the_least_and_the_most_protected():
    modelled = pd.DataFrame({"species": ["Tiger", "Manul", "Ibex"], "protected_percent": [12.0, 0.2, 31.0]})
    birds = pd.DataFrame({"species": ["Crane"], "at_one_percent": [3], "of_them_national": [1], "sites": [9]})
    compared = pd.DataFrame(
        {"species_id": ["panthera-tigris-altaica"], "kind": ["percent"], "change": [-60.0]}
    )
    found = SimpleNamespace(modelled=modelled, birds=birds, compared=compared)
    text = overview_wording.summary_opening(found)
    assert text.endswith("hold from Manul < 1 % to Ibex 31 %.")
    assert "a bird's population: Crane (3 of 9)." in text
    assert "Nothing can be compared" not in text
    assert overview_wording.summary_figures(found)[0][1:] == (
        "4",
        "3 with ground or reaches, 1 by sites and counts",
    )


def test_counts_are_said_with_bound_unit_and_year():
    row = {"estimate_low": 10.0, "estimate_high": 10.0, "bound": "", "unit": "individuals", "year": 2005}

    def said(**changes):
        return species_wording.figure(pd.Series(row | changes))

    assert said() == "10 (2005)"
    assert said(estimate_low=15.0, estimate_high=15.0, bound="at_least", year=2022) == "at least 15 (2022)"
    assert said(unit="breeding_pairs", estimate_low=1.0, estimate_high=1.0) == "1 pair (2005)"
    assert said(unit="nests", year_basis="midpoint") == "10 nests (about 2005)"
    assert said(unit="t_per_year", year=pd.NA) == "10 t a year (year not stated)"


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"kind": "percent", "signed": "+50"}, "+50 %"),
        ({"kind": "times", "times": "2.0"}, "× 2.0"),
        ({"kind": "unclear"}, "no clear change"),
        ({"kind": "of_norm", "change": 5.0, "norm": "50"}, "5 % of the normal 50"),
        ({"kind": "published", "signed": "−50", "bound": "at_least"}, "−50 % or more"),
    ],
)
def test_changes_are_said_by_their_kind(facts, text):
    assert say("species-change", **facts) == text


def test_both_sturgeons_together_are_named():
    rows = species_tables.trends(trends.all_focal())
    both = rows[rows["species_id"].str.contains("|", regex=False)]
    assert both["species"].tolist() == ["Kaluga and Amur sturgeon"]


def test_a_table_without_rows_is_left_out_unless_it_says_so():
    none = pd.DataFrame({"name": [], "area_km2": []})
    assert species_tables.table(none, "species/holding", basis="inventory") is None
    said = species_tables.table(none, "species/holding", always=True, basis="inventory")._repr_mimebundle_()[
        0
    ]["text/html"]
    assert said.endswith(": none.</p>")
