"""A species added by the steps of data/README.md, and every mistake on that way named by `ahec data check`."""

import csv

import numpy as np
import pytest

from ahec_analysis import data
from ahec_analysis.coverage import checks
from ahec_analysis.habitat import assessment, covariates, reaches, species
from ahec_analysis.show import species_wording

NEWT = {
    "species_id": "salamandrella-inventa", "scientific_name": "Salamandrella inventa",
    "common_name_en": "Invented newt", "common_name_ru": "придуманный тритон", "group": "amphibian",
    "role": "focal", "iucn_category": "DD", "iucn_scope": "species", "iucn_basis": "sourced",
    "model_state": "published", "confidence": "low", "source_ids": "recalled",
}  # fmt: skip
SHARED = {
    "species_id": NEWT["species_id"],
    "basis": "recalled",
    "confidence": "low",
    "source_ids": "recalled",
}
NEED = SHARED | {
    "parameter_id": "hp-newt-1", "scientific_name": NEWT["scientific_name"], "season": "all",
    "variable": "elevation", "unit": "m", "preferred_high": "400", "limit_high": "900",
    "model": "true", "finding": "lives in valleys",
}  # fmt: skip
PLACE = SHARED | {
    "range_id": "rng-newt-1", "unit_kind": "province", "unit_id": "RU-PRI", "unit_name": "Primorsky Krai",
    "presence": "resident",
}  # fmt: skip


@pytest.fixture
def add(copied):
    """Append rows to tables as a text editor would, and return the errors of `ahec data check`."""

    def append(**tables):
        for name, row in tables.items():
            path = copied / "data/tables" / f"{name}.csv"
            with path.open(encoding="utf-8", newline="") as file:
                columns = next(csv.reader(file))
            with path.open("a", encoding="utf-8", newline="") as file:
                csv.DictWriter(file, columns, lineterminator="\n").writerow(row)
        checks.refresh_hashes()
        found = checks.problems()
        return found[found["severity"] == "error"]

    return append


def test_the_steps_of_the_readme_add_a_species_that_can_be_assessed(add):
    found = add(species=NEWT, habitat_parameters=NEED, species_ranges=PLACE)
    assert found.empty, found.to_string()
    newt = assessment.assess("invented-newt", assessment.protection("inventory"))
    total = newt.total().iloc[0]
    assert 0 < total["protected_km2"] < total["habitat_km2"] < total["range_km2"]
    assert "Data Deficient" in species_wording.status(newt)


@pytest.mark.parametrize("category", ["NE", "DD", "LC", "NT", "VU", "EN", "CR", "EW", "EX"])
def test_every_category_of_the_red_list_is_allowed(category):
    fields = {f["name"]: f for f in data.resource("species")["schema"]["fields"]}
    assert category in fields["iucn_category"]["constraints"]["enum"]


def test_what_a_species_lacks_is_said_at_once(add):
    found = add(species=NEWT)
    assert set(found["file"]) == {"tables/species.csv"}
    assert sorted(rule.split("no row ")[1] for rule in found["rule"]) == [
        "in species_ranges.csv; add one",
        "resident or reintroduced in species_ranges.csv; add one",
        "with `model` true in habitat_parameters.csv; add one",
    ]


@pytest.mark.parametrize(
    ("change", "column", "rule"),
    [
        (
            {"variable": "slope", "unit": "deg"},
            "variable",
            "no land model reads `slope`; there are elevation,",
        ),
        ({"variable": "gradient", "unit": "m/km"}, "variable", "no land model reads `gradient`"),
        ({"unit": "km"}, "unit", "`elevation` is read in m"),
    ],
)
def test_a_variable_that_no_model_reads_is_refused(add, change, column, rule):
    found = add(species=NEWT, habitat_parameters=NEED | change, species_ranges=PLACE)
    assert found["column"].tolist() == [column]
    assert rule in found["rule"].iloc[0]


def test_the_table_of_variables_is_what_the_layers_hold():
    known = data.table("habitat_variables")
    here = known[known["layer"] != ""].groupby("ground")["variable"].agg(set)
    assert here["land"] == {*covariates.load(), *covariates.DERIVED, "landcover_nearby"}
    network = reaches.network()
    assert here["river"] <= set(network)
    units = known.set_index(["ground", "variable"])["unit"]
    for name, layer in covariates.load().items():
        assert layer.attrs["units"] in ("", units["land", name]), name
    assert np.log10(network["upstream_km2"]).equals(network["river_size"])


def test_a_name_of_the_table_of_names_belongs_to_one_species():
    names = data.table("species_names")
    own = {" ".join(name.split()[:2]) for name in data.table("species")["scientific_name"]}
    assert not own & set(names["synonym"])
    assert set(names["species_id"]) >= {
        *(
            "bubo-blakistoni",
            "leucogeranus-leucogeranus",
            "antigone-vipio",
            "huso-dauricus",
            "anser-cygnoides",
        )
    }
    assert all(species.rows("species_names", key).shape[0] for key in set(names["species_id"]))
