"""The results for a project, taken from an earlier run where nothing that they depend on has changed since.

They depend on what the key is made of, and on what was read besides, which is known only once it has been read: the
files that values were followed into, and what declares queues. So a result is kept with a record of these, and believed
if reading them again yields the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping

from sqsfifo_lint.cache.identity import NONE, identity
from sqsfifo_lint.cache.plain import Unreadable, dumps, loads
from sqsfifo_lint.cache.results import Cache
from sqsfifo_lint.report import Judged
from sqsfifo_lint.run.survey import gather
from sqsfifo_lint.run.task import Task
from sqsfifo_lint.source.files import digest_of, digest_of_imports

_Kept = tuple[Judged, Mapping[str, int]]
"""A result, and the identities of the files that were followed."""


def recalled(task: Task, analysed: Callable[[], Judged]) -> Judged:
    """What `analysed` returns for a task, or has returned for it in an earlier run."""
    cache = task.cache
    if cache is None:
        return analysed()
    key = _key(task, cache)
    try:
        data = cache.get(key)
        kept: _Kept | None = loads(data) if data is not None else None
    except Unreadable:
        kept = None
    if kept is not None and _holds(task, cache, *kept):
        return kept[0]
    judged = analysed()
    if judged.whole:
        cache.put(key, dumps((judged, dict(_identities(task, cache, judged)))))
    return judged


def _key(task: Task, cache: Cache) -> bytes:
    """All that a result depends on, except for what is read besides the sources."""
    return cache.key(
        "judged",
        *said_to_all(task),
        repr((task.wants_declarations, task.connects)),
        _all(sorted(task.found.infrastructure)),
        *(part for name, data in task.sources for part in (name, data)),
    )


def said_to_all(task: Task) -> tuple[str, ...]:
    """What every part of an analysis depends on, whatever is in the files: configuration, and names."""
    settings = task.settings
    return (
        str(task.names.root),
        repr((task.audited, task.divided)),
        *(repr((config.origin, config)) for config in (settings.default, *settings.all, *task.configs)),
        _all(task.projects),
        _all(sorted(task.python)),
    )


def _all(names: Iterable[str]) -> str:
    return "\0".join(names)


def _holds(task: Task, cache: Cache, judged: Judged, identities: Mapping[str, int]) -> bool:
    """Whether what was read besides the sources is as it was."""

    def same(name: str, digest: str, of: Callable[[bytes | None], str]) -> bool:
        known = identities.get(name, NONE)
        return (known != NONE and known == _identity(task, cache, name)) or digest == of(_data(task, name))

    return (
        all(same(name, digest, digest_of) for name, digest in judged.followed.items())
        and all(same(path, digest, digest_of) for (_, path, _), (digest, _) in judged.answers.items())
        and all(same(name, digest, digest_of_imports) for name, digest in judged.imports.items())
        and (judged.surveyed is None or judged.surveyed[1] == gather(task, judged.surveyed[0]).digest())
    )


def _identities(task: Task, cache: Cache, judged: Judged) -> Iterator[tuple[str, int]]:
    """The identities of files that were read and have not changed since before that."""
    for name in {*judged.followed, *judged.imports, *(path for _, path, _ in judged.answers)}:
        if (found := _identity(task, cache, name)) != NONE:
            yield name, found


def _identity(task: Task, cache: Cache, name: str) -> int:
    path = task.names.path(name)
    if path in task.overlay or task.hides(path):
        return NONE
    try:
        return identity(os.stat(path), cache.now)
    except (OSError, ValueError):
        return NONE


def _data(task: Task, name: str) -> bytes | None:
    try:
        return task.read(name)
    except OSError:
        return None
