"""Audits statements: each is answered from the project's own functions and given a verdict."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ahec_analysis.errors import AhecError, ParameterError, SchemaError
from ahec_analysis.tables import shown

REPRODUCED = "reproduced"
UNDER_A_READING = "reproduced under a stated reading"
CONSISTENT = "internally consistent only"
CONTRADICTED = "contradicted"
NOT_TESTABLE = "not testable here"
UNTESTED = "untested"
FAULTY = "faulty row"
_MARKS = {
    REPRODUCED: "✓",
    UNDER_A_READING: "(✓)",
    CONSISTENT: "≈",
    CONTRADICTED: "✗",
    NOT_TESTABLE: "?",
    UNTESTED: "–",
    FAULTY: "!",
}
VERDICTS = (REPRODUCED, UNDER_A_READING, CONSISTENT, CONTRADICTED, NOT_TESTABLE, UNTESTED, FAULTY)

COLUMNS = ("claim_id", "topic", "claim_text", "metric", "operator", "value", "unit", "scope", "tolerance")
_OPERATORS: dict[str, Callable[[float, float, float], bool]] = {
    "=": lambda found, claimed, tolerance: abs(found - claimed) <= tolerance,
    ">=": lambda found, claimed, tolerance: found >= claimed - tolerance,
    "<=": lambda found, claimed, tolerance: found <= claimed + tolerance,
    "approx": lambda found, claimed, tolerance: abs(found - claimed) <= max(tolerance, 0.05 * abs(claimed)),
}


@dataclass(frozen=True)
class Reading:
    """One way to understand a statement, and what it gives.

    ``own`` marks readings that use the statement's own numbers: they can show consistency, not truth.
    ``spread`` is how far the value may be off because a number it uses was rounded.
    """

    name: str
    value: Any
    own: bool = False
    spread: float = 0.0


@dataclass(frozen=True)
class Answer:
    """What the project finds for a statement.

    Attributes
    ----------
    readings : tuple of Reading
        The plain reading first; all of them are shown.
    evidence : str
        Where the value comes from.
    report : str
        Edition and anchor of the table or map behind it.
    lower_bound : bool
        True where the list behind the value is known to be incomplete: a larger claim is then not contradicted.
    needs : str
        The data that would settle it.
    names : tuple of str
        The sites or species that make up the value.
    """

    readings: tuple[Reading, ...] = ()
    evidence: str = ""
    report: str = ""
    lower_bound: bool = False
    needs: str = ""
    names: tuple[str, ...] = field(default=())


Metric = Callable[[Mapping[str, Any]], Answer]


def audit(claims: pd.DataFrame, metrics: Mapping[str, Metric]) -> pd.DataFrame:
    """Return every claim with its answer and verdict; one faulty row does not stop the others.

    Parameters
    ----------
    claims : DataFrame
        Columns :data:`COLUMNS`; ``value`` text, several values joined by ``|``.
    metrics : mapping of str to callable
        The function that answers each metric, given the claim as a mapping.

    Returns
    -------
    DataFrame
        The claims with ``claimed``, ``computed``, ``difference``, ``verdict``, ``reading`` (the one that
        decided), ``readings`` (all of them), ``evidence``, ``report``, ``needs`` and ``names``.

    Raises
    ------
    SchemaError
        If a column is missing.

    Examples
    --------
    >>> claims = pd.DataFrame([("a", "t", "Two.", "count", "=", "2", "sites", "", 0)], columns=COLUMNS)
    >>> audit(claims, {"count": lambda claim: Answer((Reading("all", 2),))})["verdict"].tolist()
    ['reproduced']
    """
    missing = [column for column in COLUMNS if column not in claims]
    if missing:
        raise SchemaError(f"`claims` has no column {', '.join(missing)}; see data/tables/claims.csv")
    return pd.DataFrame([_audited(row, metrics) for row in claims.to_dict("records")])


def _audited(claim: dict[str, Any], metrics: Mapping[str, Metric]) -> dict[str, Any]:
    result = {**claim, "claimed": _claimed(claim)}
    if claim["metric"] not in metrics:
        reason = f"no function computes the metric `{claim['metric']}`"
        return {**result, **_outcome(UNTESTED, Answer(needs=reason))}
    try:
        if claim["operator"] not in (*_OPERATORS, "in"):
            raise ParameterError(
                f"operator `{claim['operator']}` is not one of {', '.join([*_OPERATORS, 'in'])}"
            )
        answer = metrics[claim["metric"]](claim)
        verdict, decided = _verdict(claim, answer)
    except (AhecError, ValueError, KeyError) as error:
        return {**result, **_outcome(FAULTY, Answer(needs=f"{claim['claim_id']}: {error}"))}
    return {**result, **_outcome(verdict, answer, decided, _difference(claim, decided or _first(answer)))}


def _outcome(
    verdict: str, answer: Answer, decided: Reading | None = None, difference: float | None = None
) -> dict[str, Any]:
    chosen = decided or _first(answer)
    return {
        "verdict": verdict,
        "computed": _text(chosen.value) if chosen else "",
        "difference": difference,
        "reading": chosen.name if chosen else "",
        "readings": "; ".join(f"{r.name}: {_text(r.value)}" for r in answer.readings),
        "evidence": answer.evidence,
        "report": answer.report,
        "needs": answer.needs,
        "names": "; ".join(answer.names),
    }


def _verdict(claim: Mapping[str, Any], answer: Answer) -> tuple[str, Reading | None]:
    """Return the verdict and the reading that decided it, the plain one where none fits."""
    if not answer.readings:
        return NOT_TESTABLE, None
    plain = answer.readings[0]
    fitting = [reading for reading in answer.readings if holds(claim, reading.value, spread=reading.spread)]
    independent = [reading for reading in fitting if not reading.own]
    if plain in independent:
        return (UNDER_A_READING if answer.needs else REPRODUCED), plain
    if independent:
        return UNDER_A_READING, independent[0]
    if fitting:
        return CONSISTENT, fitting[0]
    if answer.lower_bound and _below(claim, plain.value):
        return NOT_TESTABLE, plain
    return CONTRADICTED, plain


def holds(claim: Mapping[str, Any], found: Any, *, spread: float = 0.0) -> bool:
    """Return whether a value found satisfies a claim within its tolerance and the value's own ``spread``.

    Raises
    ------
    ParameterError
        If the claim states no number where one was found.

    Examples
    --------
    >>> holds({"operator": "=", "value": "12", "tolerance": 0.5}, 12.07)
    True
    >>> holds({"operator": "in", "value": "a|b", "tolerance": None}, {"a", "b", "c"})
    True
    """
    stated = str(claim["value"])
    if isinstance(found, set | frozenset):
        parts = set(stated.split("|"))
        return parts <= found if claim["operator"] == "in" else parts == found
    if isinstance(found, str):
        return found == stated
    if isinstance(found, bool):
        return str(found).lower() == stated.lower()
    if found is None or pd.isna(found):
        return False
    return _OPERATORS[claim["operator"]](float(found), _number(claim), _tolerance(claim) + spread)


def _number(claim: Mapping[str, Any]) -> float:
    try:
        return float(claim["value"])
    except (TypeError, ValueError) as error:
        raise ParameterError(
            f"value `{claim['value']}` is not a number, as `{claim['metric']}` needs"
        ) from error


def _tolerance(claim: Mapping[str, Any]) -> float:
    tolerance = claim.get("tolerance")
    value = 0.0 if tolerance is None or tolerance == "" or pd.isna(tolerance) else float(tolerance)
    if value < 0:
        raise ParameterError(f"tolerance {value} is negative")
    return value


def _below(claim: Mapping[str, Any], found: Any) -> bool:
    if isinstance(found, set | frozenset):
        return True
    return isinstance(found, int | float) and float(found) < _number(claim)


def _difference(claim: Mapping[str, Any], reading: Reading | None) -> float | None:
    if reading is None or isinstance(reading.value, str | bool | set | frozenset) or reading.value is None:
        return None
    return float(operator.sub(float(reading.value), _number(claim)))


def _first(answer: Answer) -> Reading | None:
    return answer.readings[0] if answer.readings else None


def _claimed(claim: Mapping[str, Any]) -> str:
    value = str(claim["value"])
    try:
        number = float(value)
        text = shown(int(number)) if number.is_integer() else f"{number:g}"
    except ValueError:
        text = value.replace("|", ", ")
    sign = {"=": "", "in": "", ">=": "at least ", "<=": "at most ", "approx": "about "}.get(
        claim["operator"], ""
    )
    return f"{sign}{text} {str(claim['unit']).replace('_', ' ')}"


def _text(value: Any) -> str:
    if isinstance(value, set | frozenset):
        return ", ".join(sorted(map(str, value))) or "none"
    if isinstance(value, float):
        return f"{value:.2f}" if abs(value) < 100 else shown(value)
    return shown(value)


def scoreboard(audited: pd.DataFrame) -> pd.DataFrame:
    """Return how many claims have each verdict, by topic, in the order of :data:`VERDICTS`."""
    counts = audited.pivot_table(
        index="topic", columns="verdict", values="claim_id", aggfunc="size", sort=False
    )
    counts = counts.reindex(columns=[v for v in VERDICTS if v in counts]).fillna(0).astype("int64")
    counts.loc["all"] = counts.sum()
    counts["claims"] = counts.sum(axis=1)
    return counts.reset_index().assign(topic=lambda t: t["topic"].str.replace("_", " ").str.capitalize())


def of_readings(audited: pd.DataFrame) -> pd.DataFrame:
    """Return the claims that have several readings, with all that were tried."""
    several = audited[audited["readings"].str.contains("; ")]
    return several[["claim_id", "claimed", "readings"]].reset_index(drop=True)


def of_names(audited: pd.DataFrame) -> pd.DataFrame:
    """Return the claims whose value is made up of named sites or species, with the names."""
    named = audited[audited["names"] != ""]
    return named[["claim_id", "computed", "names"]].reset_index(drop=True)


def shown_rows(audited: pd.DataFrame) -> pd.DataFrame:
    """Return the audit as a reader sees it: the verdict with its mark, empty cells where nothing is to say."""
    rows = audited[
        ["claim_id", "claim_text", "claimed", "computed", "verdict", "reading", "evidence", "report", "needs"]
    ]
    verdict = rows["verdict"].map(_MARKS) + " " + rows["verdict"]
    return rows.assign(claim=rows["claim_text"], verdict=verdict)[
        ["claim_id", "claim", "claimed", "computed", "verdict", "reading", "evidence", "report", "needs"]
    ]
