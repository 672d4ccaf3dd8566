"""The audit: verdicts on small claims, faulty rows, and the claims of the page."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahec_analysis import claim_metrics, claims, data
from ahec_analysis.claims import Answer, Reading
from ahec_analysis.errors import ParameterError, SchemaError


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
    assert "no column `planet`" in audited["needs"][1]
    assert "`moons`" in audited["needs"][2]
    assert claims.REPRODUCED in audited["verdict"].tolist()[3:]


def test_missing_columns_are_refused():
    with pytest.raises(SchemaError, match="no column topic"):
        claims.audit(pd.DataFrame({"claim_id": ["a"]}), {})


@pytest.fixture(scope="module")
def audited():
    return claims.audit(data.table("claims"), claim_metrics.registry()).set_index("claim_id")


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
    before = set(claim_metrics.as_of("2019-12-19")["site_id"])
    after = set(claim_metrics.as_of("2019-12-20")["site_id"])
    assert before - after == {"ru-tokinsky"}
    assert "ru-tokinsko-stanovoy" in after - before
    assert "ru-leopardovy" in set(claim_metrics.as_of("2010")["site_id"])
    assert "ru-leopardovy" not in set(claim_metrics.as_of("2013")["site_id"])


def test_another_page_is_another_file(tmp_path):
    path = tmp_path / "other.csv"
    data.table("claims").head(3).to_csv(path, index=False)
    assert len(data.claims(str(path))) == 3
    with pytest.raises(ParameterError, match="does not exist"):
        data.claims("nothing.csv")
