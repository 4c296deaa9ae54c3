"""What is around a node: its parents, the block it is in, where a name is used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

import libcst as cst

from sqsfifo_lint.flow import Frame, Machine, State, name_of, names_of, value_of
from sqsfifo_lint.flow.values import Value
from sqsfifo_lint.records import record
from sqsfifo_lint.source.project import Module
from sqsfifo_lint.source.walk import descendants, targets, walk

_LOOPS = (cst.For, cst.While, cst.BaseComp)
_FUNCTIONS = (cst.FunctionDef, cst.Lambda)


class Surroundings(cst.CSTVisitor):
    """The parent of each node of a function, of a class body, or of a whole module."""

    def __init__(self, root: cst.CSTNode) -> None:
        self.root = root
        self.parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self.names: dict[str, list[cst.Name]] = {}
        self.numbers: dict[cst.CSTNode, int] = {}
        """In source order."""
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

    def function_of(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The function or lambda that contains a node; None if none below this root does."""
        above = (parent for _, parent in self.above(node))
        return next((parent for parent in above if isinstance(parent, _FUNCTIONS)), None)

    # -- names

    def uses(self, name: str) -> Iterator[cst.Name]:
        """Where the root's variable of this name is read.

        Not where it is bound, nor where the name means something else: an attribute, a keyword, a local variable of an
        inner function.
        """
        found = self.names.get(name, ())
        own = {self.function_of(node) for node in found if self._is_bound_by_function(node)} - {None, self.root}
        own -= {self.function_of(node) for node in found if self.is_declared_outer(node)}
        for node in found:
            if not self._binds(node) and not self._is_word(node) and own.isdisjoint(self._bodies(node)):
                yield node

    def is_declared_outer(self, node: cst.Name) -> bool:
        """Whether a name is in a `global` or `nonlocal` statement."""
        return isinstance(self.parents.get(node), cst.NameItem)

    def _is_bound_by_function(self, node: cst.Name) -> bool:
        return self._binds(node) and not isinstance(self.parents.get(node), cst.CompFor)

    def _bodies(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The functions whose bodies contain a node: not those whose defaults or decorators it belongs to."""
        for child, parent in self.above(node):
            if isinstance(parent, _FUNCTIONS) and parent.body is child:
                yield parent

    def _is_word(self, node: cst.Name) -> bool:
        """Whether a name is that of an attribute, or of a parameter in a call."""
        match self.parents.get(node):
            case cst.Attribute(attr=word) | cst.Arg(keyword=word):
                return word is node
        return False

    def _binds(self, node: cst.Name) -> bool:
        match self.parents.get(node):
            case cst.Param(name=name):
                return name is node
            case cst.AssignTarget() | cst.AsName() | cst.Del():
                return True
            case cst.AnnAssign(target=target) | cst.NamedExpr(target=target) | cst.For(target=target):
                return target is node
            case cst.CompFor(target=target):
                return target is node
        return False

    def reached(self, name: str, node: cst.CSTNode) -> Iterator[cst.Name]:
        """Where the variable of this name that is set to the value of `node` is read, judging by the syntax.

        Not before that, and not after the block gives it another value, unless a loop or an inner function comes back
        to it.
        """
        function = self.function_of(node)
        below = list(takewhile(lambda pair: pair[1] is not function, self.above(node)))
        if any(isinstance(parent, _LOOPS) for _, parent in below):
            yield from self.uses(name)
            return
        first, last = self.numbers[node], self._rebound(name, below)
        for use in self.uses(name):
            if first < self.numbers[use] < last or self.function_of(use) is not function:
                yield use

    def _rebound(self, name: str, above: Sequence[tuple[cst.CSTNode, cst.CSTNode]]) -> int:
        """Up to where, in source order, a variable keeps the value that the innermost block gives it."""
        for statement, block in above:
            later = iter(body_of(block))
            if not isinstance(statement, cst.SimpleStatementLine) or statement not in later:
                continue
            for line in later:
                if _rebinds(line, name):
                    return max(self.numbers[node] for node in descendants(line)) + 1
            break
        return len(self.numbers)


def _rebinds(line: cst.CSTNode, name: str) -> bool:
    """Whether a statement without blocks gives a variable a value unrelated to its previous one."""
    small = line.body if isinstance(line, cst.SimpleStatementLine) else ()
    plain = (statement for statement in small if not isinstance(statement, cst.AugAssign))
    bound = (target for statement in plain for target in targets(statement))
    return any(isinstance(target, cst.Name) and target.value == name for target in bound)


class Surrounded:
    """The surroundings of what frames run, each computed once."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._found: dict[object, Surroundings] = {}

    def around(self, frame: Frame, node: cst.CSTNode) -> Surroundings | None:
        """What is around `node`, which `frame` ran; None if it is not in sight."""
        if frame.function is not None:
            found = self._of(frame.function.node)
        elif frame.owner is not None:
            found = self._of(frame.owner.node)
        else:
            found = self._of_module(frame.module)
        return found if node in found.parents else None

    def _of(self, root: cst.CSTNode) -> Surroundings:
        if root not in self._found:
            self._found[root] = Surroundings(root)
        return self._found[root]

    def _of_module(self, module: Module) -> Surroundings:
        """A module's name may be used in any of its statements, so they are examined together."""
        if module.path not in self._found:
            whole = cst.Module([line for chunk in module.chunks for line in chunk.module.body])
            self._found[module.path] = Surroundings(whole)
        return self._found[module.path]


@record()
class View:
    """The code of one frame, as seen from a send that was reached through it: what its names stand for."""

    machine: Machine
    frame: Frame
    state: State
    """The state at the send."""

    def value(self, node: cst.CSTNode) -> Value:
        """What an expression stands for; nothing if that is too deep."""
        return value_of(self.machine, node, self.state, self.frame)

    def names(self, node: cst.CSTNode) -> frozenset[str]:
        """The qualified names, outside the project, that an expression may stand for."""
        return names_of(self.machine, node, self.state, self.frame)


PLAIN = frozenset({"staticmethod", "classmethod", "override"})
"""Decorators that do not change a function's results and exceptions."""


def is_plain_call(frame: Frame, around: Surroundings) -> bool:
    """Whether the frame was started by a call whose result and exceptions are those of its function."""
    function = frame.function.node if frame.function is not None else None
    if frame.function is None or around.generator or not isinstance(frame.call, cst.Call):
        return False
    decorators = function.decorators if isinstance(function, cst.FunctionDef) else ()
    if any(not (isinstance(d.decorator, cst.Name) and d.decorator.value in PLAIN) for d in decorators):
        return False
    return name_of(frame.call) == frame.function.name


def body_of(suite: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """The statements directly in a block or on a line; nothing for any other node."""
    match suite:
        case cst.IndentedBlock() | cst.SimpleStatementSuite() | cst.SimpleStatementLine() | cst.Module():
            return suite.body
    return ()


def after(siblings: Sequence[cst.CSTNode], child: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """The siblings that come after a node."""
    return siblings[siblings.index(child) + 1 :] if child in siblings else ()


def last_statement(suite: cst.CSTNode) -> cst.CSTNode | None:
    """The last small statement of a block."""
    body = body_of(suite)
    if not body:
        return None
    return last_statement(body[-1]) or body[-1]
