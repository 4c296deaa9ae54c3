"""A file as LibCST sees it: which expression is where, what is around it, and which names the file uses."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import TypeVar

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, ParentNodeProvider, PositionProvider

from sqsfifo_lint.model import Span
from sqsfifo_lint.report import Edit
from sqsfifo_lint.source.python_tree import nodes_of, tree_of

N = TypeVar("N", bound=cst.CSTNode)


class Source:
    """The text of a file, of which LibCST parses only the top-level statements in which something is changed."""

    def __init__(self, text: str) -> None:
        """`text` has `\n` at the ends of its lines. Raises one of `UNREADABLE`."""
        self.text = text
        self.lines = text.split("\n")
        self.module = tree_of(text)
        self._trees: dict[tuple[int, int], Tree] = {}

    def tree(self, span: Span) -> Tree:
        """The tree of the top-level statement around a region, with those that share its lines.

        Raises what LibCST raises for what it cannot parse.
        """
        first, last = span.line, span.line
        for start, end in map(lines_of, self.module.body):
            if start <= last and first <= end:
                first, last = min(first, start), max(last, end)
        if (first, last) not in self._trees:
            self._trees[first, last] = Tree(self, first, last)
        return self._trees[first, last]

    @cached_property
    def bound(self) -> Counter[str]:
        """How often names are bound anywhere in the file, in whatever scope."""
        return Counter(name for node in nodes_of(self.module) for name in _bound_by(node))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that are read or bound anywhere in the file."""
        return frozenset(node.id for node in nodes_of(self.module) if isinstance(node, ast.Name)) | self.bound.keys()

    def between(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        """The text from one position to another, each a line and a column."""
        lines = self.lines[start[0] - 1 : end[0]]
        lines[-1] = lines[-1][: end[1] - 1]
        lines[0] = lines[0][start[1] - 1 :]
        return "\n".join(lines)

    def imports_alone(self, module: str) -> bool | None:
        """Whether a module is imported at the top level. None if its name may be something else in some scope."""
        plain = sum(
            alias.name == module and alias.asname is None
            for statement in self.module.body
            if isinstance(statement, ast.Import)
            for alias in statement.names
        )
        return bool(plain) if self.bound[module] == plain else None


class Tree:
    """Some top-level statements as LibCST sees them; all positions are those of the file."""

    def __init__(self, source: Source, first: int, last: int) -> None:
        """`first`, `last`: lines of the file. Raises what LibCST raises for what it cannot parse."""
        self.file = source
        self.lines = source.lines
        self._before = first - 1
        text = "\n".join(source.lines[first - 1 : last])
        wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
        found = wrapper.resolve_many([PositionProvider, ParentNodeProvider])
        self.indent = wrapper.module.default_indent
        self._ranges: dict[cst.CSTNode, CodeRange] = dict(found[PositionProvider])  # type: ignore[arg-type]
        self._parents: dict[cst.CSTNode, cst.CSTNode] = dict(found[ParentNodeProvider])  # type: ignore[arg-type]

    @cached_property
    def _by_place(self) -> dict[tuple[int, int, int, int], cst.BaseExpression]:
        found: dict[tuple[int, int, int, int], cst.BaseExpression] = {}
        for node in self._ranges:
            if isinstance(node, cst.BaseExpression):
                edit = self.edit(node)
                found.setdefault((edit.line, edit.column, edit.end_line, edit.end_column), node)
        return found

    def at(self, span: Span) -> cst.BaseExpression | None:
        """The expression in a region."""
        return self._by_place.get((span.line, span.column, span.end_line, span.end_column))

    def edit(self, node: cst.CSTNode, text: str = "") -> Edit:
        """The edit that puts a text in the place of a node."""
        start, end = self._ranges[node].start, self._ranges[node].end
        return Edit(start.line + self._before, start.column + 1, end.line + self._before, end.column + 1, text)

    def source(self, node: cst.CSTNode) -> str:
        """The text of a node, without parentheses around it."""
        edit = self.edit(node)
        return self.file.between((edit.line, edit.column), (edit.end_line, edit.end_column))

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """What a node is in."""
        return self._parents.get(node)

    def above(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """What a node is in, from the inside out."""
        found = self._parents.get(node)
        while found is not None:
            yield found
            found = self._parents.get(found)

    def enclosing(self, node: cst.CSTNode, kind: type[N]) -> N | None:
        """The innermost node of a kind that a node is in."""
        return next((one for one in self.above(node) if isinstance(one, kind)), None)

    def binds(self, name: str) -> bool:
        """Whether a name is bound to anything in the file, in whatever scope: then it may not be the builtin."""
        return bool(self.file.bound[name])


def lines_of(statement: ast.stmt) -> tuple[int, int]:
    """The first and the last line of a statement, its decorators included."""
    decorators = [one.lineno for one in getattr(statement, "decorator_list", ())]
    return min([statement.lineno, *decorators]), statement.end_lineno or statement.lineno


def covers(span: Span, edit: Edit) -> bool:
    """Whether a region is inside another one."""
    start, end = (edit.line, edit.column), (edit.end_line, edit.end_column)
    return (span.line, span.column) <= start and end <= (span.end_line, span.end_column)


def _bound_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.arg(arg=name):
            yield name
        case ast.alias(name=name, asname=None):
            yield name.partition(".")[0]
        case ast.alias(asname=str(name)) | ast.ExceptHandler(name=str(name)):
            yield name
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            yield from names
