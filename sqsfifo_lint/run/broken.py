"""A file named in PATHS is parsed even if it cannot contain a send: if it is broken, it must not look clean."""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Problem
from sqsfifo_lint.run.heavy import checking
from sqsfifo_lint.run.task import Task
from sqsfifo_lint.source.python_tree import UNREADABLE, tree_of


def broken(task: Task) -> Iterator[Problem]:
    """Why files that are named in PATHS, and are otherwise not analysed, cannot be parsed."""
    for path in sorted((task.asked.exact - task.found.relevant.keys()).intersection(task.found.python)):
        name = task.names.of(path)
        data = _read(task, name)
        # What this Python's own parser refuses may be newer syntax: LibCST decides.
        if not _parses(data) and (problem := checking.syntax_problem(name, data)) is not None:
            yield problem


def _read(task: Task, name: str) -> bytes:
    try:
        return task.read(name)
    except OSError:  # discovery has reported it
        return b""


def _parses(data: bytes) -> bool:
    try:
        tree_of(data)
    except UNREADABLE:
        return False
    return True
