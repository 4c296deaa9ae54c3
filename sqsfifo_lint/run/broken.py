"""Files that are broken: if one is named in PATHS, it must not look clean, and what it costs the others is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from sqsfifo_lint.model import Problem
from sqsfifo_lint.records import replace
from sqsfifo_lint.run.heavy import checking
from sqsfifo_lint.run.task import Task
from sqsfifo_lint.source.files import WIDE_SEARCH, Files
from sqsfifo_lint.source.python_tree import UNREADABLE, tree_of

MOST_NAMED = 3
"""Files that import a broken one, by name in its message."""


def broken(task: Task) -> Iterator[Problem]:
    """Why files that are named in PATHS, and are otherwise not analysed, cannot be parsed.

    They are parsed even if they cannot contain a send.
    """
    for path in sorted((task.asked.exact - task.found.relevant.keys()).intersection(task.found.python)):
        name = task.names.of(path)
        data = _read(task, name)
        # What this Python's own parser refuses may be newer syntax: LibCST decides.
        if not _parses(data) and (problem := checking.syntax_problem(name, data)) is not None:
            yield problem


def with_importers(task: Task, problems: Iterable[Problem]) -> list[Problem]:
    """The problems; that of a file that was taken out says which files import it, and so are not followed into it."""
    several = list(problems)
    out = {problem.path for problem in several if problem.taken_out}
    importers = _importers(task, out.intersection(task.python)) if out else {}
    notes = {path: f"not followed: imported by {_listed(task, names)}" for path, names in importers.items()}
    return [
        replace(one, message=f"{one.message}; {notes[one.path]}") if one.taken_out and one.path in notes else one
        for one in several
    ]


def _importers(task: Task, out: Set[str]) -> dict[str, list[str]]:
    """The files that import others, by these; in a very large project, only those that may send."""
    files = Files(dict(task.sources), task.python, task.read, task.projects, checking.imports_of(task))
    known = [name for name, _ in task.sources]
    found: dict[str, list[str]] = {}
    for name in (known if len(task.python) > WIDE_SEARCH else sorted(task.python)) if out else ():
        for target in files.imported(name) & out if name not in out else ():
            found.setdefault(target, []).append(name)
    return found


def _listed(task: Task, names: list[str]) -> str:
    shown = [task.names.shown(name) for name in names[:MOST_NAMED]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


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
