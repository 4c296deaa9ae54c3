"""What there is beside the sources: Python files that may declare queues, templates and scripts."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

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
    seen: tuple[tuple[str, ...], str] | None = None
    """For which files that send it was looked for, and a digest of all that was read; None: nothing was."""


Survey = Callable[[Collection[str]], Surveyed]
"""Looks for declarations outside the sources; called with the files whose sends depend on them."""


def nothing_else(senders: Collection[str]) -> Surveyed:
    """A survey that does not look any further."""
    return Surveyed()


class Gathered(NamedTuple):
    """The files that may declare queues beside the sources, by their names, and those that cannot be read."""

    python: Sequence[tuple[str, bytes]]
    templates: Sequence[tuple[str, bytes]]
    problems: Sequence[Problem]

    def digest(self) -> str:
        """What changes with any of it."""
        digest = hashlib.blake2b(digest_size=16)
        for name, data in (*self.python, (":", b""), *self.templates):
            digest.update(f"{name}\n{len(data)}\n".encode("utf-8", "surrogatepass"))
            digest.update(data)
        digest.update(repr(self.problems).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def gather(task: Task, senders: Collection[str]) -> Gathered:
    """The files beside those of a project that can contain a send, as far as they may matter to `senders`."""
    found, names = task.found, task.names
    modules = [path for path in _beside(task, found.python, senders) if path not in found.relevant]
    python, _ = read_all(modules, may_declare, ruled_out=task.ruled_out("declares"))
    templates = _beside(task, found.infrastructure, senders)
    on_disk = [path for path in templates if path not in task.overlay]
    contents, problems = read_all(on_disk, kinds.may_declare, ruled_out=task.ruled_out("declares elsewhere"))
    contents += [(path, task.overlay[path]) for path in templates if path in task.overlay]
    return Gathered(
        sorted((names.of(path), data) for path, data in python if not task.hides(path)),
        sorted((names.of(path), data) for path, data in contents if not task.hides(path)),
        sorted((Problem(names.of(path), why) for path, why in problems if not task.hides(path)), key=_rank),
    )


def _rank(problem: Problem) -> tuple[object, ...]:
    return problem.rank


def survey(task: Task, senders: Collection[str]) -> Surveyed:
    """What there is beside the files of a project that can contain a send, as far as it may matter to `senders`."""
    gathered = gather(task, senders)
    given, disk = dict(gathered.templates), remembered()
    root = str(task.names.root)
    declared = (
        infrastructure.read(given) if disk is None else disk.same(root, given, lambda: infrastructure.read(given))
    )
    return Surveyed(
        [name for name, _ in gathered.python],
        replace(declared, problems=(*declared.problems, *gathered.problems)),
        seen=(tuple(sorted(senders)), gathered.digest()),
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
