"""Reads reports.yml and the parameter cells of notebooks; decides which editions are out of date."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ahec_analysis.data.cache import content_digest, state
from ahec_analysis.errors import DataError, ParameterError, near

FINGERPRINT = re.compile(r'<meta name="ahec-inputs" content="([0-9a-f]{64})">')


@dataclass(frozen=True)
class Edition:
    """One report: a notebook with its parameters."""

    name: str
    title: str
    notebook: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def path(self, root: Path) -> Path:
        """Return the path of the notebook."""
        return root / "notebooks" / f"{self.notebook}.ipynb"


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell: its default and, where the comment says so, what it may be."""

    default: Any
    comment: str
    choices: tuple[str, ...] = ()


def editions(root: Path) -> dict[str, Edition]:
    """Return the editions of reports.yml by name, in the order of the file."""
    path = root / "reports.yml"
    try:
        listed = yaml.safe_load(path.read_text(encoding="utf-8"))["editions"]
        return {
            name: Edition(name, entry["title"], entry["notebook"], entry.get("parameters") or {})
            for name, entry in listed.items()
        }
    except FileNotFoundError as error:
        raise DataError("reports.yml is missing; restore it with `git checkout reports.yml`") from error
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"reports.yml: {error!r}; each edition needs `title` and `notebook` (see README, Add an edition)"
        ) from error


def select(names: Iterable[str], known: Mapping[str, Edition]) -> list[Edition]:
    """Return the editions asked for, all of them when none is named."""
    chosen = list(dict.fromkeys(names)) or list(known)
    for name in chosen:
        if name not in known:
            raise ParameterError(f"no edition `{name}` in reports.yml{near(name, known)}")
    return [known[name] for name in chosen]


def parameters(notebook: Path) -> dict[str, Parameter]:
    """Return the parameters that a notebook declares in its cell tagged ``parameters``.

    A comment ``one of: a, b`` after a default lists what the parameter may be.
    """
    name = f"notebooks/{notebook.name}"
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except FileNotFoundError as error:
        raise DataError(f"{name} is missing; restore it or correct reports.yml") from error
    except (ValueError, KeyError) as error:
        raise DataError(f"{name} is not a notebook ({error}); restore it") from error
    tagged = ["".join(c["source"]) for c in cells if "parameters" in c.get("metadata", {}).get("tags", [])]
    if not tagged:
        raise DataError(f"{name} has no cell tagged `parameters`; add one")
    source = tagged[0]
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise DataError(
            f"{name}: line {error.lineno} of the parameters cell is not Python ({error.msg}); correct it"
        ) from error
    lines, found = source.splitlines(), {}
    for node in body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            raise DataError(
                f"{name}: the parameters cell may hold only `name = value` lines; "
                f"move `{ast.unparse(node)}` to another cell"
            )
        # A formatter may wrap a long line: the comment then stands beside the value.
        own = lines[node.lineno - 1 : node.end_lineno]
        comment = " ".join(filter(None, (line.partition("#")[2].strip() for line in own)))
        listed = re.search(r"one of: ([^;.]+)", comment)
        choices = tuple(c.strip() for c in listed[1].split(",")) if listed else ()
        try:
            default = ast.literal_eval(node.value)
        except ValueError as error:
            raise DataError(
                f"{name}: line {node.lineno} of the parameters cell, `{ast.unparse(node)}`: "
                "the default must be a plain text, number, true or false"
            ) from error
        found[node.targets[0].id] = Parameter(default, comment, choices)
    return found


def resolve(edition: Edition, overrides: Mapping[str, str], root: Path) -> dict[str, Any]:
    """Return every parameter of an edition: defaults, then reports.yml, then what the user typed (``overrides``).

    ParameterError where a name is not declared, or a value has the wrong type or is not one of its choices.
    """
    declared = parameters(edition.path(root))
    values = {name: parameter.default for name, parameter in declared.items()}
    for name, value in {**edition.parameters, **overrides}.items():
        if name not in declared:
            raise ParameterError(f"{edition.notebook} has no parameter `{name}`{near(name, declared)}")
        parameter = declared[name]
        given = _as_type_of(parameter.default, value, name) if isinstance(value, str) else value
        if parameter.choices and str(given) not in parameter.choices:
            hint = near(str(given), parameter.choices)
            raise ParameterError(f"parameter `{name}` cannot be {given!r}{hint}")
        values[name] = given
    return values


def _as_type_of(default: Any, text: str, name: str) -> Any:
    kinds = {bool: "true or false", int: "a whole number", float: "a number"}
    try:
        if isinstance(default, bool):
            return {"true": True, "false": False}[text.lower()]
        return type(default)(text) if type(default) in kinds else text
    except (ValueError, KeyError) as error:
        raise ParameterError(f"parameter `{name}` is {kinds[type(default)]}, not {text!r}") from error


def fingerprint(edition: Edition, values: Mapping[str, Any], root: Path) -> str:
    """Return the sha256 of all that a report is made from: notebook, parameters, code, data and packages.

    The files and folders that a parameter names, from the folder of the project or absolute, count by content.
    """
    named = [edition.path(root), *(file for value in values.values() for file in _files_named(value, root))]
    files = [(os.path.relpath(file, root), content_digest(file)) for file in named]
    about = [edition.name, edition.title, dict(values), state(), files]
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


def _files_named(value: Any, root: Path) -> list[Path]:
    """Return the file that a parameter names, or the files of the folder it names, hidden ones left out."""
    if not isinstance(value, str) or not value:
        return []
    try:
        path = root / value
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        return [f for f in found if f.is_file() and not any(p[0] == "." for p in f.relative_to(path).parts)]
    except (OSError, ValueError):  # no path at all
        return []


def is_current(page: Path, inputs: str) -> bool:
    """Return whether a built page was made from these inputs."""
    if not page.is_file():
        return False
    with page.open(encoding="utf-8") as text:
        match = FINGERPRINT.search(text.read(4096))
    return match is not None and match[1] == inputs
