"""Audits statements: each is answered from the project's own data in a reading fixed beforehand, and judged."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ahec_analysis import expect
from ahec_analysis.errors import AhecError, ParameterError
from ahec_analysis.values import shown

REPRODUCED = "reproduced"
UNDER_A_READING = "reproduced under a stated reading"
CONSISTENT = "internally consistent only"
CONTRADICTED = "contradicted"
NOT_TESTABLE = "not testable here"
UNTESTED = "untested"
FAULTY = "faulty row"
MEANINGS = {
    REPRODUCED: "independent data agree with the plain sense of the statement",
    UNDER_A_READING: "they agree in a narrower sense, fixed before it was computed",
    CONSISTENT: "it follows from the page's own figures or list of basins; nothing independent tests it",
    CONTRADICTED: "independent data disagree with the plain sense",
    NOT_TESTABLE: "the data here cannot decide; the table says what would",
    UNTESTED: "no function computes the metric",
    FAULTY: "the row of the table cannot be read",
}
"""The verdicts, in the order they are shown, and what each means."""
VERDICTS = tuple(MEANINGS)

COLUMNS = ("claim_id", "topic", "claim_text", "metric", "operator", "value", "unit", "scope", "tolerance")
_OPTIONAL = (
    "reading_basis",
    "other_readings",
    "as_of",
    "as_of_source_ids",
    "needs",
    "variant_of",
    "source_ids",
)
_OPERATORS = ("=", ">=", "<=", "in")
_SIGNS = {">=": "at least ", "<=": "at most "}
_UNIT_SIGNS = {"percent": "%", "km2": "km²"}
_ANSWERS = {"true": "yes", "false": "no"}
_TOPIC_NAMES = {"wwf_focus": "WWF focus", "world_heritage": "World Heritage"}
_HOLDS, _FAILS, _OPEN = "holds", "fails", "open"


@dataclass(frozen=True)
class Reading:
    """One way to understand a statement, in words, and what it gives.

    ``own``: it rests on numbers or ground of the statement's own page, so it can show consistency, not truth;
    ``spread``: how far the value may be off because a number it uses was rounded; ``least``: the part of it that is
    certain, by default all; ``lower_bound``: its list may be short, so a larger claim is not contradicted.
    """

    name: str
    value: Any
    own: bool = False
    spread: float = 0.0
    least: float | None = None
    lower_bound: bool = False


@dataclass(frozen=True)
class Answer:
    """What the project finds for a statement, by the reading that its own words fix; without one it is not testable.

    ``others``: readings that may qualify the verdict where the claim admits them, else information; ``report``: edition
    and anchor of the table or map behind it; ``needs``: the data that would settle it; ``names``: the sites that make
    up the value; ``source_ids``: sources of the evidence that no other report lists, joined by ``|``.
    """

    primary: Reading | None = None
    others: Mapping[str, Reading] = field(default_factory=dict)
    evidence: str = ""
    report: str = ""
    needs: str = ""
    names: tuple[str, ...] = ()
    source_ids: str = ""


Metric = Callable[[Mapping[str, Any]], Answer]


def audit(
    claims: pd.DataFrame, metrics: Mapping[str, Metric], *, names: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return every claim with its answer and verdict; one faulty row does not stop the others.

    The primary reading decides. Where it does not hold, a reading that the claim itself admits
    (``other_readings``) may still give "reproduced under a stated reading"; no other reading is tried.

    Parameters
    ----------
    claims : DataFrame
        Columns :data:`COLUMNS`; ``value`` text, several values joined by ``|``.
    metrics : mapping of str to callable
        The function that answers each metric, given the claim as a mapping.
    names : mapping of str to str, optional
        What to show instead of identifiers in ``claimed`` and ``computed``.

    Returns
    -------
    DataFrame
        The claims with ``claimed``, ``computed``, ``verdict``, ``reading`` (the one that decided), ``primary``,
        ``admitted``, ``information`` (all readings), ``evidence``, ``evidence_source_ids``, ``report``, ``needs``
        and ``names``.

    Raises
    ------
    SchemaError
        If a column is missing.

    Examples
    --------
    >>> claims = pd.DataFrame([("a", "t", "Two.", "count", "=", "2", "sites", "", 0)], columns=COLUMNS)
    >>> audit(claims, {"count": lambda claim: Answer(Reading("all", 2))})["verdict"].tolist()
    ['reproduced']
    """
    expect.columns(claims, COLUMNS, "claims", hint="see data/tables/claims.csv")
    full = claims.assign(**{column: "" for column in _OPTIONAL if column not in claims})
    rows = [_audited(row, metrics, names or {}) for row in full.to_dict("records")]
    if not rows:
        columns = dict.fromkeys([*full.columns, "claimed", *_outcome({}, UNTESTED, Answer(), {})])
        return pd.DataFrame(columns=list(columns), dtype="str")
    return pd.DataFrame(rows)


def _audited(
    claim: dict[str, Any], metrics: Mapping[str, Metric], names: Mapping[str, str]
) -> dict[str, Any]:
    result = {**claim, "claimed": _claimed(claim, names)}
    verdict, answer, decided = UNTESTED, Answer(), None
    if claim["metric"] not in metrics:
        answer = Answer(needs=f"no function computes the metric `{claim['metric']}`")
        return {**result, **_outcome(claim, verdict, answer, names)}
    try:
        if claim["operator"] not in _OPERATORS:
            raise ParameterError(f"operator `{claim['operator']}` is not one of {', '.join(_OPERATORS)}")
        answer = metrics[claim["metric"]](claim)
        verdict, decided = _verdict(claim, answer)
    except AhecError as error:
        verdict, answer = FAULTY, Answer(needs=f"{claim['claim_id']}: {error}")
    except Exception as error:  # whatever a metric stumbles over belongs to its row, not to the audit
        reason = f"`{claim['metric']}` could not be computed ({type(error).__name__}: {error})"
        verdict, answer = FAULTY, Answer(needs=f"{claim['claim_id']}: {reason}")
    return {**result, **_outcome(claim, verdict, answer, names, decided)}


def _outcome(
    claim: Mapping[str, Any],
    verdict: str,
    answer: Answer,
    names: Mapping[str, str],
    decided: Reading | None = None,
) -> dict[str, Any]:
    admitted, unit = _admitted(claim), str(claim.get("unit", ""))
    needs = answer.needs
    if verdict not in (UNTESTED, FAULTY):
        needs = str(claim.get("needs", "")) or needs
    if verdict in (REPRODUCED, CONTRADICTED):
        needs = ""
    elif verdict == NOT_TESTABLE and not needs:
        needs = "a complete list: the one here gives a lower bound"
    return {
        "verdict": verdict,
        "computed": _text(decided.value, names, unit) if decided else "",
        "reading": decided.name if decided else "",
        "primary": _all([answer.primary] if answer.primary else [], names, unit),
        "admitted": _all([r for key, r in answer.others.items() if key in admitted], names, unit),
        "information": _all([r for key, r in answer.others.items() if key not in admitted], names, unit),
        "evidence": answer.evidence,
        "evidence_source_ids": answer.source_ids,
        "report": answer.report,
        "needs": needs,
        "names": "; ".join(answer.names),
    }


def _admitted(claim: Mapping[str, Any]) -> list[str]:
    return [key for key in str(claim.get("other_readings", "")).split("|") if key]


def _all(readings: list[Reading], names: Mapping[str, str], unit: str) -> str:
    return "; ".join(f"{r.name}: {_text(r.value, names, unit)}" for r in readings)


def _verdict(claim: Mapping[str, Any], answer: Answer) -> tuple[str, Reading | None]:
    """Return the verdict and the reading that decided it."""
    unknown = [key for key in _admitted(claim) if key not in answer.others]
    if answer.primary is None:
        return NOT_TESTABLE, None
    if unknown:
        known = ", ".join(answer.others) or "none"
        raise ParameterError(f"`{claim['metric']}` gives no reading {', '.join(unknown)}; it gives {known}")
    ours = claim.get("reading_basis", "") == "ours"
    outcome = _judged(claim, answer.primary)
    if outcome == _HOLDS:
        if answer.primary.own:
            return CONSISTENT, answer.primary
        return (UNDER_A_READING if ours else REPRODUCED), answer.primary
    undecided = answer.primary if outcome == _OPEN else None
    for other in (answer.others[key] for key in _admitted(claim)):
        outcome = _judged(claim, other)
        if outcome == _HOLDS:
            return (CONSISTENT if other.own else UNDER_A_READING), other
        undecided = undecided or (other if outcome == _OPEN else None)
    # What this project reads into a sentence cannot contradict the sentence.
    if ours or undecided:
        return NOT_TESTABLE, undecided or answer.primary
    return CONTRADICTED, answer.primary


def _judged(claim: Mapping[str, Any], reading: Reading) -> str:
    """Return whether a claim holds in a reading, fails, or stays open because the value is uncertain."""
    found = reading.value
    if isinstance(found, str | bool | set | frozenset):
        return _HOLDS if holds(claim, found) else _FAILS
    if found is None or pd.isna(found):
        return _OPEN
    least = found if reading.least is None else reading.least
    most = math.inf if reading.lower_bound else found
    if claim["operator"] == "=":
        slack = _tolerance(claim) + reading.spread
        certain = all(holds(claim, end, spread=reading.spread) for end in (least, found))
        possible = least - slack <= number(claim) <= most + slack
    else:
        ends = [holds(claim, end, spread=reading.spread) for end in (least, most)]
        certain, possible = all(ends), any(ends)
    return _HOLDS if certain else _OPEN if possible else _FAILS


def holds(claim: Mapping[str, Any], found: Any, *, spread: float = 0.0) -> bool:
    """Return whether a value found satisfies a claim within its tolerance and the value's own ``spread``.

    Examples
    --------
    >>> holds({"operator": "=", "value": "12", "tolerance": 0.5}, 12.07)
    True
    >>> holds({"operator": "in", "value": "a|b", "tolerance": None}, {"a", "b", "c"})
    True
    """
    stated, sign = str(claim["value"]), claim["operator"]
    if isinstance(found, str | bool | set | frozenset):
        if sign not in ("=", "in"):
            raise ParameterError(f"operator `{sign}` compares numbers; names need = or in")
        if isinstance(found, set | frozenset):
            parts = set(stated.split("|"))
            return parts <= found if sign == "in" else parts == found
        return str(found).lower() == stated.lower()
    if sign == "in":
        raise ParameterError("operator `in` compares names; numbers need =, >= or <=")
    difference, slack = float(found) - number(claim), _tolerance(claim) + spread
    return (sign == "<=" or difference >= -slack) and (sign == ">=" or difference <= slack)


def number(claim: Mapping[str, Any]) -> float:
    """Return the number that a claim states; ParameterError if it is not finite."""
    try:
        stated = float(claim["value"])
    except (TypeError, ValueError):
        stated = math.nan
    if not math.isfinite(stated):
        raise ParameterError(f"value `{claim['value']}` is not a number, as `{claim['metric']}` needs")
    return stated


def _tolerance(claim: Mapping[str, Any]) -> float:
    tolerance = claim.get("tolerance")
    try:
        value = 0.0 if tolerance is None or tolerance == "" or pd.isna(tolerance) else float(tolerance)
    except (TypeError, ValueError) as error:
        raise ParameterError(f"tolerance `{tolerance}` is not a number") from error
    if not (math.isfinite(value) and value >= 0):
        raise ParameterError(f"tolerance {value:g} is negative or not finite")
    return value


def _claimed(claim: Mapping[str, Any], names: Mapping[str, str]) -> str:
    value, unit = str(claim["value"]), str(claim["unit"])
    sign = _SIGNS.get(claim["operator"], "")
    try:
        stated = number(claim)
    except ParameterError:
        parts = ", ".join(names.get(part, part) for part in value.split("|"))
        return f"{sign}{_ANSWERS.get(parts.lower(), parts)}"
    return sign + _measured(shown(int(stated)) if stated.is_integer() else f"{stated:g}", unit)


def _measured(text: str, unit: str) -> str:
    word = _UNIT_SIGNS.get(unit, unit.replace("_", " "))
    return f"{text} {word.removesuffix('s') if text == '1' else word}"


def _text(value: Any, names: Mapping[str, str], unit: str) -> str:
    if isinstance(value, set | frozenset):
        return ", ".join(sorted(names.get(str(part), str(part)) for part in value)) or "none"
    if isinstance(value, str | bool):
        return names.get(str(value), shown(value))
    if isinstance(value, float):
        return _measured(f"{value:.1f}" if abs(value) < 100 else shown(float(f"{value:.4g}")), unit)
    return _measured(shown(value), unit)


def of_page(audited: pd.DataFrame) -> pd.DataFrame:
    """Return the claims of the page itself: those that are no variant of another one."""
    return audited[audited["variant_of"].fillna("") == ""]


def of_others(audited: pd.DataFrame) -> pd.DataFrame:
    """Return the claims that other texts make in place of one of the page."""
    return audited[audited["variant_of"].fillna("") != ""]


def scoreboard(audited: pd.DataFrame) -> pd.DataFrame:
    """Return how many claims of the page have each verdict, in the order of :data:`VERDICTS`.

    Returns
    -------
    DataFrame
        A row for each topic and, last, their sum ("The page").
    """
    page = of_page(audited)
    topics = pd.Series([topic_name(t) for t in page["topic"]], index=page.index, dtype="str")
    seen = [verdict for verdict in VERDICTS if (page["verdict"] == verdict).any()]
    counts = pd.crosstab(topics, page["verdict"]).reindex(
        index=list(dict.fromkeys(topics)), columns=seen, fill_value=0
    )
    counts.loc["The page"] = counts.sum()
    counts = counts.astype("int64").rename_axis("topic").rename_axis(columns=None)
    return counts.assign(claims=counts.sum(axis=1)).reset_index()


def topic_name(topic: str) -> str:
    """Return a topic as a reader sees it.

    Examples
    --------
    >>> topic_name("wwf_focus"), topic_name("site_counts")
    ('WWF focus', 'Site counts')
    """
    words = topic.replace("_", " ")
    return _TOPIC_NAMES.get(topic, words[:1].upper() + words[1:])


def cited(audited: pd.DataFrame) -> pd.DataFrame:
    """Return the sources of the claims, their dates and their evidence, as rows with ``source_ids``."""
    columns = ("source_ids", "as_of_source_ids", "evidence_source_ids")
    ids = pd.concat([audited[column] for column in columns], ignore_index=True)
    return pd.DataFrame({"source_ids": ids[ids != ""]})
