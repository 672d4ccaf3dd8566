"""The audit: verdicts on small claims, faulty rows, and the claims of the page."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahec_analysis import claim_metrics, claim_sites, claim_wording, claims, data, editions, tables
from ahec_analysis.claims import Answer, Reading
from ahec_analysis.errors import ParameterError, SchemaError
from ahec_analysis.project import root


def one(answer, *, operator="=", value="10", tolerance=0.5, metric="m", scope=""):
    rows = pd.DataFrame(
        [("a", "t", "text", metric, operator, value, "sites", scope, tolerance)], columns=claims.COLUMNS
    )
    return claims.audit(rows, {"m": lambda _: answer}).iloc[0]


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (Answer((Reading("plain", 10.4),)), claims.REPRODUCED),
        (Answer((Reading("plain", 10.4),), needs="more"), claims.UNDER_A_READING),
        (Answer((Reading("plain", 12), Reading("other", 10))), claims.UNDER_A_READING),
        (Answer((Reading("plain", 12), Reading("its own", 10, own=True))), claims.CONSISTENT),
        (Answer((Reading("plain", 12),)), claims.CONTRADICTED),
        (Answer((Reading("plain", 8),), lower_bound=True), claims.NOT_TESTABLE),
        (Answer((Reading("plain", 12),), lower_bound=True), claims.CONTRADICTED),
        (Answer((Reading("rounded", 11, spread=0.6),)), claims.REPRODUCED),
        (Answer((Reading("unknown", np.nan),)), claims.CONTRADICTED),
        (Answer(needs="a survey"), claims.NOT_TESTABLE),
    ],
)
def test_verdicts(answer, verdict):
    assert one(answer)["verdict"] == verdict


def test_the_reading_that_decided_is_named():
    row = one(Answer((Reading("plain", 12), Reading("other", 10))))
    assert row["reading"] == "other"
    assert row["difference"] == 0
    assert row["readings"] == "plain: 12; other: 10"


def test_sets():
    found = Answer((Reading("plain", frozenset({"RUS", "CHN"})),))
    assert one(found, operator="in", value="RUS")["verdict"] == claims.REPRODUCED
    assert one(found, operator="=", value="CHN|RUS")["verdict"] == claims.REPRODUCED
    assert one(found, operator="in", value="RUS|PRK")["verdict"] == claims.CONTRADICTED


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
    row = one(Answer((Reading("plain", 10),)), **changes)
    assert row["verdict"] == claims.FAULTY
    assert message in row["needs"]
    assert row["needs"].startswith("a: ")


def test_a_wrong_scope_is_named_and_the_rest_still_runs():
    rows = data.table("claims").head(6).copy()
    rows.loc[1, "scope"] = "country=RUS;planet=mars"
    rows.loc[2, "metric"] = "moons"
    audited = claims.audit(rows, claim_metrics.registry())
    assert audited["verdict"].tolist()[1:3] == [claims.FAULTY, claims.UNTESTED]
    assert "does not use the scope key `planet`" in audited["needs"][1]
    assert "`moons`" in audited["needs"][2]
    assert claims.REPRODUCED in audited["verdict"].tolist()[3:]


def test_any_error_of_a_metric_stays_in_its_row():
    rows = pd.DataFrame(
        [("a", "t", "x", "bad", "=", "1", "sites", "", 0), ("b", "t", "x", "good", "=", "1", "sites", "", 0)],
        columns=claims.COLUMNS,
    )
    metrics = {"bad": lambda _: {}["extent"], "good": lambda _: Answer((Reading("plain", 1),))}
    audited = claims.audit(rows, metrics)
    assert audited["verdict"].tolist() == [claims.FAULTY, claims.REPRODUCED]
    assert audited["needs"][0].startswith("a: `bad` could not be computed")


def changed(claim_id, **changes):
    rows = data.table("claims").set_index("claim_id", drop=False).loc[[claim_id]].astype(object)
    for column, value in changes.items():
        rows[column] = value
    return claims.audit(rows, claim_metrics.registry()).iloc[0]


@pytest.mark.parametrize(
    ("claim_id", "changes", "message"),
    [
        ("basin-uda", {"scope": "territory=ahec"}, "scope lacks `extent`"),
        ("basin-uda", {"scope": "territory=ahec;extent=half"}, "may be one of: whole, part"),
        ("basin-uda", {"scope": "territory=mars;extent=whole"}, "one of: ahec, five_provinces"),
        ("area-total", {"scope": "territory=mars"}, "one of: ahec, five_provinces"),
        ("corridors-connect", {"scope": "territory=mars"}, "one of: ahec, five_provinces"),
        (
            "basin-uda",
            {"scope": "territory=ahec;extent=whole;limit=uda"},
            "does not use the scope key `limit`",
        ),
        ("ahec-area", {"scope": "territory=ahec;year=1900"}, "does not use the scope key `year`"),
        ("province-cn-nm", {"scope": "extent=part;basins=volga"}, "basins volga"),
        ("province-cn-nm", {"value": "CN-XX"}, "no province `CN-XX`"),
        ("amur-undammed", {"scope": "river=volga"}, "no row has river volga"),
        ("tiger-thriving", {"scope": "species=panthera-leo"}, "panthera-leo is not in"),
        ("count-wetlands", {"unit": "km"}, "unit `km` is not sites"),
        ("count-wetlands", {"value": "-1"}, "out of range"),
        ("count-wetlands", {"operator": "in"}, "compares names"),
        ("count-wetlands", {"tolerance": "some"}, "tolerance `some` is not a number"),
        ("area-total", {"scope": "country=RUS;as_of=yesterday"}, "as_of=yesterday"),
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
    audited = claims.audit(data.claims(str(path)), claim_metrics.registry())
    assert audited.empty
    assert claims.shown_rows(audited).empty
    assert claims.of_readings(audited).empty
    assert claims.of_names(audited).empty
    assert claims.scoreboard(audited)["claims"].tolist() == [0]
    assert claim_wording.key_figures(audited) == []
    assert claim_wording.opening(audited) == "There is no statement to audit."
    assert claim_wording.scoreboard(audited) is None
    assert data.references(audited[audited["source_ids"] != ""]).empty


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
    rows = claims.audit(data.table("claims"), claim_metrics.registry(), names=claim_metrics.names())
    return rows.set_index("claim_id", drop=False)


def test_every_claim_of_the_page_has_a_verdict_and_evidence_or_a_need(audited):
    assert len(audited) == len(data.table("claims"))
    assert set(audited["verdict"]) <= set(claims.VERDICTS) - {claims.UNTESTED, claims.FAULTY}
    assert ((audited["evidence"] != "") | (audited["needs"] != "")).all()


def test_twelve_percent_is_the_russian_part(audited):
    row = audited.loc["coverage-percent"]
    assert row["verdict"] == claims.UNDER_A_READING
    assert "Russian part" in row["reading"]
    assert float(row["computed"]) == pytest.approx(12.07, abs=0.1)


def test_counts_follow_the_date(audited):
    assert audited.loc["count-national-parks", "computed"] == "7"
    assert "today: 8" in audited.loc["count-national-parks", "readings"]
    assert audited.loc["count-strict-reserves", "verdict"] == claims.REPRODUCED


def test_a_site_counts_from_its_first_to_its_last_day():
    before = set(claim_sites.as_of("2019-12-19")["site_id"])
    after = set(claim_sites.as_of("2019-12-20")["site_id"])
    assert before - after == {"ru-tokinsky"}
    assert "ru-tokinsko-stanovoy" in after - before
    assert "ru-leopardovy" in set(claim_sites.as_of("2010")["site_id"])
    assert "ru-leopardovy" not in set(claim_sites.as_of("2013")["site_id"])


def test_another_page_is_another_file(tmp_path):
    path = tmp_path / "other.csv"
    data.table("claims").head(3).to_csv(path, index=False)
    assert len(data.claims(str(path))) == 3
    with pytest.raises(ParameterError, match="does not exist"):
        data.claims("nothing.csv")


def test_whole_means_whole(audited):
    assert audited.loc["province-cn-jl", "verdict"] == claims.CONTRADICTED
    assert "83.8 % of it inside" in audited.loc["province-cn-jl", "reading"]
    assert audited.loc["province-ru-pri", "verdict"] == claims.REPRODUCED


def test_land_left_out_is_computed_not_assumed(audited):
    row = audited.loc["basin-tumen"]
    assert row["verdict"] == claims.CONSISTENT
    assert "100.0 % inside without its land in the DPRK" in row["reading"]
    olekma = changed("basin-olekma", scope="territory=ahec;extent=whole")
    assert olekma["verdict"] == claims.CONTRADICTED


def test_an_outlet_without_a_mapped_lake_is_consistent_at_most(audited):
    row = audited.loc["ulz-drains-to-torey"]
    assert row["verdict"] == claims.CONSISTENT
    assert "Khukh Lake" in row["evidence"]
    assert changed("ulz-drains-to-torey", scope="basin=uda")["verdict"] == claims.CONTRADICTED


def test_basins_and_limits_of_a_province_are_tested(audited):
    inner_mongolia = audited.loc["province-cn-nm"]
    assert inner_mongolia["verdict"] == claims.UNDER_A_READING
    assert "Nen 153" in inner_mongolia["evidence"]
    assert audited.loc["province-mn-051", "verdict"] == claims.REPRODUCED
    elsewhere = changed("province-cn-nm", scope="territory=ahec;extent=part;basins=uda")
    assert elsewhere["verdict"] == claims.CONTRADICTED
    assert audited.loc["province-ru-kha", "verdict"] == claims.REPRODUCED
    short = changed("province-ru-kha", scope="territory=ahec;extent=part;limit=ussuri")
    assert short["verdict"] == claims.CONTRADICTED


@pytest.mark.parametrize("claim_id", ["tiger-forests", "leopard-forests", "salmon-sturgeon-shoals"])
def test_what_the_tables_cannot_test_is_not_decided(audited, claim_id):
    row = audited.loc[claim_id]
    assert row["verdict"] == claims.NOT_TESTABLE
    assert row["evidence"] != ""
    assert row["needs"] != ""


def test_one_base_for_every_figure(audited):
    page = data.table("claims").query("variant_of == ''")
    board = claims.scoreboard(audited).set_index("topic")["claims"]
    assert board["The page"] == len(page)
    assert board["Variants on other pages"] == len(audited) - len(page)
    assert sum(int(figure) for _, figure, _ in claim_wording.key_figures(audited)) == len(page)
    assert f"Of {len(page)} statements" in claim_wording.opening(audited)


def test_the_russian_part_is_named_only_where_it_decided(audited):
    assert "million km²" in claim_wording.opening(audited)
    other = audited.assign(reading=audited["reading"].str.replace("Russian part", "another"))
    assert "million km²" not in claim_wording.opening(other)


def test_contradicted_claims_need_nothing(audited):
    assert (audited.loc[audited["verdict"] == claims.CONTRADICTED, "needs"] == "").all()
    assert (audited.loc[audited["verdict"] == claims.NOT_TESTABLE, "needs"] != "").all()


def test_the_table_reads_well(audited):
    rows = claims.shown_rows(audited)
    assert rows.loc["count-federal-refuges", "difference"] == 1
    assert rows.loc["province-ru-amu", "claimed"] == "Amur Oblast"
    assert rows.loc["wh-dauria", "computed"] == "Daursky Nature Reserve"
    assert rows.loc["green-corridor", "claimed"] == "yes"
    assert rows.loc["coverage-percent", "claimed"] == "12 %"
    assert rows.loc["ahec-area", "claimed"].endswith(" km²")
    assert "WWF focus" in claims.scoreboard(audited)["topic"].tolist()
    bundle, _ = tables.table(
        rows.drop(columns=["claim_id", "report"]), "claims", caption="c"
    )._repr_mimebundle_()
    text = bundle["text/html"].split("<tbody>")[1]
    for bad in ("percent", "km2", "boolean", "..", ",,", ";;", ".;", "nan", "province_code"):
        assert bad not in text, bad


def test_evidence_leads_to_editions_that_exist(audited):
    pages = {report.split("#")[0].removesuffix(".html") for report in audited["report"] if report}
    assert pages <= set(editions.editions(root()))
