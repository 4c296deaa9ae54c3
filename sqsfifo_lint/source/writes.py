"""Where attributes are set: by assignment of any form, by `setattr`, through `__dict__`.

This says what code does by its form. Whose attribute it is that is set, `self`'s or another object's, whoever asks has
to find out: a `Write` holds the expression for the object, and the clauses and definitions that it stands in.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import cast

import libcst as cst

from sqsfifo_lint.records import record
from sqsfifo_lint.source.deferred import HEAD
from sqsfifo_lint.source.fast_cst import DeferredBlock
from sqsfifo_lint.source.python_tree import UNREADABLE, nodes_of, tree_of
from sqsfifo_lint.source.walk import children, clauses, descendants, targets

_SETTERS = frozenset({"setattr", "delattr"})
_SETTING_METHODS = frozenset({"__setattr__", "__delattr__"})
_READING_METHODS = frozenset({"get", "items", "keys", "values", "copy", "__getitem__", "__contains__"})
"""Methods of `__dict__` that leave it as it is."""
_SUITES = frozenset[type[cst.CSTNode]]({cst.IndentedBlock, cst.SimpleStatementSuite, DeferredBlock})

_BY_NAME = ("setattr", "delattr", "__dict__", "vars")
_IN_COMPREHENSION = re.compile(
    r"for\b(?<!\wfor)(?:(?!\bin\b)[^:])*?(?:\.\w|[\s\\]\.|\.[\s\\]+\w+[\s\\]*(?:[.,\[\])]|in\b))", re.DOTALL
)
"""An attribute between `for` and `in`; the end of a sentence is none."""

Around = tuple[cst.CSTNode, ...]
"""Clauses, definitions and lambdas that code stands in, the outermost first."""


@record()
class Write:
    """An attribute is set or deleted, or something in what it holds is."""

    holder: cst.BaseExpression
    """Whose attribute it is."""
    name: str | None
    """None: it may be any attribute."""
    node: cst.CSTNode
    """The statement, comprehension or expression that does it."""
    around: Around
    inside: bool = False
    """Something in what the attribute holds is set, an item of a container: it goes on holding the container."""


def in_expressions(text: str) -> bool:
    """Whether an expression in code of this text may set an attribute. False rules it out."""
    return any(word in text for word in _BY_NAME) or _IN_COMPREHENSION.search(text) is not None


def writes(
    body: Iterable[cst.CSTNode],
    around: Around = (),
    *,
    expressions: bool = True,
    look_into: Callable[[DeferredBlock], bool] = lambda block: True,
) -> Iterator[Write]:
    """Every place in a body, at any depth, where an attribute of some object is set, in the order of the text.

    Without `expressions`, only what statements set by their own form: see `in_expressions`. `look_into` may rule out
    bodies of functions by their text, so that they are not parsed.
    """
    for statement in body:
        if statement.__class__ is cst.SimpleStatementLine:
            line = statement.body
            yield from writes(line, around, expressions=expressions, look_into=look_into)
            continue
        yield from _by_targets(statement, around)
        if expressions:
            yield from _by_expressions(statement, around)
        for clause in clauses(statement, definitions=True):
            block = clause.body
            if block.__class__ is not DeferredBlock or look_into(block):
                inner = (*around, clause)
                yield from writes(block.body, inner, expressions=expressions, look_into=look_into)


def may_set(text: str, holder: str) -> bool:
    """Whether a function's body of this text may set attributes of its variable `holder`. False rules it out.

    Asks Python's own parser, which takes a fraction of LibCST's time.
    """
    if holder not in text:
        return False
    try:
        tree = tree_of(HEAD + text)
    except UNREADABLE:
        return True
    return any(_may_set(node, holder) for node in nodes_of(tree))


def _may_set(node: ast.AST, holder: str) -> bool:
    match node:
        case ast.Name():
            return node.id in _SETTERS or node.id == "vars"
        case ast.Attribute(attr="__dict__" | "__setattr__" | "__delattr__"):
            return True
        case ast.Attribute() | ast.Subscript():
            changed: ast.expr = node
            while isinstance(changed, ast.Subscript):
                changed = changed.value
            return (
                not isinstance(node.ctx, ast.Load)
                and isinstance(changed, ast.Attribute)
                and isinstance(changed.value, ast.Name)
                and changed.value.id == holder
            )
    return False


def set_on_others(text: str) -> frozenset[str]:
    """The attributes that a module of this text assigns or deletes of objects other than what a method is called on.

    What its method is called on is the first parameter of a function in a class, by whatever name, but for that of a
    static method, and what is called `self` or `cls` anywhere; not what such an object holds (`self.child.name = …`).
    Any form of assignment counts. Setting by name (`setattr(x, "name", …)`) does not: that is done to objects of any
    class, and says little of this module's. If Python cannot parse the text, every word may be such an attribute.
    """
    try:
        tree = tree_of(text)
    except UNREADABLE:
        return frozenset(_WORD.findall(text))
    deep = in_expressions(text)
    found: set[str] = set()
    waiting: list[tuple[ast.AST, frozenset[str], bool]] = [(tree, _OWN, False)]
    while waiting:
        node, own, in_class = waiting.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                own, in_class = _receivers(node, own, in_class), False
            case ast.ClassDef():
                in_class = True
            case ast.Attribute(value=holder, attr=name, ctx=ast.Store() | ast.Del()):
                if not (isinstance(holder, ast.Name) and holder.id in own):
                    found.add(name)
            case ast.AnnAssign(value=None):
                continue
            case ast.expr() if not deep and isinstance(getattr(node, "ctx", _LOADED), ast.Load):
                continue  # nothing below assigns
        waiting.extend((child, own, in_class) for child in ast.iter_child_nodes(node))
    return frozenset(found)


_WORD = re.compile(r"[^\W\d]\w*")
_LOADED = ast.Load()
_OWN = frozenset({"self", "cls"})


def _makes_self(statement: ast.stmt) -> bool:
    """`self = cls(url)`: from here on it is another object than what a method is called on."""
    match statement:
        case ast.Assign(targets=[ast.Name("self")]):
            return True
    return False


def _receivers(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, outer: frozenset[str], in_class: bool
) -> frozenset[str]:
    """The variables in a function that are what a method is called on, its own or one around it."""
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    several = [*positional, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    own = (outer - {argument.arg for argument in several if argument is not None}) | _OWN
    if not isinstance(node, ast.Lambda) and any(map(_makes_self, node.body)):
        own -= {"self"}
    if not in_class or not positional or isinstance(node, ast.Lambda):
        return own
    if any(isinstance(decorator, ast.Name) and decorator.id == "staticmethod" for decorator in node.decorator_list):
        return own
    return own | {positional[0].arg}


# -- by the form of a statement or comprehension


def _by_targets(node: cst.CSTNode, around: Around) -> Iterator[Write]:
    binding = node.target if isinstance(node, cst.CompFor) else node  # those of an inner `for` are asked for themselves
    for target in targets(binding):
        changed: cst.BaseExpression = target
        key: cst.BaseExpression | None = None
        while isinstance(changed, cst.Subscript):
            key = _index(changed)
            changed = changed.value
        holder = _whose_dict(changed)
        if holder is not None:
            yield Write(holder, _text(key), node, around)
        elif isinstance(changed, cst.Attribute):
            yield Write(changed.value, changed.attr.value, node, around, changed is not target)


def _index(subscript: cst.Subscript) -> cst.BaseExpression | None:
    match subscript.slice:
        case [cst.SubscriptElement(slice=cst.Index(value=key))]:
            return key
    return None


# -- into containers

PUTTING = (
    *("append", "appendleft", "extend", "extendleft", "insert", "add", "update", "setdefault", "__setitem__"),
    *("put", "put_nowait"),
)
_PUTS = re.compile(rf"\.\s*(?:{'|'.join(PUTTING)})\s*\(|\]\s*=(?!=)|\+=")


def may_put(text: str) -> bool:
    """Whether code of this text may put something into a container. False rules it out."""
    return _PUTS.search(text) is not None


def puts(
    body: Iterable[cst.CSTNode], methods: Collection[str] = PUTTING
) -> Iterator[tuple[cst.BaseExpression, cst.CSTNode]]:
    """Each container into which a body puts something, at any depth, with what does it.

    `x.y` of `x.y.append(z)`, of `x.y[k].append(z)`, of `x.y.setdefault(k, []).append(z)`, of `x.y[k] = z`.
    """
    for statement in body:
        for node in descendants(statement):
            match node:
                case cst.Call(func=cst.Attribute(value=holder, attr=cst.Name(value=method))) if method in methods:
                    yield _container(holder), node
                case cst.AssignTarget(target=cst.Subscript(value=holder)):
                    yield _container(holder), node
                case cst.AugAssign(target=cst.Name() | cst.Attribute() as holder, operator=cst.AddAssign()):
                    yield holder, node


def _container(node: cst.BaseExpression) -> cst.BaseExpression:
    """What holds a container that something is put into, where that is reached by its keys."""
    match node:
        case cst.Subscript(value=inner):
            return _container(inner)
        case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name("setdefault" | "get"))):
            return _container(inner)
    return node


# -- by what is called


def _by_expressions(statement: cst.CSTNode, around: Around) -> Iterator[Write]:
    """What the expressions of a statement set, outside its blocks."""
    waiting = [(statement, around)]
    while waiting:
        node, outer = waiting.pop()
        kind = node.__class__
        if kind is cst.Call:
            yield from _by_call(cast(cst.Call, node), outer)
        elif kind is cst.CompFor:
            yield from _by_targets(node, outer)
        elif kind is cst.Lambda:
            outer = (*outer, node)
        elif kind in _KEEPING:
            holder = _whose_dict(cast("cst.Assign | cst.AnnAssign | cst.NamedExpr", node).value)
            if holder is not None:  # `attributes = vars(self)`: by that name any attribute may be set
                yield Write(holder, None, node, outer)
        waiting.extend((below, outer) for below in reversed(children(node)) if below.__class__ not in _SUITES)


_KEEPING = frozenset[type[cst.CSTNode]]({cst.Assign, cst.AnnAssign, cst.NamedExpr})


def _by_call(call: cst.Call, around: Around) -> Iterator[Write]:
    match call:
        case cst.Call(func=cst.Name(value=called), args=[holder, name, *_]) if called in _SETTERS:
            yield Write(holder.value, _text(name.value), call, around)
        case cst.Call(func=cst.Attribute(value=owner, attr=cst.Name(value=method))):
            if method in _SETTING_METHODS:
                yield from _by_method(call, owner, method, around)
            elif method not in _READING_METHODS and (whose := _whose_dict(owner)) is not None:
                for one in _keys(call, method):
                    yield Write(whose, one, call, around)


def _by_method(call: cst.Call, owner: cst.BaseExpression, method: str, around: Around) -> Iterator[Write]:
    """`self.__setattr__(name, value)`, `object.__setattr__(self, name, value)`."""
    given = [arg.value for arg in call.args]
    needed = 2 if method == "__setattr__" else 1
    if len(given) > needed:
        owner, *given = given
    if given:
        yield Write(owner, _text(given[0]), call, around)


def _keys(call: cst.Call, method: str) -> list[str | None]:
    """The keys that a method of a dict changes; None for any."""
    if method != "update":
        return [_text(call.args[0].value) if call.args else None]
    found: list[str | None] = []
    for arg in call.args:
        if arg.keyword is not None:
            found.append(arg.keyword.value)
        elif isinstance(arg.value, cst.Dict):
            found.extend(_text(e.key) if isinstance(e, cst.DictElement) else None for e in arg.value.elements)
        else:
            found.append(None)
    return found


def _whose_dict(node: cst.BaseExpression | None) -> cst.BaseExpression | None:
    """`x` of `x.__dict__` and `vars(x)`."""
    match node:
        case cst.Attribute(value=holder, attr=cst.Name("__dict__")):
            return holder
        case cst.Call(func=cst.Name("vars"), args=[cst.Arg(value=holder)]):
            return holder
    return None


def _text(node: cst.BaseExpression | None) -> str | None:
    """The text of a literal."""
    if isinstance(node, cst.SimpleString | cst.ConcatenatedString):
        value = node.evaluated_value
        return value if isinstance(value, str) else None
    return None
