"""Shows how far the reports are: a bar for each on a terminal, a line for each elsewhere."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from ahec_analysis.report.build import Outcome


class Progress(Bars):
    """Progress over the cells of several notebooks; use it as a context."""

    def __init__(self, reports: int) -> None:
        super().__init__(
            TextColumn("{task.description:<28}"),
            BarColumn(),
            MofNCompleteColumn(separator=" of "),
            TextColumn("{task.fields[unit]}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self._reports, self._ended = reports, 0
        self._all = self.add_task("all", total=reports, unit="reports")
        self._of: dict[str, TaskID] = {}

    def tick(self, edition: str, done: int, total: int) -> None:
        """Move the bar of an edition."""
        if edition not in self._of:
            self._of[edition] = self.add_task(edition, total=total, unit="cells")
        self.update(self._of[edition], completed=done)

    def finish(self, outcome: Outcome) -> None:
        """Say what became of an edition."""
        line = f"{'built  ' if outcome.built else 'current'} {outcome.page.name}"
        line = f"failed  {outcome.error}" if outcome.error else line
        self._ended += 1
        self.update(self._all, completed=self._ended)
        if outcome.edition in self._of:  # the bars of those that run stay in sight
            self.remove_task(self._of.pop(outcome.edition))
        self._say(f"{self._ended} of {self._reports}  {line}")

    def _say(self, line: str) -> None:
        self.console.print(line, highlight=False, markup=False, soft_wrap=True)

    @contextmanager
    def stoppable(self) -> Iterator[None]:
        """Let the first Ctrl-C say so and stop what runs, and the second end everything at once."""

        def first(*_: Any) -> None:
            signal.signal(signal.SIGINT, second)
            logging.disable()  # that kernels died is what was asked for
            self._say("stopping; Ctrl-C again stops at once")
            raise KeyboardInterrupt

        def second(*_: Any) -> None:
            if sys.stderr.isatty():
                sys.stderr.write("\x1b[?25h")  # the bars have hidden the cursor
            sys.stderr.flush()
            os._exit(130)

        before = signal.signal(signal.SIGINT, first)
        try:
            yield
        except KeyboardInterrupt:
            self._say("stopped; `ahec report` goes on with what is missing")
            self.stop()
            os._exit(130)  # threads that still wait for another run would keep the process alive
        finally:
            signal.signal(signal.SIGINT, before)
