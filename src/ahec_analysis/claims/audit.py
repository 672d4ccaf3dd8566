"""Audits statements: each is answered from the project's own data in a reading fixed beforehand, and judged."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ahec_analysis import expect
from ahec_analysis.errors import AhecError, ParameterError

REPRODUCED, UNDER_A_READING, CONSISTENT = "reproduced", "under_reading", "consistent_only"
CONTRADICTED, NOT_TESTABLE = "contradicted", "not_testable"
UNTESTED, FAULTY = "untested", "faulty_row"
VERDICTS = (REPRODUCED, UNDER_A_READING, CONSISTENT, CONTRADICTED, NOT_TESTABLE, UNTESTED, FAULTY)
"""The verdicts, in the order they are shown."""

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


@dataclass(frozen=True)
class Note:
    """A message to be said with its facts: numbers, keys, names, dates, other notes or a list of them."""

    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def note(message: str, **facts: Any) -> Note:
    """Return a message of the catalogue with its facts."""
    return Note(message, facts)


@dataclass(frozen=True)
class Reading:
    """One way to understand a statement and what it gives.

    ``own``: it rests on numbers or ground of the statement's own page, so it can show consistency, not truth;
    ``spread``: how far the value may be off because a number it uses was rounded; ``least``: the part of it
    that is certain, by default all; ``lower_bound``: its list may be short, so a larger claim is not
    contradicted.
    """

    name: Note | str
    value: Any
    own: bool = False
    spread: float = 0.0
    least: float | None = None
    lower_bound: bool = False


@dataclass(frozen=True)
class Answer:
    """What the project finds for a statement by the reading that its words fix; without one nothing is tested.

    ``others``: readings that may qualify the verdict where the claim admits them, else information;
    ``report``: edition and cell of the table or map behind it; ``needs``: the data that would settle it;
    ``names``: the sites that make up the value; ``source_ids``: sources of the evidence that no other report
    lists, joined by ``|``.
    """

    primary: Reading | None = None
    others: Mapping[str, Reading] = field(default_factory=dict)
    evidence: tuple[Note, ...] = ()
    report: str = ""
    needs: Note | str = ""
    names: tuple[Note | str, ...] = ()
    source_ids: str = ""


Metric = Callable[[Mapping[str, Any]], Answer]


def audit(claims: pd.DataFrame, metrics: Mapping[str, Metric]) -> pd.DataFrame:
    """Return every claim with its answer and verdict; one faulty row does not stop the others.

    The primary reading decides. Where it does not hold, a reading that the claim itself admits
    (``other_readings``) may still give :data:`UNDER_A_READING`; no other reading is tried.

    Parameters
    ----------
    claims : DataFrame
        Columns :data:`COLUMNS`; ``value`` text, several values joined by ``|``.
    metrics : mapping of str to callable
        The function that answers each metric, given the claim as a mapping.

    Returns
    -------
    DataFrame
        The claims with ``verdict``, ``answer`` (:class:`Answer`), ``decided`` (the reading that decided, or
        none), ``needs`` (what would settle it), ``report`` and ``evidence_source_ids``.

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
    rows = [_judged(row, metrics) for row in full.to_dict("records")]
    columns = ["verdict", "answer", "decided", "needs"]
    judged = pd.DataFrame(rows, index=full.index, columns=columns, dtype=object)
    return full.assign(
        **judged,
        report=[answer.report for answer in judged["answer"]],
        evidence_source_ids=[answer.source_ids for answer in judged["answer"]],
    )


def _judged(
    claim: Mapping[str, Any], metrics: Mapping[str, Metric]
) -> tuple[str, Answer, Reading | None, Note | str]:
    """Return the verdict, the answer, the reading that decided it, and what would settle the claim."""
    metric, claim_id = claim["metric"], claim["claim_id"]
    if metric not in metrics:
        return UNTESTED, Answer(), None, note("claims-no-metric", metric=metric)
    try:
        if claim["operator"] not in _OPERATORS:
            raise ParameterError(f"operator `{claim['operator']}` is not one of {', '.join(_OPERATORS)}")
        answer = metrics[metric](claim)
        verdict, decided = _verdict(claim, answer)
    except AhecError as error:
        return FAULTY, Answer(), None, note("claims-fault", claim=claim_id, reason=str(error))
    except Exception as error:  # whatever a metric stumbles over belongs to its row, not to the audit
        reason = f"{type(error).__name__}: {error}"
        broken = note("claims-fault.broken", claim=claim_id, metric=metric, reason=reason)
        return FAULTY, Answer(), None, broken
    if verdict in (REPRODUCED, CONTRADICTED):
        return verdict, answer, decided, ""
    missing = note("claims-complete-list") if verdict == NOT_TESTABLE else ""
    return verdict, answer, decided, str(claim["needs"]) or answer.needs or missing


def admitted(claim: Mapping[str, Any]) -> list[str]:
    """Return the readings beside the primary one that a claim admits beforehand."""
    return [key for key in str(claim.get("other_readings", "")).split("|") if key]


def _verdict(claim: Mapping[str, Any], answer: Answer) -> tuple[str, Reading | None]:
    """Return the verdict and the reading that decided it."""
    if answer.primary is None:
        return NOT_TESTABLE, None
    unknown = [key for key in admitted(claim) if key not in answer.others]
    if unknown:
        known = ", ".join(answer.others) or "none"
        raise ParameterError(f"`{claim['metric']}` gives no reading {', '.join(unknown)}; it gives {known}")
    ours = claim["reading_basis"] == "ours"
    undecided = None
    for reading in (answer.primary, *(answer.others[key] for key in admitted(claim))):
        outcome = _outcome(claim, reading)
        if outcome and reading.own:
            return CONSISTENT, reading
        if outcome:
            return (REPRODUCED if reading is answer.primary and not ours else UNDER_A_READING), reading
        if outcome is None:
            undecided = undecided or reading
    # What this project reads into a sentence cannot contradict the sentence.
    if ours or undecided:
        return NOT_TESTABLE, undecided or answer.primary
    return CONTRADICTED, answer.primary


def _outcome(claim: Mapping[str, Any], reading: Reading) -> bool | None:
    """Return whether a claim holds in a reading; None where the value is too uncertain to tell."""
    found = reading.value
    if isinstance(found, str | bool | frozenset):
        return holds(claim, found)
    if pd.isna(found):
        return None
    least = found if reading.least is None else reading.least
    most = math.inf if reading.lower_bound else found
    if claim["operator"] == "=":
        slack = _tolerance(claim) + reading.spread
        certain = all(holds(claim, end, spread=reading.spread) for end in (least, found))
        possible = least - slack <= number(claim) <= most + slack
    else:
        ends = [holds(claim, end, spread=reading.spread) for end in (least, most)]
        certain, possible = all(ends), any(ends)
    return True if certain else None if possible else False


def holds(claim: Mapping[str, Any], found: Any, *, spread: float = 0.0) -> bool:
    """Return whether a value found satisfies a claim within its tolerance and the value's own ``spread``.

    Examples
    --------
    >>> holds({"operator": "=", "value": "12", "tolerance": 0.5}, 12.07)
    True
    >>> holds({"operator": "in", "value": "a|b", "tolerance": None}, frozenset({"a", "b", "c"}))
    True
    """
    stated, sign = str(claim["value"]), claim["operator"]
    if isinstance(found, str | bool | frozenset):
        if sign not in ("=", "in"):
            raise ParameterError(f"operator `{sign}` compares numbers; names need = or in")
        if not isinstance(found, frozenset):
            return str(found).lower() == stated.lower()
        parts = set(stated.split("|"))
        return parts <= found if sign == "in" else parts == found
    if sign == "in":
        raise ParameterError("operator `in` compares names; numbers need =, >= or <=")
    difference, slack = float(found) - number(claim), _tolerance(claim) + spread
    return (sign == "<=" or difference >= -slack) and (sign == ">=" or difference <= slack)


def number(claim: Mapping[str, Any]) -> float:
    """Return the number that a claim states; ParameterError if it is not finite."""
    stated = float(pd.to_numeric(str(claim["value"]), errors="coerce"))
    if not math.isfinite(stated):
        raise ParameterError(f"value `{claim['value']}` is not a number, as `{claim['metric']}` needs")
    return stated


def _tolerance(claim: Mapping[str, Any]) -> float:
    stated = claim.get("tolerance")
    if pd.isna(stated) or stated == "":
        return 0.0
    value = float(pd.to_numeric(str(stated), errors="coerce"))
    if not 0 <= value < math.inf:
        raise ParameterError(f"tolerance `{stated}` is not a number, or is negative")
    return value


def of_page(audited: pd.DataFrame) -> pd.DataFrame:
    """Return the claims of the page itself: those that are no variant of another one."""
    return audited[audited["variant_of"].fillna("") == ""]


def of_others(audited: pd.DataFrame) -> pd.DataFrame:
    """Return the claims that other texts make in place of one of the page."""
    return audited[audited["variant_of"].fillna("") != ""]


def scoreboard(audited: pd.DataFrame) -> pd.DataFrame:
    """Return how many claims of the page have each verdict, by topic and, last, in ``total``."""
    page = of_page(audited)
    seen = [verdict for verdict in VERDICTS if verdict in set(page["verdict"])]
    counts = pd.crosstab(page["topic"], page["verdict"])
    counts = counts.reindex(index=page["topic"].unique(), columns=seen, fill_value=0)
    counts.loc["total"] = counts.sum()
    counts = counts.astype("int64").rename_axis("topic").rename_axis(columns=None)
    return counts.assign(claims=counts.sum(axis=1)).reset_index()


def cited(audited: pd.DataFrame) -> pd.DataFrame:
    """Return the sources of the claims, their dates and their evidence, as rows with ``source_ids``."""
    ids = audited[["source_ids", "as_of_source_ids", "evidence_source_ids"]].melt()["value"]
    return pd.DataFrame({"source_ids": ids[ids != ""]})
