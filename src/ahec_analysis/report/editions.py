"""Reads reports.yml and the parameter cells of notebooks; decides which editions are out of date."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from ahec_analysis.data.cache import content_digest, shipped
from ahec_analysis.errors import DataError, ParameterError, near
from ahec_analysis.report.parameters import is_parameters, load, parameters, with_values

FINGERPRINT = re.compile(r'<meta name="ahec-inputs" content="([0-9a-f]{64})"(?: data-asked="([a-z ]*)")?>')
_ENTRY = {"title": str, "notebook": str, "parameters": dict}
_NAME = re.compile(r"[A-Za-z0-9_.]+(-[A-Za-z0-9_.]+)*")
_LONGEST_NAME = 100


@dataclass(frozen=True)
class Edition:
    """One report: a notebook with the parameters that reports.yml gives it, and what it gives the notebook anyway."""

    name: str
    title: str
    notebook: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def path(self, root: Path) -> Path:
        """Return the path of the notebook."""
        return root / "notebooks" / f"{self.notebook}.ipynb"


class _Lined(dict[Any, Any]):
    """A mapping of a YAML file that knows on which lines its keys stand."""

    def __init__(self) -> None:
        self.lines: dict[Any, int] = {}


class _Loader(yaml.SafeLoader):
    def mapping(self, node: yaml.MappingNode) -> _Lined:
        made = _Lined()
        for key, value in node.value:
            name, line = self.construct_object(key, deep=True), key.start_mark.line + 1
            if name in made.lines:
                raise _mistake(line, f"`{name}` stands twice, first on line {made.lines[name]}")
            made[name], made.lines[name] = self.construct_object(value, deep=True), line
        return made


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.mapping)


def _mistake(line: int, what: str) -> DataError:
    return DataError(f"reports.yml, line {line}: {what}")


def editions(root: Path) -> dict[str, Edition]:
    """Return the editions of reports.yml by name, in the order of the file; DataError names the line of a mistake."""
    path = root / "reports.yml"
    try:
        listed = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except FileNotFoundError as error:
        raise DataError("reports.yml is missing; restore it with `git checkout reports.yml`") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _mistake(
            line, f"{error.problem}; put a text that holds a colon or another sign in quotes"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataError(f"reports.yml is not YAML in UTF-8: {' '.join(str(error).split())}") from error
    top = _of_keys(listed, {"editions": dict, "defaults": dict}, ["editions"], "the file", 1)
    defaults = top.get("defaults", _Lined())
    for notebook, given in defaults.items():
        _of_keys(given, {}, (), f"`{notebook}`", defaults.lines[notebook])
    found = {}
    for name, entry in top["editions"].items():
        line = top["editions"].lines[name]
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name == "index":
            raise _mistake(
                line,
                f"an edition cannot be named `{name}`; use letters, digits, `.`, `_`, single hyphens; not index",
            )
        _of_keys(entry, _ENTRY, ["title", "notebook"], f"edition `{name}`", line)
        notebook = entry["notebook"]
        found[name] = Edition(
            name,
            entry["title"],
            notebook,
            entry.get("parameters", _Lined()),
            defaults.get(notebook, _Lined()),
        )
    used = {edition.notebook for edition in found.values()}
    for notebook in defaults.keys() - used:
        raise _mistake(
            defaults.lines[notebook], f"no edition has the notebook `{notebook}`{near(str(notebook), used)}"
        )
    return found


def _of_keys(given: Any, kinds: Mapping[str, type], needed: Iterable[str], what: str, line: int) -> _Lined:
    """Return a mapping if it has the keys needed and no other, each of its kind; with no ``kinds``, any."""
    if not isinstance(given, _Lined):
        raise _mistake(line, f"{what} must hold `key: value` lines, not {given!r}")
    for key in needed:
        if key not in given:
            raise _mistake(line, f"{what} has no `{key}`; add it")
    for key, value in given.items() if kinds else ():
        if key not in kinds:
            raise _mistake(given.lines[key], f"{what} cannot have `{key}`{near(str(key), kinds)}")
        if not isinstance(value, kinds[key]):
            wanted = "a text; put it in quotes" if kinds[key] is str else "`key: value` lines"
            raise _mistake(given.lines[key], f"`{key}` of {what} is {value!r}, not {wanted}")
    return given


def select(names: Iterable[str], known: Mapping[str, Edition]) -> list[Edition]:
    """Return the editions asked for, all of them when none is named."""
    chosen = list(dict.fromkeys(names)) or list(known)
    for name in chosen:
        if name not in known:
            raise ParameterError(f"no edition `{name}` in reports.yml{near(name, known)}")
    return [known[name] for name in chosen]


def resolve(edition: Edition, overrides: Mapping[str, str], root: Path) -> dict[str, Any]:
    """Return every parameter of an edition: defaults, then reports.yml, then what the user typed (``overrides``).

    ParameterError where a name is not declared or a value is not allowed, DataError if that stands in reports.yml.
    """
    declared = parameters(edition.path(root))
    values = {name: parameter.default for name, parameter in declared.items()}
    if edition.defaults and (unset := [name for name in declared if name not in edition.defaults]):
        raise DataError(
            f"reports.yml gives {edition.notebook} defaults, but none for {', '.join(unset)}; add them"
        )
    for given in (edition.defaults, edition.parameters, overrides):
        for name, value in given.items():
            try:
                if name not in declared:
                    raise ParameterError(
                        f"{edition.notebook} has no parameter `{name}`{near(name, declared)}"
                    )
                values[name] = declared[name].read(name, value)
            except ParameterError as error:
                if isinstance(given, _Lined):
                    raise _mistake(given.lines[name], str(error)) from error
                raise
    return values


def variant(asked: Edition, overrides: Mapping[str, str], root: Path) -> Edition:
    """Return the edition that an edition becomes with other parameters: the one that has them, or a new one.

    A new one says in name and title how it differs from the nearest edition of its notebook; where that is in what
    makes the edition (its parameters in reports.yml), it has the title of the notebook.
    """
    if not overrides:
        return asked
    values, known = resolve(asked, overrides, root), editions(root)
    same = [asked, *(e for e in known.values() if e.notebook == asked.notebook)]
    differing = {e.name: _differing(values, resolve(e, {}, root)) for e in same}
    nearest = known[min(differing, key=lambda name: len(differing[name]))]
    changed = differing[nearest.name]
    if not changed:
        return nearest
    title = nearest.title
    if changed.keys() & nearest.parameters.keys():
        if other := _made_by({name: values[name] for name in {*asked.parameters, *overrides}}, known, root):
            return variant(other, {k: v for k, v in overrides.items() if k not in other.parameters}, root)
        title = _heading(nearest.path(root))
    parts = [_slug(f"{name}-{value}") for name, value in changed.items()]
    return replace(
        nearest,
        name=_slug("--".join([nearest.name, *parts])),
        title=f"{title} ({', '.join(f'{name} = {value}' for name, value in changed.items())})",
        parameters={**nearest.parameters, **changed},
    )


def _differing(values: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if others[name] != value}


def _made_by(wanted: Mapping[str, Any], known: Mapping[str, Edition], root: Path) -> Edition | None:
    """Return the edition, of whatever notebook, that has some of the parameters wanted and can take the rest."""
    for edition in known.values():
        own = resolve(edition, {}, root)
        held = edition.parameters and all(wanted.get(name) == own[name] for name in edition.parameters)
        if held and wanted.keys() <= own.keys():
            return edition
    return None


def _heading(notebook: Path) -> str:
    prose = ["".join(cell["source"]) for cell in load(notebook)["cells"] if cell["cell_type"] == "markdown"]
    return next((text.splitlines()[0][2:] for text in prose if text.startswith("# ")), notebook.stem)


def _slug(text: str) -> str:
    """Return a text as part of a file name; one that does not fit ends with a digest, so that no two are the same."""
    short = "--".join(re.sub(r"[^A-Za-z0-9_.]+", "-", part).strip("-") for part in text.split("--"))
    short = short[:_LONGEST_NAME]
    return short if short == text else f"{short}-{hashlib.sha256(text.encode()).hexdigest()[:6]}"


def prepared(edition: Edition, root: Path) -> dict[str, Any]:
    """Return the notebook of an edition as it is built, whatever it was saved with.

    Its parameters cell holds the defaults of reports.yml; outputs and what editors note are left out.
    """
    notebook = load(edition.path(root))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
        if is_parameters(cell):
            cell["source"] = with_values(cell["source"], edition.defaults)
        tags = cell.get("metadata", {}).get("tags", [])
        cell["metadata"] = {"tags": tags} if tags else {}
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return {**notebook, "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}}}


def changed_notebooks(chosen: Iterable[Edition], root: Path) -> list[str]:
    """Return a sentence for each notebook whose parameters cell differs from reports.yml, or that holds outputs."""
    told = []
    for edition in {e.notebook: e for e in chosen}.values():
        declared = parameters(edition.path(root))
        found = [
            f"{name} = {declared[name].default!r} in its parameters cell ({value!r} in reports.yml)"
            for name, value in edition.defaults.items()
            if name in declared and declared[name].default != value
        ]
        if any(cell.get("outputs") for cell in load(edition.path(root))["cells"]):
            found.append("outputs")
        if found:
            told.append(
                f"notebooks/{edition.notebook}.ipynb was saved with {' and '.join(found)}; reports do not follow it: "
                f"`git checkout notebooks/{edition.notebook}.ipynb` restores it, an entry in reports.yml makes an edition"
            )
    return told


def fingerprint(edition: Edition, values: Mapping[str, Any], root: Path) -> str:
    """Return the sha256 of what a report is made from but data/external: notebook, parameters, code, data, packages.

    The files and folders that a parameter names, from the folder of the project or absolute, count by content.
    """
    named = [file for value in values.values() for file in _files_named(value, root)]
    files = [(os.path.relpath(file, root), content_digest(file)) for file in named]
    about = [edition.name, edition.title, dict(values), prepared(edition, root)["cells"], shipped(), files]
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


def with_external(fingerprint: str, asked: Iterable[str], external: Mapping[str, str]) -> str:
    """Return a fingerprint joined with the digests of the kinds of data/external that the report asked for."""
    about = [fingerprint, *(external.get(kind, "") for kind in sorted(asked))]
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()


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


def is_current(page: Path, fingerprint: str, external: Mapping[str, str]) -> bool:
    """Return whether a built page was made from these inputs."""
    if not page.is_file():
        return False
    with page.open(encoding="utf-8") as text:
        match = FINGERPRINT.search(text.read(4096))
    return match is not None and match[1] == with_external(fingerprint, (match[2] or "").split(), external)
