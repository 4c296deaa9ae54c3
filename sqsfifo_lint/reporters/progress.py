"""A bar on standard error that shows how far a check is, if it takes long and somebody is there to see it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from sqsfifo_lint.steps import listening

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0
"""Seconds after which a bar appears: whoever waits no longer than that needs none."""

REFRESH = 0.1
"""Seconds between two pictures of it."""


@contextmanager
def shown_steps() -> Iterator[None]:
    """Show the steps of what is done inside, on a terminal and after a second; nothing of it stays."""
    if not sys.stderr.isatty():
        yield
        return
    bar = _Bar()
    try:
        with listening(bar.step):
            yield
    finally:
        bar.close()


class _Bar:
    """Drawn when something is told and not by a thread of its own: a process with threads cannot be forked safely."""

    def __init__(self) -> None:
        self._due = monotonic() + PATIENCE
        self._shown: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def step(self, what: str, done: int, total: int | None) -> None:
        """So much of something is done."""
        now = monotonic()
        if now < self._due:
            return
        self._due = now + REFRESH
        shown = self._shown = self._shown or _new()
        if what not in self._tasks:
            for past in self._tasks.values():
                shown.remove_task(past)
            self._tasks = {what: shown.add_task(what, total=total)}
            shown.start()
            shown.console.show_cursor(True)  # a signal ends the process at once, and would leave it hidden
        shown.update(self._tasks[what], completed=done, total=total)
        shown.refresh()

    def close(self) -> None:
        """Take it off the terminal."""
        if self._shown is not None:
            self._shown.stop()


def _new() -> Progress:
    from rich import progress  # slow to import, and most checks take less than a second
    from rich.console import Console  # likewise

    columns = (progress.TextColumn("{task.description}"), progress.BarColumn(), progress.MofNCompleteColumn())
    return progress.Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
