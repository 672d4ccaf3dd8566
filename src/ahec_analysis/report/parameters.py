"""What a notebook can be given: its parameters cell, read as one declaration of types, choices and bounds."""

from __future__ import annotations

import ast
import io
import json
import operator
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ahec_analysis.errors import DataError, ParameterError, near

_KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
_BOUNDS = {"above": operator.gt, "from": operator.ge, "below": operator.lt, "up to": operator.le}
_BOUND = re.compile(rf"\b({'|'.join(_BOUNDS)}) (-?\d+(?:\.\d+)?)\b")


@dataclass(frozen=True)
class Parameter:
    """One parameter: its value in the notebook, and what the comment beside it says it means and may be.

    ``one of: a, b`` in the comment lists choices; ``above 0``, ``from 1900``, ``below 5`` and ``up to 1`` are bounds.
    """

    default: Any
    comment: str

    @property
    def choices(self) -> tuple[str, ...]:
        """What it may be, if the comment lists it."""
        listed = re.search(r"one of: ([^;.]+)", self.comment)
        return tuple(choice.strip() for choice in listed[1].split(",")) if listed else ()

    @property
    def about(self) -> str:
        """What it may be and means."""
        return self.comment if self.choices else f"{_KINDS[type(self.default)]}: {self.comment}"

    @property
    def _bounds(self) -> list[tuple[str, str]]:
        return _BOUND.findall(self.comment) if type(self.default) in (int, float) else []

    @property
    def allowed(self) -> str:
        """What it may be, in words."""
        if self.choices:
            return f"one of: {', '.join(self.choices)}"
        bounds = " and ".join(f"{word} {limit}" for word, limit in self._bounds)
        return f"{_KINDS[type(self.default)]} {bounds}".strip()

    def read(self, name: str, given: Any) -> Any:
        """Return a value in the type of the parameter; text stands for any type. ParameterError if it is not allowed."""
        kind, value = type(self.default), given
        try:
            if isinstance(given, str) and kind is not str:
                value = {"true": True, "false": False}[given.lower()] if kind is bool else kind(given)
        except (ValueError, KeyError):
            pass
        value = float(value) if kind is float and type(value) is int else value
        if self.choices and isinstance(value, str) and value not in self.choices:
            raise ParameterError(f"parameter `{name}` cannot be {value!r}{near(value, self.choices)}")
        if type(value) is not kind or not all(_BOUNDS[word](value, float(end)) for word, end in self._bounds):
            raise ParameterError(f"parameter `{name}` is {self.allowed}, not {given!r}")
        return value


def load(notebook: Path) -> dict[str, Any]:
    """Return a notebook as it is stored."""
    name = f"notebooks/{notebook.name}"
    try:
        found: dict[str, Any] = json.loads(notebook.read_text(encoding="utf-8"))
        if not isinstance(found["cells"], list):
            raise ValueError("no list of cells")
    except FileNotFoundError as error:
        raise DataError(f"{name} is missing; restore it or correct reports.yml") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{name} is not a notebook ({error}); restore it") from error
    return found


def parameters(notebook: Path) -> dict[str, Parameter]:
    """Return the parameters that a notebook declares in its cell tagged ``parameters``."""
    name = f"notebooks/{notebook.name}"
    sources = ["".join(cell["source"]) for cell in load(notebook)["cells"] if is_parameters(cell)]
    if not sources:
        raise DataError(f"{name} has no cell tagged `parameters`; add one")
    try:
        assigned = ast.parse(sources[0]).body
        tokens = list(tokenize.generate_tokens(io.StringIO(sources[0]).readline))
    except SyntaxError as error:
        raise DataError(
            f"{name}: line {error.lineno} of the parameters cell is not Python ({error.msg}); correct it"
        ) from error
    found = {}
    for node in assigned:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            raise DataError(
                f"{name}: the parameters cell may hold only `name = value` lines; "
                f"move `{ast.unparse(node)}` to another cell"
            )
        # A formatter may wrap a long line: the comment then stands beside the value.
        lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        comments = [t.string for t in tokens if t.type == tokenize.COMMENT and t.start[0] in lines]
        try:
            default = ast.literal_eval(node.value)
        except ValueError:
            default = None
        if type(default) not in _KINDS:
            raise DataError(
                f"{name}: line {node.lineno} of the parameters cell, `{ast.unparse(node)}`: "
                "the default must be a plain text, number, true or false"
            )
        found[node.targets[0].id] = Parameter(default, " ".join(text.strip("# ") for text in comments))
    return found


def is_parameters(cell: Mapping[str, Any]) -> bool:
    """Return whether a cell is the one tagged ``parameters``."""
    return "parameters" in cell.get("metadata", {}).get("tags", [])


def with_values(source: str, values: Mapping[str, Any]) -> str:
    """Return the source of a parameters cell with other values, its comments and line breaks kept.

    Examples
    --------
    >>> with_values('region = "mongolia"  # where', {"region": "ahec"})
    'region = "ahec"  # where'
    """
    lines = source.encode().splitlines(keepends=True)
    for node in reversed(ast.parse(source).body):
        if (
            isinstance(node, ast.Assign)
            and isinstance(name := node.targets[0], ast.Name)
            and name.id in values
        ):
            old, value = node.value, values[name.id]
            text = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
            first, last = old.lineno - 1, (old.end_lineno or old.lineno) - 1
            tail = lines[last][old.end_col_offset :]
            lines[first : last + 1] = [lines[first][: old.col_offset] + text.encode() + tail]
    return b"".join(lines).decode()
