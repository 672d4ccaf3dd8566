"""The kinds of trouble a user can meet; each message says what, where and what to do next."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class AhecError(Exception):
    """Anything this package raises on purpose."""


class DataError(AhecError):
    """A data file is missing, damaged or inconsistent."""


class SchemaError(DataError):
    """A table or layer lacks a column, or a value breaks its schema."""


class ParameterError(AhecError):
    """An argument, notebook parameter or edition name is not one that exists."""


class FetchError(AhecError):
    """A download failed or does not match its checksum."""


class ReportError(AhecError):
    """A notebook stopped before its report was complete."""


def near(word: str, known: Iterable[str]) -> str:
    """Return a hint with the nearest known word, or with all of them.

    Examples
    --------
    >>> near("yaer", ["region", "year"])
    '; did you mean `year`?'
    """
    names = list(known)
    match = difflib.get_close_matches(word, names, n=1)
    return f"; did you mean `{match[0]}`?" if match else f"; there are: {', '.join(names)}"
