"""Ways through a LibCST tree: what stands below a node, in which blocks, and what is assigned there.

Each question is answered by a table of node types and fields, which a test compares with LibCST's own: whoever asks
"which blocks", "which targets" or "which parameters" here is told of all of them.

    for statement in statements(function.body.body):      # at any depth, in the order of the text
        for target in targets(statement):                 # `a`, `b.c` and `d[0]` of `a, (b.c, *d[0]) = …`
            …
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, cast

import libcst as cst

# -- whole trees

_SKIPPED = re.compile(
    "white|lpar|rpar|comma|semicolon|lines|header|footer|indent|bracket|brace|trailing|equal|dot|start|end"
)


def fields_with_code(kind: type[cst.CSTNode]) -> list[str]:
    """The names of the fields of a node that can hold code; blanks and punctuation are left out."""
    return [f.name for f in fields(kind) if f.name == "slice" or not _SKIPPED.search(f.name)]


@cache
def _code_of(kind: type[cst.CSTNode]) -> Callable[[cst.CSTNode], Iterable[Any]]:
    """What gets the values of these fields."""
    names = fields_with_code(kind)
    if len(names) > 1:
        return attrgetter(*names)
    return lambda node: [getattr(node, name) for name in names]


@cache
def _is_node(kind: type[object]) -> bool:
    """Whether objects of a type are nodes. LibCST's classes are abstract ones, whose `isinstance` takes long."""
    return issubclass(kind, cst.CSTNode)


@cache
def _is_suite(kind: type[object]) -> bool:
    return issubclass(kind, cst.BaseSuite)


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes right below a node that hold code, in order."""
    found: list[Any] = []
    for value in _code_of(node.__class__)(node):
        kind = value.__class__
        if kind is list or kind is tuple:
            found.extend(value)  # what LibCST has several of, are nodes
        elif _is_node(kind):
            found.append(value)
    return found


def walk(node: cst.CSTNode, visitor: cst.CSTVisitor) -> None:
    """Show a tree to a visitor. Unlike `node.visit()` this makes no new nodes, and takes a fraction of the time."""
    entered: list[tuple[cst.CSTNode, Iterator[cst.CSTNode]]] = []
    current: cst.CSTNode | None = node
    while current is not None or entered:
        if current is not None:
            entered.append((current, iter(children(current) if visitor.on_visit(current) else ())))
        around, below = entered[-1]
        current = next(below, None)
        if current is None:
            visitor.on_leave(around)
            entered.pop()


def has_yield(function: cst.FunctionDef | cst.Lambda) -> bool:
    """Whether calling a function makes a generator: its own body has a `yield`, functions and classes in it aside."""
    waiting: list[cst.CSTNode] = [function.body]
    while waiting:
        current = waiting.pop()
        if isinstance(current, cst.Yield):
            return True
        if not isinstance(current, cst.FunctionDef | cst.Lambda | cst.ClassDef):
            waiting.extend(children(current))
    return False


def descendants(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and all below it, in no particular order."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(children(current))


# -- statements

CLAUSES: Mapping[type[cst.CSTNode], tuple[str, ...]] = {
    cst.If: ("orelse",),
    cst.For: ("orelse",),
    cst.While: ("orelse",),
    cst.With: (),
    cst.Try: ("handlers", "orelse", "finalbody"),
    cst.TryStar: ("handlers", "orelse", "finalbody"),
    cst.Match: ("cases",),
    cst.FunctionDef: (),
    cst.ClassDef: (),
    cst.Else: (),
    cst.Finally: (),
    cst.ExceptHandler: (),
    cst.ExceptStarHandler: (),
    cst.MatchCase: (),
}
"""All nodes that have a block of their own in `body` (`match` alone has only those of its cases), and their fields that
hold more such nodes of the same statement."""

WITH_BLOCKS = frozenset(CLAUSES)
"""The statements that have blocks, and their clauses."""

DEFINITIONS = frozenset[type[cst.CSTNode]]({cst.FunctionDef, cst.ClassDef})
"""The statements whose block is a scope of its own."""


def clauses(statement: cst.CSTNode, *, definitions: bool = False) -> Iterator[Any]:
    """The parts of one statement that have a block in `body`, in order; none of a statement without blocks.

    These are the statement itself (but for `match`), `elif` (an `If`), `Else`, `Finally`, each `ExceptHandler`,
    `ExceptStarHandler` and `MatchCase`. A function or class is one only with `definitions`.
    """
    kind = statement.__class__
    if kind not in CLAUSES or (kind in DEFINITIONS and not definitions):
        return
    waiting = [statement]
    while waiting:
        clause = waiting.pop()
        if clause.__class__ is not cst.Match:
            yield clause
        below = [part for name in CLAUSES[clause.__class__] for part in _several(getattr(clause, name))]
        waiting.extend(reversed(below))


def blocks(statement: cst.CSTNode, *, definitions: bool = False) -> Iterator[cst.BaseSuite]:
    """Every block right below one statement, in order; the body of a function or class only with `definitions`."""
    return (clause.body for clause in clauses(statement, definitions=definitions))


def statements(body: Iterable[cst.CSTNode], *, definitions: bool = False) -> Iterator[cst.CSTNode]:
    """Every statement of a body at any depth, in the order of the text.

    `body` holds what `body` of a module or block does. A `SimpleStatementLine` is not told of, but each statement on
    it; an `elif` is a part of its `if`. A nested function or class is told of; what is in it, only with `definitions`.
    """
    for statement in body:
        if statement.__class__ is cst.SimpleStatementLine:
            yield from statement.body
            continue
        yield statement
        for block in blocks(statement, definitions=definitions):
            yield from statements(block.body, definitions=definitions)


# -- what is assigned

_LAZY = {kind: ("names",) for name in ("LazyImport", "LazyImportFrom") if (kind := getattr(cst, name, None))}
"""Statements that not every LibCST has."""

TARGETS: Mapping[type[cst.CSTNode], tuple[str, ...]] = {
    cst.SimpleStatementLine: ("body",),
    cst.Assign: ("targets",),
    cst.AssignTarget: ("target",),
    cst.AnnAssign: ("target",),
    cst.AugAssign: ("target",),
    cst.Del: ("target",),
    cst.Import: ("names",),
    cst.ImportFrom: ("names",),
    **_LAZY,
    cst.ImportAlias: ("asname", "name"),
    cst.TypeAlias: ("name",),
    cst.FunctionDef: ("name",),
    cst.ClassDef: ("name",),
    cst.NamedExpr: ("target",),
    cst.CompFor: ("target", "inner_for_in"),
    cst.For: ("target",),
    cst.With: ("items",),
    cst.WithItem: ("asname",),
    cst.AsName: ("name",),
    cst.Try: ("handlers",),
    cst.TryStar: ("handlers",),
    cst.ExceptHandler: ("name",),
    cst.ExceptStarHandler: ("name",),
    cst.Match: ("cases",),
    cst.MatchCase: ("pattern",),
    cst.MatchAs: ("pattern", "name"),
    cst.MatchOr: ("patterns",),
    cst.MatchOrElement: ("pattern",),
    cst.MatchList: ("patterns",),
    cst.MatchTuple: ("patterns",),
    cst.MatchSequenceElement: ("value",),
    cst.MatchStar: ("name",),
    cst.MatchMapping: ("elements", "rest"),
    cst.MatchMappingElement: ("pattern",),
    cst.MatchClass: ("patterns", "kwds"),
    cst.MatchKeywordElement: ("pattern",),
    cst.Tuple: ("elements",),
    cst.List: ("elements",),
    cst.Element: ("value",),
    cst.StarredElement: ("value",),
}
"""The fields of each node that hold what it assigns, or more nodes that do."""

_ASSIGNED = frozenset[type[cst.CSTNode]]({cst.Name, cst.Attribute, cst.Subscript})


def targets(node: cst.CSTNode) -> Iterator[cst.Name | cst.Attribute | cst.Subscript]:
    """What a statement assigns, binds or deletes by its form, in order: each `Name`, `Attribute` and `Subscript`.

    Tuples, lists and stars are taken apart. That is the targets of assignments (of an annotated one only if it has a
    value: without, it binds nothing), of `del` and `for`, the names after `as` (imports, `with`, `except`), those
    imported (of `import a.b`, `a`; of `import *`, none), the captures of all cases of a `match`, the name of a
    function, class or type alias. Not what stands in its blocks (`statements` gives those), nor what `global` declares.

    Of a clause (`ExceptHandler`, `MatchCase`), a pattern, a `WithItem`, a named expression or a comprehension's `for`,
    what that one binds; of a target, the target taken apart.
    """
    kind = node.__class__
    if kind in _ASSIGNED:
        yield cast("cst.Name | cst.Attribute | cst.Subscript", node)
    elif kind is cst.ImportAlias:
        yield _imported(cast(cst.ImportAlias, node))
    elif kind is not cst.AnnAssign or cast(cst.AnnAssign, node).value is not None:
        for name in TARGETS.get(kind, ()):
            for part in _several(getattr(node, name)):
                yield from targets(part)


def _imported(alias: cst.ImportAlias) -> cst.Name:
    """The name that a part of an import binds."""
    name = alias.name if alias.asname is None else alias.asname.name
    while isinstance(name, cst.Attribute):
        name = cast("cst.Attribute | cst.Name", name.value)
    return cast(cst.Name, name)


def assigned(statement: cst.CSTNode) -> Iterator[cst.Name | cst.Attribute | cst.Subscript]:
    """The `targets` of a statement, and those of the named expressions in it (`:=`), which are names.

    Of the latter, those that bind in the scope of the statement: in the heads of all its clauses, in comprehensions, in
    decorators and default values, not in the body of a lambda and not in its blocks. What else a comprehension binds
    stays in it, and is not told of.
    """
    yield from targets(statement)
    waiting = _in_scope(statement)
    while waiting:
        node = waiting.pop()
        if node.__class__ is cst.NamedExpr:
            yield from targets(node)
        waiting.extend(_in_scope(node))


def _in_scope(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes right below a node that are run in its scope and stand in none of its blocks, from the last one on."""
    below = children(node.params if node.__class__ is cst.Lambda else node)
    return [child for child in reversed(below) if not _is_suite(child.__class__)]


def _several(value: Any) -> Iterable[cst.CSTNode]:
    """The nodes that a field holds: one, several or none."""
    if value is None:
        return ()
    return value if value.__class__ in (list, tuple) else (value,)


# -- operators

# What is written in a row is a tree that leans to one side, as deep as the row is long: `((a + b) + c) + d`.


def operands(node: cst.BooleanOperation) -> list[cst.BaseExpression]:
    """What `or`, or `and`, connects, from left to right: `a`, `b` and `c` of `a or b or c`."""
    found = [node.right]
    left = node.left
    while isinstance(left, cst.BooleanOperation) and type(left.operator) is type(node.operator):
        found.append(left.right)
        left = left.left
    return [left, *reversed(found)]


def left_to_right(node: cst.BinaryOperation) -> tuple[cst.BaseExpression, list[cst.BinaryOperation]]:
    """What a row of operators begins with, and the operations in the order in which they are done: `+` before `-` of
    `a + b - c`."""
    found = [node]
    while isinstance(found[-1].left, cst.BinaryOperation):
        found.append(found[-1].left)
    return found[-1].left, found[::-1]


# -- parameters


def positional(function: cst.FunctionDef | cst.Lambda) -> list[cst.Param]:
    """The parameters that arguments without a name fill, in order."""
    return [*function.params.posonly_params, *function.params.params]


def parameters(function: cst.FunctionDef | cst.Lambda) -> list[cst.Param]:
    """All parameters in order, with `*args` and `**kwargs`."""
    params = function.params
    found = positional(function)
    if isinstance(params.star_arg, cst.Param):
        found.append(params.star_arg)
    found.extend(params.kwonly_params)
    if params.star_kwarg is not None:
        found.append(params.star_kwarg)
    return found
