"""What a piece of code does besides talking: what it calls, binds and changes, and how it is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import libcst as cst

from sqsfifo_lint.flow.calls import name_of
from sqsfifo_lint.flow.state import Frame, State
from sqsfifo_lint.handling.surroundings import Surrounded
from sqsfifo_lint.knowledge.logs import (
    LOGGER_NAMES,
    LOGGER_PACKAGES,
    LOGGING_METHODS,
    PRINTING,
    TEXT_METHODS,
    TEXTS,
)
from sqsfifo_lint.source.walk import walk


@dataclass(slots=True)
class Effects:
    """What some statements do. Functions that they define are left out: nobody knows when those run."""

    acts: bool = False
    """They call something that may do anything, or change an object."""
    talks: bool = False
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


@dataclass(frozen=True, slots=True)
class Voice:
    """Tells talk from action in the code of one frame."""

    surrounded: Surrounded
    frame: Frame
    state: State

    def is_talk(self, call: cst.Call) -> bool:
        """Whether a call logs or prints, and nothing else."""
        match call.func:
            case cst.Attribute(value=receiver, attr=cst.Name(value=method)) if method in LOGGING_METHODS:
                return LOGGER_NAMES.fullmatch(_last_name(receiver)) is not None or self._is_logger(receiver)
            case (
                cst.Name("print" | "pprint" | "pp" | "print_exc" | "echo" | "secho" | "warn")
                | cst.Attribute(
                    attr=cst.Name(
                        "write"
                        | "flush"
                        | "print_exc"
                        | "print_exception"
                        | "echo"
                        | "secho"
                        | "warn"
                        | "print"
                        | "pprint"
                    )
                )
            ):
                return bool(self.surrounded.qualified(call.func, self.frame, self.state) & PRINTING)
        return False

    def is_text(self, call: cst.Call) -> bool:
        """Whether a call only makes a value to show."""
        if isinstance(call.func, cst.Attribute) and call.func.attr.value in TEXT_METHODS:
            return True
        return bool(self.surrounded.qualified(call.func, self.frame, self.state) & TEXTS)

    def of(self, nodes: Iterable[cst.CSTNode]) -> Effects:
        """What the nodes do, one after the other."""
        visitor = _Visitor(self)
        for node in nodes:
            walk(node, visitor)
        return visitor.found

    def _is_logger(self, receiver: cst.BaseExpression) -> bool:
        names = self.surrounded.qualified(receiver, self.frame, self.state)
        return any(name.partition(".")[0] in LOGGER_PACKAGES for name in names)


def _last_name(node: cst.BaseExpression) -> str:
    match node:
        case cst.Name():
            return node.value
        case cst.Attribute():
            return node.attr.value
        case cst.Call():
            return name_of(node)
    return ""


_TOLD_OF = frozenset(
    {cst.FunctionDef, cst.Lambda, cst.ClassDef, cst.Call, cst.Raise, cst.Return, cst.Break, cst.Continue}
    | {cst.Await, cst.Yield, cst.Del, cst.Global, cst.Nonlocal, cst.With}
    | {cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.NamedExpr, cst.For}
)
"""The nodes that may have an effect. Most have none, and `match` on LibCST's abstract classes takes long."""


class _Visitor(cst.CSTVisitor):
    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self.found = Effects()

    def on_visit(self, node: cst.CSTNode) -> bool:
        if type(node) not in _TOLD_OF:
            return True
        found = self.found
        match node:
            case cst.FunctionDef() | cst.Lambda() | cst.ClassDef():
                return False
            case cst.Call() if self.voice.is_talk(node):
                found.talks = True
                return False  # what it says is made for the saying
            case cst.Call():
                found.acts = found.acts or not self.voice.is_text(node)
            case cst.Raise():
                found.raises = True
            case cst.Return() | cst.Break() | cst.Continue():
                found.leaves.append(node)
            case cst.Await() | cst.Yield() | cst.Del() | cst.Global() | cst.Nonlocal() | cst.With():
                found.acts = True
            case cst.AssignTarget(target=target) | cst.AnnAssign(target=target) | cst.AugAssign(target=target):
                self._bind(target)
            case cst.NamedExpr(target=target) | cst.For(target=target):
                self._bind(target)
        return True

    def _bind(self, target: cst.BaseExpression) -> None:
        match target:
            case cst.Name():
                self.found.binds.add(target.value)
            case cst.Tuple() | cst.List():
                for element in target.elements:
                    self._bind(element.value)
            case _:
                self.found.acts = True
