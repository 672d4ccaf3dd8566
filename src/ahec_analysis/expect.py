"""What a function demands of its input, checked once at the door."""

from __future__ import annotations

import numbers
from collections.abc import Iterable
from typing import Any

from ahec_analysis.errors import DataError, ParameterError, SchemaError


def columns(table: Any, names: Iterable[str], argument: str, *, hint: str = "") -> None:
    """Raise SchemaError unless a table has all columns.

    Examples
    --------
    >>> import pandas as pd
    >>> columns(pd.DataFrame({"year": [1990]}), ["year", "area_km2"], "parts")
    Traceback (most recent call last):
    ahec_analysis.errors.SchemaError: `parts` has no column area_km2; it has year
    """
    missing = [name for name in names if name not in table]
    if missing:
        remedy = hint or f"it has {', '.join(map(str, table.columns))}"
        raise SchemaError(f"`{argument}` has no column {', '.join(missing)}; {remedy}")


def projected(layer: Any, argument: str) -> None:
    """Raise DataError unless a layer says in which CRS it is."""
    if layer.crs is None:
        raise DataError(f"`{argument}` has no CRS; set it with {argument}.set_crs(...)")


def choice(value: object, allowed: Iterable[object], argument: str) -> None:
    """Raise ParameterError unless a value is one of those allowed, naming them.

    Examples
    --------
    >>> choice("parish", ["country", "basin"], "by")
    Traceback (most recent call last):
    ahec_analysis.errors.ParameterError: `by` is 'parish'; use one of: country, basin
    """
    known = list(allowed)
    if value not in known:
        raise ParameterError(f"`{argument}` is {value!r}; use one of: {', '.join(map(str, known))}")


def within(value: Any, low: float, high: float, argument: str, *, whole: bool = False) -> None:
    """Raise ParameterError unless a value is a number, or a whole one, above ``low`` and up to ``high``.

    Examples
    --------
    >>> within(7, 0, 1, "threshold")
    Traceback (most recent call last):
    ahec_analysis.errors.ParameterError: `threshold` is 7; give a number above 0 and up to 1
    """
    kind = numbers.Integral if whole else numbers.Real
    if isinstance(value, bool) or not isinstance(value, kind) or not low < float(value) <= high:
        what = "a whole number" if whole else "a number"
        raise ParameterError(f"`{argument}` is {value!r}; give {what} above {low:g} and up to {high:g}")


def aligned(one: Any, two: Any, arguments: str) -> None:
    """Raise SchemaError unless two tables or series have the same index; ``arguments`` names them, "a and b"."""
    if not one.index.equals(two.index):
        raise SchemaError(f"{arguments} have different indexes; compute one from the other")
