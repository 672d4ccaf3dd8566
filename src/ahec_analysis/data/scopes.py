"""Selects rows by a scope written in a table, such as ``country=RUS;designation=nature_park|provincial_refuge``."""

from __future__ import annotations

import pandas as pd

from ahec_analysis.errors import ParameterError


def conditions(scope: str) -> dict[str, tuple[str, ...]]:
    """Return the conditions of a scope: column and the values it may have.

    Examples
    --------
    >>> conditions("country=RUS;level=national|local")
    {'country': ('RUS',), 'level': ('national', 'local')}
    """
    found = {}
    for part in filter(None, scope.split(";")):
        column, equals, values = part.partition("=")
        if not equals or not column.strip() or not values:
            raise ParameterError(f"scope `{scope}`: `{part}` is not column=value; separate conditions by `;`")
        found[column.strip()] = tuple(values.split("|"))
    return found


def select(rows: pd.DataFrame, scope: str) -> pd.DataFrame:
    """Return the rows inside a scope: conditions separated by ``;``, of which ``none`` means empty.

    Text columns may hold several values separated by ``|``; a row matches if one of them does. A column or value that
    ``rows`` does not have raises ParameterError.

    Examples
    --------
    >>> rows = pd.DataFrame({"country": ["RUS|MNG", "CHN"], "part_of": ["", "x"]})
    >>> select(rows, "country=RUS;part_of=none").index.tolist()
    [0]
    """
    keep = pd.Series(True, index=rows.index)
    for column, values in conditions(scope).items():
        if column not in rows:
            raise ParameterError(f"scope `{scope}`: there is no column `{column}`")
        wanted = {"" if value == "none" else value for value in values}
        cells = rows[column].map(lambda cell: set(str(cell).split("|")))
        unknown = wanted - set().union(*cells)
        if unknown - {""}:
            raise ParameterError(f"scope `{scope}`: no row has {column} {', '.join(sorted(unknown))}")
        keep &= cells.map(lambda parts, wanted=wanted: bool(parts & wanted))
    return rows[keep]
