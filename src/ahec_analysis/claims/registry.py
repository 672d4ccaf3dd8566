"""What a metric is asked, and the registry of those that answer; units, ranges and scopes are checked.

The metrics themselves are in ``metrics_land``, ``metrics_sites`` and ``metrics_species``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from ahec_analysis import data
from ahec_analysis.claims.audit import Answer, Metric, Note, note, number
from ahec_analysis.data import scopes
from ahec_analysis.errors import ParameterError


@dataclass(frozen=True)
class About:
    """What a metric says of itself; without ``units`` any will do, ``table`` lends its columns as keys."""

    answers: str
    units: tuple[str, ...]
    keys: tuple[str, ...]
    table: str


METRICS: dict[str, Metric] = {}
"""The function for each metric of data/tables/claims.csv; a user's claims may use the same.

Each raises ParameterError where the unit, the range of the value or the scope of the claim does not fit.
"""
ABOUT: dict[str, About] = {}
"""What each metric answers, in which units, and the keys of a scope that it uses."""
TERRITORIES = {"ahec": "composition", "five_provinces": "russia_provinces"}
"""What a scope may call a territory, and the definition it stands for."""
TODAY = "9999-12-31"
_QUANTITIES = ("percent", "ha", "km2", "sites", "designations", "provinces", "dams")


@dataclass(frozen=True)
class Question:
    """A claim with the conditions of its scope."""

    claim: Mapping[str, Any]
    conditions: Mapping[str, tuple[str, ...]]

    @property
    def value(self) -> str:
        """Return what the claim states."""
        return str(self.claim["value"])

    @property
    def ground(self) -> str:
        """Return the definition of the territory that is meant, the composition where none is named."""
        return TERRITORIES[self.one("territory", known=TERRITORIES, default="ahec")]

    @property
    def days(self) -> tuple[str, str]:
        """Return the first and the last day that the claim may speak of."""
        return span(str(self.claim.get("as_of") or ""))

    def one(self, key: str, *, known: Collection[str] = (), default: str = "") -> str:
        """Return the one value of a condition, which must be one of ``known``, by default anything."""
        values = self.conditions.get(key, (default,) if default else ())
        if not values:
            raise ParameterError(f"scope lacks `{key}`")
        if len(values) > 1:
            raise ParameterError(f"scope has {len(values)} values of `{key}`; give one")
        if known and values[0] not in known:
            raise ParameterError(f"scope has `{key}={values[0]}`; it may be one of: {', '.join(known)}")
        return values[0]

    def chosen(self, rows: pd.DataFrame, *apart: str) -> pd.DataFrame:
        """Return the rows of a table that fit the conditions on its columns, all but those ``apart``."""
        own = {key: values for key, values in self.conditions.items() if key not in apart}
        return scopes.select(rows, ";".join(f"{key}={'|'.join(values)}" for key, values in own.items()))


def metric(
    name: str, *units: str, keys: tuple[str, ...] = (), table: str = "", report: str = ""
) -> Callable[[Callable[[Question], Answer]], Callable[[Question], Answer]]:
    """Register a function as a metric.

    It answers claims in ``units`` (none: any) whose scope uses ``keys`` and the columns of a ``table``; its
    evidence stands in a cell of a ``report``.
    """

    def register(answer: Callable[[Question], Answer]) -> Callable[[Question], Answer]:
        def checked(claim: Mapping[str, Any]) -> Answer:
            unit = claim["unit"]
            if units and unit not in units:
                raise ParameterError(f"unit `{unit}` is not {' or '.join(units)}, as `{name}` needs")
            if unit in _QUANTITIES and not 0 <= number(claim) <= (100 if unit == "percent" else float("inf")):
                raise ParameterError(f"value {number(claim):g} is out of range for {unit}")
            text = claim["scope"]
            asked = Question(claim, scopes.conditions(text if isinstance(text, str) else ""))
            uses = (*keys, *(data.table(table).columns if table else ()))
            if unused := [key for key in asked.conditions if key not in uses]:
                known = ", ".join(uses) or "none"
                raise ParameterError(f"`{name}` does not use the scope key `{unused[0]}`; it uses {known}")
            found = answer(asked)
            return replace(found, report=report) if found.evidence else found

        METRICS[name] = checked
        ABOUT[name] = About((answer.__doc__ or "").partition("\n")[0], units, keys, table)
        return answer

    return register


def demand(values: Collection[str], known: Collection[str], what: str, *, where: str = "") -> None:
    """Raise ParameterError unless all values are known, saying which those are or in which file."""
    unknown = ", ".join(sorted(set(values) - set(known)))
    if unknown:
        place = f"in {where}" if where else f"one of: {', '.join(known)}"
        raise ParameterError(f"{what} {unknown} is not {place}")


def span(text: str) -> tuple[str, str]:
    """Return the first and the last day that a date of a claim means; :data:`TODAY` twice where it has none.

    Examples
    --------
    >>> span("2019"), span("2017-07-07/2019-12-19")
    (('2019-01-01', '2019-12-31'), ('2017-07-07', '2019-12-19'))
    """
    if not text:
        return TODAY, TODAY
    first, _, last = text.partition("/")
    days = first + "-01-01" * (len(first) == 4), (last or first) + "-12-31" * (len(last or first) == 4)
    if not all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in days) or days[0] > days[1]:
        raise ParameterError(f"as_of is `{text}`; give a day such as 2019-12-20, a year, or first/last day")
    return days


def when(days: tuple[str, str]) -> Note:
    """Return a span of days as a note: today, on a day, or from one to another."""
    if days == (TODAY, TODAY):
        return note("claims-when")
    first, last = map(date.fromisoformat, days)
    return (
        note("claims-when.span", first=first, last=last)
        if first < last
        else note("claims-when.day", day=first)
    )
