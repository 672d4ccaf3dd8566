"""Reads the scope and the date of a claim: the conditions its metric understands, and the days it may speak of."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from ahec_analysis.data import scopes
from ahec_analysis.errors import ParameterError

TERRITORIES = {"ahec": "composition", "five_provinces": "russia_provinces"}
"""What a scope may call a territory, and the definition it stands for."""
TODAY = "9999-12-31"
Conditions = Mapping[str, tuple[str, ...]]


def read(claim: Mapping[str, Any], uses: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the conditions in the scope of a claim; each must be one that its metric ``uses``.

    Examples
    --------
    >>> read({"metric": "m", "scope": "territory=ahec;extent=part"}, ["territory", "extent"])
    {'territory': ('ahec',), 'extent': ('part',)}
    """
    scope = claim["scope"]
    found = scopes.conditions(scope if isinstance(scope, str) else "")
    for key in found:
        if key not in uses:
            known = ", ".join(uses) or "no condition"
            raise ParameterError(f"`{claim['metric']}` does not use the scope key `{key}`; it uses {known}")
    definition(found)
    return found


def one(conditions: Conditions, key: str, *, known: Collection[str] = ()) -> str:
    """Return the one value of a condition, which must be one of ``known``, by default anything."""
    if key not in conditions:
        raise ParameterError(f"scope lacks `{key}`")
    values = conditions[key]
    if len(values) > 1:
        raise ParameterError(f"scope has {len(values)} values of `{key}`; give one")
    if known and values[0] not in known:
        raise ParameterError(f"scope has `{key}={values[0]}`; it may be one of: {', '.join(known)}")
    return values[0]


def definition(conditions: Conditions) -> str:
    """Return the definition of the territory that a scope means, the composition of the page where it names none."""
    if "territory" not in conditions:
        return TERRITORIES["ahec"]
    return TERRITORIES[one(conditions, "territory", known=TERRITORIES)]


def columns(conditions: Conditions, apart: Collection[str]) -> str:
    """Return the conditions on columns of a table as a scope, without those ``apart``.

    Examples
    --------
    >>> columns({"country": ("RUS", "MNG"), "territory": ("ahec",)}, ["territory"])
    'country=RUS|MNG'
    """
    return ";".join(f"{key}={'|'.join(values)}" for key, values in conditions.items() if key not in apart)


def span(claim: Mapping[str, Any]) -> tuple[str, str]:
    """Return the first and the last day that a claim may speak of; :data:`TODAY` twice where it has no date.

    Examples
    --------
    >>> span({"as_of": "2019"}), span({"as_of": "2017-07-07/2019-12-19"})
    (('2019-01-01', '2019-12-31'), ('2017-07-07', '2019-12-19'))
    """
    text = str(claim.get("as_of") or "")
    if not text:
        return TODAY, TODAY
    first, _, last = text.partition("/")
    days = first + "-01-01" * (len(first) == 4), (last or first) + "-12-31" * (len(last or first) == 4)
    if not all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in days) or days[0] > days[1]:
        raise ParameterError(f"as_of is `{text}`; give a day such as 2019-12-20, a year, or first/last day")
    return days


def when(days: tuple[str, str]) -> str:
    """Return a span of days in words.

    Examples
    --------
    >>> when(("2017-07-07", "2019-12-19")), when(("2017-01-09", "2017-01-09"))
    ('from 7 July 2017 to 19 December 2019', 'on 9 January 2017')
    """
    if days == (TODAY, TODAY):
        return "today"
    first, last = ((d := date.fromisoformat(day)).strftime(f"{d.day} %B %Y") for day in days)
    return f"on {first}" if first == last else f"from {first} to {last}"
