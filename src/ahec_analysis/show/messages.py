"""Words for numbers and identifiers: messages in Fluent catalogues, numbers and lists by Babel."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.lists import format_list
from babel.numbers import format_decimal
from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import FluentNone
from fluent.syntax import FluentParser, ast

from ahec_analysis.errors import DataError
from ahec_analysis.values import UNKNOWN

LANGUAGE = "en"
LOCALES = Path(__file__).resolve().parents[1] / "locales"
_NARROW, _HARD = "\u202f", "\u00a0"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_KEY = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")


def say(message: str, **facts: Any) -> str:
    """Return the sentence of a message with its facts in place.

    Parameters
    ----------
    message : str
        Id in ``locales/en/*.ftl``; ``id.attribute`` for an attribute of it.
    **facts
        Numbers (km², %, counts; unknown as NaN or None), names, or sentences said before.

    Raises
    ------
    DataError
        If there is no such message, or a fact that it needs is missing.

    Examples
    --------
    >>> say("no-total", named="Tuv")
    'No total of all levels was found for Tuv; the list stands alone there.'
    """
    pattern = _pattern(message)
    if pattern is None:
        raise DataError(f"no message `{message}` in locales/{LANGUAGE}; add it there")
    told = {key: _plain(value) for key, value in facts.items()}
    text, errors = _bundle(LANGUAGE).format_pattern(pattern, told)
    if errors:
        where = f"message `{message}` in locales/{LANGUAGE}"
        raise DataError(f"{where}: {errors[0]}; give the fact or mend the text")
    return str(text)


def figure(message: str, **facts: Any) -> tuple[str, str, str]:
    """Return a key figure: what it is, the figure (attribute ``value``), and how sure or of what (``note``)."""
    return say(message, **facts), say(f"{message}.value", **facts), say(f"{message}.note", **facts)


def found(message: str, **facts: Any) -> str | None:
    """Return what :func:`say` does, or None where there is no such message."""
    return None if _pattern(message) is None else say(message, **facts)


def name_of(key: str, column: str = "") -> str:
    """Return a key of a controlled vocabulary in words, and other text as it is.

    The message ``value-<column>-<key>`` says it in a column of that name, ``value-<key>`` everywhere; a key that
    has neither is read as words.

    >>> name_of("strict_nature_reserve"), name_of("Khan_Khentii"), name_of("over 5 km²")
    ('strict nature reserve', 'Khan_Khentii', 'over 5 km²')
    """
    if not _NAME.fullmatch(key):
        return key
    said = found(f"value-{column}-{key}") or found(f"value-{key}")
    return said or (key.replace("_", " ") if _KEY.fullmatch(key) else key)


def number(value: float, *, decimals: int = 0, unit: str = "") -> str:
    r"""Return a number as a reader of the language writes it, with its unit; a dash where it is not known.

    >>> number(12345.6), number(3.14159, decimals=1, unit="km²"), number(float("nan"), unit="km²")
    ('12\u202f346', '3.1\xa0km²', '–')
    """
    if math.isnan(value):
        return UNKNOWN
    text = format_decimal(round(value, decimals), format=f"#,##0.{'0' * decimals}", locale=LANGUAGE)
    text = text.replace(",", _NARROW) if LANGUAGE == "en" else text
    return f"{text}{_HARD}{unit}" if unit else text


def quantity(value: float, *, unit: str = "") -> str:
    r"""Return a measured number with as many digits as its size deserves, and its unit.

    >>> quantity(0.456, unit="km²"), quantity(1234.5, unit="km²")
    ('0.46\xa0km²', '1\u202f234\xa0km²')
    """
    return number(value, decimals=0 if abs(value) >= 10 or value == 0 else 2, unit=unit)


def percent(value: float, *, decimals: int = 1) -> str:
    r"""Return a share in per cent.

    >>> percent(8.79), percent(12.24, decimals=0)
    ('8.8\xa0%', '12\xa0%')
    """
    return number(value, decimals=decimals, unit="%")


def millions(value: float) -> str:
    """Return a large number in millions."""
    return number(value / 1e6, decimals=3, unit="million")


def about(value: float) -> str:
    r"""Return a number to two significant digits, whole from ten on.

    >>> about(81_107.4), about(0.456), about(9.6), about(float("nan"))
    ('81\u202f000', '0.46', '9.6', '–')
    """
    whole = not 0 < abs(value) < 9.95
    return number(float(f"{value:.1e}"), decimals=0 if whole else 1 - math.floor(math.log10(abs(value))))


def span(low: Any, high: Any) -> str:
    """Return both ends of a range, or one where they read alike."""
    return "–".join(dict.fromkeys(map(str, (low, high))))


def listed(names: Iterable[str]) -> str:
    """Return names as a list in the language.

    >>> listed(["Amur", "Shilka", "Onon"])
    'Amur, Shilka and Onon'
    """
    return re.sub(r",( and )", r"\1", format_list(list(names), locale=LANGUAGE))


def messages(language: str = LANGUAGE) -> dict[str, ast.Message]:
    """Return every message of a language by its id, as Fluent parses it.

    DataError if a catalogue holds text that is no message, or one id twice: Fluent itself would drop it silently.
    """
    found: dict[str, ast.Message] = {}
    for path in sorted((LOCALES / language).glob("*.ftl")):
        where = f"locales/{language}/{path.name}:"
        for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
            if isinstance(entry, ast.Junk):
                line = (entry.content or "").strip().splitlines()[0]
                raise DataError(f"{where} `{line}` is no message; start each variant on a new line")
            if isinstance(entry, ast.Message):
                if entry.id.name in found:
                    raise DataError(f"{where} message `{entry.id.name}` is there twice; keep one")
                found[entry.id.name] = entry
    return found


@lru_cache
def _bundle(language: str) -> FluentBundle:
    messages(language)
    bundle = FluentBundle([language], functions=_FUNCTIONS, use_isolating=False)
    for path in (LOCALES / language).glob("*.ftl"):
        bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))
    return bundle


def _pattern(message: str) -> Any:
    """Return the pattern of a message, or of an attribute of it, as ``id.attribute``; None where there is none."""
    bundle = _bundle(LANGUAGE)
    name, _, attribute = message.partition(".")
    if not bundle.has_message(name):
        return None
    entry = bundle.get_message(name)
    return entry.attributes.get(attribute) if attribute else entry.value


def _plain(value: Any) -> Any:
    """Return a fact as Fluent takes it: numpy and pandas numbers as Python's, nothing as not-a-number."""
    if value is None:
        return math.nan
    item = value.item() if hasattr(value, "item") else value
    return str(item) if isinstance(item, bool) else item


def _measured(shown: Callable[..., str], **options: Any) -> Callable[..., str]:
    def function(value: Any, digits: Any = None) -> str:
        if isinstance(value, FluentNone):
            raise TypeError(str(value))
        chosen = options if digits is None else {**options, "decimals": int(digits)}
        return shown(float(value), **chosen)

    return function


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "COUNT": _measured(number),
    "PERCENT": _measured(percent),
    "QUANTITY": _measured(quantity),
    "KM2": _measured(quantity, unit="km²"),
    "KM": _measured(quantity, unit="km"),
    "HA": _measured(quantity, unit="ha"),
    "MILLION": _measured(millions),
    "ABOUT": _measured(about),
    "RANGE": span,
}
