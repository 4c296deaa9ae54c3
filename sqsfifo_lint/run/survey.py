"""What there is beside the sources: Python files that may declare queues, templates and scripts."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from sqsfifo_lint.model import Infrastructure, Problem
from sqsfifo_lint.queues import infrastructure, kinds
from sqsfifo_lint.records import replace
from sqsfifo_lint.run.reading import read_all
from sqsfifo_lint.run.relevance import may_declare
from sqsfifo_lint.run.remembered import remembered
from sqsfifo_lint.run.task import Task
from sqsfifo_lint.source.files import WIDE_SEARCH

AROUND = 1_000
"""In a project of more than `WIDE_SEARCH` files, only a folder around each send is searched for declarations: the
maximum number of files in such a folder."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """Python files that may declare queues, and what other files declare."""

    python: Sequence[str] = ()
    infrastructure: Infrastructure = field(default_factory=Infrastructure)
    wanted: bool = True
    """What is declared is needed."""


Survey = Callable[[Collection[str]], Surveyed]
"""Looks for declarations outside the sources; called with the files whose sends depend on them."""


def nothing_else(senders: Collection[str]) -> Surveyed:
    """A survey that does not look any further."""
    return Surveyed()


def survey(task: Task, senders: Collection[str]) -> Surveyed:
    """What there is beside the files of a project that can contain a send, as far as it may matter to `senders`."""
    found, names = task.found, task.names
    modules = [path for path in _beside(task, found.python, senders) if path not in found.relevant]
    python, _ = read_all(modules, may_declare)
    templates = _beside(task, found.infrastructure, senders)
    contents, problems = read_all([path for path in templates if path not in task.overlay], kinds.may_declare)
    contents += [(path, task.overlay[path]) for path in templates if path in task.overlay]
    given = {names.of(path): data for path, data in contents if not task.hides(path)}
    disk = remembered()
    root = str(names.root)
    declared = (
        infrastructure.read(given) if disk is None else disk.same(root, given, lambda: infrastructure.read(given))
    )
    unread = (Problem(names.of(path), message) for path, message in problems if not task.hides(path))
    return Surveyed(
        sorted(names.of(path) for path, _ in python if not task.hides(path)),
        replace(declared, problems=(*declared.problems, *unread)),
    )


def _beside(task: Task, paths: Sequence[str], senders: Collection[str]) -> Sequence[str]:
    """The files of a project; in a very large one, those in a folder of limited size around each send."""
    if len(paths) <= WIDE_SEARCH:
        return paths
    top = os.path.join(str(task.names.root), "")
    below: dict[str, Sequence[str]] = {top: paths}
    found = set(paths) & task.asked.exact
    named = map(task.names.of, task.asked.exact.intersection(task.found.infrastructure))
    for folder in set(map(os.path.dirname, (*senders, *named))):
        # The largest folder, on the way down to the send or template, with at most `AROUND` of them.
        outer = top
        for name in folder.split("/"):
            inner = os.path.join(outer, name, "")
            if inner not in below:
                below[inner] = [path for path in below[outer] if path.startswith(inner)]
            outer = inner
            if len(below[outer]) <= AROUND:
                break
        found.update(below[outer])
    return sorted(found)
