"""Shows how far the reports are: a bar for each on a terminal, a line for each elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from ahec_analysis.report.build import Outcome


class Progress:
    """Progress over the cells of several notebooks; use it as a context."""

    def __init__(self) -> None:
        self._bars: Any = None
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def tick(self, edition: str, done: int, total: int) -> None:
        """Move the bar of an edition."""
        if not sys.stderr.isatty():
            return
        if self._bars is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bars

            self._bars = Bars(
                TextColumn("{task.description:<28}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("cells"),
                TimeElapsedColumn(),
                console=Console(stderr=True),
            )
            self._bars.start()
        if edition not in self._tasks:
            self._tasks[edition] = self._bars.add_task(edition, total=total)
        self._bars.update(self._tasks[edition], completed=done)

    def finish(self, outcome: Outcome) -> None:
        """Say what became of an edition."""
        if outcome.error is not None:
            line = f"failed  {outcome.error}"
        else:
            line = f"{'built  ' if outcome.built else 'current'} {outcome.page.name}"
        if self._bars is not None:
            self._bars.console.print(line, highlight=False, markup=False)
        else:
            sys.stderr.write(line + "\n")
