"""Which files there are: walks folders as git and flake8 see them, and keeps the bytes of files that can hold a send.

A walk over a large tree is most of what a run costs, so it asks the system for as little as it can: one listing a
folder, one open and one read a file, and git-ignore patterns only for folders and for the few files that matter.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING

from sqsfifo_lint.config import Patterns
from sqsfifo_lint.run.workers import Team, processes

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

MAX_SIZE = 8 * 1024 * 1024
"""Bytes. Nobody writes a larger file by hand, and parsing one takes minutes."""

MARKERS = ("pyproject.toml", "setup.cfg", "tox.ini", ".git", "sqsfifo-lint.toml")
"""What makes a folder the root of a project."""

SUFFIXES = (".py", ".pyw")

SKIPPED = frozenset(
    {".git", ".hg", ".svn", ".bzr", "CVS", "node_modules", "__pycache__", ".tox", ".nox", ".eggs"}
    | {".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".direnv"}
)
"""Folders that never hold the project's own code. A virtual environment is known by its pyvenv.cfg."""

MANY = 4000
"""From this number of files on, a second process more than makes up for its start."""

_READ = 1 << 16


@dataclass(slots=True)
class Discovered:
    """What a walk came across. Paths are absolute."""

    relevant: dict[str, bytes] = field(default_factory=dict)
    """The content of each file that can hold a send."""
    python: list[str] = field(default_factory=list)
    """Every Python file; may hold git-ignored ones that are not relevant."""
    infrastructure: list[str] = field(default_factory=list)
    """Every other file whose name says that it may declare queues; not read, and git-ignored ones among them."""
    problems: list[tuple[str, str]] = field(default_factory=list)
    """A path, and what is wrong with it."""
    hides: Callable[[str], bool] = field(default=lambda path: False, compare=False)
    """Whether a file is git-ignored or excluded: for files that are listed and not read yet."""


def project_root(start: Path) -> Path | None:
    """The nearest folder, `start` or above, that a project begins in."""
    return next((folder for folder in (start, *start.parents) if is_project(folder)), None)


def is_project(folder: Path) -> bool:
    """Whether a project begins in a folder."""
    return any((folder / marker).exists() for marker in MARKERS)


def group_by_root(paths: Sequence[Path]) -> dict[Path, list[Path]]:
    """Absolute paths by the root of the project that they belong to.

    That is the nearest project root of the folder they have in common. When there is none, each path has its own: its
    nearest root, or the folder itself.
    """
    folders = [path if path.is_dir() else path.parent for path in paths]
    try:
        common = project_root(Path(os.path.commonpath(folders)))
    except ValueError:  # no path at all, or paths on several drives
        common = None
    if common is not None:
        return {common: list(paths)}
    groups: dict[Path, list[Path]] = {}
    for path, folder in zip(paths, folders, strict=True):
        groups.setdefault(project_root(folder) or folder, []).append(path)
    return groups


def discover(
    root: Path,
    paths: Sequence[Path],
    relevant: Callable[[bytes], bool],
    *,
    infrastructure: Callable[[str], bool] = lambda name: False,
    exclude: Sequence[Patterns] = (),
    respect_gitignore: bool = True,
    force_exclude: bool = False,
    overlay: Mapping[str, bytes] | None = None,
    first: Callable[[], object] = lambda: None,
) -> Discovered:
    """Walk the project at `root` and everything in `paths` (absolute), and read what is there.

    Where no project begins at `root` (a file left lying in `/tmp`), nobody knows what belongs to it: then only the
    files beside the one that was asked for are read, not the folders below.

    A file or folder in `paths` is taken even when it is excluded or ignored, unless `force_exclude` says otherwise.
    `overlay` holds content that replaces (or adds) files, by absolute path. `relevant` decides by content which Python
    files are kept; `infrastructure`, by name, which other files are listed. `first`: see `read_all`.
    """
    walk = _Walk(
        Discovered(), relevant, infrastructure, overlay or {}, _Ignores(root, exclude, respect_gitignore), first
    )
    walk.folder(str(root), deep=root in paths or is_project(root))
    for path in paths:
        if str(path) not in walk.folders and not (force_exclude and walk.ignores.hides(path)):
            walk.explicit(path)
    for name in overlay or ():
        if not (force_exclude and walk.ignores.hides(Path(name))):
            walk.file(name)
    return walk.found


class _Walk:
    """One pass over folders. Collects into `found`."""

    def __init__(
        self,
        found: Discovered,
        relevant: Callable[[bytes], bool],
        infrastructure: Callable[[str], bool],
        overlay: Mapping[str, bytes],
        ignores: _Ignores,
        first: Callable[[], object],
    ) -> None:
        self.found = found
        self.relevant = relevant
        self.infrastructure = infrastructure
        self.overlay = overlay
        self.ignores = ignores
        self.first = first
        self.folders: set[str] = set()
        self.files: set[str] = set()

    def explicit(self, path: Path) -> None:
        """Take a path that somebody asked for by name, whatever the ignore files say."""
        name = str(path)
        if name in self.overlay:
            return
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:
            self.found.problems.append((name, _reason(error)))
            return
        if S_ISDIR(mode):
            self.ignores, usual = self.ignores.beneath(path), self.ignores
            self.folder(name)
            self.ignores = usual
        elif S_ISREG(mode):
            self.file(name)
        else:
            self.found.problems.append((name, "is neither a file nor a folder"))

    def folder(self, top: str, *, deep: bool = True) -> None:
        """Everything below `top`, or right in it. As in git, links to folders are not followed: no endless loop."""
        before = len(self.found.problems)
        files = self._list(top, deep)
        self.files.update(files)
        self.found.python.extend(files)
        contents, problems = read_all([path for path in files if path not in self.overlay], self.relevant, self.first)
        self.found.problems.extend(problems)
        # Ignore patterns cost more than reading a file, so they are tried on the few files that matter alone.
        hidden = self.ignores.file
        self.found.relevant.update((path, data) for path, data in contents if not hidden(path))
        self.found.problems[before:] = [
            problem for problem in self.found.problems[before:] if problem[0] == top or not hidden(problem[0])
        ]

    def _list(self, top: str, deep: bool) -> list[str]:
        """The Python files below `top`, or right in it; git-ignored ones in folders that are not ignored among them."""
        files: list[str] = []
        pending = [top]
        while pending:
            path = pending.pop()
            self.folders.add(path)
            try:
                with os.scandir(path) as listing:
                    entries = list(listing)
            except OSError as error:
                self.found.problems.append((path, _reason(error)))
                continue
            names = {entry.name for entry in entries}
            if "pyvenv.cfg" in names and path != top:
                continue
            self.ignores.enter(path, names)
            for entry in entries:
                if entry.name.endswith(SUFFIXES) and self._is_file(entry):
                    files.append(entry.path)
                elif self._is_open_folder(entry):
                    if deep:
                        pending.append(entry.path)
                elif self.infrastructure(entry.path) and self._is_file(entry):
                    self.found.infrastructure.append(entry.path)
        return files

    def _is_file(self, entry: os.DirEntry[str]) -> bool:
        try:
            return entry.is_file()
        except OSError as error:
            self.found.problems.append((entry.path, _reason(error)))
            return False

    def _is_open_folder(self, entry: os.DirEntry[str]) -> bool:
        try:
            if not entry.is_dir(follow_symlinks=False):
                return False
        except OSError:
            return False
        return entry.name not in SKIPPED and entry.path not in self.folders and not self.ignores.folder(entry.path)

    def file(self, path: str) -> None:
        """One file, whatever its name is."""
        if not path.endswith(SUFFIXES) and self.infrastructure(path):
            if path not in self.found.infrastructure:
                self.found.infrastructure.append(path)
            return
        data = self.overlay.get(path)
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


Contents = list[tuple[str, bytes]]
Problems = list[tuple[str, str]]


PORTIONS = 200
"""Of a large tree; whoever has time reads the next one."""


def read_all(
    paths: Sequence[str], relevant: Callable[[bytes], bool], first: Callable[[], object] = lambda: None
) -> tuple[Contents, Problems]:
    """The contents of those files that can hold a send, and what went wrong, in no particular order.

    `first` may be called when such a file has turned up, before all of them are read: time for whoever has to get
    ready for them.
    """
    if len(paths) < MANY:
        return _read_portion(paths, relevant)
    here, waiting = os.getpid(), [first]

    def read_portion(portion: Sequence[str]) -> tuple[Contents, Problems]:
        contents, problems = _read_portion(portion, relevant)
        if contents and waiting and os.getpid() == here:
            waiting.pop()()
        return contents, problems

    with Team([paths[number::PORTIONS] for number in range(PORTIONS)], processes()) as team:
        results = team.each(read_portion)
    return [content for contents, _ in results for content in contents], [
        problem for _, problems in results for problem in problems
    ]


def _read_portion(paths: Sequence[str], relevant: Callable[[bytes], bool]) -> tuple[Contents, Problems]:
    problems: Problems = []
    contents = [(path, data) for path in paths if (data := read(path, relevant, problems)) is not None]
    return contents, problems


def read(path: str, relevant: Callable[[bytes], bool], problems: Problems) -> bytes | None:
    """The content of a file, or None when it holds no send or cannot be read, which is noted in `problems`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            data = os.read(descriptor, _READ)
            if len(data) == _READ:
                data = _rest(descriptor, data)
                if len(data) > MAX_SIZE:
                    if _any_block(descriptor, data, relevant):
                        limit = f"the limit is {MAX_SIZE // 1024 // 1024} MiB"
                        problems.append((path, f"is too large to be checked ({limit})"))
                    return None
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        problems.append((path, _reason(error)))
        return None
    return data if relevant(data) else None


def _rest(descriptor: int, data: bytes) -> bytes:
    blocks, size = [data], len(data)
    while size <= MAX_SIZE and (block := os.read(descriptor, MAX_SIZE)):
        blocks.append(block)
        size += len(block)
    return b"".join(blocks)


def _any_block(descriptor: int, data: bytes, relevant: Callable[[bytes], bool]) -> bool:
    """Whether a huge file can hold a send: searched block by block, so that it need not fit into memory."""
    overlap = 64
    while data:
        if relevant(data):
            return True
        block = os.read(descriptor, MAX_SIZE)
        data = data[-overlap:] + block if block else b""
    return False


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return "cannot be read: the symbolic link leads back to itself"
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"


class _Ignores:
    """What .gitignore files, .git/info/exclude and `exclude` patterns hide."""

    def __init__(self, root: Path, exclude: Sequence[Patterns], respect_gitignore: bool) -> None:
        self.root = str(root)
        self.respect_gitignore = respect_gitignore
        self.excludes = [
            (str(patterns.base or root), _spec(patterns.patterns)) for patterns in exclude if patterns.patterns
        ]
        self.specs: dict[str, GitIgnoreSpec] = {}
        """By the folder that a .gitignore stands in."""
        self.chains: dict[str, tuple[tuple[str, GitIgnoreSpec], ...]] = {}
        """By folder: what holds in it, the nearest first."""
        self.above = tuple(self._above(root)) if respect_gitignore else ()

    def _above(self, root: Path) -> Iterator[tuple[str, GitIgnoreSpec]]:
        """What git knows from outside of the root, the nearest first. The root's own file is read on entering it."""
        top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)
        if top is None:
            return
        for folder in (root, *root.parents):
            if folder != root and (spec := _read_spec(folder / ".gitignore")):
                yield str(folder), spec
            if folder == top:
                break
        if spec := _read_spec(top / ".git" / "info" / "exclude"):
            yield str(top), spec

    def enter(self, folder: str, names: set[str]) -> None:
        """Note what holds in a folder, before anything in it is asked about."""
        if not self.respect_gitignore:
            return
        parent = os.path.dirname(folder)
        chain = self.chains.get(parent, self.above)
        if ".gitignore" in names and (spec := _read_spec(Path(folder, ".gitignore"))):
            chain = ((folder, spec), *chain)
        self.chains[folder] = chain

    def beneath(self, folder: Path) -> _Ignores:
        """What holds in a folder that somebody asked for by name: nothing that hides the folder itself."""
        inner = _Ignores(folder, (), self.respect_gitignore)
        inner.above = ()
        inner.excludes = [pair for pair in self.excludes if not _covers(pair, f"{folder}")]
        return inner

    def folder(self, path: str) -> bool:
        """Whether a folder is hidden."""
        return self._hidden(path, "/")

    def file(self, path: str) -> bool:
        """Whether a file is hidden."""
        return self._hidden(path, "")

    def _hidden(self, path: str, end: str) -> bool:
        for base, spec in self.excludes:
            inner = _inside(base, path)
            if inner is not None and spec.check_file(inner + end).include:
                return True
        if not self.respect_gitignore:
            return False
        for base, spec in self.chains.get(os.path.dirname(path), self.above):
            inner = _inside(base, path)
            if inner is None:
                continue
            verdict = spec.check_file(inner + end).include
            if verdict is not None:
                return verdict
        return False

    def hides(self, path: Path) -> bool:
        """Whether a path, or a folder on the way to it from the root, is hidden or never looked into."""
        current = str(path)
        end = "/" if path.is_dir() else ""
        while _inside(self.root, current):
            if self._hidden(current, end) or (end and os.path.basename(current) in SKIPPED):
                return True
            current, end = os.path.dirname(current), "/"
        return False


def _covers(exclude: tuple[str, GitIgnoreSpec], folder: str) -> bool:
    inner = _inside(exclude[0], folder)
    return inner is not None and bool(exclude[1].check_file(inner + "/").include)


def _inside(base: str, path: str) -> str | None:
    """`path` relative to the folder `base`, with `/`; None when it does not lie in it."""
    prefix = base if base.endswith(os.sep) else base + os.sep
    if not path.startswith(prefix):
        return None
    inner = path[len(prefix) :]
    return inner.replace(os.sep, "/") if os.sep != "/" else inner


def _spec(lines: Sequence[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # most trees without ignore files never need it

    return GitIgnoreSpec.from_lines(lines)


def _read_spec(path: Path) -> GitIgnoreSpec | None:
    """The patterns in a git-ignore file, without invalid ones, as in git; None when there are none, or no file."""
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return None
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        return None
    try:
        return _spec(lines)
    except ValueError:
        return _spec([line for line in lines if _valid(line)])


def _valid(pattern: str) -> bool:
    try:
        _spec([pattern])
    except ValueError:
        return False
    return True
