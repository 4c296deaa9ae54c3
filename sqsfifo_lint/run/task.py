"""What is to be checked: one project, what was found in it, and which of its files were asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqsfifo_lint.config import Config, regular_bytes
from sqsfifo_lint.met import met
from sqsfifo_lint.model import Problem
from sqsfifo_lint.run.discover import Discovered
from sqsfifo_lint.run.names import Names
from sqsfifo_lint.source.files import MAX_SIZE


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
    config: Config
    found: Discovered
    overlay: Mapping[str, bytes]
    """By absolute path: content that replaces files on disk, or adds to them."""

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
        return [self.names.of(path) for path in (*self.config.unfollowed, *followed)]

    @property
    def wants_declarations(self) -> bool:
        """Whether a file that may declare queues is asked for by name: then it is read, whatever is sent."""
        return not self.asked.exact.isdisjoint(self.found.infrastructure)

    @property
    def files(self) -> int:
        """How many Python files are asked for."""
        return sum(path in self.asked for path in self.found.python)

    def asks_for(self, name: str) -> bool:
        """Whether the file of this name is reported on."""
        return self.asked.everything or self.names.path(name) in self.asked

    def read(self, name: str) -> bytes:
        """The content of the file of this name. Raises OSError if it cannot be read."""
        path = self.names.path(name)
        if path in self.overlay:
            return self.overlay[path]
        if path in self.found.relevant:
            return self.found.relevant[path]
        try:
            return regular_bytes(Path(path), MAX_SIZE)
        except ValueError as error:
            met("MAX_SIZE")
            raise OSError(None, str(error)) from None
