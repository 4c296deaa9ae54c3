"""The configuration of each file: that of the nearest folder, its own or above, that has one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path

from sqsfifo_lint.config import OWN_FILE, PYPROJECT, Config, ConfigError, Patterns, config_in, links_out
from sqsfifo_lint.run.gitignore import Ignoring

GIT = ".git"
"""What the top of a repository holds: a folder, or a file in a submodule or a second work tree."""

_MARKS = frozenset({OWN_FILE, PYPROJECT, GIT})
"""Names that a folder must hold for its files to have another configuration than the folder above."""

Covers = tuple[str, Ignoring]
"""A folder, and patterns relative to it."""


class Settings:
    """Finds the configuration of files. What is wrong with one is told to whoever demands that of its files."""

    def __init__(self, fixed: Config | None = None, adjusted: Callable[[Config], Config] | None = None) -> None:
        """`fixed`: the configuration of every file, whatever folders have; None looks for them.

        `adjusted` makes of each configuration what holds in this run: the options of a command come on top.
        """
        self._adjusted = adjusted or (lambda config: config)
        self._fixed = fixed is not None
        self.default = self._adjusted(fixed or Config())
        """What holds where nothing is configured."""
        self._known: dict[str, Config] = {}
        self._wrong: dict[int, ConfigError] = {}
        self.all: list[Config] = [self.default]
        """Every configuration that was found so far."""
        self.unfollowed: list[str] = []
        """Paths of configuration files that were met and do not count, for they are links out of the project."""
        self._excludes: dict[int, Sequence[Covers]] = {}

    def of(self, path: str) -> Config:
        """The configuration of the file or folder at a path; if that is not valid, the default."""
        return self.inside(os.path.dirname(path))

    def inside(self, folder: str) -> Config:
        """The configuration of the files in a folder; if that is not valid, the default."""
        if self._fixed:
            return self.default
        below: list[str] = []
        while folder not in self._known:
            own, parent = self._own(folder), os.path.dirname(folder)
            if own is not None or parent == folder or os.path.exists(os.path.join(folder, GIT)):
                self._known[folder] = own or self.default
            else:
                below.append(folder)
                folder = parent
        found = self._known[folder]
        self._known.update(dict.fromkeys(below, found))
        return found

    def enter(self, folder: str, names: AbstractSet[str]) -> None:
        """Note which names a folder holds, so that nothing is looked for that is not there."""
        if folder not in self._known and names.isdisjoint(_MARKS):
            self._known[folder] = self.inside(os.path.dirname(folder))

    def demand(self, folders: Iterable[str]) -> Sequence[Config]:
        """The configurations of the files in folders, each once. Raises ConfigError if one of them is not valid."""
        found: dict[int, Config] = {}
        for folder in folders:
            config = self.inside(folder)
            found.setdefault(id(config), config)
            if (error := self._wrong.get(id(config))) is not None:
                raise error
        return list(found.values())

    def excludes(self, folder: str, root: str) -> Sequence[Covers]:
        """What `exclude` says of what is in a folder."""
        config = self.inside(folder)
        if id(config) not in self._excludes:
            self._excludes[id(config)] = [
                (str(patterns.base or root), Ignoring(patterns.patterns))
                for patterns in config.exclude
                if patterns.patterns
            ]
        return self._excludes[id(config)]

    def _own(self, folder: str) -> Config | None:
        """The configuration that a folder itself has; in place of one that is not valid, another default."""
        wrong, follow = None, self.default.follow_links
        if not follow:
            self.unfollowed += map(str, links_out(Path(folder)))
        try:
            found = config_in(Path(folder), follow_links=follow)
        except ConfigError as error:
            found, wrong = Config(), error
        if found is None:
            return None
        found = self._adjusted(found) if wrong is None else replace(self.default)
        self.all.append(found)
        if wrong is not None:
            self._wrong[id(found)] = wrong
        return found


def covering(patterns: Patterns, root: str) -> Callable[[str], bool]:
    """Whether a path, or a folder that it lies in, fits patterns, which are relative to `root` unless they say else."""
    ignoring = Ignoring(patterns.patterns)
    prefix = os.path.join(str(patterns.base or root), "")
    return lambda path: path.startswith(prefix) and ignoring.covers(path[len(prefix) :].replace(os.sep, "/"))
