"""The entries of a batch: which of them share an `Id`, and the minimum number of entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from sqsfifo_lint.flow import Machine, State, elements, value_of
from sqsfifo_lint.flow.context import Context, Level, Ref
from sqsfifo_lint.flow.values import NOTHING, DictObject, External, ListObject, Piece, Value, constant_of, only
from sqsfifo_lint.model import Material, Place
from sqsfifo_lint.sends.paths import Draft, Path
from sqsfifo_lint.sends.slots import Given, SlotName
from sqsfifo_lint.source.walk import descendants

# -- whether entries share an ID


def twins(machine: Machine, path: Path) -> Iterator[tuple[Draft, Place]]:
    """Entries that share their `Id` with another of the batch: each with that one, or itself if a loop makes both."""
    known: dict[object, Draft] = {}
    for draft in path.drafts:
        ids = draft.slots.get(SlotName.ID)
        if ids is None or not ids.options or ids.absent:
            continue
        if draft.once:
            constant = _constant(ids)
            other = draft if constant is NOTHING else known.setdefault(constant, draft)
            if other is not draft:
                yield draft, other.place
        elif _repeats_in_loop(machine, draft, ids, path.call.state):
            yield draft, draft.place


def _constant(given: Given) -> object:
    """The one constant that a slot is given; NOTHING if it is not known."""
    return constant_of(tuple(given.atoms))


def _repeats_in_loop(machine: Machine, draft: Draft, ids: Given, state: State) -> bool:
    """Whether a loop that makes entries of one batch (not a loop around the send) gives each the same ID."""
    written = ids.options[0].place.node
    return any(
        isinstance(loop.opened_by, cst.For | cst.While | cst.CompFor)
        and all(_is_fixed(piece, loop, written) for piece in ids.pieces)
        and _goes_round(machine, loop.opened_by, state)
        for loop in draft.context.loops(draft.context.common(state.context))
    )


def _is_fixed(piece: Piece, loop: Context, written: cst.CSTNode) -> bool:
    """Whether a piece of what is `written` there is the same in every round of a loop."""
    if piece.material is Material.CONSTANT:
        return piece.node in descendants(written)  # a piece from elsewhere may be different in each round
    if piece.reading is not None or piece.context.within(loop):
        return False
    return not piece.context.has(Level.LOOP, piece.context.common(loop))  # made in a loop that numbers the entries


def _goes_round(machine: Machine, loop: cst.For | cst.While | cst.CompFor, state: State) -> bool:
    """Whether a loop may have a second round."""
    if any(isinstance(node, cst.Break | cst.Return) for node in descendants(loop)):
        return False
    if isinstance(loop, cst.While):
        return True
    several, exact = elements(machine, value_of(machine, loop.iter, state), loop.iter, state)
    return not (exact and len(several) < 2)


# -- how many


def least(machine: Machine, paths: Sequence[Path]) -> int:
    """The minimum number of entries of a send along one of its paths, as far as can be seen; 0 if nothing can."""
    return max((_least(machine, path.batch, path.call.state) for path in paths if path.batch), default=0)


def _least(machine: Machine, batch: Value, state: State) -> int:
    reference = only(batch, Ref)
    found = state.at(reference) if reference is not None else None
    if not isinstance(found, ListObject):
        return 0
    if found.exact:
        return len(found.elements)
    function = state.frame.function
    code = list(descendants(function.node if function is not None else state.frame.chunk.module))
    if found.node not in code or any(_shrinks(node) for node in code):
        return 0  # made by another function, whose variables are out of sight; or some are removed
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
    """How many elements an iterable has, if that is known; else 0."""
    match node:
        case cst.Call(args=[*arguments]) if _name(machine, node.func, state) == "builtins.range":
            bounds = [_whole(machine, argument.value, state, -1) for argument in arguments]
            known = bounds and all(bound > 0 or (bound == 0 and len(bounds) > 1) for bound in bounds)
            return len(range(*bounds)) if known and (len(bounds) < 3 or bounds[2]) else 0
        case cst.Call(args=[cst.Arg(value=inner, star=""), *_]) if _name(machine, node.func, state) in _AS_LONG:
            return _length(machine, inner, state)
    several, exact = elements(machine, value_of(machine, node, state), node, state)
    return len(several) if exact else 0


_AS_LONG = frozenset({"builtins.enumerate", "builtins.list", "builtins.tuple", "builtins.sorted", "builtins.reversed"})


def _name(machine: Machine, node: cst.BaseExpression, state: State) -> str:
    """The qualified name, outside the project, that an expression stands for; empty for everything else."""
    found = only(value_of(machine, node, state), External)
    return found.name if found is not None else ""


def _whole(machine: Machine, node: cst.BaseExpression, state: State, unknown: int = 0) -> int:
    constant = constant_of(value_of(machine, node, state))
    return constant if isinstance(constant, int) else unknown


def _loop_of(element: Value, found: ListObject, state: State) -> Iterator[cst.For]:
    """The loop, directly inside the list's context, in which an element of it is made."""
    for alternative in element:
        entry = state.at(alternative) if isinstance(alternative, Ref) else None
        if not isinstance(entry, DictObject) or state.context.within(entry.context):
            continue
        if entry.context.within(found.context) and len(entry.context) == len(found.context) + 1:
            loop = entry.context.opened_by
            if isinstance(loop, cst.For):
                yield loop


def _appended(machine: Machine, loop: cst.For, state: State) -> int:
    """How many entries a loop appends, if it does so in every round."""
    if any(isinstance(n, cst.Break | cst.Return | cst.Continue | cst.Raise) for n in descendants(loop)):
        return 0
    for line in loop.body.body:
        match line:
            case cst.SimpleStatementLine(
                body=[cst.Expr(value=cst.Call(func=cst.Attribute(attr=cst.Name("append")), args=[_]))]
            ):
                return _length(machine, loop.iter, state)
    return 0


def _shrinks(node: cst.CSTNode) -> bool:
    """Whether a piece of code may remove elements from some list."""
    if type(node) is not cst.Call:
        return type(node) is cst.Del
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name("pop" | "popleft" | "clear" | "remove"))):
            return True
    return False
