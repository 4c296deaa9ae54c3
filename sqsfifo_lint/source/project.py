"""The files of a project as modules, parsed when somebody asks for them."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from sqsfifo_lint.met import met
from sqsfifo_lint.model import Problem
from sqsfifo_lint.source.chunks import Chunk, split
from sqsfifo_lint.source.decoding import SyntaxProblem, decode
from sqsfifo_lint.source.files import Files, Imports, Question
from sqsfifo_lint.source.python_tree import UNREADABLE, nodes_of, tree_of
from sqsfifo_lint.source.tests import is_test_file
from sqsfifo_lint.source.writes import PUTTING, set_on_others

MAX_LOADS = 300
"""Files of a project that are parsed only to follow values."""
LOADS_PER_SOURCE = 5
"""How many more there may be for each file that can contain a send."""
MAX_LOADED = 16 * 1024 * 1024
"""Bytes of these files: Python's own parser takes fifty times a text's size, and a second for 4 MiB."""
MAX_LOAD = 2 * 1024 * 1024
"""Bytes of one of them."""

MAX_SPLIT = 2 * 1024 * 1024
"""Characters of files whose statements are kept from check to check, in a server: their trees take a hundred times as
much, and a project that sends in a hundred files has half of it."""

BUILTINS = frozenset(dir(builtins))


class Import(NamedTuple):
    """What a name stands for that an import binds: `attribute` of module `name` (None: the module itself)."""

    name: str
    level: int
    attribute: str | None


_SETTING = re.compile(rb"\.([\w\x80-\xff]+)(?=\s*(?::[^=\n]*)?[-+|]?=(?!=))")
"""An attribute before a sign that may set it."""
_MAKES_SELF = re.compile(rb"\bself\s*=(?!=)")
"""`self = cls(url)`: it may be another object than what a method is called on."""


@dataclass(eq=False)
class Module:
    """A Python file of the project, or a folder without `__init__.py` that imports go through (no chunks)."""

    path: str
    project: Project = field(repr=False)
    chunks: tuple[Chunk, ...] = ()
    text: str = field(default="", repr=False)
    _set: dict[Chunk, frozenset[str]] = field(default_factory=dict, init=False, repr=False)
    """What `set_on_others` says of the statements that were asked about."""
    _puts: dict[str, bool] = field(default_factory=dict, init=False, repr=False)
    """What `puts_outside` says of the names that were asked about."""
    _outside: dict[str, bool] = field(default_factory=dict, init=False, repr=False)
    """What `sets_outside` says of the names that were asked about."""

    @property
    def folder(self) -> str:
        """The folder that holds it (for a package: the package's own folder), without a slash at the end."""
        return self.path if not self.path.endswith(".py") else self.path.rpartition("/")[0]

    @cached_property
    def bindings(self) -> Mapping[str, tuple[Chunk, ...]]:
        """For each name, the statements that bind it at module level or change its object, in order."""
        found: dict[str, list[Chunk]] = {}
        for chunk in self.chunks:
            for name in chunk.names:
                found.setdefault(name, []).append(chunk)
        return {name: tuple(chunks) for name, chunks in found.items()}

    @cached_property
    def imports(self) -> Mapping[str, Import]:
        """Names that nothing but one or more plain import statements binds; the last one counts."""
        found: dict[str, Import] = {}
        for chunk in self.chunks:
            for statement in chunk.imports:
                found.update(imports_of(statement))
        return {
            name: target
            for name, target in found.items()
            if all(chunk.imports for chunk in self.bindings.get(name, ()))
        }

    @cached_property
    def star_imports(self) -> tuple[Import, ...]:
        """`from x import *`, the last one first."""
        found = [
            Import(statement.module or "", statement.level, "*")
            for chunk in self.chunks
            for statement in chunk.imports
            if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*"
        ]
        return tuple(reversed(found))

    @cached_property
    def globals_declared(self) -> Mapping[str, tuple[Chunk, ...]]:
        """Names that functions declare `global`, with the top-level statements that hold these functions."""
        found: dict[str, list[Chunk]] = {}
        for chunk in self.chunks:
            for name in chunk.globals:
                found.setdefault(name, []).append(chunk)
        return {name: tuple(chunks) for name, chunks in found.items()}

    def sets_outside(self, name: str) -> bool:
        """Whether some statement sets this attribute of another object than what its method is called on."""
        found = self._outside.get(name)
        if found is None:
            naming = (c for c in self.chunks if _names_of_others(c.text, name) or "self = " in c.text)
            found = any(name in self._set_on_others(chunk) for chunk in naming)
            found = self._outside[name] = found or self.project.sets_elsewhere(self.path, name)
        return found

    def sets_besides(self, name: str, chunk: Chunk) -> bool:
        """The same of code that is no part of a statement."""
        naming = (c for c in self.chunks if c is not chunk and _names_of_others(c.text, name))
        return any(name in self._set_on_others(c) for c in naming) or self.project.sets_elsewhere(self.path, name)

    def puts_outside(self, name: str) -> bool:
        """Whether code may put something into what an attribute of another object holds than its methods' own."""
        found = self._puts.get(name)
        if found is None:
            between = rf"(?:(?!\.{name}\b)[^\n=;])*?"  # up to the next one, lest each of many on a line reads all of it
            putting = re.compile(rf"{name}(?<=\.{name})\b{between}\.\s*(?:{'|'.join(PUTTING)})\s*\(".encode())
            found = self._puts[name] = any(
                not _OWN.search(data[max(0, put.start() - _BEFORE) : put.start()].decode("utf-8", "replace"))
                for path, data in self.project.naming(self.path, name)
                if self.project.counts(path, self.path)
                for put in putting.finditer(data)
            )
        return found

    def _set_on_others(self, chunk: Chunk) -> frozenset[str]:
        if chunk not in self._set:
            self._set[chunk] = set_on_others(chunk.text)
        return self._set[chunk]


def _names_of_others(text: str, attribute: str) -> bool:
    """Whether a text names this attribute of anything but `self` and `cls`. False rules it out."""
    at = text.find(attribute)
    while at >= 0:
        end = at + len(attribute)
        before = text[max(0, at - _BEFORE) : at].rstrip(_BLANK)
        if not before:
            return True
        if before[-1] == "." and not _OWN.search(before) and not _LETTER.match(text, end):
            return True
        at = text.find(attribute, end)
    return False


_BEFORE = 80
"""Characters before an attribute in which its dot and the end of what it is an attribute of are expected."""
_BLANK = " \t\n\r\f\\"
_LETTER = re.compile(r"\w")
_OWN = re.compile(r"(?<![\w.])(?<!\.\s)(?:self|cls)[\s\\]*\.\Z")


def _is_own(data: bytes, dot: int) -> bool:
    """Whether the attribute at a dot is one of `self` or `cls`."""
    return _OWN.search(data[max(0, dot - _BEFORE) : dot + 1].decode("utf-8", "replace")) is not None


def imports_of(statement: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, Import]]:
    """The names that an import statement binds, without those of a star import."""
    for alias in statement.names:
        if isinstance(statement, ast.ImportFrom):
            if alias.name != "*":
                yield alias.asname or alias.name, Import(statement.module or "", statement.level, alias.name)
        elif alias.asname:
            yield alias.asname, Import(alias.name, 0, None)
        else:
            yield alias.name.partition(".")[0], Import(alias.name.partition(".")[0], 0, None)


class Statements:
    """The statements of files as they were split before, with the trees that were made of them since.

    Those of the files that were asked for last, of up to `MAX_SPLIT` characters.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, bool], tuple[str, tuple[Chunk, ...]]] = {}
        self._size = 0

    def of(self, path: str, text: str, *, deferring: bool) -> tuple[Chunk, ...]:
        """The statements of a file. Raises SyntaxProblem."""
        key = (path, deferring)
        known = self._known.pop(key, None)
        if known is not None and known[0] != text:
            self._size -= len(known[0])
            known = None
        if known is None:
            known = text, tuple(split(path, text, deferring=deferring))
            self._size += len(text)
        self._known[key] = known
        while self._size > MAX_SPLIT and len(self._known) > 1:
            self._size -= len(self._known.pop(next(iter(self._known)))[0])
        return known[1]


class Project:
    """The Python files below one root, read and split when somebody asks for them.

    `sources` maps project-relative paths (with `/`) to bytes that are already read; `python_files` names every Python
    file of the project, and `read` fetches one of these (it may raise OSError). `is_test` says which are tests, and
    `projects` which folders are projects by themselves.
    """

    def __init__(
        self,
        sources: Mapping[str, bytes],
        python_files: Iterable[str] = (),
        read: Callable[[str], bytes] | None = None,
        is_test: Callable[[str], bool] = is_test_file,
        projects: Iterable[str] = (),
        *,
        imports: Imports | None = None,
        statements: Statements | None = None,
    ) -> None:
        """`imports` and `statements`: what is known already."""
        self.is_test = is_test
        self.sources = dict(sources)
        self.files = Files(sources, python_files, read, projects, imports)
        self._statements = statements
        self.problems: dict[str, Problem] = {}
        self._modules: dict[str, Module | None] = {}
        self._set: dict[str, frozenset[str]] = {}
        self._named: dict[str, frozenset[str]] = {}
        self._loads = MAX_LOADS + LOADS_PER_SOURCE * len(self.sources)
        self._room = MAX_LOADED

    def counts(self, caller: str, path: str) -> bool:
        """Whether what the file `caller` passes to the file at `path` says how that is used: tests are no callers."""
        return not self.is_test(caller) or self.is_test(path)

    def part(self, paths: Iterable[str]) -> Project:
        """The same project, of whose sources only those at `paths` are to be analysed."""
        other = copy(self)
        other.sources = {path: self.sources[path] for path in paths}
        other.problems = {}
        other._modules = {}
        other._loads = MAX_LOADS + LOADS_PER_SOURCE * len(other.sources)
        other._room = MAX_LOADED
        return other

    def independent(self) -> list[list[str]]:
        """The sources in groups, such that no file that is searched for callers leads to sources of two groups.

        In a very large project, where callers are looked for below the same top-level folder, the groups are these
        folders. Sorted: the groups by their first paths.
        """
        files = self.files
        whole = files.are_many and bool(files.at_top)
        same: dict[str, str] = {}

        def first(source: str) -> str:
            while (other := same.setdefault(source, source)) != source:
                same[source] = source = same[other]
            return source

        owners: dict[str, str] = {}
        for source in self.sources:
            for path in ("" if whole else source.partition("/")[0],) if files.are_many else files.importers(source):
                same[first(source)] = first(owners.setdefault(path, source))
        groups: dict[str, list[str]] = {}
        for source in sorted(self.sources):
            groups.setdefault(first(source), []).append(source)
        return sorted(groups.values())

    def module(self, path: str) -> Module | None:
        """The module in the file at `path`; None when there is none or it cannot be read or parsed.

        Why it cannot is noted in `problems`.
        """
        if path not in self._modules:
            self._modules[path] = self._load(path)
        return self._modules[path]

    def _load(self, path: str) -> Module | None:
        if path in self.files.folders and path not in self.files.names:
            return Module(path, self)
        data = self.files.data(path) if path in self.sources or self._loads > 0 else None
        if path not in self.sources and not self._may_load(len(data or b"")):
            return None
        if data is None:
            return None
        try:
            text = decode(data)
            # A file that can hold a send is looked into everywhere.
            return Module(path, self, self._split(path, text, deferring=path not in self.sources), text)
        except SyntaxProblem as problem:
            self.problems[path] = Problem(path, problem.message, problem.line, problem.column, taken_out=True)
            return None

    def _split(self, path: str, text: str, *, deferring: bool) -> tuple[Chunk, ...]:
        if self.files.needed is not None:
            self.files.needed.loads.add(path)
        if self._statements is None:
            return tuple(split(path, text, deferring=deferring))
        return self._statements.of(path, text, deferring=deferring)

    def _may_load(self, size: int) -> bool:
        """Whether another file of this size is parsed, only to follow a value; then it is counted."""
        bound = "MAX_LOADS" if self._loads <= 0 else "MAX_LOAD" if size > MAX_LOAD else ""
        bound = bound or ("MAX_LOADED" if size > self._room else "")
        if bound:
            met(bound)
            return False
        self._loads -= 1
        self._room -= size
        return True

    def resolve(self, name: str, level: int, importer: Module) -> Module | None:
        """The project's module that `importer` gets by the dotted `name` (`level` leading dots), or None."""
        path = self.files.find(name, level, importer.folder)
        return self.module(path) if path is not None else None

    def sets_elsewhere(self, path: str, name: str) -> bool:
        """Whether a file that imports the one at `path` sets this attribute of some object but its methods' own."""
        return any(
            self._sets(other, name)
            for other in self.files.importers(path, near=True)
            if other != path and self.counts(other, path)
        )

    def _sets(self, path: str, name: str) -> bool:
        """What `SETS` asks of a file."""
        found = name in self._set_in(path) and name in self._set_on_others_in(path)
        self.files.answered(SETS, path, name, found)
        return found

    def _set_in(self, path: str) -> frozenset[str]:
        """The names that stand in a file as attributes that are set, of anything but `self` and `cls`.

        Of others, none is: a search of its bytes, so that a tree is made only of what may set the one asked for.
        """
        if path not in self._named:
            self._named[path] = _set_in(self.files.peek(path) or b"")
        return self._named[path]

    def naming(self, path: str, name: str, *, own_first: bool = False) -> Iterator[tuple[str, bytes]]:
        """The files near it that import the one at `path` and contain a name, each read when it is its turn.

        In the order of their paths; with `own_first`, the file at `path` before all others.
        """
        word = name.encode()
        for other in sorted(self.files.importers(path, near=True), key=lambda one: (own_first and one != path, one)):
            data = self.files.data(other)
            if data is not None and word in data:
                yield other, data

    def _set_on_others_in(self, path: str) -> frozenset[str]:
        """What `set_on_others` says of a whole file."""
        if path not in self._set:
            self._set[path] = set_on_others((self.files.peek(path) or b"").decode("utf-8", "replace"))
        return self._set[path]

    def child(self, module: Module, name: str) -> Module | None:
        """The submodule `name` of a package or folder."""
        if module.path.endswith("/__init__.py") or module.path == "__init__.py" or not module.path.endswith(".py"):
            path = self.files.below(module.folder, name)
            return self.module(path) if path is not None else None
        return None


def _set_in(data: bytes) -> frozenset[str]:
    made = _MAKES_SELF.search(data) is not None
    several = (one for one in _SETTING.finditer(data) if made or not _is_own(data, one.start()))
    return frozenset(one[1].decode("utf-8", "replace") for one in several)


def _sets_on_others(data: bytes, name: str) -> bool:
    return name in _set_in(data) and name in set_on_others(data.decode("utf-8", "replace"))


SETS = Question("sets", _sets_on_others)
"""Whether a file sets an attribute of some object but its methods' own."""


def may_inherit(text: bytes, name: str) -> bool:
    """Whether a file or statement may define a class that inherits from the class `name`. False rules it out.

    A search of its bytes, before anything is parsed: it also finds what stands in a string.
    """
    word = name.encode()
    return word in text and any(word in _WORD.findall(head[1]) for head in _CLASS.finditer(text))


def inherits(text: bytes, name: str) -> bool:
    """Whether a file defines a class with a base of that name; also if this Python cannot parse the file."""
    if not may_inherit(text, name):
        return False
    try:
        classes = [node for node in nodes_of(tree_of(text)) if isinstance(node, ast.ClassDef)]
    except UNREADABLE:
        return True
    named = (node for definition in classes for base in definition.bases for node in nodes_of(base))
    return any(name in (getattr(node, "id", None), getattr(node, "attr", None)) for node in named)


_CLASS = re.compile(rb"class(?<!\wclass)\s+[\w\x80-\xff]+\s*\(([^:]*)")
_WORD = re.compile(rb"[\w\x80-\xff]+")
