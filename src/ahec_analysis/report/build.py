"""Turns the editions of reports.yml into offline HTML: papermill runs the notebook, nbconvert writes the page."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from ahec_analysis import __version__
from ahec_analysis.errors import AhecError, ParameterError, ReportError
from ahec_analysis.project import root
from ahec_analysis.report.editions import Edition, editions, fingerprint, is_current, resolve, select

if sys.platform != "win32":
    import fcntl

Tick = Callable[[str, int, int], None]
"""Called with edition, cells done and cells in all."""


@dataclass(frozen=True)
class Outcome:
    """What became of one edition: its page, whether it was built, or the error that stopped it."""

    edition: str
    page: Path
    built: bool
    error: AhecError | None = None


def render(
    edition: str,
    *,
    parameters: Mapping[str, str] | None = None,
    out: Path | None = None,
    tick: Tick | None = None,
) -> Path:
    """Return the HTML page of one edition, built unless it is up to date.

    Parameters
    ----------
    edition : str
        A name in reports.yml.
    parameters : mapping of str to str, optional
        Parameters that replace those of reports.yml.
    out : Path, optional
        Folder of the results; by default reports/.
    tick : callable, optional
        Told of the progress over cells.

    Raises
    ------
    ParameterError
        If the edition or a parameter does not exist (nothing is touched), or the folder cannot be made.
    ReportError
        If the build fails; the last good page stays.
    """
    project = root()
    chosen = select([edition], editions(project))[0]
    values = resolve(chosen, parameters or {}, project)
    outcome = _build(chosen, values, project, _made(out or project / "reports"), tick)
    if outcome.error:
        raise outcome.error
    return outcome.page


def render_all(
    names: list[str],
    *,
    parameters: Mapping[str, str] | None = None,
    out: Path | None = None,
    jobs: int | None = None,
    tick: Tick | None = None,
) -> Iterator[Outcome]:
    """Yield the outcome of each edition as it ends, then write index.html.

    Parameters and names are checked before anything is built; a failed edition does not stop the others. Of two
    runs at once into one folder, the second waits for each edition and finds it up to date.
    """
    project = root()
    known = editions(project)
    plan = [(edition, resolve(edition, parameters or {}, project)) for edition in select(names, known)]
    folder = _made(out or project / "reports")
    with ThreadPoolExecutor(max_workers=jobs or os.cpu_count() or 1) as pool:
        running = [pool.submit(_build, edition, values, project, folder, tick) for edition, values in plan]
        try:
            changed = False
            for future in as_completed(running):
                outcome = future.result()
                changed |= outcome.built
                yield outcome
        finally:
            for future in running:
                future.cancel()
    if changed or not (folder / "index.html").is_file():
        try:
            _write_index(folder, known)
        except OSError as error:
            raise ReportError(f"index.html was not written: {error}; check space and permissions") from error


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ParameterError(
            f"the folder {folder} cannot be made ({error.strerror}); give another with --out"
        ) from error
    return folder


def _build(
    edition: Edition, values: Mapping[str, Any], project: Path, out: Path, tick: Tick | None
) -> Outcome:
    page = out / f"{edition.name}.html"
    try:
        inputs = fingerprint(edition, values, project)
        if is_current(page, inputs):
            return Outcome(edition.name, page, built=False)
        with _workspace(edition.name, out) as work:
            # Another run may have built it while this one waited for its turn.
            if is_current(page, inputs):
                return Outcome(edition.name, page, built=False)
            notebook = _run(edition, values, project, work, tick)
            _publish(edition, values, inputs, notebook, work, out)
    except AhecError as error:
        return Outcome(edition.name, page, built=False, error=error)
    except Exception as error:  # whatever stops one edition, the others are still built
        return Outcome(edition.name, page, built=False, error=_reported(edition, error))
    return Outcome(edition.name, page, built=True)


def _reported(edition: Edition, error: Exception) -> ReportError:
    from nbclient.exceptions import DeadKernelError

    if isinstance(error, DeadKernelError):
        what = "Python stopped while the notebook ran, often for want of memory; try again with --jobs 1"
    elif isinstance(error, OSError):
        what = f"{error}; check space and permissions of the folder of the results"
    else:
        what = f"{type(error).__name__}: {error}; run notebooks/{edition.notebook}.ipynb in JupyterLab to see where"
    reported = ReportError(f"{edition.name}: {what}\nThe last good page, if there is one, was kept.")
    reported.__cause__ = error
    return reported


@contextmanager
def _workspace(name: str, out: Path) -> Iterator[Path]:
    """Give a hidden folder within ``out`` that goes at the end, to one run at a time for each name.

    What a killed run left of the same name goes first.
    """
    with _turn(out / f".{name}.lock") as alone:
        if alone:
            for left in out.glob(f".work-{name}@*"):
                shutil.rmtree(left, ignore_errors=True)
        work = Path(mkdtemp(prefix=f".work-{name}@", dir=out))
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _turn(path: Path) -> Iterator[bool]:
    """Wait until no other run holds the lock file; gives whether this system can tell."""
    if sys.platform == "win32":
        yield False
        return
    while True:
        handle = os.open(path, os.O_CREAT | os.O_RDWR)
        fcntl.flock(handle, fcntl.LOCK_EX)
        # The run before removed the file it held, and a third may hold a new one of that name: ask again.
        try:
            if os.path.samestat(os.fstat(handle), path.stat()):
                break
        except FileNotFoundError:
            pass
        os.close(handle)
    try:
        yield True
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def _run(edition: Edition, values: Mapping[str, Any], project: Path, work: Path, tick: Tick | None) -> Any:
    import papermill
    from papermill.exceptions import PapermillExecutionError

    source = edition.path(project)
    cells = [c for c in json.loads(source.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
    with _engine(edition.name, len(cells) + 1, tick) as engine:
        try:
            notebook = papermill.execute_notebook(
                str(source),
                str(work / "executed.ipynb"),
                parameters=dict(values),
                cwd=str(source.parent),
                engine_name=engine,
                kernel_name="python3",
                progress_bar=False,
                extra_arguments=["--log-level=CRITICAL"],
            )
        except PapermillExecutionError as error:
            raise ReportError(
                f"{edition.name}: notebooks/{source.name}, cell {error.cell_index + 1}: "
                f"{error.ename}: {error.evalue}\nThe last good page, if there is one, was kept."
            ) from error
    return _without_timing(notebook)


@contextmanager
def _engine(name: str, total: int, tick: Tick | None) -> Iterator[str]:
    """Register a papermill engine that tells ``tick`` of every finished cell."""
    from papermill.engines import NBClientEngine, papermill_engines

    class Counting(NBClientEngine):  # type: ignore[misc]
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, *args: Any, **kwargs: Any) -> Any:
            complete, done = nb_man.cell_complete, iter(range(1, total + 1))

            def counted(cell: Any, *positional: Any, **named: Any) -> None:
                complete(cell, *positional, **named)
                if tick and cell.cell_type == "code":
                    tick(name, next(done, total), total)

            nb_man.cell_complete = counted
            return super().execute_managed_notebook(nb_man, *args, **kwargs)

    papermill_engines.register(f"ahec-{name}", Counting)
    yield f"ahec-{name}"


def _without_timing(notebook: Any) -> Any:
    """Return the notebook without the moments and durations that would differ on every run."""
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        cell["id"] = f"cell-{number}"
    return notebook


def _publish(
    edition: Edition, values: Mapping[str, Any], inputs: str, notebook: Any, work: Path, out: Path
) -> None:
    """Move results into place, the page last: until then the edition counts as not built."""
    import nbformat
    from nbformat.sign import NotebookNotary

    from ahec_analysis.report.pages import page

    (work / "tables").mkdir()
    for name, text in _outputs(notebook, "text/csv"):
        (work / "tables" / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    full_map = _full_map(notebook)
    text = page(
        notebook,
        name=edition.name,
        title=edition.title,
        parameters=dict(values),
        inputs=inputs,
        version=__version__,
    )
    nbformat.write(notebook, work / "notebook.ipynb")
    NotebookNotary().sign(notebook)
    if full_map:
        link = f' <a href="maps/{edition.name}.html">Open the map alone</a>'
        text = text.replace("<!--full-map-->", link, 1)
    (work / "page.html").write_text(text, encoding="utf-8")

    for folder in ("tables", "notebooks", "maps"):
        (out / folder).mkdir(exist_ok=True)
    shutil.rmtree(out / "tables" / edition.name, ignore_errors=True)
    os.replace(work / "tables", out / "tables" / edition.name)
    os.replace(work / "notebook.ipynb", out / "notebooks" / f"{edition.name}.ipynb")
    if full_map:
        (work / "map.html").write_text(full_map, encoding="utf-8")
        os.replace(work / "map.html", out / "maps" / f"{edition.name}.html")
    os.replace(work / "page.html", out / f"{edition.name}.html")


def _outputs(notebook: Any, mime: str) -> Iterator[tuple[str, str]]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if mime in output.get("data", {}):
                yield (
                    output.get("metadata", {}).get("ahec", {}).get("name", ""),
                    "".join(output["data"][mime]),
                )


def _full_map(notebook: Any) -> str:
    """Return the document inside the first map of the notebook, to stand as a page of its own."""
    for _, text in _outputs(notebook, "text/html"):
        if match := re.search(r'<iframe[^>]* srcdoc="([^"]*)"', text):
            return html.unescape(match[1])
    return ""


def _write_index(out: Path, known: Mapping[str, Edition]) -> None:
    from ahec_analysis.report.pages import index

    built = [(edition, out / f"{edition.name}.html") for edition in known.values()]
    with _workspace("index", out) as work:
        text = index(
            [(edition.name, edition.title, page) for edition, page in built if page.is_file()], __version__
        )
        (work / "index.html").write_text(text, encoding="utf-8")
        os.replace(work / "index.html", out / "index.html")
