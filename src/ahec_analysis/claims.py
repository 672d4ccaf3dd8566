"""Audits statements: each is answered from the project's own functions and given a verdict."""

from __future__ import annotations

import math
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
_SIGNS = {">=": "at least ", "<=": "at most ", "approx": "about "}
_UNIT_SIGNS = {"percent": "%", "km2": "km²"}
_ANSWERS = {"true": "yes", "false": "no"}
_TOPIC_NAMES = {"wwf_focus": "WWF focus", "world_heritage": "World Heritage"}
_VARIANTS = "Variants on other pages"


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


def audit(
    claims: pd.DataFrame, metrics: Mapping[str, Metric], *, names: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return every claim with its answer and verdict; one faulty row does not stop the others.

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
    rows = [_audited(row, metrics, names or {}) for row in claims.to_dict("records")]
    if not rows:
        columns = dict.fromkeys([*claims.columns, "claimed", *_outcome(UNTESTED, Answer(), {})])
        return pd.DataFrame(columns=list(columns), dtype="str")
    return pd.DataFrame(rows)


def _audited(
    claim: dict[str, Any], metrics: Mapping[str, Metric], names: Mapping[str, str]
) -> dict[str, Any]:
    result = {**claim, "claimed": _claimed(claim, names)}
    if claim["metric"] not in metrics:
        reason = f"no function computes the metric `{claim['metric']}`"
        return {**result, **_outcome(UNTESTED, Answer(needs=reason), names)}
    try:
        if claim["operator"] not in (*_OPERATORS, "in"):
            raise ParameterError(
                f"operator `{claim['operator']}` is not one of {', '.join([*_OPERATORS, 'in'])}"
            )
        answer = metrics[claim["metric"]](claim)
        verdict, decided = _verdict(claim, answer)
        difference = _difference(claim, decided or _first(answer))
    except AhecError as error:
        return {**result, **_outcome(FAULTY, Answer(needs=f"{claim['claim_id']}: {error}"), names)}
    except Exception as error:  # whatever a metric stumbles over belongs to its row, not to the audit
        reason = f"`{claim['metric']}` could not be computed ({type(error).__name__}: {error})"
        return {**result, **_outcome(FAULTY, Answer(needs=f"{claim['claim_id']}: {reason}"), names)}
    return {**result, **_outcome(verdict, answer, names, decided, difference)}


def _outcome(
    verdict: str,
    answer: Answer,
    names: Mapping[str, str],
    decided: Reading | None = None,
    difference: float | None = None,
) -> dict[str, Any]:
    chosen = decided or _first(answer)
    needs = answer.needs
    if verdict == CONTRADICTED:
        needs = ""
    elif verdict == NOT_TESTABLE and not needs:
        needs = "a complete list: the one here gives a lower bound"
    return {
        "verdict": verdict,
        "computed": _text(chosen.value, names) if chosen else "",
        "difference": difference,
        "reading": chosen.name if chosen else "",
        "readings": "; ".join(f"{r.name}: {_text(r.value, names)}" for r in answer.readings),
        "evidence": answer.evidence,
        "report": answer.report,
        "needs": needs,
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
        If the claim states no number where one was found, or its operator does not fit what was found.

    Examples
    --------
    >>> holds({"operator": "=", "value": "12", "tolerance": 0.5}, 12.07)
    True
    >>> holds({"operator": "in", "value": "a|b", "tolerance": None}, {"a", "b", "c"})
    True
    """
    stated = str(claim["value"])
    compares = claim["operator"] in ("=", "in")
    if isinstance(found, str | bool | set | frozenset) and not compares:
        raise ParameterError(f"operator `{claim['operator']}` compares numbers; names need = or in")
    if isinstance(found, set | frozenset):
        parts = set(stated.split("|"))
        return parts <= found if claim["operator"] == "in" else parts == found
    if isinstance(found, str):
        return found == stated
    if isinstance(found, bool):
        return str(found).lower() == stated.lower()
    if claim["operator"] not in _OPERATORS:
        raise ParameterError(
            f"operator `{claim['operator']}` compares names; numbers need {', '.join(_OPERATORS)}"
        )
    if found is None or pd.isna(found):
        return False
    return _OPERATORS[claim["operator"]](float(found), number(claim), _tolerance(claim) + spread)


def number(claim: Mapping[str, Any]) -> float:
    """Return the number that a claim states.

    Raises
    ------
    ParameterError
        If its value is not a finite number.

    Examples
    --------
    >>> number({"value": "12", "metric": "site_count"})
    12.0
    """
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


def _below(claim: Mapping[str, Any], found: Any) -> bool:
    if isinstance(found, set | frozenset):
        return True
    return isinstance(found, int | float) and float(found) < number(claim)


def _difference(claim: Mapping[str, Any], reading: Reading | None) -> float | None:
    if reading is None or isinstance(reading.value, str | bool | set | frozenset) or reading.value is None:
        return None
    return float(operator.sub(float(reading.value), number(claim)))


def _first(answer: Answer) -> Reading | None:
    return answer.readings[0] if answer.readings else None


def _claimed(claim: Mapping[str, Any], names: Mapping[str, str]) -> str:
    value, unit = str(claim["value"]), str(claim["unit"])
    sign = _SIGNS.get(claim["operator"], "")
    try:
        stated = number(claim)
    except ParameterError:
        parts = ", ".join(names.get(part, part) for part in value.split("|"))
        return f"{sign}{_ANSWERS.get(parts.lower(), parts)}"
    text = shown(int(stated)) if stated.is_integer() else f"{stated:g}"
    if unit == "rank":
        return f"{sign}rank {text}"
    word = _UNIT_SIGNS.get(unit, unit.replace("_", " "))
    return f"{sign}{text} {word.removesuffix('s') if stated == 1 else word}"


def _text(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, set | frozenset):
        return ", ".join(sorted(names.get(str(part), str(part)) for part in value)) or "none"
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, float):
        return f"{value:.2f}" if abs(value) < 100 else shown(value)
    return shown(value)


def of_page(audited: pd.DataFrame) -> pd.DataFrame:
    """Return the claims of the page itself: those that are no variant of another one."""
    if "variant_of" not in audited:
        return audited
    return audited[audited["variant_of"].fillna("") == ""]


def scoreboard(audited: pd.DataFrame) -> pd.DataFrame:
    """Return how many claims have each verdict, in the order of :data:`VERDICTS`.

    Returns
    -------
    DataFrame
        A row for each topic of the page, their sum ("The page") and, apart from it, "Variants on other pages"
        where there are any.
    """
    page = of_page(audited)
    others = audited.drop(page.index).assign(topic=_VARIANTS)
    rows = pd.concat([page.assign(topic=[topic_name(t) for t in page["topic"]]), others])
    seen = [verdict for verdict in VERDICTS if (rows["verdict"] == verdict).any()]
    counts = pd.crosstab(rows["topic"], rows["verdict"]).reindex(columns=seen, fill_value=0)
    topics = list(dict.fromkeys(rows["topic"]))
    counts = counts.reindex(topics)
    counts.loc["The page"] = counts.drop(index=_VARIANTS, errors="ignore").sum()
    counts = counts.reindex(
        [t for t in topics if t != _VARIANTS] + ["The page"] + [_VARIANTS] * bool(len(others))
    )
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


def of_readings(audited: pd.DataFrame) -> pd.DataFrame:
    """Return the claims that have several readings, with all that were tried."""
    several = audited[audited["readings"].str.contains("; ")]
    return several.assign(claim=_readable(several))[["claim", "claimed", "readings"]].reset_index(drop=True)


def of_names(audited: pd.DataFrame) -> pd.DataFrame:
    """Return the claims whose value is made up of named sites or species, with the names."""
    named = audited[audited["names"] != ""]
    return named.assign(claim=_readable(named))[["claim", "computed", "names"]].reset_index(drop=True)


def shown_rows(audited: pd.DataFrame) -> pd.DataFrame:
    """Return the audit as a reader sees it: the verdict with its mark, empty cells where nothing is to say."""
    verdict = audited["verdict"].map(_MARKS) + " " + audited["verdict"]
    rows = audited.assign(claim=_readable(audited), verdict=verdict)
    rows["difference"] = pd.to_numeric(rows["difference"])
    return rows[
        [
            *("claim_id", "claim", "verdict", "claimed", "computed", "difference", "reading"),
            *("evidence", "report", "needs"),
        ]
    ]


def _readable(rows: pd.DataFrame) -> pd.Series:
    return rows["claim_text"].str.replace("km2", "km²", regex=False)
