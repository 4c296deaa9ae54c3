"""The lines of a project's files, to be shown or searched for comments."""

from __future__ import annotations

from collections.abc import Sequence

from sqsfifo_lint.queues import text
from sqsfifo_lint.queues.infrastructure import is_infrastructure
from sqsfifo_lint.run.task import Task
from sqsfifo_lint.source.decoding import SyntaxProblem, decode


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
            return lines_of(name, self._task.read(name))
        except OSError:
            return [""]


def lines_of(name: str, data: bytes) -> list[str]:
    """The lines of a file, as the analysis counts them: a template or script is UTF-8, with replacements, whatever is
    in it.
    """
    if is_infrastructure(name):
        return text.decode(data).split("\n")
    try:
        return decode(data).split("\n")
    except SyntaxProblem:
        return text.decode(data).split("\n")
