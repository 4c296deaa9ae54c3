"""The entries of a batch: whether two have the same `Id`, and how many there are at least."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from sqsfifo_lint.flow import containers
from sqsfifo_lint.flow.context import Context, Epoch, Level, Ref
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import (
    Atom,
    DictObject,
    External,
    ListObject,
    Piece,
    Value,
)
from sqsfifo_lint.model import Material
from sqsfifo_lint.source.walk import walk

LOOPS = (cst.For, cst.While, cst.CompFor)


# -- whether entries share an ID


def repeats_in_loop(
    machine: Machine, entry: Context, common: int, atoms: Sequence[Atom], node: cst.CSTNode, state: State
) -> bool:
    """Whether a loop that makes entries of one batch gives each the same ID.

    `entry` is the context in which the entry is made, of which the first `common` levels are those of the send;
    `atoms` are what the expression `node` may give as the ID.
    """
    for position in range(common, len(entry)):
        epoch = entry.epochs[position]
        if epoch.level is Level.LOOP and isinstance(epoch.key, LOOPS):
            fixed = all(_is_fixed(p, entry.epochs[: position + 1], node) for atom in atoms for p in atom.pieces)
            if atoms and fixed and _goes_round(machine, epoch.key, state):
                return True
    return False


def _is_fixed(piece: Piece, loop: tuple[Epoch, ...], node: cst.CSTNode) -> bool:
    """Whether a piece is the same in every round of a loop."""
    if piece.material is Material.CONSTANT:
        return piece.node in set(_inside(node))  # one that comes from elsewhere may be another in each round
    made = piece.context.epochs
    if piece.unsteady or made[: len(loop)] == loop:
        return False
    common = next((i for i, (ours, theirs) in enumerate(zip(made, loop, strict=False)) if ours != theirs), len(made))
    return not any(epoch.level is Level.LOOP for epoch in made[common:])  # made in a loop that numbers the entries


def _goes_round(machine: Machine, loop: cst.CSTNode, state: State) -> bool:
    """Whether a loop may have a second round."""
    if any(isinstance(node, cst.Break | cst.Return) for node in _inside(loop)):
        return False
    if isinstance(loop, cst.For | cst.CompFor):
        machine.begin()
        several, exact = containers.elements(machine, machine.evaluate(loop.iter, state.copy()), loop.iter, state)
        return not (exact and len(several) < 2)
    return True


class _Nodes(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        self.found.append(node)
        return True


def _inside(node: cst.CSTNode) -> list[cst.CSTNode]:
    visitor = _Nodes()
    walk(node, visitor)
    return visitor.found


# -- how many


def least(machine: Machine, entries: Value, state: State) -> int:
    """How many entries a batch has at least, as far as can be seen; 0 when that is nothing."""
    found = state.at(entries[0]) if len(entries) == 1 and isinstance(entries[0], Ref) else None
    if not isinstance(found, ListObject):
        return 0
    if found.exact:
        return len(found.elements)
    function = state.frame.function
    code = _inside(function.node if function is not None else state.frame.chunk.module)
    if found.node not in code or any(_shrinks(node) for node in code):
        return 0  # made by another function, whose variables are out of sight; or some are taken away
    machine.begin()
    return _made_by(machine, found, state)


def _made_by(machine: Machine, found: ListObject, state: State) -> int:
    match found.node:
        case cst.ListComp(for_in=cst.CompFor(iter=iterated, ifs=[], inner_for_in=None)):
            return _length(machine, iterated, state)
        case cst.BinaryOperation(operator=cst.Multiply()):
            return _product(machine, found.node, state)
        case cst.List() as written if all(isinstance(e, cst.Element) for e in written.elements):
            loops = {loop for element in found.elements for loop in _loop_of(element, found, state)}
            return len(written.elements) + sum(_appended(machine, loop, state) for loop in loops)
    return 0


def _product(machine: Machine, node: cst.BinaryOperation, state: State) -> int:
    for several, times in ((node.left, node.right), (node.right, node.left)):
        if isinstance(several, cst.List):
            return len(several.elements) * _whole(machine, times, state)
    return 0


def _length(machine: Machine, node: cst.BaseExpression, state: State) -> int:
    """How many elements an iterable has, when that is known; else 0."""
    match node:
        case cst.Call(args=[*arguments]) if _name(machine, node.func, state) == "builtins.range":
            bounds = [_whole(machine, argument.value, state, -1) for argument in arguments]
            known = bounds and all(bound > 0 or (bound == 0 and len(bounds) > 1) for bound in bounds)
            return len(range(*bounds)) if known and (len(bounds) < 3 or bounds[2]) else 0
        case cst.Call(args=[cst.Arg(value=inner, star=""), *_]) if _name(machine, node.func, state) in _AS_LONG:
            return _length(machine, inner, state)
    several, exact = containers.elements(machine, machine.evaluate(node, state.copy()), node, state)
    return len(several) if exact else 0


_AS_LONG = frozenset({"builtins.enumerate", "builtins.list", "builtins.tuple", "builtins.sorted", "builtins.reversed"})


def _name(machine: Machine, node: cst.BaseExpression, state: State) -> str:
    """The qualified name of what is outside of the project that an expression stands for; empty for all else."""
    value = machine.evaluate(node, state.copy())
    return value[0].name if len(value) == 1 and isinstance(value[0], External) else ""


def _whole(machine: Machine, node: cst.BaseExpression, state: State, unknown: int = 0) -> int:
    value = machine.evaluate(node, state.copy())
    constant = value[0].constant if len(value) == 1 and isinstance(value[0], Atom) else None
    return constant if isinstance(constant, int) else unknown


def _loop_of(element: Value, found: ListObject, state: State) -> Iterator[cst.For]:
    """The loop, right below the list, in which an element of it is made."""
    for alternative in element:
        entry = state.at(alternative) if isinstance(alternative, Ref) else None
        if isinstance(entry, DictObject) and entry.context.epochs[:-1] == found.context.epochs:
            loop = entry.context.epochs[-1].key
            if isinstance(loop, cst.For) and entry.context.epochs[-1] not in state.context.epochs:
                yield loop


def _appended(machine: Machine, loop: cst.For, state: State) -> int:
    """How many entries a loop appends that does so in each round."""
    if any(isinstance(n, cst.Break | cst.Return | cst.Continue | cst.Raise) for n in _inside(loop)):
        return 0
    for line in loop.body.body:
        match line:
            case cst.SimpleStatementLine(
                body=[cst.Expr(value=cst.Call(func=cst.Attribute(attr=cst.Name("append")), args=[_]))]
            ):
                return _length(machine, loop.iter, state)
    return 0


def _shrinks(node: cst.CSTNode) -> bool:
    """Whether a piece of code may take elements out of some list."""
    if type(node) is not cst.Call:
        return type(node) is cst.Del
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name("pop" | "popleft" | "clear" | "remove"))):
            return True
    return False
