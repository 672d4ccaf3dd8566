"""How a value is written wherever it stands: in a table, a sentence, an error."""

from __future__ import annotations

from typing import Any

import pandas as pd

UNKNOWN = "–"
"""What stands where a value is not known."""
_THIN = "\u202f"
_YEARS = ("year", "founded", "established_year", "designated_year", "first_year", "last_year")


def shown(value: Any, column: str = "") -> str:
    """Return a value as text: narrow no-break spaces between thousands, a dash where it is unknown.

    Examples
    --------
    >>> shown(None), shown(3.14159, "share_percent"), shown(1935, "year")
    ('–', '3.1', '1935')
    """
    if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)) or value == "":
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column in _YEARS:
        return str(int(value))
    if isinstance(value, float):
        decimals = 1 if column.endswith(("percent", "_share")) else 0 if abs(value) >= 10 or value == 0 else 2
        return f"{value:,.{decimals}f}".replace(",", _THIN)
    if isinstance(value, int) or pd.api.types.is_integer(value):
        return f"{value:,}".replace(",", _THIN)
    return str(value)
