"""A file that is asked for by its name is parsed even if it cannot hold a send: broken, it is no clean file."""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Problem
from sqsfifo_lint.run.heavy import checking
from sqsfifo_lint.run.task import Task
from sqsfifo_lint.source.python_tree import UNREADABLE, tree_of


def broken(task: Task) -> Iterator[Problem]:
    """Why files that are asked for by name, and are not looked into, cannot be parsed."""
    for path in sorted((task.asked.exact - task.found.relevant.keys()).intersection(task.found.python)):
        name = task.names.of(path)
        data = _read(task, name)
        # What this Python's own parser refuses may be newer syntax: LibCST has the last word.
        if not _parses(data) and (problem := checking.syntax_problem(name, data)) is not None:
            yield problem


def _read(task: Task, name: str) -> bytes:
    try:
        return task.read(name)
    except OSError:  # discovery has told so
        return b""


def _parses(data: bytes) -> bool:
    try:
        tree_of(data)
    except UNREADABLE:
        return False
    return True
