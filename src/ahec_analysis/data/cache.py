"""What every report would compute again, kept on disk until anything it may be made from changes."""

from __future__ import annotations

import functools
import hashlib
import marshal
import os
import pickle
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from filelock import FileLock

from ahec_analysis.data import external, tables
from ahec_analysis.errors import DataError
from ahec_analysis.project import root

_P = ParamSpec("_P")
_T = TypeVar("_T")


def kept(*sources: str) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Make a function without side effects keep what it returned for its arguments, for this process and others.

    ``sources`` are all the files it reads, by their names in data/datapackage.json, and the kinds of data/external it
    asks for (``external/downloads``, see :mod:`ahec_analysis.data.external`); they count as read also
    when the result was at hand. What it returned is forgotten when code, data or packages change (:func:`state`); an
    entry that is damaged or cannot be written does no harm.

    Raises
    ------
    DataError
        If the function reads a file that is not among its sources.

    Examples
    --------
    >>> @kept("designation_classes")
    ... def classes(strictness: int) -> int:
    ...     return int((tables.table("designation_classes")["strictness"] == strictness).sum())
    >>> classes(1) == classes(1)
    True
    """

    def keeping(compute: Callable[_P, _T]) -> Callable[_P, _T]:
        @functools.wraps(compute)
        def at_hand(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            tables.opened.update(sources)
            with suppress(OSError):
                path = _entry(compute, args, kwargs)
                found: list[_T] = _read(path)
                if found:
                    return found[0]
                with FileLock(path.with_suffix(".lock")):
                    if not (found := _read(path)):
                        found = [_only_reading(lambda: compute(*args, **kwargs))]
                        _write(path, found[0])
                    return found[0]
            return compute(*args, **kwargs)

        return at_hand

    return keeping


def _entry(compute: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Path:
    """Return where a result is kept; what older states of the project left goes."""
    code = compute.__code__
    given = pickle.dumps((compute.__qualname__, marshal.dumps(code), args, sorted(kwargs.items())))
    store = folder("kept") / state()[:16]
    if not store.is_dir():
        for old in store.parent.iterdir():
            shutil.rmtree(old, ignore_errors=True)
        store.mkdir(exist_ok=True)
    return store / hashlib.sha256(given).hexdigest()


def _only_reading(compute: Callable[[], _T]) -> _T:
    """Compute, and raise DataError if more files were read than counted as read before."""
    before = set(tables.opened)
    result = compute()
    if unnamed := tables.opened - before:
        raise DataError(
            f"what is kept was made from {', '.join(sorted(unnamed))} too; name it in `kept(...)`"
        )
    return result


def _read(path: Path) -> list[Any]:
    """Return what was kept, in a list; nothing where there is no entry or it is damaged."""
    try:
        digest, _, content = path.read_bytes().partition(b"\n")
        return [pickle.loads(content)] if digest == _digest(content) else []
    except Exception:  # a pickle of other packages can raise anything
        return []


def _write(path: Path, result: Any) -> None:
    content = pickle.dumps(result)
    part = path.with_suffix(".part")
    part.write_bytes(_digest(content) + b"\n" + content)
    os.replace(part, path)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def folder(name: str) -> Path:
    """Return a folder within the untracked .cache of the project, made if it is not there."""
    path = root() / ".cache" / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def state() -> str:
    """Return the sha256 of all that results may be made from: what is shipped and what lies in data/external."""
    return hashlib.sha256(repr((shipped(), external.state())).encode()).hexdigest()


def shipped() -> str:
    """Return the sha256 of the contents of code, shipped data and the lock of packages."""
    project = root()
    digest = hashlib.sha256()
    files = [project / "requirements.lock", project / "data" / "datapackage.json"]
    # The code that runs need not be that of the project: it may come from a wheel.
    for place in (Path(__file__).parents[1], project / "data/tables", project / "data/reference"):
        files += sorted(f for f in place.rglob("*") if f.is_file() and "__pycache__" not in f.parts)
    for file in files:
        name = Path(os.path.relpath(file, project)).as_posix()
        digest.update(f"{name} {content_digest(file)}".encode())
    return digest.hexdigest()


def content_digest(file: Path) -> str:
    """Return the sha256 of a file, read again when its size or time of change differs."""
    about = file.stat()
    return _content_digest(file, about.st_size, about.st_mtime_ns)


@functools.cache
def _content_digest(file: Path, size: int, changed_ns: int) -> str:
    del size, changed_ns
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
