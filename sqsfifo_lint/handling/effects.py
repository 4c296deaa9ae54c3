"""What a piece of code does besides logging: what it calls, binds and changes, and how it is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import libcst as cst

from sqsfifo_lint.flow import name_of
from sqsfifo_lint.handling.surroundings import View, imports_of
from sqsfifo_lint.knowledge.logs import (
    COUNTING_METHODS,
    COUNTING_PACKAGES,
    LOGGER_NAMES,
    LOGGER_PACKAGES,
    LOGGING_METHODS,
    PRINTING,
    PURE,
    REPORTING_METHODS,
    REPORTING_PACKAGES,
    REPORTING_WORDS,
    STORING,
    TEXT_METHODS,
    WAITING,
)
from sqsfifo_lint.records import replace
from sqsfifo_lint.source.walk import descendants, targets, walk


@dataclass(slots=True)
class Effects:
    """What some statements do. Functions that they define are left out: it is not known when those run."""

    acts: bool = False
    """They call something that may have any effect, or change an object."""
    waits: bool = False
    """They sleep."""
    logs: bool = False
    """They log or print."""
    counts: bool = False
    """They count for somebody, who may see in a diagram what was not sent."""
    reports: bool = False
    """They tell a service that collects errors."""
    raised: list[cst.Raise] = field(default_factory=list)
    leaves: list[cst.CSTNode] = field(default_factory=list)
    """`return`, `break` and `continue`, in order."""
    binds: list[cst.Name] = field(default_factory=list)
    """Variables that they set, where they do."""

    @property
    def marks(self) -> bool:
        """Whether somebody may see that they ran."""
        return self.acts or self.counts

    @property
    def returns(self) -> list[cst.Return]:
        """The `return` statements."""
        return [node for node in self.leaves if isinstance(node, cst.Return)]

    def bind(self, target: cst.CSTNode) -> None:
        """Note what an assignment sets: a variable, or a part of some object."""
        if isinstance(target, cst.Name):
            self.binds.append(target)
        else:
            self.acts = True

    def leave_behind(self, statement: cst.CSTNode) -> None:
        """Note what a statement leaves behind once its value is there: what it sets, or returns."""
        if isinstance(statement, cst.Return):
            self.leaves.append(statement)
        for node in descendants(statement):
            if isinstance(node, cst.AssignTarget | cst.AnnAssign | cst.AugAssign | cst.NamedExpr):
                for target in targets(node):
                    self.bind(target)


def effects_of(nodes: Iterable[cst.CSTNode], view: View, content: frozenset[str] = frozenset()) -> Effects:
    """What the nodes do, in order. To store `content` elsewhere (see `is_storing`) does not count."""
    visitor = _Visitor(view, content)
    for node in nodes:
        walk(node, visitor)
    return visitor.found


# -- logging, and values made for it


def is_logging(call: cst.Call, view: View) -> bool:
    """Whether a call logs, prints, counts or tells a service that collects errors, and nothing else."""
    match call.func:
        case cst.Attribute(value=receiver, attr=cst.Name(value=method)) if method in LOGGING_METHODS:
            if LOGGER_NAMES.fullmatch(_last_name(receiver)) is not None or _is_logger(receiver, view):
                return True
    return _is_printing(call, view) or is_reporting(call, view) or is_counting(call, view)


def is_counting(call: cst.Call, view: View) -> bool:
    """Whether a call counts or measures for somebody who looks at a diagram, and nothing else."""
    return name_of(call) in COUNTING_METHODS and _is_of_package(call.func, COUNTING_PACKAGES, view)


def is_reporting(call: cst.Call, view: View) -> bool:
    """Whether a call tells a service that collects errors, and nothing else."""
    name = name_of(call)
    if name in REPORTING_METHODS:
        return isinstance(call.func, cst.Attribute) or _is_of_package(call.func, REPORTING_PACKAGES, view)
    return name in REPORTING_WORDS and _is_of_package(call.func, REPORTING_PACKAGES, view)


def is_waiting(call: cst.Call, view: View) -> bool:
    """Whether a call only sleeps."""
    return name_of(call) == "sleep" and not WAITING.isdisjoint(view.names(call.func))


def is_pure(call: cst.Call, view: View) -> bool:
    """Whether a call only makes a value: nothing else will know of it."""
    if isinstance(call.func, cst.Attribute) and call.func.attr.value in TEXT_METHODS:
        return True
    return not PURE.isdisjoint(view.names(call.func))


def is_storing(call: cst.Call, content: frozenset[str]) -> bool:
    """Whether a call puts `content` in another place: that says of nothing that it was sent."""
    return (
        bool(content)
        and STORING.fullmatch(name_of(call)) is not None
        and any(tail_of(argument.value) in content for argument in call.args)
    )


def tail_of(node: cst.CSTNode) -> str:
    """The attribute or key that an expression reads, or its name, as source text; empty for others."""
    match node:
        case cst.Attribute(attr=cst.Name(value=name)):
            return f".{name}"
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=key))]) if isinstance(key, _TEXTS):
            return f"[{key.evaluated_value!r}]"
        case cst.Name(value=name):
            return name
    return ""


_TEXTS = (cst.SimpleString, cst.ConcatenatedString)

_PRINTING_NAMES = frozenset(name.rpartition(".")[2] for name in PRINTING)
"""Only a call of such a name is looked up."""


def _is_printing(call: cst.Call, view: View) -> bool:
    return name_of(call) in _PRINTING_NAMES and not PRINTING.isdisjoint(view.names(call.func))


def _is_logger(receiver: cst.BaseExpression, view: View) -> bool:
    return _is_of_package(receiver, LOGGER_PACKAGES, view)


def _is_of_package(node: cst.BaseExpression, packages: frozenset[str], view: View) -> bool:
    return any(name.partition(".")[0] in packages for name in view.names(node))


def _last_name(node: cst.BaseExpression) -> str:
    match node:
        case cst.Name():
            return node.value
        case cst.Attribute():
            return node.attr.value
        case cst.Call():
            return name_of(node)
    return ""


# -- effects

_EFFECTIVE = frozenset(
    {cst.FunctionDef, cst.Lambda, cst.ClassDef, cst.Call, cst.Raise, cst.Return, cst.Break, cst.Continue}
    | {cst.Import, cst.ImportFrom}
    | {cst.Await, cst.Yield, cst.Del, cst.Global, cst.Nonlocal, cst.WithItem}
    | {cst.Assign, cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.NamedExpr, cst.For}
)
"""The nodes that may have an effect. Most have none, and `match` on LibCST's abstract classes is slow."""


class _Visitor(cst.CSTVisitor):
    def __init__(self, view: View, content: frozenset[str]) -> None:
        self.view = view
        self.content = content
        self.found = Effects()
        self.services: set[str] = set()
        """Variables that hold what a service that collects errors gave: a span, a scope."""

    def on_visit(self, node: cst.CSTNode) -> bool:
        if type(node) not in _EFFECTIVE:
            return True
        found = self.found
        self._keep_service(node)
        match node:
            case cst.FunctionDef() | cst.Lambda() | cst.ClassDef():
                return False
            case cst.Call() if is_logging(node, self.view):
                if is_reporting(node, self.view):
                    found.reports = True
                elif is_counting(node, self.view):
                    found.counts = True
                else:
                    found.logs = True
                return False  # its arguments are made for the log
            case cst.Call(func=cst.Attribute(value=cst.Name(value=name))) if (
                name in self.services and name_of(node) in REPORTING_METHODS | REPORTING_WORDS
            ):
                found.reports = True
                return False
            case cst.Call() if is_waiting(node, self.view):
                found.waits = True
            case cst.Call():
                found.acts = found.acts or not (is_storing(node, self.content) or is_pure(node, self.view))
            case cst.Import() | cst.ImportFrom():
                self.view = replace(self.view, imported={**self.view.imported, **dict(imports_of(node))})
            case cst.Raise():
                found.raised.append(node)
                return False  # what it calls makes the exception
            case cst.Return() | cst.Break() | cst.Continue():
                found.leaves.append(node)
            case cst.Await(expression=cst.Call()) | cst.WithItem(item=cst.Call()):
                pass  # as the call does
            case cst.Await() | cst.Yield() | cst.Del() | cst.Global() | cst.Nonlocal() | cst.WithItem():
                found.acts = True
            case cst.AssignTarget() | cst.AnnAssign() | cst.AugAssign() | cst.NamedExpr() | cst.For():
                for target in targets(node):
                    found.bind(target)
        return True

    def _keep_service(self, node: cst.CSTNode) -> None:
        match node:
            case (
                cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=cst.Call() as call)
                | cst.WithItem(item=cst.Call() as call, asname=cst.AsName(name=cst.Name(value=name)))
            ) if is_reporting(call, self.view):
                self.services.add(name)
