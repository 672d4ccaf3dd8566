"""Turns the editions of reports.yml into offline HTML: papermill runs the notebook, nbconvert writes the page."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import shutil
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from filelock import FileLock

from ahec_analysis.data import external
from ahec_analysis.data.cache import folder
from ahec_analysis.errors import AhecError, ParameterError, ReportError, near
from ahec_analysis.project import root
from ahec_analysis.report import kernels
from ahec_analysis.report.editions import (
    Edition,
    editions,
    fingerprint,
    is_current,
    prepared,
    resolve,
    select,
    variant,
    with_external,
)
from ahec_analysis.report.parameters import parameters as declared

Tick = Callable[[str, int, int], None]
"""Called with edition, cells done and cells in all."""
STOP_S = 2.5
"""How long kernels have to end when a run is stopped."""
_ASKED = "from ahec_analysis.data import external\nprint(*external.asked())"


@dataclass(frozen=True)
class Outcome:
    """What became of one edition: its page, whether it was built, or the error that stopped it."""

    edition: str
    page: Path
    built: bool
    error: AhecError | None = None


@dataclass(frozen=True)
class Order:
    """One edition to be built: its parameters, the fingerprint of all it is made from, and where it goes."""

    edition: Edition
    values: Mapping[str, Any]
    inputs: str
    external: Mapping[str, str]
    out: Path

    @property
    def page(self) -> Path:
        """Where its page goes."""
        return self.out / f"{self.edition.name}.html"

    @property
    def is_current(self) -> bool:
        """Whether its page was made from the same."""
        return is_current(self.page, self.inputs, self.external)

    def became(self, *, built: bool, error: AhecError | None = None) -> Outcome:
        """Return what became of it."""
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
        Parameters that replace those of reports.yml; title and file name then follow them.
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
    for outcome in _built(orders([edition], parameters, out), 1, tick):
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
    yield from build_all(orders(names, parameters, out), jobs=jobs, tick=tick)


def build_all(
    ordered: list[Order], *, jobs: int | None = None, tick: Tick | None = None
) -> Generator[Outcome, None, None]:
    """Yield the outcome of each order as it ends, then write index.html."""
    changed = False
    # One more than there are processors: a kernel that starts or ends mostly waits.
    for outcome in _built(ordered, jobs or (os.cpu_count() or 1) + 1, tick):
        changed |= outcome.built
        yield outcome
    folder = ordered[0].out
    if changed or not (folder / "index.html").is_file():
        try:
            _write_index(folder, editions(root()))
        except OSError as error:
            raise ReportError(f"index.html was not written: {error}; check space and permissions") from error


def orders(names: list[str], parameters: Mapping[str, str] | None, out: Path | None) -> list[Order]:
    """Return what is to be built, all names and parameters checked; a new folder ``out`` is one that git ignores."""
    project = root()
    known, given = editions(project), parameters or {}
    if given and not names:
        fits = [name for name, e in known.items() if given.keys() <= declared(e.path(project)).keys()]
        raise ParameterError(
            f"-p {' '.join(given)} needs the name of an edition: `ahec report NAME -p …`{near('', fits or known)}"
        )
    chosen = {e.name: e for e in (variant(e, given, project) for e in select(names, known))}.values()
    plan = [(e, resolve(e, {}, project)) for e in chosen]
    folder = out or project / "reports"
    try:
        new = out is not None and not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        if new:
            (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise ParameterError(
            f"the folder {folder} cannot be made ({error.strerror}); give another with --out"
        ) from error
    # Of all editions before the first is built: kernels then load nothing older than what the fingerprints say.
    outside = external.state()
    return [Order(e, values, fingerprint(e, values, project), outside, folder) for e, values in plan]


def _built(ordered: Iterable[Order], jobs: int, tick: Tick | None) -> Iterator[Outcome]:
    stale = []
    for order in ordered:
        if order.is_current:
            yield order.became(built=False)
        else:
            stale.append(order)
    if not stale:
        return
    pool = ThreadPoolExecutor(jobs)
    with kernels.forked() as manager:
        running = {pool.submit(_build, order, manager, tick): order for order in stale}
        try:
            for future in as_completed(running):
                yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            if alive := [future for future in running if not future.done()]:
                manager.stop()
                for late in wait(alive, STOP_S).not_done:
                    order = running[late]
                    for left in order.out.glob(f".work-{order.edition.name}@{os.getpid()}-*"):
                        shutil.rmtree(left, ignore_errors=True)


def _build(order: Order, manager: Any, tick: Tick | None) -> Outcome:
    try:
        with _workspace(order.edition.name, order.out) as work:
            # Another run may have built it while this one waited for its turn.
            if order.is_current:
                return order.became(built=False)
            notebook, asked = _run(order, manager, tick)
            _publish(order, notebook, asked, work)
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
        work = Path(mkdtemp(prefix=f".work-{name}@{os.getpid()}-", dir=out))
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _run(order: Order, manager: Any, tick: Tick | None) -> tuple[Any, list[str]]:
    """Return the executed notebook and the kinds of data/external that it asked for.

    Moments and durations, which would differ on every run, are left out.
    """
    import nbformat
    import papermill
    from nbformat.v4 import new_code_cell
    from papermill.exceptions import PapermillExecutionError

    source = order.edition.path(root())
    notebook = nbformat.reads(json.dumps(prepared(order.edition, root())), as_version=4)
    notebook.cells.append(new_code_cell(_ASKED))
    cells, done = sum(cell.cell_type == "code" for cell in notebook.cells) + 1, count(1)

    def counted(**_: Any) -> None:
        if tick:
            tick(order.edition.name, next(done), cells)

    try:
        notebook = papermill.execute_notebook(
            notebook,
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
    printed = notebook.cells.pop().outputs
    return notebook, "".join(output.text for output in printed).split()


def _publish(order: Order, notebook: Any, asked: list[str], work: Path) -> None:
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
        inputs=with_external(order.inputs, asked, order.external),
        asked=asked,
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

    pages = (page for name in known for page in (out / f"{name}.html", *sorted(out.glob(f"{name}--*.html"))))
    with _workspace("index", out) as work:
        _write(index(page for page in pages if page.is_file()), work, out / "index.html")
