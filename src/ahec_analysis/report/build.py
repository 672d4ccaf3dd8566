"""Turns the editions of reports.yml into offline HTML: papermill runs the notebook, nbconvert writes the page."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from filelock import FileLock

from ahec_analysis.data.cache import folder
from ahec_analysis.errors import AhecError, ParameterError, ReportError
from ahec_analysis.project import root
from ahec_analysis.report import kernels
from ahec_analysis.report.editions import Edition, editions, fingerprint, is_current, resolve, select

Tick = Callable[[str, int, int], None]
"""Called with edition, cells done and cells in all."""


@dataclass(frozen=True)
class Outcome:
    """What became of one edition: its page, whether it was built, or the error that stopped it."""

    edition: str
    page: Path
    built: bool
    error: AhecError | None = None


@dataclass(frozen=True)
class _Order:
    """One edition to be built: its parameters, the fingerprint of all it is made from, and where it goes."""

    edition: Edition
    values: Mapping[str, Any]
    inputs: str
    out: Path

    @property
    def page(self) -> Path:
        return self.out / f"{self.edition.name}.html"

    @property
    def is_current(self) -> bool:
        return is_current(self.page, self.inputs)

    def became(self, *, built: bool, error: AhecError | None = None) -> Outcome:
        return Outcome(self.edition.name, self.page, built, error)


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
    for outcome in _built(_orders([edition], parameters, out), 1, tick):
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
    orders = _orders(names, parameters, out)
    changed = False
    # One more than there are processors: a kernel that starts or ends mostly waits.
    for outcome in _built(orders, jobs or (os.cpu_count() or 1) + 1, tick):
        changed |= outcome.built
        yield outcome
    folder = orders[0].out
    if changed or not (folder / "index.html").is_file():
        try:
            _write_index(folder, editions(root()))
        except OSError as error:
            raise ReportError(f"index.html was not written: {error}; check space and permissions") from error


def _orders(names: list[str], parameters: Mapping[str, str] | None, out: Path | None) -> list[_Order]:
    project = root()
    plan = [(e, resolve(e, parameters or {}, project)) for e in select(names, editions(project))]
    folder = out or project / "reports"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ParameterError(
            f"the folder {folder} cannot be made ({error.strerror}); give another with --out"
        ) from error
    # Of all editions before the first is built: kernels then load nothing older than what the fingerprints say.
    return [_Order(e, values, fingerprint(e, values, project), folder) for e, values in plan]


def _built(orders: Iterable[_Order], jobs: int, tick: Tick | None) -> Iterator[Outcome]:
    stale = []
    for order in orders:
        if order.is_current:
            yield order.became(built=False)
        else:
            stale.append(order)
    if not stale:
        return
    with kernels.forked() as manager, ThreadPoolExecutor(jobs) as pool:
        running = [pool.submit(_build, order, manager, tick) for order in stale]
        try:
            for future in as_completed(running):
                yield future.result()
        finally:
            for future in running:
                future.cancel()


def _build(order: _Order, manager: type, tick: Tick | None) -> Outcome:
    try:
        with _workspace(order.edition.name, order.out) as work:
            # Another run may have built it while this one waited for its turn.
            if order.is_current:
                return order.became(built=False)
            _publish(order, _run(order, manager, tick), work)
    except AhecError as error:
        return order.became(built=False, error=error)
    except Exception as error:  # whatever stops one edition, the others are still built
        return order.became(built=False, error=_reported(order.edition, error))
    return order.became(built=True)


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
    place = hashlib.sha256(str((out / name).resolve()).encode()).hexdigest()
    with FileLock(folder("locks") / f"{place}.lock"):
        for left in out.glob(f".work-{name}@*"):
            shutil.rmtree(left, ignore_errors=True)
        work = Path(mkdtemp(prefix=f".work-{name}@", dir=out))
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _run(order: _Order, manager: type, tick: Tick | None) -> Any:
    """Return the executed notebook, without the moments and durations that would differ on every run."""
    import papermill
    from papermill.exceptions import PapermillExecutionError

    source = order.edition.path(root())
    cells = [c for c in json.loads(source.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
    done = count(1)

    def counted(**_: Any) -> None:
        if tick:
            tick(order.edition.name, next(done), len(cells) + 1)

    try:
        notebook = papermill.execute_notebook(
            str(source),
            None,
            parameters=dict(order.values),
            kernel_name="python3",
            progress_bar=False,
            kernel_manager_class=manager,
            resources={"metadata": {"path": str(source.parent)}},
            extra_arguments=["--log-level=CRITICAL"],
            on_cell_complete=counted,
        )
    except PapermillExecutionError as error:
        raise ReportError(
            f"{order.edition.name}: notebooks/{source.name}, cell {error.cell_index + 1}: "
            f"{error.ename}: {error.evalue}\nThe last good page, if there is one, was kept."
        ) from error
    del notebook.metadata["papermill"]
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.tags:
            cell.id = "injected-parameters"  # papermill's own is new on every run
    return notebook


def _publish(order: _Order, notebook: Any, work: Path) -> None:
    """Move results into place, the page last: until then the edition counts as not built."""
    import nbformat
    from nbformat.sign import NotebookNotary

    from ahec_analysis.report.pages import page, restriction

    name, out = order.edition.name, order.out
    (work / "tables").mkdir()
    for table, text in _outputs(notebook, "text/csv"):
        (work / "tables" / f"{table}.csv").write_text(text, encoding="utf-8", newline="")
    nbformat.write(notebook, work / "notebook.ipynb")
    NotebookNotary().sign(notebook)
    alone = _full_map(notebook)
    text = page(
        notebook,
        name=name,
        title=order.edition.title,
        parameters=order.values,
        inputs=order.inputs,
        map_alone=bool(alone),
    )
    if mark := restriction(text):
        alone = alone.replace("</title>", f" ({html.escape(mark)})</title>", 1)
    for kind in ("tables", "notebooks", "maps"):
        (out / kind).mkdir(exist_ok=True)
    shutil.rmtree(out / "tables" / name, ignore_errors=True)
    os.replace(work / "tables", out / "tables" / name)
    os.replace(work / "notebook.ipynb", out / "notebooks" / f"{name}.ipynb")
    if alone:
        _write(alone, work, out / "maps" / f"{name}.html")
    _write(text, work, order.page)


def _write(text: str, work: Path, path: Path) -> None:
    (work / path.name).write_text(text, encoding="utf-8")
    os.replace(work / path.name, path)


def _outputs(notebook: Any, mime: str) -> Iterator[tuple[str, str]]:
    """Yield the name and text of each output of a kind."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if mime in output.get("data", {}):
                name = output.get("metadata", {}).get("ahec", {}).get("name", "")
                yield name, "".join(output["data"][mime])


def _full_map(notebook: Any) -> str:
    """Return the document inside the first map of the notebook, to stand as a page of its own."""
    maps = (re.search(r'<iframe[^>]* srcdoc="([^"]*)"', text) for _, text in _outputs(notebook, "text/html"))
    return next((html.unescape(found[1]) for found in maps if found), "")


def _write_index(out: Path, known: Mapping[str, Edition]) -> None:
    from ahec_analysis.report.pages import index

    pages = [(e.name, e.title, out / f"{e.name}.html") for e in known.values()]
    with _workspace("index", out) as work:
        _write(index([built for built in pages if built[2].is_file()]), work, out / "index.html")
