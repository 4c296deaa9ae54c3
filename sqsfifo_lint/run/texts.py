"""The lines of a project's files, to be shown or searched for comments."""

from __future__ import annotations

from collections.abc import Sequence

from sqsfifo_lint.run.heavy import checking
from sqsfifo_lint.run.task import Task


class Texts:
    """The lines of files, each read once."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._known: dict[str, Sequence[str]] = {}

    def lines(self, name: str) -> Sequence[str]:
        """The lines of the file of this name; an empty line if it cannot be read or decoded."""
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def _read(self, name: str) -> Sequence[str]:
        try:
            return checking.lines_of(name, self._task.read(name))
        except OSError:
            return [""]


def lines_in(name: str, data: bytes) -> Sequence[str]:
    """The lines of a file of this name with this content, as the analysis counts them."""
    return checking.lines_of(name, data)
