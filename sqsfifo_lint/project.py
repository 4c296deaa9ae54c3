"""The files of a project as modules: import resolution, lazy loading, search by words."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import NamedTuple

from sqsfifo_lint.model import Problem
from sqsfifo_lint.syntax import Chunk, SyntaxProblem, decode, split

MAX_CACHED = 32 * 1024 * 1024
"""Bytes of such files that are kept in memory."""
MAX_LOADS = 300
LOADS_PER_SOURCE = 5
"""Files that are parsed only to follow values: so many, and so many more for each that may hold a send."""
WIDE_SEARCH = 4_000
"""Python files up to which the whole project is searched for callers; in a larger one, the same top-level folder."""
MAX_SIZE = 8 * 1024 * 1024
"""Bytes of a file that is read only to follow a value; a larger one is taken as unknown."""

BUILTINS = frozenset(dir(builtins))


class Import(NamedTuple):
    """What a name stands for that an import binds: `attribute` of module `name` (None: the module itself)."""

    name: str
    level: int
    attribute: str | None


@dataclass(eq=False)
class Module:
    """A Python file of the project, or a folder without `__init__.py` that imports go through (no chunks)."""

    path: str
    project: Project = field(repr=False)
    chunks: tuple[Chunk, ...] = ()
    text: str = field(default="", repr=False)

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
        if "global" in self.text:
            for chunk in self.chunks:
                for match in _GLOBAL.finditer(chunk.text):
                    for name in match[1].split(","):
                        found.setdefault(name.strip(), []).append(chunk)
        return {name: tuple(dict.fromkeys(chunks)) for name, chunks in found.items()}

    @cached_property
    def attributes_set_outside(self) -> frozenset[str]:
        """Attributes that some statement assigns of a variable that is not `self` or `cls`."""
        found: set[str] = set()
        for match in _SET.finditer(self.text):
            holder = _HOLDER.search(self.text, self.text.rfind("\n", 0, match.start()) + 1, match.start())
            if holder is not None and holder[0] not in ("self", "cls"):
                found.add(match[1])
        return frozenset(found)


_SET = re.compile(r"\.(\w+)\s*=(?!=)")
_HOLDER = re.compile(r"(?<![\w.])\w+\Z")
_GLOBAL = re.compile(r"^[ \t]+global[ \t]+([\w, \t]+)", re.MULTILINE)


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


class Project:
    """The Python files below one root, read and split when somebody asks for them.

    `sources` maps project-relative paths (with `/`) to bytes that are already read; `python_files` names every Python
    file of the project, and `read` fetches one of these (it may raise OSError).
    """

    def __init__(
        self,
        sources: Mapping[str, bytes],
        python_files: Iterable[str] = (),
        read: Callable[[str], bytes] | None = None,
    ) -> None:
        self.sources = dict(sources)
        self.files = frozenset(python_files) | frozenset(self.sources)
        self.problems: dict[str, Problem] = {}
        self._read = read
        self._modules: dict[str, Module | None] = {}
        self._cached: dict[str, bytes] = {}
        self._room = MAX_CACHED
        self._loads = MAX_LOADS + LOADS_PER_SOURCE * len(self.sources)
        self._importers: dict[str, frozenset[str]] = {}
        self._reversed: dict[str, dict[str, list[str]]] = {}
        self._found: dict[tuple[str, str], str | None] = {}
        self._import_roots: dict[str, str] = {}
        self._imported: dict[str, frozenset[str]] = {}

    def part(self, paths: Iterable[str]) -> Project:
        """The same project, of whose sources only those at `paths` are to be analysed."""
        other = copy(self)
        other.sources = {path: self.sources[path] for path in paths}
        other.problems = {}
        other._modules = {}
        other._cached = {**self._cached, **self.sources}
        other._loads = MAX_LOADS + LOADS_PER_SOURCE * len(other.sources)
        return other

    def independent(self) -> list[list[str]]:
        """The sources in groups, such that no file that is searched for callers leads to sources of two groups.

        In a very large project, where callers are looked for below the same top-level folder, the groups are these
        folders. Sorted: the groups by their first paths.
        """
        near = len(self.files) <= WIDE_SEARCH
        whole = not near and "" in self._by_top
        same: dict[str, str] = {}

        def first(source: str) -> str:
            while (other := same.setdefault(source, source)) != source:
                same[source] = source = same[other]
            return source

        owners: dict[str, str] = {}
        for source in self.sources:
            for path in self.importers(source) if near else ("" if whole else source.partition("/")[0],):
                same[first(source)] = first(owners.setdefault(path, source))
        groups: dict[str, list[str]] = {}
        for source in sorted(self.sources):
            groups.setdefault(first(source), []).append(source)
        return sorted(groups.values())

    @cached_property
    def _folders(self) -> frozenset[str]:
        """Every folder that holds a Python file, at any depth; the root is ''."""
        found = {""}
        for folder in {path.rpartition("/")[0] for path in self.files}:
            while folder and folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)

    @cached_property
    def _listing(self) -> str:
        """Every file, with a slash before and a line break after it: one string is searched faster than many."""
        return "".join(f"/{path}\n" for path in self.files)

    @cached_property
    def _by_top(self) -> Mapping[str, list[str]]:
        """Top-level folder -> its files; those that stand in none by ''."""
        found: dict[str, list[str]] = {}
        for path in self.files:
            found.setdefault(path.rpartition("/")[0].partition("/")[0], []).append(path)
        return found

    @cached_property
    def _names(self) -> frozenset[str]:
        """The names that files and folders go by in imports."""
        return frozenset(self._listing.replace(".py\n", "").split("/"))

    def data(self, path: str) -> bytes | None:
        """The bytes of a file, or None when it cannot be had."""
        if path in self.sources:
            return self.sources[path]
        if path in self._cached:
            return self._cached[path]
        if self._read is None or path not in self.files:
            return None
        try:
            found = self._read(path)
        except OSError:
            return None
        if len(found) > MAX_SIZE:
            return None
        if self._room > len(found):
            self._room -= len(found)
            self._cached[path] = found
        return found

    def module(self, path: str) -> Module | None:
        """The module in the file at `path`; None when there is none or it cannot be read or parsed.

        Why it cannot is noted in `problems`.
        """
        if path not in self._modules:
            self._modules[path] = self._load(path)
        return self._modules[path]

    def _load(self, path: str) -> Module | None:
        if path in self._folders and path not in self.files:
            return Module(path, self)
        if path not in self.sources:
            if self._loads <= 0:
                return None
            self._loads -= 1
        data = self.data(path)
        if data is None:
            return None
        try:
            text = decode(data)
            # A file that can hold a send is looked into everywhere.
            return Module(path, self, tuple(split(path, text, deferring=path not in self.sources)), text)
        except SyntaxProblem as problem:
            self.problems[path] = Problem(path, problem.message, problem.line, problem.column)
            return None

    def resolve(self, name: str, level: int, importer: Module) -> Module | None:
        """The project's module that `importer` gets by the dotted `name` (`level` leading dots), or None."""
        path = self.find(name, level, importer.folder)
        return self.module(path) if path is not None else None

    def find(self, name: str, level: int, folder: str) -> str | None:
        """The path of the file (or folder) that a file in `folder` imports by the dotted `name`, or None."""
        if level:
            for _ in range(level - 1):
                folder = folder.rpartition("/")[0]
            return self._below(folder, name)
        key = (name, self._import_root(folder))
        if key not in self._found:
            self._found[key] = self._find(*key)
        return self._found[key]

    def _import_root(self, folder: str) -> str:
        """The nearest folder, `folder` or above, that is no package: absolute imports are looked up from there."""
        if folder not in self._import_roots:
            package = f"{folder}/__init__.py" if folder else "__init__.py"
            outside = not folder or package not in self.files
            self._import_roots[folder] = folder if outside else self._import_root(folder.rpartition("/")[0])
        return self._import_roots[folder]

    def _find(self, name: str, folder: str) -> str | None:
        while True:
            if folder or "__init__.py" not in self.files:
                found = self._below(folder, name) or self._below(f"{folder}/src".lstrip("/"), name)
                # A folder without `__init__.py` gives way to the standard library's module of that name.
                if found is not None and (found in self.files or name not in sys.stdlib_module_names):
                    return found
            if not folder:
                return self._anywhere(name)
            folder = self._import_root(folder.rpartition("/")[0])

    def _below(self, folder: str, name: str) -> str | None:
        path = name.replace(".", "/")
        if folder:
            path = f"{folder}/{path}" if path else folder
        module = f"{path}/__init__.py" if path else "__init__.py"
        if module in self.files:
            return module
        module = f"{path}.py"
        if module in self.files:
            return module
        return path if path and path in self._folders else None

    def _anywhere(self, name: str) -> str | None:
        """The one file whose path ends in the dotted name and that stands at the top of an import root."""
        if "." not in name:
            return None
        suffix = name.replace(".", "/")
        found = [
            self._listing[self._listing.rfind("\n", 0, position) + 2 : position + len(suffix + end) + 1]
            for end in (".py", "/__init__.py")
            for position in _positions(f"/{suffix}{end}\n", self._listing)
        ]
        return found[0] if len(found) == 1 else None

    def imported(self, path: str) -> frozenset[str]:
        """The project's files that the file at `path` names in import statements, wherever in the file these stand."""
        if path not in self._imported:
            data = self.data(path) or b""
            folder = path.rpartition("/")[0]
            found = set()
            for dotted, attributes in _imports_in(data):
                name = dotted.lstrip(".")
                level = len(dotted) - len(name)
                if not level and name.partition(".")[0] not in self._names:
                    continue  # nothing of the project's
                whole = self.find(name, level, folder)
                targets = [whole]
                if whole is None or not whole.endswith(".py") or whole.endswith("__init__.py"):
                    targets += [self.find(f"{name}.{a}".lstrip("."), level, folder) for a in attributes]
                for target in targets:
                    if target is not None and target not in found:
                        found.add(target)
                        found.update(self._packages_above(target))
            self._imported[path] = frozenset(found - {path})
        return self._imported[path]

    def _packages_above(self, path: str) -> Iterator[str]:
        """The `__init__.py` files that are run before the file at `path`."""
        folder = path.rpartition("/")[0]
        while folder:
            package = f"{folder}/__init__.py"
            if package not in self.files:
                return
            yield package
            folder = folder.rpartition("/")[0]

    def importers(self, target: str) -> frozenset[str]:
        """The file at `target`, and those that import it, themselves or through others."""
        if target not in self._importers:
            top, slash, _ = target.partition("/")
            near = len(self.files) <= WIDE_SEARCH or not slash
            imported_by = self._imported_by("" if near else top)
            found, waiting = {target}, [target]
            while waiting:
                for path in imported_by.get(waiting.pop(), ()):
                    if path not in found:
                        found.add(path)
                        waiting.append(path)
            self._importers[target] = frozenset(found)
        return self._importers[target]

    def _imported_by(self, top: str) -> Mapping[str, list[str]]:
        """File -> those that name it in an import; of too large a project, only those below the folder `top`."""
        if top not in self._reversed:
            found: dict[str, list[str]] = {}
            for path in self.files if not top else (*self._by_top.get(top, ()), *self._by_top.get("", ())):
                for target in self.imported(path):
                    found.setdefault(target, []).append(path)
            self._reversed[top] = found
        return self._reversed[top]

    def child(self, module: Module, name: str) -> Module | None:
        """The submodule `name` of a package or folder."""
        if module.path.endswith("/__init__.py") or module.path == "__init__.py" or not module.path.endswith(".py"):
            path = self._below(module.folder, name)
            return self.module(path) if path is not None else None
        return None


def _positions(part: str, text: str) -> Iterator[int]:
    """Where a part stands in a text."""
    position = text.find(part)
    while position >= 0:
        yield position
        position = text.find(part, position + 1)


def may_inherit(text: bytes, name: str) -> bool:
    """Whether a file or statement may define a class that inherits from the class `name`."""
    word = name.encode()
    return word in text and _inheriting(word).search(text) is not None


@cache
def _inheriting(word: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"\bclass\s+\w+\s*\([^:]*\b" + re.escape(word) + rb"\b")


_IMPORT = re.compile(
    rb"[ \t]*(?:from[ \t]+(?P<from>[.\w]+)[ \t]+import[ \t]*(?P<names>\([^)]*\)|[^\n#]*)"
    rb"|import[ \t]+(?P<modules>[^\n#]+))"
)


def _imports_in(data: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The import statements of a file, by a search of its bytes: dotted name, names imported from it."""
    position = data.find(b"import")
    while position >= 0:
        match = _IMPORT.match(data, data.rfind(b"\n", 0, position) + 1)
        if match is not None and match["from"] is not None:
            names = match["names"].strip(b"() \\").decode("utf-8", "replace")
            attributes = tuple(part.split()[0] for part in names.split(",") if part.strip())
            yield match["from"].decode("utf-8", "replace"), attributes
        elif match is not None:
            for part in match["modules"].decode("utf-8", "replace").split(","):
                if part.strip():
                    yield part.split()[0], ()
        position = data.find(b"import", max(position + 6, match.end() if match is not None else 0))
