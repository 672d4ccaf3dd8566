"""Shows how far the reports are: a bar for each on a terminal, a line for each elsewhere."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from ahec_analysis.report.build import Outcome


class Progress(Bars):
    """Progress over the cells of several notebooks; use it as a context."""

    def __init__(self) -> None:
        super().__init__(
            TextColumn("{task.description:<28}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("cells"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self._of: dict[str, TaskID] = {}

    def tick(self, edition: str, done: int, total: int) -> None:
        """Move the bar of an edition."""
        if edition not in self._of:
            self._of[edition] = self.add_task(edition, total=total)
        self.update(self._of[edition], completed=done)

    def finish(self, outcome: Outcome) -> None:
        """Say what became of an edition."""
        line = f"{'built  ' if outcome.built else 'current'} {outcome.page.name}"
        line = f"failed  {outcome.error}" if outcome.error else line
        self.console.print(line, highlight=False, markup=False, soft_wrap=True)
