"""What a piece of code does besides logging: what it calls, binds and changes, and how it is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import libcst as cst

from sqsfifo_lint.flow import name_of
from sqsfifo_lint.handling.surroundings import View
from sqsfifo_lint.knowledge.logs import (
    LOGGER_NAMES,
    LOGGER_PACKAGES,
    LOGGING_METHODS,
    PRINTING,
    TEXT_METHODS,
    TEXTS,
)
from sqsfifo_lint.source.walk import targets, walk


@dataclass(slots=True)
class Effects:
    """What some statements do. Functions that they define are left out: it is not known when those run."""

    acts: bool = False
    """They call something that may have any effect, or change an object."""
    logs: bool = False
    """They log or print."""
    raises: bool = False
    leaves: list[cst.CSTNode] = field(default_factory=list)
    """`return`, `break` and `continue`, in order."""
    binds: set[str] = field(default_factory=set)
    """Variables that they set."""

    @property
    def returns(self) -> list[cst.Return]:
        """The `return` statements."""
        return [node for node in self.leaves if isinstance(node, cst.Return)]

    def bind(self, target: cst.CSTNode) -> None:
        """Note what an assignment sets: a variable, or a part of some object."""
        if isinstance(target, cst.Name):
            self.binds.add(target.value)
        else:
            self.acts = True


def effects_of(nodes: Iterable[cst.CSTNode], view: View) -> Effects:
    """What the nodes do, in order."""
    visitor = _Visitor(view)
    for node in nodes:
        walk(node, visitor)
    return visitor.found


# -- logging, and values made for it


def is_logging(call: cst.Call, view: View) -> bool:
    """Whether a call logs or prints, and nothing else."""
    match call.func:
        case cst.Attribute(value=receiver, attr=cst.Name(value=method)) if method in LOGGING_METHODS:
            return LOGGER_NAMES.fullmatch(_last_name(receiver)) is not None or _is_logger(receiver, view)
    return name_of(call) in _PRINTING_NAMES and not PRINTING.isdisjoint(view.names(call.func))


def is_text(call: cst.Call, view: View) -> bool:
    """Whether a call only makes a value for display."""
    if isinstance(call.func, cst.Attribute) and call.func.attr.value in TEXT_METHODS:
        return True
    return not TEXTS.isdisjoint(view.names(call.func))


_PRINTING_NAMES = frozenset(name.rpartition(".")[2] for name in PRINTING)
"""Only a call of such a name is looked up."""


def _is_logger(receiver: cst.BaseExpression, view: View) -> bool:
    return any(name.partition(".")[0] in LOGGER_PACKAGES for name in view.names(receiver))


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
    | {cst.Await, cst.Yield, cst.Del, cst.Global, cst.Nonlocal, cst.With}
    | {cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.NamedExpr, cst.For}
)
"""The nodes that may have an effect. Most have none, and `match` on LibCST's abstract classes is slow."""


class _Visitor(cst.CSTVisitor):
    def __init__(self, view: View) -> None:
        self.view = view
        self.found = Effects()

    def on_visit(self, node: cst.CSTNode) -> bool:
        if type(node) not in _EFFECTIVE:
            return True
        found = self.found
        match node:
            case cst.FunctionDef() | cst.Lambda() | cst.ClassDef():
                return False
            case cst.Call() if is_logging(node, self.view):
                found.logs = True
                return False  # its arguments are made for the log
            case cst.Call():
                found.acts = found.acts or not is_text(node, self.view)
            case cst.Raise():
                found.raises = True
            case cst.Return() | cst.Break() | cst.Continue():
                found.leaves.append(node)
            case cst.Await() | cst.Yield() | cst.Del() | cst.Global() | cst.Nonlocal() | cst.With():
                found.acts = True
            case cst.AssignTarget() | cst.AnnAssign() | cst.AugAssign() | cst.NamedExpr() | cst.For():
                for target in targets(node):
                    found.bind(target)
        return True
