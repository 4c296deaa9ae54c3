"""Whether anything in the project uses what a function returns, or a variable of a module."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

from sqsfifo_lint.flow import Frame
from sqsfifo_lint.met import met
from sqsfifo_lint.source.files import Question
from sqsfifo_lint.source.project import Module, Project
from sqsfifo_lint.source.python_tree import UNREADABLE, nodes_of, tree_of

MAX_FILES = 200
"""How many files are searched for one name; if there are more, the name is assumed to be used."""


class Uses:
    """Answers the question, computed once per name. A file without the name is not parsed."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._results: dict[tuple[str, str], bool] = {}
        self._variables: dict[tuple[str, str], bool] = {}

    def of_result(self, frame: Frame) -> bool:
        """Whether some call of the frame's function, or of another with that name, is more than a statement."""
        if frame.function is None:
            return False
        key = path, name = frame.module.path, frame.function.name
        if key not in self._results:
            files = {path, *self.project.files.importers(path), *self.project.files.holding(name)}
            callers = (file for file in files if self.project.counts(file, path))
            self._results[key] = self._any(callers, name, USES_RESULT)
        return self._results[key]

    def of_variable(self, module: Module, name: str) -> bool:
        """Whether another file may read a variable of a module."""
        key = path, _ = module.path, name
        if key not in self._variables:
            self._variables[key] = self._any(self.project.files.importers(path) - {path}, name, READS_ATTRIBUTE)
        return self._variables[key]

    def _any(self, files: Iterable[str], name: str, uses: Question) -> bool:
        ask = self.project.files.ask
        naming = [path for path in sorted(files) if ask(NAMES, path, name)]
        if len(naming) > MAX_FILES:
            met("MAX_FILES")
            return True
        return any(ask(uses, path, name) for path in naming)


def _parsed(data: bytes) -> ast.AST | None:
    """The tree of a file; None if it cannot be parsed, and so may contain anything."""
    try:
        return tree_of(data)
    except UNREADABLE:
        return None


def _uses_result(tree: ast.AST, name: str) -> bool:
    """Whether a file does more with `name` than call it and discard the result."""
    besides = {*_thrown_away(tree), *_of_clients(tree)}
    return any(_is_read(node, name) and node not in besides for node in nodes_of(tree))


def _in_tree(of: Callable[[ast.AST, str], bool]) -> Callable[[bytes, str], bool]:
    def answer(data: bytes, name: str) -> bool:
        tree = _parsed(data)
        return tree is None or of(tree, name)

    return answer


def _thrown_away(tree: ast.AST) -> Iterator[ast.expr]:
    """The callees of statements that are only a call."""
    for node in nodes_of(tree):
        match node:
            case ast.Expr(value=ast.Call(func=function) | ast.Await(value=ast.Call(func=function))):
                yield function


def _of_clients(tree: ast.AST) -> Iterator[ast.expr]:
    """The callees of calls of a client's own method: a wrapper may have its name."""
    for node in nodes_of(tree):
        if isinstance(node, ast.Call) and any(keyword.arg in _OF_CLIENTS for keyword in node.keywords):
            yield node.func


_OF_CLIENTS = frozenset({"QueueUrl", "TopicArn", "TargetArn", "MessageBody", "Message", "Entries"})
"""Keywords that only the methods of clients take."""


def _is_read(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Name(id=word, ctx=ast.Load()) | ast.Attribute(attr=word, ctx=ast.Load()):
            return word == name
    return False


def _reads_attribute(tree: ast.AST, name: str) -> bool:
    """Whether a file may take `name` from another module: by import, as an attribute, or by `getattr`."""
    for node in nodes_of(tree):
        match node:
            case ast.ImportFrom(names=names) if any(alias.name in (name, "*") for alias in names):
                return True
            case ast.Attribute(attr=word) | ast.Constant(value=word) if word == name:
                return True
    return False


NAMES = Question("names", lambda data, name: name.encode() in data)
USES_RESULT = Question("uses result", _in_tree(_uses_result))
READS_ATTRIBUTE = Question("reads attribute", _in_tree(_reads_attribute))
QUESTIONS = {question.name: question for question in (NAMES, USES_RESULT, READS_ATTRIBUTE)}
"""By name, what is asked of files here."""
