"""What is to be checked: one project, what was found in it, and which of its files were asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from sqsfifo_lint.cache.results import Cache
from sqsfifo_lint.cache.ruled_out import RuledOut
from sqsfifo_lint.config import Config, regular_bytes
from sqsfifo_lint.met import met
from sqsfifo_lint.model import Problem
from sqsfifo_lint.queues.kinds import may_connect, may_declare
from sqsfifo_lint.run.discover import Discovered
from sqsfifo_lint.run.names import Names
from sqsfifo_lint.run.reading import read_all
from sqsfifo_lint.run.relevance import declares_fifo
from sqsfifo_lint.run.remembered import remembered
from sqsfifo_lint.run.settings import Settings
from sqsfifo_lint.source.files import MAX_SIZE

FEW = 500
"""Templates and scripts of a project, up to which they are looked at even if no code sends: it takes 20 ms."""


class Asked:
    """The files that are reported on: `path in asked`, with an absolute path."""

    def __init__(self, paths: Sequence[Path], root: Path) -> None:
        self.everything = root in paths
        self.exact = {str(path) for path in paths}
        self._below = tuple(os.path.join(str(path), "") for path in paths)

    def __contains__(self, path: str) -> bool:
        return self.everything or path in self.exact or path.startswith(self._below)


@dataclass(frozen=True)
class Task:
    """A project, read as far as may be necessary."""

    names: Names
    asked: Asked
    settings: Settings
    found: Discovered
    overlay: Mapping[str, bytes]
    """By absolute path: content that replaces files on disk, or adds to them."""
    configs: Sequence[Config] = ()
    """The configurations of the files that are reported on, which agree on what functions do."""
    audited: bool = False
    """What is likely is looked for, whatever the configurations say."""
    divided: bool = False
    """Other configurations, which do not agree with these, are those of other files that were asked for."""
    cache: Cache | None = None
    """What earlier runs have found."""

    @cached_property
    def sources(self) -> Sequence[tuple[str, bytes]]:
        """Name and content of each file that can contain a send."""
        return sorted((self.names.of(path), data) for path, data in self.found.relevant.items())

    @cached_property
    def python(self) -> Sequence[str]:
        """The names of all Python files."""
        return self.names.of_all(self.found.python)

    @property
    def unread(self) -> Sequence[Problem]:
        """The files that could not be read."""
        return [Problem(self.names.of(path), message, taken_out=True) for path, message in self.found.problems]

    @property
    def links(self) -> Sequence[str]:
        """The names of links that lead out of the project, were asked for and are not followed."""
        followed = [path for path in self.found.links if path in self.asked]
        return [self.names.of(path) for path in (*self.settings.unfollowed, *followed)]

    @cached_property
    def wants_declarations(self) -> bool:
        """Whether what is declared is judged, whatever is sent: code declares FIFO queues, or connects them, or a file
        that may declare queues is asked for by name.
        """
        if self.declaring:
            return True
        for path in self.asked.exact.intersection(self.found.infrastructure):
            with suppress(OSError):
                if may_declare(self.read(self.names.of(path))):
                    return True
        return False

    @cached_property
    def connects(self) -> bool:
        """Whether a template or script connects a FIFO queue with a service: then it is judged, whatever code does.

        In a project with very many such files that is not asked.
        """
        paths = self.found.infrastructure
        if len(paths) > FEW:
            return False
        contents, _ = read_all(paths, may_connect, ruled_out=self.ruled_out("connects"))
        return any(not self.hides(path) for path, _ in contents)

    @cached_property
    def declaring(self) -> Sequence[str]:
        """The files, by their absolute paths, that are about FIFO queues and may declare or connect them.

        In a very large project they are no part of what was found.
        """
        return [path for path, data in self.found.relevant.items() if declares_fifo(data)]

    @cached_property
    def projects(self) -> Sequence[str]:
        """The folders that are projects by themselves; the root is ''."""
        root = str(self.names.root)
        return sorted("" if folder == root else self.names.of(folder) for folder in self.found.projects)

    @property
    def files(self) -> int:
        """How many Python files are reported on."""
        return sum(map(self._reports_on, self.found.python))

    def asks_for(self, name: str) -> bool:
        """Whether the file of this name is reported on."""
        return (self.asked.everything and not self.divided) or self._reports_on(self.names.path(name))

    def ruled_out(self, search: str) -> RuledOut | None:
        """What an earlier run has ruled out by a search of this name."""
        return self.cache.ruled_out(search, str(self.names.root)) if self.cache is not None else None

    def _reports_on(self, path: str) -> bool:
        return path in self.asked and (not self.divided or id(self.settings.of(path)) in self._ours)

    @cached_property
    def _ours(self) -> AbstractSet[int]:
        return {id(config) for config in self.configs}

    @property
    def config(self) -> Config:
        """The configuration of the files that are reported on; the first, if they have several."""
        return self.configs[0] if self.configs else self.settings.default

    def hides(self, path: str) -> bool:
        """Whether a file that was found is left out: it is excluded or git-ignored, and does not count by its name."""
        return path not in self._named and self.found.hides(path)

    @cached_property
    def _named(self) -> AbstractSet[str]:
        return frozenset(map(str, self.found.hidden))

    def config_of(self, name: str) -> Config:
        """The configuration of the file of this name."""
        return self.settings.of(self.names.path(name))

    @property
    def audit(self) -> bool:
        """Whether what is likely is looked for."""
        return self.audited or any(config.audit for config in self.configs)

    def by_agreement(self) -> Iterator[Task]:
        """This task in several, one for each opinion that the configurations have of functions.

        Raises ConfigError if the configuration of a file that was asked for is not valid.
        """
        folders = {path if os.path.isdir(path) else os.path.dirname(path) for path in self.asked.exact}
        if len(self.settings.all) > 1:
            files = (path for path in (*self.found.python, *self.found.infrastructure) if path in self.asked)
            folders.update(map(os.path.dirname, files))
        opinions: list[list[Config]] = []
        for config in self.settings.demand(sorted(folders)):
            same = next((known for known in opinions if _agree(known[0], config)), None)
            if same is None:
                opinions.append([config])
            else:
                same.append(config)
        for configs in opinions:
            yield replace(self, configs=configs, divided=len(opinions) > 1)

    def read(self, name: str) -> bytes:
        """The content of the file of this name. Raises OSError if it cannot be read, or is hidden: it says nothing."""
        path = self.names.path(name)
        if path in self.overlay:
            return self.overlay[path]
        if path in self.found.relevant:
            return self.found.relevant[path]
        if self.hides(path):
            raise OSError(None, "it is hidden")
        disk = remembered()
        if disk is not None and (data := disk.data(path)) is not None:
            return data
        try:
            data = regular_bytes(Path(path), MAX_SIZE)
        except ValueError as error:
            met("MAX_SIZE")
            raise OSError(None, str(error)) from None
        if disk is not None:
            disk.keep(path, data)
        return data

    def stamp(self, name: str) -> object:
        """What differs whenever the content of the file of this name does, in a process that remembers files."""
        path = self.names.path(name)
        given = self.overlay.get(path, self.found.relevant.get(path))
        if given is not None:
            return given
        disk = remembered()
        stamp = disk.stamp(path) if disk is not None else None
        return object() if stamp is None else stamp  # what is not known equals nothing


def _agree(one: Config, other: Config) -> bool:
    """Whether two configurations say the same of functions."""
    return (one.senders, one.sources) == (other.senders, other.sources)
