"""Which names of a module a statement binds, or may change the object of.

Told by `ast`, with which a file is split before LibCST sees any of it: a name's value is looked for only in the
statements that are named here, so none may be missing, in no kind of statement and at no depth. One too many costs a
parse, and where the others are imports, what they import.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping

_CHANGING = frozenset({"setattr", "delattr"})

NAMED: Mapping[type[ast.AST], str] = {
    ast.FunctionDef: "name",
    ast.AsyncFunctionDef: "name",
    ast.ClassDef: "name",
    ast.ExceptHandler: "name",
    ast.MatchAs: "name",
    ast.MatchStar: "name",
    ast.MatchMapping: "rest",
}
"""The nodes that bind a name which stands in a field of theirs. The others are `ast.Name` and `ast.alias`."""

_IN_SCOPE: Mapping[type[ast.AST], Callable[..., Iterable[ast.AST | None]]] = {
    ast.FunctionDef: lambda node: (*node.decorator_list, node.args, node.returns),
    ast.AsyncFunctionDef: lambda node: (*node.decorator_list, node.args, node.returns),
    ast.Lambda: lambda node: (node.args,),
    ast.ClassDef: lambda node: (*node.decorator_list, *node.bases, *node.keywords),
    ast.comprehension: lambda node: (node.iter, *node.ifs),
    ast.AnnAssign: lambda node: (node.target if node.value is not None else None, node.annotation, node.value),
}
"""What of a node belongs to the scope that it stands in, where that is not all. Without a value, nothing is bound."""


def bound(statements: Iterable[ast.stmt], text: str) -> Iterator[str]:
    """Names that top-level statements bind or delete in their module, or whose object they visibly change.

    The latter are the names at the root of what one assigns (`a` of `a.b["c"] = d`), and of what it calls a method of
    or `setattr` with as a statement of its own (`a` of `a.b.update(c)`). `text` holds the source of all of them, on one
    line maybe: what it lacks need not be looked for.
    """
    in_expressions, in_classes = ":=" in text, "global" in text
    waiting: list[ast.AST] = list(statements)
    waiting.reverse()
    while waiting:
        node = waiting.pop()
        kind = node.__class__
        if kind is ast.Name or kind is ast.Attribute or kind is ast.Subscript:
            if node.ctx.__class__ is not ast.Load:  # type: ignore[attr-defined]
                yield from _root(node)
        elif kind is ast.alias:
            yield from _imported(node)
        elif kind is ast.Expr:
            yield from _changed(node.value)  # type: ignore[attr-defined]
        elif kind in NAMED:
            name = getattr(node, NAMED[kind])
            if name is not None:
                yield name
        if in_classes and kind is ast.ClassDef:
            yield from declared_global(node.body, functions=False)  # type: ignore[attr-defined]
        if not in_expressions:
            waiting.extend(_targets_and_statements(node))
        elif kind in _IN_SCOPE:
            waiting.extend(child for child in _IN_SCOPE[kind](node) if child is not None)
        else:
            waiting.extend(ast.iter_child_nodes(node))


def _targets_and_statements(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes right below a node that may bind a name in its scope, where nothing is bound by `:=`."""
    if isinstance(node, _DEFINITIONS) or (isinstance(node, ast.AnnAssign) and node.value is None):
        return
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.expr) or isinstance(getattr(child, "ctx", None), ast.Store | ast.Del):
            yield child


_DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _root(node: ast.AST) -> Iterator[str]:
    """The name at the root of an expression: `a` of `a.b["c"]`."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _imported(alias: ast.AST) -> Iterator[str]:
    match alias:
        case ast.alias(asname=str(name)):
            yield name
        case ast.alias(name=name) if name != "*":
            yield name.partition(".")[0]


def _changed(value: ast.expr) -> Iterator[str]:
    match value:
        case ast.Call(func=ast.Attribute(value=target)):
            yield from _root(target)
        case ast.Call(func=ast.Name(id=called), args=[target, *_]) if called in _CHANGING:
            yield from _root(target)


def declared_global(body: Iterable[ast.stmt], *, functions: bool = True) -> Iterator[str]:
    """The names that `global` declares in definitions, at any depth; without `functions`, outside of them."""
    waiting: list[ast.AST] = [*body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Global):
            yield from node.names
        elif functions or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting.extend(c for c in ast.iter_child_nodes(node) if isinstance(c, ast.stmt | CLAUSES))


CLAUSES = ast.ExceptHandler | ast.match_case
