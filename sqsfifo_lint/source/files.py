"""The Python files of a project by their names and bytes: what an import means, and which file imports which."""

from __future__ import annotations

import hashlib
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from sqsfifo_lint.met import met

MAX_CACHED = 32 * 1024 * 1024
"""Bytes of files that are read to follow a value and kept in memory."""
MAX_SIZE = 8 * 1024 * 1024
"""Bytes of a file. Nobody writes a larger one by hand, and parsing one takes minutes. One that is only read to follow a
value is taken as unknown beyond it."""
WIDE_SEARCH = 4_000
"""Python files up to which the whole project is searched for importers; in a larger one, the same top-level folder, and
for what sets an attribute or fills a container, the same folder."""


class Noted:
    """What was asked of files, beside what depends on their names and their import statements alone."""

    def __init__(self) -> None:
        self.contents: dict[str, str] = {}
        """The files whose contents were asked for: by name, a digest, which is empty where a file cannot be had."""
        self.holding: dict[tuple[str, ...], Sequence[str]] = {}
        """Which files hold some words."""
        self.answers: dict[tuple[str, str, str], tuple[str, bool]] = {}
        """Of a question, a file and a name: a digest of the content, and the answer."""


class Question(NamedTuple):
    """What may be asked of the content of a file about a name: another content may well have the same answer."""

    name: str
    answer: Callable[[bytes, str], bool]


def digest_of(data: bytes | None) -> str:
    """Another one for each content; empty for none."""
    return "" if data is None else hashlib.blake2b(data, digest_size=16).hexdigest()


def digest_of_imports(data: bytes | None) -> str:
    """The same for each content with these import statements."""
    return digest_of(repr(list(_imports_in(data or b""))).encode("utf-8", "surrogatepass"))


@dataclass(slots=True)
class Needed:
    """What was asked about the files of a project: with the same answers, whatever followed from it is the same."""

    data: set[str] = field(default_factory=set)
    """Files whose content was read."""
    importers: dict[tuple[str, bool], frozenset[str]] = field(default_factory=dict)
    """Who imports a file, with what was asked."""
    holding: dict[tuple[str, ...], Sequence[str]] = field(default_factory=dict)
    """Which files hold words."""
    loads: set[str] = field(default_factory=set)
    """Files that were split into statements."""


class Imports:
    """What is known of imports from an earlier look at the same files by name, some of which have changed since."""

    def __init__(self, stamp: Callable[[str], object]) -> None:
        """`stamp` says of a file what differs whenever its content does."""
        self.stamp = stamp
        self._known: dict[str, tuple[object, frozenset[str]]] = {}
        self._closed: dict[tuple[str, str], frozenset[str]] = {}
        self._graph: dict[str, frozenset[str]] = {}

    def of(self, path: str, work_out: Callable[[], frozenset[str]]) -> frozenset[str]:
        """The files that a file imports."""
        known, stamp = self._known.get(path), self.stamp(path)
        if known is None or known[0] != stamp:
            known = self._known[path] = stamp, work_out()
        return known[1]

    def importers_for(self, graph: Mapping[str, frozenset[str]]) -> dict[tuple[str, str], frozenset[str]]:
        """What is known of importers, if nobody imports anything else than at the last time."""
        if graph != self._graph:
            self._graph, self._closed = dict(graph), {}
        return self._closed


class Files:
    """The Python files below one root. Names are relative to it, with `/`.

    `contents` are bytes that are already read; `names` names every Python file, and `read` fetches one of these (it may
    raise OSError). `projects` are the folders that are projects by themselves: what they hold can be installed, and so
    be imported from anywhere.
    """

    def __init__(
        self,
        contents: Mapping[str, bytes],
        names: Iterable[str] = (),
        read: Callable[[str], bytes] | None = None,
        projects: Iterable[str] = (),
        imports: Imports | None = None,
    ) -> None:
        """`imports`: what is known already."""
        self.needed: Needed | None = None
        """Where it is noted what is asked, if that matters to somebody."""
        self._before = imports
        self._projects = tuple(projects)
        self._noted: Noted | None = None
        self.scanned: dict[str, str] | None = None
        """By file, a digest of its import statements; see `note_imports`."""
        self.names = frozenset(names) | frozenset(contents)
        self._read = read
        self._contents = dict(contents)
        self._given = frozenset(contents)
        self._holding: dict[tuple[str, ...], Sequence[str]] = {}
        self._room = MAX_CACHED
        self._digests: dict[str, str] = {}
        self._found: dict[tuple[str, str], str | None] = {}
        self._import_roots: dict[str, str] = {}
        self._imported: dict[str, frozenset[str]] = {}
        self._importers: dict[tuple[str, str], frozenset[str]] = {}
        self._reversed: dict[str, dict[str, list[str]]] = {}

    def data(self, path: str) -> bytes | None:
        """The bytes of a file, or None when it cannot be had."""
        found = self.peek(path)
        if self.needed is not None:
            self.needed.data.add(path)
        if self._noted is not None and path not in self._noted.contents:
            self._noted.contents[path] = self._digest(path)
        return found

    def _digest(self, path: str) -> str:
        if path not in self._digests:
            self._digests[path] = digest_of(self.peek(path))
        return self._digests[path]

    @contextmanager
    def noting(self, noted: Noted | None) -> Iterator[None]:
        """In the block, note what is asked for."""
        before, self._noted = self._noted, noted
        try:
            yield
        finally:
            self._noted = before

    def peek(self, path: str) -> bytes | None:
        """The same, for whoever notes by `answered` what was learned from it."""
        if path in self._contents:
            return self._contents[path]
        if self._read is None or path not in self.names:
            return None
        try:
            found = self._read(path)
        except OSError:
            return None
        if len(found) > MAX_SIZE:
            met("MAX_SIZE")
            return None
        if self._room > len(found):
            self._room -= len(found)
            self._contents[path] = found
        return found

    def holding(self, *words: str) -> Sequence[str]:
        """The files that are given with their contents and hold one of some words."""
        if words not in self._holding:
            sought = [word.encode() for word in words]
            found = (path for path in self._given if any(word in self._contents[path] for word in sought))
            self._holding[words] = sorted(found)
        if self._noted is not None:
            self._noted.holding[words] = self._holding[words]
        if self.needed is not None:
            self.needed.holding[words] = self._holding[words]
        return self._holding[words]

    def ask(self, question: Question, path: str, name: str) -> bool:
        """The answer for a file; that of an empty one if it cannot be had."""
        found = question.answer(self.peek(path) or b"", name)
        self.answered(question, path, name, found)
        return found

    def answered(self, question: Question, path: str, name: str, found: bool) -> None:
        """Note an answer that was found in another way than by `ask`."""
        if self.needed is not None:
            self.needed.data.add(path)
        if self._noted is not None:
            self._noted.answers[question.name, path, name] = self._digest(path), found

    @property
    def are_many(self) -> bool:
        """Whether importers are looked for at the top and below the same top-level folder only."""
        return len(self.names) > WIDE_SEARCH

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a Python file, at any depth; the root is ''."""
        found = {""}
        for folder in {path[: max(path.rfind("/"), 0)] for path in self.names}:
            while folder and folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)

    @cached_property
    def at_top(self) -> tuple[str, ...]:
        """The files that stand in no folder."""
        return tuple(path for path in self.names if "/" not in path)

    @cached_property
    def _by_name(self) -> Mapping[str, list[str]]:
        """The last part of a dotted name -> the modules and packages that have such a name."""
        found = defaultdict[str, list[str]](list)
        for path in self.names:
            start = path.rfind("/") + 1
            name = path[start:-3]
            if name == "__init__" and start:
                found[name].append(path)
                name = path[path.rfind("/", 0, start - 1) + 1 : start - 1]
            found[name].append(path)
        return found

    @cached_property
    def _first_names(self) -> frozenset[str]:
        """The names by which an import may begin that means a file of the project."""
        return frozenset(self._by_name) | {folder.rpartition("/")[2] for folder in self.folders}

    # -- what an import means

    def find(self, name: str, level: int, folder: str) -> str | None:
        """The path of the file (or folder) that a file in `folder` imports by the dotted `name`, or None.

        `level` is the number of leading dots.
        """
        if level:
            for _ in range(level - 1):
                folder = folder.rpartition("/")[0]
            return self.below(folder, name)
        key = (name, self.import_root(folder))
        if key not in self._found:
            self._found[key] = self._find(*key)
        return self._found[key]

    def import_root(self, folder: str) -> str:
        """The nearest folder, `folder` or above, that is no package: absolute imports are looked up from there."""
        if folder not in self._import_roots:
            package = f"{folder}/__init__.py" if folder else "__init__.py"
            outside = not folder or package not in self.names
            self._import_roots[folder] = folder if outside else self.import_root(folder.rpartition("/")[0])
        return self._import_roots[folder]

    def _find(self, name: str, folder: str) -> str | None:
        while True:
            if folder or "__init__.py" not in self.names:
                found = self.below(folder, name) or self.below(f"{folder}/src".lstrip("/"), name)
                # A folder without `__init__.py` gives way to the standard library's module of that name.
                if found is not None and (found in self.names or name not in sys.stdlib_module_names):
                    return found
            if not folder:
                return self._installed(name) or self._anywhere(name)
            folder = self.import_root(folder.rpartition("/")[0])

    def below(self, folder: str, name: str) -> str | None:
        """The path of the file (or folder) of this dotted name that lies in a folder."""
        path = name.replace(".", "/")
        if folder:
            path = f"{folder}/{path}" if path else folder
        module = f"{path}/__init__.py" if path else "__init__.py"
        if module in self.names:
            return module
        module = f"{path}.py"
        if module in self.names:
            return module
        return path if path and path in self.folders else None

    def _installed(self, name: str) -> str | None:
        """The file of this name in the one project, or layer of a Lambda function, that has such a package or module.

        A module that is no package is found in a layer only: a script of another project is not installed. A name of
        the standard library is never meant.
        """
        first = name.partition(".")[0]
        if first in sys.stdlib_module_names:
            return None
        places = [
            *(base for base in self._installable if f"{base}{first}/__init__.py" in self.names),
            *(base for base in self._layers if self.below(base[:-1], first) in self.names),
        ]
        found = {path for base in places if (path := self.below(base[:-1], name)) in self.names}
        return found.pop() if len(places) == 1 and found else None

    @cached_property
    def _installable(self) -> Sequence[str]:
        """Where the packages of projects lie, with `/` at the end."""
        folders = (f"{folder}/".lstrip("/") for folder in self._projects)
        return [base for folder in folders for base in (folder, f"{folder}src/")]

    @cached_property
    def _layers(self) -> Sequence[str]:
        """Where the modules of layers lie, with `/` at the end. A layer is told from other folders by a name above it.

        https://docs.aws.amazon.com/lambda/latest/dg/python-layers.html#python-layer-paths
        """
        return [f"{path}/" for path in self.folders if path.endswith("/python") and "layer" in path.lower()]

    def _anywhere(self, name: str) -> str | None:
        """The one file whose path ends in the dotted name and that stands at the top of an import root."""
        if "." not in name:
            return None
        suffix = name.replace(".", "/")
        ends = (f"/{suffix}.py", f"/{suffix}/__init__.py")
        found = [path for path in self._by_name.get(name.rpartition(".")[2], ()) if f"/{path}".endswith(ends)]
        return found[0] if len(found) == 1 else None

    # -- which file imports which

    def imported(self, path: str) -> frozenset[str]:
        """The project's files that the file at `path` names in import statements, wherever in the file these stand."""
        if self.needed is not None:
            self.needed.data.add(path)
        return self._imports_of(path)

    def _imports_of(self, path: str) -> frozenset[str]:
        if path not in self._imported:
            if self.scanned is not None:
                self.scanned[path] = digest_of_imports(self.peek(path))
            before = self._before
            found = self._work_out(path) if before is None else before.of(path, lambda: self._work_out(path))
            self._imported[path] = found
        return self._imported[path]

    def note_imports(self) -> None:
        """From now on, keep a digest of the import statements of each file that is searched for them."""
        self.scanned = {}

    def _work_out(self, path: str) -> frozenset[str]:
        folder = path.rpartition("/")[0]
        found = set()
        for dotted, attributes in _imports_in(self.peek(path) or b""):
            name = dotted.lstrip(".")
            level = len(dotted) - len(name)
            if not level and name.partition(".")[0] not in self._first_names:
                continue  # nothing of the project's
            whole = self.find(name, level, folder)
            targets = [whole]
            if whole is None or not whole.endswith(".py") or whole.endswith("__init__.py"):
                targets += [self.find(f"{name}.{a}".lstrip("."), level, folder) for a in attributes]
            for target in targets:
                if target is not None and target not in found:
                    found.add(target)
                    found.update(self._packages_above(target))
        return frozenset(found - {path})

    def _packages_above(self, path: str) -> Iterator[str]:
        """The `__init__.py` files that are run before the file at `path`."""
        folder = path.rpartition("/")[0]
        while folder:
            package = f"{folder}/__init__.py"
            if package not in self.names:
                return
            yield package
            folder = folder.rpartition("/")[0]

    def importers(self, target: str, *, near: bool = False) -> frozenset[str]:
        """The file at `target`, and those that import it, themselves or through others.

        `near` is for what is asked of many files: in too large a project, only those below the file's own folder count.
        """
        top, slash, _ = target.partition("/")
        if near:
            top, slash, _ = target.rpartition("/")
        key = (target, top if self.are_many and slash else "")
        found = self._importers_of(key)
        if self.needed is not None:
            self.needed.importers[target, near] = found
        return found

    def _importers_of(self, key: tuple[str, str]) -> frozenset[str]:
        target = key[0]
        if self._before is not None and not self.are_many and not self._importers:
            graph = {path: self._imports_of(path) for path in self.names}
            self._importers = self._before.importers_for(graph)
        if key not in self._importers:
            imported_by = self._imported_by(key[1])
            found, waiting = {target}, [target]
            while waiting:
                for path in imported_by.get(waiting.pop(), ()):
                    if path not in found:
                        found.add(path)
                        waiting.append(path)
            self._importers[key] = frozenset(found)
        return self._importers[key]

    def _imported_by(self, top: str) -> Mapping[str, list[str]]:
        """File -> those that name it in an import; of too large a project, only those below the folder `top`."""
        if top not in self._reversed:
            found: dict[str, list[str]] = {}
            below = f"{top}/" if top else ""
            for path in {*self.at_top, *(path for path in self.names if path.startswith(below))}:
                for target in self._imports_of(path):
                    found.setdefault(target, []).append(path)
            self._reversed[top] = found
        return self._reversed[top]


_IMPORT = re.compile(
    rb"[ \t]*(?:from[ \t]+(?P<from>[.\w\x80-\xff]+)[ \t]+import[ \t]*(?P<names>\([^)]*\)|[^\n#;]*)"
    rb"|import[ \t]+(?P<modules>[^\n#;]+))"
)
_CONTINUED = re.compile(rb"\\\r?\n")


def _imports_in(data: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The import statements of a file: dotted name, names imported from it.

    A search of its bytes, before anything is parsed, which misses none: it also finds what stands in a string.
    """
    if b"\\" in data:
        data = _CONTINUED.sub(b" ", data)
    position, start, seen = data.find(b"import"), 0, 0
    while position >= 0:
        start, seen = max(start, _start_of_statement(data, seen, position)), position
        match = _IMPORT.match(data, start)
        if match is not None and match["from"] is not None:
            names = re.sub(rb"#[^\n]*", b"", match["names"]).strip(b"() ").decode("utf-8", "replace")
            attributes = tuple(part.split()[0] for part in names.split(",") if part.strip())
            yield match["from"].decode("utf-8", "replace"), attributes
        elif match is not None:
            for part in match["modules"].decode("utf-8", "replace").split(","):
                if part.strip():
                    yield part.split()[0], ()
        position = data.find(b"import", max(position + 6, match.end() if match is not None else 0))


def _start_of_statement(data: bytes, seen: int, position: int) -> int:
    """Where the statement at a position may begin: at the start of its line, or after the last `:` or `;` before it.

    0 if that is not after `seen`, so that no byte is searched twice.
    """
    return max(data.rfind(end, seen, position) + 1 for end in (b"\n", b":", b";"))
