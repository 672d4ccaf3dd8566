"""The audit: verdicts on small claims, faulty rows, and the claims of the page."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ahec_analysis import claims, data
from ahec_analysis.claims import METRICS, Answer, Reading, metrics_sites
from ahec_analysis.errors import ParameterError, SchemaError
from ahec_analysis.project import root
from ahec_analysis.report import editions, readme
from ahec_analysis.show import claim_wording, messages


def judged(answer, *, operator="=", value="10", tolerance=0.5, **more):
    rows = pd.DataFrame(
        [("a", "t", "text", "m", operator, value, "sites", "", tolerance)], columns=claims.COLUMNS
    )
    return claims.audit(rows.assign(**more), {"m": lambda _: answer})


def one(answer, **claim):
    return claim_wording.told(judged(answer, **claim)).iloc[0]


def one_of(answer, **claim):
    return judged(answer, **claim)["verdict"].iloc[0]


@pytest.mark.parametrize(
    ("reading", "verdict"),
    [
        (Reading("plain", 10.4), claims.REPRODUCED),
        (Reading("plain", 12), claims.CONTRADICTED),
        (Reading("its own", 10, own=True), claims.CONSISTENT),
        (Reading("its own", 12, own=True), claims.CONTRADICTED),
        (Reading("short list", 8, lower_bound=True), claims.NOT_TESTABLE),
        (Reading("short list", 10, lower_bound=True), claims.REPRODUCED),
        (Reading("short list", 12, lower_bound=True), claims.CONTRADICTED),
        (Reading("partly certain", 10, least=8), claims.NOT_TESTABLE),
        (Reading("partly certain", 12, least=8), claims.NOT_TESTABLE),
        (Reading("partly certain", 8, least=6), claims.CONTRADICTED),
        (Reading("partly certain", 8, least=6, lower_bound=True), claims.NOT_TESTABLE),
        (Reading("partly certain", 14, least=12, lower_bound=True), claims.CONTRADICTED),
        (Reading("rounded", 11, spread=0.6), claims.REPRODUCED),
        (Reading("unknown", np.nan), claims.NOT_TESTABLE),
        (None, claims.NOT_TESTABLE),
    ],
)
def test_the_primary_reading_gives_the_verdict(reading, verdict):
    assert one_of(Answer(reading)) == verdict


def test_at_least_needs_the_certain_part_and_at_most_a_complete_list():
    short = Reading("short list", 12, least=8, lower_bound=True)
    assert one_of(Answer(short), operator=">=", value="8") == claims.REPRODUCED
    assert one_of(Answer(short), operator=">=", value="10") == claims.NOT_TESTABLE
    assert one_of(Answer(short), operator=">=", value="99") == claims.NOT_TESTABLE
    assert one_of(Answer(Reading("all", 12)), operator=">=", value="99") == claims.CONTRADICTED
    assert one_of(Answer(short), operator="<=", value="12") == claims.NOT_TESTABLE
    assert one_of(Answer(short), operator="<=", value="7") == claims.CONTRADICTED
    assert one_of(Answer(Reading("all", 12)), operator="<=", value="12") == claims.REPRODUCED


FITTING = {"other": Reading("other", 10), "own": Reading("own", 10, own=True)}


@pytest.mark.parametrize(
    ("primary", "admitted", "verdict"),
    [
        (Reading("plain", 12), "", claims.CONTRADICTED),
        (Reading("plain", 12), "other", claims.UNDER_A_READING),
        (Reading("plain", 12), "own", claims.CONSISTENT),
        (Reading("plain", 8, lower_bound=True), "", claims.NOT_TESTABLE),
        (Reading("plain", 8, lower_bound=True), "other", claims.UNDER_A_READING),
        (Reading("plain", 10), "other", claims.REPRODUCED),
        (Reading("plain", 10, own=True), "other", claims.CONSISTENT),
    ],
)
def test_only_readings_named_beforehand_count(primary, admitted, verdict):
    row = one(Answer(primary, FITTING), other_readings=admitted)
    assert row["verdict"] == verdict
    shown = {"": ("", "other: 10 sites; own: 10 sites")}
    assert (row["admitted"], row["information"]) == shown.get(admitted, (row["admitted"], row["information"]))


def test_an_admitted_reading_that_stays_open_keeps_the_claim_from_being_contradicted():
    open_one = {"wider": Reading("with what is known of the rest", 9, lower_bound=True)}
    assert one_of(Answer(Reading("plain", 8), open_one)) == claims.CONTRADICTED
    assert one_of(Answer(Reading("plain", 8), open_one), other_readings="wider") == claims.NOT_TESTABLE


def test_a_reading_of_ours_agrees_at_most_and_never_contradicts():
    assert one_of(Answer(Reading("ours", 10)), reading_basis="ours") == claims.UNDER_A_READING
    assert one_of(Answer(Reading("ours", 12)), reading_basis="ours") == claims.NOT_TESTABLE
    assert one_of(Answer(Reading("ours", 10, own=True)), reading_basis="ours") == claims.CONSISTENT


def test_a_reading_that_the_metric_does_not_give_is_named():
    row = one(Answer(Reading("plain", 10), FITTING), other_readings="third")
    assert row["verdict"] == claims.FAULTY
    assert "no reading third; it gives other, own" in row["needs"]


@settings(deadline=None)
@given(st.lists(st.floats(0, 100), max_size=4), st.floats(0, 100), st.sampled_from(["", "r0"]), st.booleans())
def test_more_information_never_changes_a_verdict(others, found, admitted, own):
    readings = {f"r{n}": Reading(str(n), value, own=own) for n, value in enumerate(others)}
    keys = admitted if others else ""
    kept = {key: reading for key, reading in readings.items() if key == keys}
    primary = Reading("plain", found)
    first = one_of(Answer(primary, readings), other_readings=keys)
    assert first == one_of(Answer(primary, kept), other_readings=keys)
    assert (first == claims.REPRODUCED) == (abs(found - 10) <= 0.5)


def test_sets():
    found = Answer(Reading("plain", frozenset({"RUS", "CHN"})))
    assert one_of(found, operator="in", value="RUS") == claims.REPRODUCED
    assert one_of(found, operator="=", value="CHN|RUS") == claims.REPRODUCED
    assert one_of(found, operator="in", value="RUS|PRK") == claims.CONTRADICTED


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_wider_tolerance_never_loses_a_claim(found, claimed, tolerance, more):
    claim = {"operator": "=", "value": str(claimed), "metric": "m"}
    if claims.holds({**claim, "tolerance": tolerance}, found):
        assert claims.holds({**claim, "tolerance": tolerance + more}, found)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"operator": "≈"}, "operator `≈` is not one of"),
        ({"value": "many"}, "value `many` is not a number"),
        ({"tolerance": -1}, "negative"),
    ],
)
def test_a_faulty_row_is_named(changes, message):
    row = one(Answer(Reading("plain", 10)), **changes)
    assert row["verdict"] == claims.FAULTY
    assert message in row["needs"]
    assert row["needs"].startswith("a: ")


def test_a_wrong_scope_is_named_and_the_rest_still_runs():
    rows = data.table("claims").head(6).copy()
    rows.loc[1, "scope"] = "country=RUS;planet=mars"
    rows.loc[2, "metric"] = "moons"
    audited = claim_wording.told(claims.audit(rows, METRICS))
    assert audited["verdict"].tolist()[1:3] == [claims.FAULTY, claims.UNTESTED]
    assert "does not use the scope key `planet`" in audited["needs"][1]
    assert "`moons`" in audited["needs"][2]
    assert claims.REPRODUCED in audited["verdict"].tolist()[3:]


def test_any_error_of_a_metric_stays_in_its_row():
    rows = pd.DataFrame(
        [("a", "t", "x", "bad", "=", "1", "sites", "", 0), ("b", "t", "x", "good", "=", "1", "sites", "", 0)],
        columns=claims.COLUMNS,
    )
    metrics = {"bad": lambda _: {}["extent"], "good": lambda _: Answer(Reading("plain", 1))}
    audited = claim_wording.told(claims.audit(rows, metrics))
    assert audited["verdict"].tolist() == [claims.FAULTY, claims.REPRODUCED]
    assert audited["needs"][0].startswith("a: `bad` could not be computed")


def test_the_readme_lists_metrics_operators_and_keys_with_examples_that_are_audited():
    made = readme.metrics_as_markdown()
    assert made in (root() / "data/README.md").read_text(encoding="utf-8")
    lines = [line.strip("| ") for line in made.splitlines() if line.startswith("| `")]
    rows = [[cell.strip(" `").replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)] for line in lines]
    columns = ["metric", "operator", "value", "unit", "scope"]
    examples = pd.DataFrame([(row[0], *row[-4:]) for row in rows if len(row) > 4], columns=columns)
    assert set(examples["metric"]) == set(METRICS) == set(claims.ABOUT)
    assert set(examples["operator"]) == {"=", ">=", "<=", "in"}
    ids = "example-" + examples.index.astype(str)
    asked = examples.assign(claim_id=ids, topic="t", claim_text="x", tolerance=0)
    audited = claim_wording.told(claims.audit(asked, METRICS))
    wrong = audited[audited["verdict"].isin([claims.FAULTY, claims.UNTESTED])]
    assert wrong.empty, wrong["needs"].to_list()
    shown = {row[0] for row in rows if len(row) == 2}
    assert shown >= {key for about in claims.ABOUT.values() for key in about.keys}


def changed(claim_id, **changes):
    rows = data.table("claims").set_index("claim_id", drop=False).loc[[claim_id]].astype(object)
    for column, value in changes.items():
        rows[column] = value
    return claim_wording.told(claims.audit(rows, METRICS)).iloc[0]


@pytest.mark.parametrize(
    ("claim_id", "changes", "message"),
    [
        ("basin-uda", {"scope": "territory=ahec"}, "scope lacks `extent`"),
        ("basin-uda", {"scope": "territory=ahec;extent=half"}, "may be one of: whole, part"),
        ("basin-uda", {"scope": "territory=mars;extent=whole"}, "one of: ahec, five_provinces"),
        ("area-total", {"scope": "territory=mars"}, "one of: ahec, five_provinces"),
        (
            "basin-uda",
            {"scope": "territory=ahec;extent=whole;limit=uda"},
            "does not use the scope key `limit`",
        ),
        ("ahec-area", {"scope": "territory=ahec;year=1900"}, "does not use the scope key `year`"),
        ("province-cn-nm", {"scope": "extent=part;basins=volga"}, "basins volga"),
        ("province-cn-nm", {"value": "CN-XX"}, "province CN-XX is not"),
        ("amur-undammed", {"scope": "river=volga"}, "no row has river volga"),
        ("tiger-thriving", {"scope": "species=panthera-leo"}, "species panthera-leo is not in"),
        ("count-wetlands", {"unit": "km"}, "unit `km` is not sites"),
        ("count-wetlands", {"value": "-1"}, "out of range"),
        ("count-wetlands", {"operator": "in"}, "compares names"),
        ("count-wetlands", {"tolerance": "some"}, "tolerance `some` is not a number"),
        ("area-total", {"as_of": "yesterday"}, "as_of is `yesterday`"),
        ("area-total", {"as_of": "2019/2017"}, "as_of is `2019/2017`"),
        ("tiger-thriving", {"scope": "species=panthera-tigris-altaica;years=2005"}, "give two"),
        ("area-federal", {"other_readings": "with_luck"}, "no reading with_luck"),
        ("area-total", {"value": "many"}, "value `many` is not a number"),
        ("coverage-percent", {"value": "112"}, "out of range"),
        ("basin-uda", {"operator": ">="}, "compares numbers"),
    ],
)
def test_what_is_missing_or_unknown_is_named(claim_id, changes, message):
    row = changed(claim_id, **changes)
    assert row["verdict"] == claims.FAULTY
    assert message in row["needs"]
    assert "Error" not in row["needs"]


def test_no_claims_make_an_empty_audit(tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text(",".join(claims.COLUMNS) + "\n", encoding="utf-8")
    audited = claim_wording.told(claims.audit(data.claims(str(path)), METRICS))
    assert audited.empty
    assert claims.scoreboard(audited)["claims"].tolist() == [0]
    assert claim_wording.key_figures(audited) == []
    assert claim_wording.opening(audited) == "There is no statement to audit."
    assert claim_wording.scoreboard(audited) is None
    assert data.references(claims.cited(audited)).empty


def test_a_file_that_is_no_csv_is_refused(tmp_path):
    path = tmp_path / "nothing.csv"
    path.write_text("", encoding="utf-8")
    with pytest.raises(ParameterError, match="cannot be read as CSV"):
        data.claims(str(path))


def test_missing_columns_are_refused():
    with pytest.raises(SchemaError, match="no column topic"):
        claims.audit(pd.DataFrame({"claim_id": ["a"]}), {})


@pytest.fixture(scope="module")
def audited():
    rows = claim_wording.told(claims.audit(data.table("claims"), METRICS))
    return rows.set_index("claim_id", drop=False)


def test_every_claim_of_the_page_has_a_verdict_and_evidence_or_a_need(audited):
    assert len(audited) == len(data.table("claims"))
    assert set(audited["verdict"]) <= set(claims.VERDICTS) - {claims.UNTESTED, claims.FAULTY}
    assert ((audited["evidence"] != "") | (audited["needs"] != "")).all()


def test_the_hectares_of_a_text_never_confirm_its_share(audited):
    shares = audited[audited["metric"] == "coverage_percent"]
    assert set(shares["verdict"]) == {claims.CONSISTENT}
    assert "Russian part" in audited.loc["coverage-percent", "reading"]
    assert (
        "1.85 million km² (the area that the page gives for the complex): 8.3 %"
        in (audited.loc["coverage-percent", "information"])
    )


def test_ground_drawn_from_the_page_does_not_test_the_page(audited):
    basins = audited[audited["metric"] == "basin_in_territory"]
    assert set(basins["verdict"]) == {claims.CONSISTENT}
    for claim_id in ("dprk-excluded", "province-ru-kha", "province-ru-amu"):
        assert audited.loc[claim_id, "verdict"] == claims.CONSISTENT, claim_id
    for claim_id in ("province-ru-yev", "province-ru-pri", "province-cn-hl"):
        assert audited.loc[claim_id, "verdict"] == claims.REPRODUCED, claim_id
    olekma = changed("basin-olekma", scope="territory=ahec;extent=whole")
    assert olekma["verdict"] == claims.CONTRADICTED


def test_counts_follow_the_date(audited):
    assert audited.loc["count-national-parks", "computed"] == "7 sites"
    assert audited.loc["count-national-parks", "information"] == "today: 8 sites"
    assert changed("count-national-parks", as_of="2019-12-20")["verdict"] == claims.CONTRADICTED
    assert changed("count-national-parks", as_of="")["computed"] == "8 sites"


def test_a_span_of_days_is_as_uncertain_as_what_changed_in_it(audited):
    parks = changed("count-national-parks", as_of="2019-12-01/2019-12-31")
    assert parks["verdict"] == claims.NOT_TESTABLE


def test_a_list_known_to_be_short_confirms_no_count(audited):
    row = audited.loc["count-ecological-corridors-other-page"]
    assert row["verdict"] == claims.NOT_TESTABLE
    assert changed("count-ecological-corridors", value="6")["verdict"] == claims.NOT_TESTABLE
    assert audited.loc["count-nature-parks", "verdict"] == claims.REPRODUCED


def test_a_claim_about_1994_is_compared_with_1994(audited):
    row = audited.loc["area-total-whole-provinces"]
    assert row["verdict"] == claims.NOT_TESTABLE
    assert "1 January 1994" in row["reading"]
    assert "ru-bikin" not in set(metrics_sites.existing("1994-01-01")["site_id"])
    assert "15 760 000" in audited.loc["area-total", "admitted"].replace("\u202f", " ")


def test_unknown_buffer_zones_keep_a_sum_open(audited):
    assert audited.loc["area-federal", "verdict"] == claims.NOT_TESTABLE
    # Tumninsky has no sourced area: the sum of today is a lower bound, whatever the buffer zones.
    assert changed("area-federal", other_readings="")["verdict"] == claims.NOT_TESTABLE


def test_a_site_counts_from_its_first_to_its_last_day():
    before = set(metrics_sites.existing("2019-12-19")["site_id"])
    after = set(metrics_sites.existing("2019-12-20")["site_id"])
    assert before - after == {"ru-tokinsky"}
    assert "ru-tokinsko-stanovoy" in after - before
    assert "ru-leopardovy" in set(metrics_sites.existing("2010-12-31")["site_id"])
    assert "ru-leopardovy" not in set(metrics_sites.existing("2013-12-31")["site_id"])


def test_what_makes_a_site_uncertain_is_said():
    doubt = metrics_sites.existing("2015-06-30").set_index("site_id")["doubt"]
    assert doubt["ru-sikhote-alin"] == ""
    assert doubt["ru-arey"] == ""
    assert doubt["ru-khabarovsk-wetland-unnamed"] == "date_unknown"
    assert metrics_sites.existing("2015-01-01").set_index("site_id")["doubt"]["ru-arey"] == "date_unknown"
    assert (
        metrics_sites.existing("2019-12-31").set_index("site_id")["doubt"]["ru-strelnikovsky-corridor"] != ""
    )


def test_another_page_is_another_file(tmp_path):
    path = tmp_path / "other.csv"
    data.table("claims")[[*claims.COLUMNS]].head(3).to_csv(path, index=False)
    audited = claims.audit(data.claims(str(path)), METRICS)
    assert len(claims.of_page(audited)) == 3
    assert claims.FAULTY not in set(audited["verdict"])
    with pytest.raises(ParameterError, match="does not exist"):
        data.claims("nothing.csv")


def test_whole_means_whole(audited):
    assert audited.loc["province-cn-jl", "verdict"] == claims.CONTRADICTED
    assert audited.loc["province-cn-jl", "reading"] == "84 % of it inside"
    assert changed("province-cn-jl", value="CN-LN")["verdict"] == claims.CONTRADICTED


def test_land_that_the_page_leaves_out_is_not_held_against_it(audited):
    row = audited.loc["basin-tumen"]
    assert "without its land in the DPRK" in row["reading"]
    assert row["verdict"] == claims.CONSISTENT


def test_a_province_that_is_hardly_reached_leaves_a_count_open(audited):
    row = audited.loc["provinces-mongolia"]
    assert row["verdict"] == claims.NOT_TESTABLE
    assert "Dornogovi" in row["names"]
    assert changed("provinces-mongolia", value="3")["verdict"] == claims.CONTRADICTED
    assert changed("provinces-mongolia", value="7")["verdict"] == claims.CONTRADICTED
    assert audited.loc["provinces-china", "verdict"] == claims.REPRODUCED


def test_basins_and_limits_of_a_province_are_tested(audited):
    inner_mongolia = audited.loc["province-cn-nm"]
    assert inner_mongolia["verdict"] == claims.UNDER_A_READING
    assert "Nen 15" in inner_mongolia["evidence"]
    assert changed("province-cn-nm", other_readings="")["verdict"] == claims.CONTRADICTED
    assert audited.loc["province-mn-051", "verdict"] == claims.REPRODUCED
    elsewhere = changed("province-cn-nm", scope="territory=ahec;extent=part;basins=uda")
    assert elsewhere["verdict"] == claims.CONTRADICTED
    short = changed("province-ru-kha", scope="territory=ahec;extent=part;limit=ussuri")
    assert short["verdict"] == claims.CONTRADICTED


def test_a_fact_of_the_table_answers(audited):
    row = audited.loc["zabaikalsky-origin"]
    assert (row["verdict"], row["evidence"]) == (claims.REPRODUCED, "Merged on 1 March 2008")
    assert row["evidence_source_ids"] != ""
    assert changed("zabaikalsky-origin", scope="province=RU-AMU")["verdict"] == claims.NOT_TESTABLE


def test_last_means_that_no_other_is_known(audited):
    assert audited.loc["stork-breeds", "verdict"] == claims.CONTRADICTED
    assert "Yellow River Delta" in audited.loc["stork-breeds", "computed"]
    assert changed("stork-breeds", as_of="1999")["verdict"] == claims.NOT_TESTABLE
    cranes = audited[audited["claim_id"].str.startswith("crane-")]
    assert set(cranes["verdict"]) == {claims.NOT_TESTABLE}


def test_a_trend_compares_two_counts_of_one_place(audited):
    assert audited.loc["leopard-thriving", "verdict"] == claims.UNDER_A_READING
    leopard = "species=panthera-pardus-orientalis;region=Land of the Leopard;years="
    assert changed("leopard-thriving", scope=f"{leopard}1900|2024")["verdict"] == claims.NOT_TESTABLE
    assert changed("leopard-thriving", scope=f"{leopard}2015|2015")["verdict"] == claims.NOT_TESTABLE


def test_what_the_data_do_not_test_is_data(audited):
    rows = data.table("claims").query("metric == 'not_tested'")
    assert (rows["needs"] != "").all()
    assert set(audited.loc[rows["claim_id"], "verdict"]) == {claims.NOT_TESTABLE}
    assert "Chum salmon" in audited.loc["salmon-sturgeon-shoals", "evidence"]


def test_one_base_for_every_figure(audited):
    page = data.table("claims").query("variant_of == ''")
    board = claims.scoreboard(audited).set_index("topic")
    assert board.loc["total", "claims"] == len(page) == len(claims.of_page(audited))
    assert len(claims.of_page(audited)) + len(claims.of_others(audited)) == len(audited)
    counts = board.loc["total"].drop("claims")
    figures = {name.lower(): int(count) for name, count, _ in claim_wording.key_figures(audited)}
    assert figures == {messages.say(f"value-verdict-{key}.name"): n for key, n in counts.items()}
    opening = claim_wording.opening(audited)
    assert f"{len(page)} statements" in opening
    assert opening.count("\n- *") == figures["contradicted"]
    single = audited.loc[["wh-count"]]
    assert "1 statement that" in claim_wording.opening(single)
    assert "None is contradicted" in claim_wording.opening(single)


def test_contradicted_claims_need_nothing(audited):
    decided = audited["verdict"].isin([claims.CONTRADICTED, claims.REPRODUCED])
    assert (audited.loc[decided, "needs"] == "").all()
    assert (audited.loc[audited["verdict"] == claims.NOT_TESTABLE, "needs"] != "").all()


def test_every_source_of_a_verdict_is_listed(audited):
    listed = set(data.references(claims.cited(audited))["source_id"])
    facts = {s for cell in data.table("claim_facts")["source_ids"] for s in cell.split("|")}
    assert facts <= listed
    assert "wwf-ru-c01" in listed


def test_the_table_reads_well(audited):
    assert audited.loc["province-ru-amu", "claimed"] == "Amur Oblast"
    assert audited.loc["wh-dauria", "computed"] == "Daursky Nature Reserve"
    assert audited.loc["green-corridor", "claimed"] == "yes"
    assert audited.loc["coverage-percent", "claimed"] == "12 %"
    assert audited.loc["ahec-area", "computed"].endswith(" km²")
    assert "WWF focus" in [messages.name_of(topic, "topic") for topic in claims.scoreboard(audited)["topic"]]
    shown = [
        "claim",
        "claimed",
        "computed",
        "reading",
        "admitted",
        "information",
        "evidence",
        "needs",
        "names",
    ]
    text = " ".join(audited[shown].to_numpy().ravel())
    for bad in ("percent", "km2", "boolean", "..", ",,", ";;", ".;", "nan", "province_code", "_"):
        assert bad not in text, bad


def test_evidence_leads_to_a_cell_of_an_edition(audited):
    known = editions.editions(root())
    for report in set(audited["report"]) - {""}:
        page, _, cell = report.partition("#")
        notebook = known[page.removesuffix(".html")].notebook
        stored = (root() / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8")
        assert not cell or cell in [c["id"] for c in json.loads(stored)["cells"]], report
