"""The files of a project as modules: import resolution, lazy loading, search by words."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from sqsfifo_lint.model import Problem
from sqsfifo_lint.syntax import Chunk, SyntaxProblem, decode, split

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
            name: target for name, target in found.items() if all(chunk.imports for chunk in self.bindings.get(name, ()))
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

    @cached_property
    def _folders(self) -> frozenset[str]:
        """Every folder that holds a Python file, at any depth; the root is ''."""
        found = {""}
        for path in self.files:
            folder = path.rpartition("/")[0]
            while folder and folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[str, ...]]:
        """Last dotted name -> files and packages of that name."""
        found: dict[str, list[str]] = {}
        for path in sorted(self.files):
            stem = path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]
            found.setdefault(stem, []).append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    def data(self, path: str) -> bytes | None:
        """The bytes of a file, or None when it cannot be had."""
        if path in self.sources:
            return self.sources[path]
        if self._read is None or path not in self.files:
            return None
        try:
            found = self._read(path)
        except OSError:
            return None
        return found if len(found) <= MAX_SIZE else None

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
        data = self.data(path)
        if data is None:
            return None
        try:
            text = decode(data)
            return Module(path, self, tuple(split(path, text)), text)
        except SyntaxProblem as problem:
            self.problems[path] = Problem(path, problem.message, problem.line, problem.column)
            return None

    def resolve(self, name: str, level: int, importer: Module) -> Module | None:
        """The project's module that `importer` gets by the dotted `name` (`level` leading dots), or None."""
        if level:
            folder = importer.folder
            for _ in range(level - 1):
                folder = folder.rpartition("/")[0]
            return self._below(folder, name)
        folder = importer.folder
        while True:
            if f"{folder}/__init__.py".lstrip("/") not in self.files:
                found = self._below(folder, name) or self._below(f"{folder}/src".lstrip("/"), name)
                if found is not None:
                    return found
            if not folder:
                return self._anywhere(name)
            folder = folder.rpartition("/")[0]

    def _below(self, folder: str, name: str) -> Module | None:
        path = "/".join(filter(None, (folder, *name.split("."))))
        for candidate in (f"{path}/__init__.py".lstrip("/"), f"{path}.py"):
            if candidate in self.files:
                return self.module(candidate)
        return self.module(path) if path in self._folders and path else None

    def _anywhere(self, name: str) -> Module | None:
        """The one file whose path ends in the dotted name and that stands at the top of an import root."""
        if "." not in name:
            return None
        suffix = name.replace(".", "/")
        found = [
            path
            for path in self._by_name.get(name.rpartition(".")[2], ())
            if path in (f"{suffix}.py", f"{suffix}/__init__.py")
            or path.endswith((f"/{suffix}.py", f"/{suffix}/__init__.py"))
        ]
        return self.module(found[0]) if len(found) == 1 else None

    def child(self, module: Module, name: str) -> Module | None:
        """The submodule `name` of a package or folder."""
        if module.path.endswith("/__init__.py") or module.path == "__init__.py" or not module.path.endswith(".py"):
            return self._below(module.folder, name)
        return None
