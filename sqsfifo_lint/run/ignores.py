"""Which files and folders are left out: by .gitignore files, by `exclude`, or because code is never kept there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sqsfifo_lint.config import regular_bytes
from sqsfifo_lint.run.gitignore import Ignoring, lines_of
from sqsfifo_lint.run.settings import Covers, Settings

SKIPPED = frozenset(
    {".git", ".hg", ".svn", ".bzr", "CVS", "node_modules", "__pycache__", ".tox", ".nox", ".eggs"}
    | {".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".direnv"}
)
"""Folders that never contain the project's own code. A virtual environment is recognised by its pyvenv.cfg."""

MOST_BYTES = 1024 * 1024
"""Bytes of a git-ignore file; a larger one is not written by hand, and is reported instead of read."""


class Ignores:
    """What .gitignore files, .git/info/exclude and `exclude` patterns hide."""

    def __init__(self, root: Path, settings: Settings, respect_gitignore: bool) -> None:
        self.root = str(root)
        self.settings = settings
        self.respect_gitignore = respect_gitignore
        self.named: str | None = None
        """A folder that was asked for by name: what excludes the folder itself does not count."""
        self.hidden_folders: list[str] = []
        """The folders that were found to be hidden, with a separator at the end."""
        self.problems: list[tuple[str, str]] = []
        """Ignore files that are not read, and why."""
        self.chains: dict[str, tuple[tuple[str, Ignoring], ...]] = {}
        """By folder: the patterns that apply in it, the nearest first."""
        self.read: list[tuple[str, bytes]] = []
        """The ignore files that count, with their contents."""
        self.above = tuple(self._above(root)) if respect_gitignore else ()

    def _above(self, root: Path) -> Iterator[tuple[str, Ignoring]]:
        """Git's patterns from outside the root, the nearest first. The root's own file is read on entering it."""
        top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)
        if top is None:
            return
        for folder in (root, *root.parents):
            if folder != root and (spec := self._read(folder / ".gitignore")):
                yield str(folder), spec
            if folder == top:
                break
        if spec := self._read(top / ".git" / "info" / "exclude", through_links=True):
            yield str(top), spec

    def _read(self, path: Path, *, through_links: bool = False) -> Ignoring | None:
        """The patterns in a git-ignore file; None if there are none, or no such file. As in git, it is no link."""
        if path.is_symlink() and not through_links:
            return None
        try:
            data = regular_bytes(path, MOST_BYTES)
        except ValueError:
            self.problems.append((str(path), f"is too large to be read (the limit is {MOST_BYTES // 1024} KiB)"))
            return None
        except OSError:
            return None
        self.read.append((str(path), data))
        return Ignoring(lines_of(data)) or None

    def enter(self, folder: str, names: set[str]) -> None:
        """Note the patterns that apply in a folder, before anything in it is looked up."""
        self.settings.enter(folder, names)
        if not self.respect_gitignore:
            return
        parent = os.path.dirname(folder)
        chain = self.chains.get(parent, self.above)
        if ".gitignore" in names and (spec := self._read(Path(folder, ".gitignore"))):
            chain = ((folder, spec), *chain)
        self.chains[folder] = chain

    def descend(self, folder: Path) -> None:
        """Enter each folder from the root to this one, as a walk does. What cannot be listed is passed over."""
        inner = (folder, *folder.parents)
        for one in reversed([one for one in inner if str(one) == self.root or Path(self.root) in one.parents]):
            if str(one) not in self.chains:
                with suppress(OSError):
                    self.enter(str(one), set(os.listdir(one)))

    def beneath(self, folder: Path) -> Ignores:
        """The ignores for a folder that was asked for by name: none that hides the folder itself."""
        inner = Ignores(folder, self.settings, self.respect_gitignore)
        inner.above, inner.problems, inner.named = (), self.problems, str(folder)
        inner.hidden_folders, inner.read = self.hidden_folders, self.read
        return inner

    def folder(self, path: str) -> bool:
        """Whether a folder is hidden, which is noted."""
        hidden = self._hidden(path, "/")
        if hidden:
            self.hidden_folders.append(os.path.join(path, ""))
        return hidden

    def file(self, path: str) -> bool:
        """Whether a file is hidden."""
        return self._hidden(path, "")

    def _hidden(self, path: str, end: str) -> bool:
        for exclude in self.settings.excludes(os.path.dirname(path), self.root):
            if _covers(exclude, path + end) and not (self.named and _covers(exclude, self.named + "/")):
                return True
        if not self.respect_gitignore:
            return False
        for base, spec in self.chains.get(os.path.dirname(path), self.above):
            inner = _inside(base, path)
            if inner is None:
                continue
            verdict = spec.verdict(inner + end)
            if verdict is not None:
                return verdict
        return False

    def hides(self, path: Path) -> bool:
        """Whether a path, or a folder on the way to it from the root, is hidden or never entered."""
        current = str(path)
        end = "/" if path.is_dir() else ""
        while _inside(self.root, current):
            if self._hidden(current, end) or (end and os.path.basename(current) in SKIPPED):
                return True
            current, end = os.path.dirname(current), "/"
        return False


def _covers(exclude: Covers, path: str) -> bool:
    inner = _inside(exclude[0], path)
    return inner is not None and exclude[1].covers(inner)


def _inside(base: str, path: str) -> str | None:
    """`path` relative to the folder `base`, with `/`; None if it is not inside."""
    prefix = base if base.endswith(os.sep) else base + os.sep
    if not path.startswith(prefix):
        return None
    inner = path[len(prefix) :]
    return inner.replace(os.sep, "/") if os.sep != "/" else inner
