"""What stands round a node: its parents, the block it is in, where a name is used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import takewhile

import libcst as cst

from sqsfifo_lint.flow.calls import name_of
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import Frame, State
from sqsfifo_lint.flow.values import Abstract, External
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.walk import descendants, walk

_LOOPS = (cst.For, cst.While, cst.BaseComp)


class Surroundings(cst.CSTVisitor):
    """The parent of each node of one function, or of one top-level statement."""

    def __init__(self, root: cst.CSTNode) -> None:
        self.root = root
        self.parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self.names: dict[str, list[cst.Name]] = {}
        self.numbers: dict[cst.CSTNode, int] = {}
        """In the order of the text."""
        self.generator = False
        self._stack: list[cst.CSTNode] = []
        walk(root, self)

    def on_visit(self, node: cst.CSTNode) -> bool:
        if self._stack:
            self.parents[node] = self._stack[-1]
        self._stack.append(node)
        self.numbers[node] = len(self.numbers)
        if type(node) is cst.Name:
            self.names.setdefault(node.value, []).append(node)
        elif type(node) is cst.Yield:
            self.generator = True
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        self._stack.pop()

    def above(self, node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
        """The pairs of child and parent from `node` up to the root."""
        while (parent := self.parents.get(node)) is not None:
            yield node, parent
            node = parent

    def uses(self, name: str) -> Iterator[cst.Name]:
        """Where a variable of this name is read; not where it is bound, nor where the word means something else."""
        return (node for node in self.names.get(name, ()) if not self._binds(node))

    def reached(self, name: str, node: cst.CSTNode) -> Iterator[cst.Name]:
        """Where a variable of this name is read that is given the value of `node`, as far as the text tells.

        Not before that, and not after the block gives it another value, unless a loop or a function of its own comes
        back to it.
        """
        function = self.function_of(node)
        below = list(takewhile(lambda pair: pair[1] is not function, self.above(node)))
        if any(isinstance(parent, _LOOPS) for _, parent in below):
            yield from self.uses(name)
            return
        first, last = self.numbers[node], self._given_anew(name, below)
        for use in self.uses(name):
            if first < self.numbers[use] < last or self.function_of(use) is not function:
                yield use

    def _given_anew(self, name: str, above: Sequence[tuple[cst.CSTNode, cst.CSTNode]]) -> int:
        """Up to where, in the order of the text, a value holds that the innermost block gives to a variable."""
        for statement, block in above:
            later = iter(statements(block))
            if not isinstance(statement, cst.SimpleStatementLine) or statement not in later:
                continue
            for line in later:
                match line:
                    case cst.SimpleStatementLine(
                        body=[cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=bound))])]
                    ) if bound == name:
                        return max(self.numbers[node] for node in descendants(line)) + 1
            break
        return len(self.numbers)

    def function_of(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The function or lambda in which a node stands; None when it is in none of this root's."""
        above = (parent for _, parent in self.above(node))
        return next((parent for parent in above if isinstance(parent, cst.FunctionDef | cst.Lambda)), None)

    def _binds(self, node: cst.Name) -> bool:
        match self.parents.get(node):
            case cst.Attribute(attr=attr):
                return attr is node
            case cst.Arg(keyword=keyword):
                return keyword is node
            case cst.Param(name=name):
                return name is node
            case cst.AssignTarget() | cst.AsName() | cst.Del():
                return True
            case cst.AnnAssign(target=target) | cst.NamedExpr(target=target) | cst.For(target=target):
                return target is node
            case cst.CompFor(target=target):
                return target is node
        return False


class Surrounded:
    """Surroundings on demand, and what names stand for there."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._found: dict[cst.CSTNode, Surroundings] = {}

    def of(self, root: cst.CSTNode) -> Surroundings:
        """The surroundings in `root`, a function or a parsed top-level statement."""
        if root not in self._found:
            self._found[root] = Surroundings(root)
        return self._found[root]

    def around(self, frame: Frame, node: cst.CSTNode) -> tuple[Surroundings, Chunk] | None:
        """What stands round `node`, which `frame` ran; None when it is not in sight."""
        if frame.function is not None:
            found = self.of(frame.function.node)
            return (found, frame.function.chunk) if node in found.parents else None
        for chunk in frame.module.chunks:
            if "module" in vars(chunk):  # it has been parsed, as it must have been to be run
                found = self.of(chunk.module)
                if node in found.parents:
                    return found, chunk
        return None

    def value(self, node: cst.CSTNode, frame: Frame, state: State) -> tuple[Abstract, ...]:
        """What an expression stands for in `frame`, one of those below `state`; nothing where that is too deep."""
        here = state.copy()
        here.frame = frame
        here.context = frame.key
        self.machine.begin()
        with suppress(RecursionError):
            return self.machine.evaluate(node, here)
        return ()

    def qualified(self, node: cst.CSTNode, frame: Frame, state: State) -> frozenset[str]:
        """The qualified names of what is outside of the project that an expression may stand for."""
        return frozenset(a.name for a in self.value(node, frame, state) if isinstance(a, External))


PLAIN = frozenset({"staticmethod", "classmethod", "override"})
"""Decorators that leave a function's results and exceptions as they are."""


def is_plain_call(frame: Frame, around: Surroundings) -> bool:
    """Whether the frame was started by a call whose result and exceptions are those of its function."""
    function = frame.function.node if frame.function is not None else None
    if frame.function is None or around.generator or not isinstance(frame.call, cst.Call):
        return False
    decorators = function.decorators if isinstance(function, cst.FunctionDef) else ()
    if any(not (isinstance(d.decorator, cst.Name) and d.decorator.value in PLAIN) for d in decorators):
        return False
    return name_of(frame.call) == frame.function.name


def statements(suite: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """The statements of a block, or nothing for any other node."""
    match suite:
        case cst.IndentedBlock() | cst.SimpleStatementSuite() | cst.SimpleStatementLine() | cst.Module():
            return suite.body
    return ()
