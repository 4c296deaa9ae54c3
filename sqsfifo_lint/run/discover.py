"""Which files there are: walks folders as git and flake8 see them, and keeps the bytes of files that can contain sends.

Walking a large tree is most of the cost of a run, so it asks the system for as little as it can: one listing per
folder, and git-ignore patterns only for folders and for the few files that matter.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from sqsfifo_lint.cache.ruled_out import RuledOut
from sqsfifo_lint.config import regular_bytes
from sqsfifo_lint.run.ignores import SKIPPED, Ignores
from sqsfifo_lint.run.reading import read, read_all, reason
from sqsfifo_lint.run.settings import GIT, Settings
from sqsfifo_lint.source.files import MAX_SIZE

PROJECT_FILES = ("pyproject.toml", "setup.cfg", "setup.py", "tox.ini", "sqsfifo-lint.toml")
"""What makes a folder a project. In a repository there may be many."""
MARKERS = (*PROJECT_FILES, GIT)
"""What makes a folder the root of what is read."""

MOST_ABOVE = 8
"""Levels above a project, up to which an outer one is looked for where there is no repository. Nobody nests deeper; and
a stray file far above must not make us read whatever is below it."""

SUFFIXES = (".py", ".pyw")


@dataclass(slots=True)
class Discovered:
    """What a walk found. Paths are absolute."""

    relevant: dict[str, bytes] = field(default_factory=dict)
    """The content of each file that can contain a send."""
    python: list[str] = field(default_factory=list)
    """Every Python file; may include git-ignored ones that are not relevant."""
    infrastructure: list[str] = field(default_factory=list)
    """Every other file that may declare queues, by its name; not read, and may include git-ignored ones."""
    problems: list[tuple[str, str]] = field(default_factory=list)
    """A path, and what is wrong with it."""
    hidden: list[Path] = field(default_factory=list)
    """What was asked for by name although something hides it."""
    links: list[str] = field(default_factory=list)
    """Links that lead out of the project and are not followed."""
    ignored_folders: list[str] = field(default_factory=list)
    """The folders that are git-ignored or excluded, with a separator at the end."""
    projects: list[str] = field(default_factory=list)
    """Every folder below the root that is a project by itself: absolute imports begin there."""
    repositories: list[str] = field(default_factory=list)
    """Folders below the root that are repositories by themselves: their files belong to them."""
    ignoring: Sequence[tuple[str, bytes]] = ()
    """The git-ignore files that count, with their contents."""
    hides: Callable[[str], bool] = field(default=lambda path: False, compare=False)
    """Whether a file is git-ignored or excluded: for files that are listed but not read yet."""


def project_root(start: Path) -> Path | None:
    """What is read for a file in the folder `start`: the repository; without one, the outermost project around it.

    What else lies in the home folder, or in one for temporary files, is no part of it.
    """
    folders = (start, *start.parents)
    repository = next((folder for folder in folders if (folder / GIT).exists()), None)
    inner = next((level for level, folder in enumerate(folders) if is_project(folder)), None)
    if inner is None or (repository is not None and not _is_shared(repository)):
        return repository
    found = folders[inner]
    for folder in folders[inner : inner + MOST_ABOVE + 1]:
        if _is_shared(folder):
            break
        if is_project(folder):
            found = folder
    return found


def is_project(folder: Path) -> bool:
    """Whether a folder is a project, or the root of a repository."""
    return any((folder / marker).exists() for marker in MARKERS)


def is_whole(root: Path) -> bool:
    """Whether all that is below a root belongs together, and not only the files beside the one that is asked for."""
    return is_project(root) or (root == Path.cwd() and not _is_shared(root))


def _is_shared(folder: Path) -> bool:
    """Whether a folder holds what does not belong together."""
    return folder == folder.parent or str(folder) in {os.path.expanduser("~"), *_TEMPORARY}


_TEMPORARY = {os.path.realpath(os.environ.get("TMPDIR", "/tmp")), "/tmp", "/var/tmp"}


def root_of(folder: Path) -> Path:
    """The root of what is read for the files in a folder (absolute), whatever else is asked for.

    Without a repository around it, the working folder counts as a project, even if nothing says so.
    """
    root, here = project_root(folder) or folder, Path.cwd()
    return here if here in root.parents and is_whole(here) and not (root / GIT).exists() else root


def group_by_root(paths: Sequence[Path]) -> dict[Path, list[Path]]:
    """Absolute paths by the root of what is read for them."""
    groups: dict[Path, list[Path]] = {}
    known: dict[Path, Path] = {}
    for path in paths:
        folder = path if path.is_dir() else path.parent
        if folder not in known:
            known[folder] = root_of(folder)
        groups.setdefault(known[folder], []).append(path)
    return groups


def discover(
    root: Path,
    paths: Sequence[Path],
    relevant: Callable[[bytes], bool],
    *,
    settings: Settings | None = None,
    infrastructure: Callable[[str], bool] = lambda name: False,
    overlay: Mapping[str, bytes] | None = None,
    first: Callable[[], object] = lambda: None,
    ruled_out: Callable[[], RuledOut | None] = lambda: None,
) -> Discovered:
    """Walk the project at `root` and everything in `paths` (absolute), and read what is there.

    If `root` is not the root of a project (for a file somewhere in `/tmp`), what belongs to it is unknown: then only
    the files beside the one that was asked for are read, not the folders below.

    What is excluded, followed ... is up to the configuration of the folder that it is in. A file or folder in `paths`
    is included even if it is excluded or ignored, unless `force_exclude` says otherwise.
    Other links that lead out of the project are followed only with `follow_links`: what somebody's link makes us read,
    a report may show.
    `overlay` has content that replaces (or adds) files, by absolute path. `relevant` decides by content which Python
    files are kept; `infrastructure`, by name, which other files are listed. `first` and `ruled_out`, which is asked
    once it is known which configurations there are: see `read_all`.
    """
    settings = settings or Settings()
    ignores = Ignores(root, settings, settings.default.respect_gitignore)
    walk = _Walk(Discovered(), relevant, infrastructure, overlay or {}, ignores, first, ruled_out)
    walk.folder(str(root), deep=root in paths or is_whole(root))
    for path in paths:
        if str(path) in walk.folders:
            continue
        hidden = walk.ignores.hides(path)
        if hidden and settings.default.force_exclude:
            continue
        if hidden:
            walk.found.hidden.append(path)
        walk.explicit(path)
    for name in overlay or ():
        if not (settings.default.force_exclude and walk.ignores.hides(Path(name))):
            walk.file(name)
    walk.found.problems.extend(walk.ignores.problems)
    asked = set(map(str, paths))
    walk.found.links = sorted(path for path in walk.found.links if path not in asked and not walk.hides(path))
    walk.found.ignoring = walk.ignores.read
    walk.found.hides, walk.found.ignored_folders = walk.hides, walk.ignores.hidden_folders
    return walk.found


class _Walk:
    """One pass over folders, collected in `found`."""

    def __init__(
        self,
        found: Discovered,
        relevant: Callable[[bytes], bool],
        infrastructure: Callable[[str], bool],
        overlay: Mapping[str, bytes],
        ignores: Ignores,
        first: Callable[[], object],
        ruled_out: Callable[[], RuledOut | None],
    ) -> None:
        self.found = found
        self.relevant = relevant
        self.infrastructure = infrastructure
        self.overlay = overlay
        self.ignores = ignores
        self.first = first
        self.ruled_out = ruled_out
        self.inside: tuple[str, ...] = (_real(ignores.root),)
        """The folders of the project, as they are without links."""
        self.beneath: list[tuple[str, Ignores]] = []
        """What hides files in folders that were asked for by name although something hides them."""
        self.folders: set[str] = set()
        self.files: set[str] = set()

    def explicit(self, path: Path) -> None:
        """Include a path that was asked for by name, whatever the ignore files say."""
        name = str(path)
        if name in self.overlay:
            return
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:
            self.found.problems.append((name, reason(error)))
            return
        if S_ISDIR(mode):
            self.ignores, usual = self.ignores.beneath(path), self.ignores
            self.beneath.append((os.path.join(name, ""), self.ignores))
            self.inside = (*self.inside, _real(name))
            self.folder(name)
            self.ignores = usual
        elif S_ISREG(mode):
            self.file(name)
        else:
            self.found.problems.append((name, "is neither a file nor a folder"))

    def folder(self, top: str, *, deep: bool = True) -> None:
        """Everything below `top`, or directly in it."""
        before = len(self.found.problems)
        files = self._list(top, deep)
        self.files.update(files)
        self.found.python.extend(files)
        on_disk = [path for path in files if path not in self.overlay]
        contents, problems = read_all(on_disk, self.relevant, self.first, self.ruled_out())
        self.found.problems.extend(problems)
        # Ignore patterns cost more than reading a file, so they are tried only on the few files that matter.
        hidden = self.ignores.file
        self.found.relevant.update((path, data) for path, data in contents if not hidden(path))
        self.found.problems[before:] = [
            problem for problem in self.found.problems[before:] if problem[0] == top or not hidden(problem[0])
        ]

    def _list(self, top: str, deep: bool) -> list[str]:
        """The Python files below `top`, or directly in it, with git-ignored ones in folders that are not ignored."""
        files: list[str] = []
        pending, linked = [top], list[str]()
        seen: set[tuple[int, int]] = set()
        while pending or linked:
            path = pending.pop() if pending else linked.pop()
            self.folders.add(path)
            try:
                with os.scandir(path) as listing:
                    entries = list(listing)
            except OSError as error:
                self.found.problems.append((path, reason(error)))
                continue
            names = {entry.name for entry in entries}
            if "pyvenv.cfg" in names and path != top:
                continue
            if GIT in names and path != top:
                self.found.repositories.append(path)
                continue
            self.ignores.enter(path, names)  # before its configuration is asked for, which costs three look-ups else
            if self._links_are_followed(path) and not _is_new(path, seen):
                continue
            if not names.isdisjoint(PROJECT_FILES):
                self.found.projects.append(path)
            for entry in entries:
                if entry.name.endswith(SUFFIXES) and self._is_file(entry):
                    files.append(entry.path)
                elif self._is_open_folder(entry):
                    if deep:
                        (linked if entry.is_symlink() else pending).append(entry.path)
                elif self.infrastructure(entry.path) and self._is_file(entry):
                    self.found.infrastructure.append(entry.path)
        return files

    def _is_file(self, entry: os.DirEntry[str]) -> bool:
        try:
            return entry.is_file() and (not entry.is_symlink() or self._is_inside(entry.path) or self._follows(entry))
        except OSError as error:
            self.found.problems.append((entry.path, reason(error)))
            return False

    def _is_open_folder(self, entry: os.DirEntry[str]) -> bool:
        try:
            if not entry.is_dir():
                return False
        except OSError:
            return False
        if entry.name in SKIPPED or entry.path in self.folders or self.ignores.folder(entry.path):
            return False
        # What a link to a folder of the project leads to is found where it is.
        return not entry.is_symlink() or (not self._is_inside(entry.path) and self._follows(entry))

    def _is_inside(self, path: str) -> bool:
        """Whether a link leads to something in the project."""
        return _real(path).startswith(self.inside)

    def _follows(self, link: os.DirEntry[str]) -> bool:
        """Whether a link out of the project is followed; that it is not is noted."""
        follows = self._links_are_followed(os.path.dirname(link.path))
        if not follows:
            self.found.links.append(link.path)
        return follows

    def _links_are_followed(self, folder: str) -> bool:
        return self.ignores.settings.inside(folder).follow_links

    def hides(self, path: str) -> bool:
        """Whether a file that was listed is git-ignored or excluded."""
        ignores = next((inner for folder, inner in self.beneath if path.startswith(folder)), self.ignores)
        return ignores.file(path)

    def file(self, path: str) -> None:
        """One file, whatever its name."""
        if not path.endswith(SUFFIXES) and self.infrastructure(path):
            if path not in self.found.infrastructure:
                self.found.infrastructure.append(path)
            return
        data = self.overlay.get(path)
        if not path.endswith(SUFFIXES) and _is_other_script(path, data):
            return
        if path in self.files and data is None:
            if path not in self.found.relevant and (content := read(path, self.relevant, [])) is not None:
                self.found.relevant[path] = content  # git-ignored, but asked for
            return
        if path not in self.files:
            self.files.add(path)
            self.found.python.append(path)
        if data is None:
            data = read(path, self.relevant, self.found.problems)
        elif not self.relevant(data):
            data = None
        if data is not None:
            self.found.relevant[path] = data


def _is_other_script(path: str, data: bytes | None) -> bool:
    """Whether the first line of a file says that another program than Python runs it."""
    if data is None:
        try:
            data = regular_bytes(Path(path), MAX_SIZE)
        except (OSError, ValueError):
            return False  # reading it will fail, and be reported
    return data.startswith(b"#!") and b"python" not in data.partition(b"\n")[0]


def _real(path: str) -> str:
    """Where a path leads without links, with a separator at the end."""
    return os.path.join(os.path.realpath(path), "")


def _is_new(folder: str, seen: set[tuple[int, int]]) -> bool:
    """Whether a folder has not been seen yet, under whatever name; it is noted."""
    try:
        found = os.stat(folder)
    except OSError:
        return True  # listing it will fail, and be reported
    known = (found.st_dev, found.st_ino) in seen
    seen.add((found.st_dev, found.st_ino))
    return not known
