"""The parts of an analysis that an earlier run has made, as far as they still hold.

A part depends on its sources, on what it has asked of other files, and on what is the same for all parts. What rules
say of it depends on what the whole project declares as well, which is known only later: see `Unit.fits`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqsfifo_lint.cache.plain import Unreadable, dumps, loads
from sqsfifo_lint.cache.results import Cache
from sqsfifo_lint.handling.uses import QUESTIONS
from sqsfifo_lint.model import Infrastructure
from sqsfifo_lint.report import Judged
from sqsfifo_lint.run.recall import said_to_all
from sqsfifo_lint.run.share import Found
from sqsfifo_lint.run.task import Task
from sqsfifo_lint.source.files import digest_of
from sqsfifo_lint.source.project import SETS, Project

_QUESTIONS = {**QUESTIONS, SETS.name: SETS}


@dataclass(frozen=True, slots=True)
class Unit:
    """What was found in a part."""

    found: Found
    wanted: bool
    """Whether it was asked what it declares."""
    declared: Infrastructure
    joined: str
    """A digest of what the whole project declared when it was judged."""
    judged: Judged

    def fits(self, wanted: bool, declared: str) -> bool:
        """Whether it holds in a project of which a digest of what it declares is `declared`."""
        return self.wanted == wanted and (self.joined == declared or not self.found.sends)


class Units:
    """The parts of one project that are kept."""

    def __init__(self, task: Task, cache: Cache, project: Project, overridden: Sequence[str]) -> None:
        self._cache = cache
        self._project = project
        graph = sorted((name, sorted(project.files.imported(name))) for name in project.files.names)
        names = "\0".join(sorted(project.sources))
        self._common = ("unit", *said_to_all(task), "\0".join(overridden), names, repr(graph))

    def known(self, part: Project) -> Unit | None:
        """What an earlier run has found in a part, if all that it has asked of files has the same answer."""
        data = self._cache.get(self._key(part))
        if data is None:
            return None
        try:
            found, senders, *others = loads(data)
            unit = Unit(Found(found, senders), *others)
        except (Unreadable, TypeError, ValueError):
            return None
        files = part.files
        judged = unit.judged
        same = (
            all(digest_of(files.data(name)) == digest for name, digest in judged.followed.items())
            and all(tuple(files.holding(*words)) == tuple(names) for words, names in judged.holding.items())
            and all(
                digest_of(files.data(path)) == digest or files.ask(_QUESTIONS[question], path, name) == answer
                for (question, path, name), (digest, answer) in judged.answers.items()
            )
        )
        return unit if same else None

    def keep(self, part: Project, unit: Unit) -> None:
        """Keep what was found in a part."""
        value = (*unit.found, unit.wanted, unit.declared, unit.joined, unit.judged)
        self._cache.put(self._key(part), dumps(value))

    def _key(self, part: Project) -> bytes:
        sources = (piece for name, data in sorted(part.sources.items()) for piece in (name, data))
        return self._cache.key(*self._common, *sources)
