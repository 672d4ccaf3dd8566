"""Reads the scope of a claim: the conditions its metric understands, and what each of them may be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ahec_analysis import scopes
from ahec_analysis.errors import ParameterError

TERRITORIES = {"ahec": "composition", "five_provinces": "russia_provinces"}
"""What a scope may call a territory, and the definition it stands for."""
Conditions = Mapping[str, tuple[str, ...]]


def read(claim: Mapping[str, Any], uses: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the conditions in the scope of a claim; each must be one that its metric uses.

    Parameters
    ----------
    claim : mapping
        With ``metric`` and ``scope``.
    uses : collection of str
        The keys that the metric tests.

    Raises
    ------
    ParameterError
        If a condition is not ``key=value``, its key is not used, or the territory is not known.

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
    """Return the one value of a condition.

    Parameters
    ----------
    conditions : mapping
        From :func:`read`.
    key : str
        The condition.
    known : collection of str
        What it may be; by default anything.

    Raises
    ------
    ParameterError
        If the condition is missing, has several values, or one that is not known.

    Examples
    --------
    >>> one({"extent": ("part",)}, "extent", known=["part", "whole"])
    'part'
    """
    if key not in conditions:
        raise ParameterError(f"scope lacks `{key}`")
    values = conditions[key]
    if len(values) > 1:
        raise ParameterError(f"scope has {len(values)} values of `{key}`; give one")
    if known and values[0] not in known:
        raise ParameterError(f"scope has `{key}={values[0]}`; it may be one of: {', '.join(known)}")
    return values[0]


def definition(conditions: Conditions) -> str:
    """Return the definition of the territory that a scope means, the composition of the page where it names none.

    Raises
    ------
    ParameterError
        If the territory is not one of :data:`TERRITORIES`.
    """
    if "territory" not in conditions:
        return TERRITORIES["ahec"]
    return TERRITORIES[one(conditions, "territory", known=TERRITORIES)]


def columns(conditions: Conditions, apart: Collection[str]) -> str:
    """Return the conditions on columns of a table as a scope, without those ``apart``.

    Examples
    --------
    >>> columns({"country": ("RUS", "MNG"), "as_of": ("2019",)}, ["as_of"])
    'country=RUS|MNG'
    """
    return ";".join(f"{key}={'|'.join(values)}" for key, values in conditions.items() if key not in apart)
