"""Whether anybody in the project uses what a function returns."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from sqsfifo_lint.flow.state import Frame
from sqsfifo_lint.source.project import Project

MAX_FILES = 200
"""Files that are searched for one name; when there are more, somebody is taken to use it."""


class Uses:
    """Answers, once for each function, by the function's name: every call of that name counts as one of it."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._known: dict[tuple[str, str], bool] = {}

    def __call__(self, frame: Frame) -> bool:
        """Whether some call of the frame's function, or of another of that name, is more than a statement."""
        if frame.function is None:
            return False
        key = (frame.module.path, frame.function.name)
        if key not in self._known:
            self._known[key] = self._is_used(*key)
        return self._known[key]

    def _is_used(self, path: str, name: str) -> bool:
        files = sorted({path, *self.project.files.importers(path), *self.project.sources})
        naming = [data for file in files if name.encode() in (data := self.project.files.data(file) or b"")]
        return len(naming) > MAX_FILES or any(_uses(data, name) for data in naming)


def _uses(data: bytes, name: str) -> bool:
    """Whether a file does more with `name` than to call it and throw the result away; also when it cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    thrown = set(_thrown_away(tree))
    return any(_is_read(node, name) and node not in thrown for node in ast.walk(tree))


def _thrown_away(tree: ast.AST) -> Iterator[ast.expr]:
    """What is called by statements that do nothing else."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Call(func=function) | ast.Await(value=ast.Call(func=function))):
                yield function


def _is_read(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Name(id=word, ctx=ast.Load()) | ast.Attribute(attr=word, ctx=ast.Load()):
            return word == name
    return False
