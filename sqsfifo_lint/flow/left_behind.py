"""What other methods leave behind in an object: values that they set, and what they put into its containers.

Asked when an attribute is read that other methods change. Such a method is run on the object as its constructor left
it, once, as an earlier call: what it makes was made then, and anew by each such call. One that makes a connection, or
opens a `with` block, runs once for each object, as the constructor does.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from sqsfifo_lint.flow.bounds import MAX_STOCKING
from sqsfifo_lint.flow.classes import class_body
from sqsfifo_lint.flow.constructed import unseen_arguments_of
from sqsfifo_lint.flow.containers import is_object
from sqsfifo_lint.flow.context import Level, Ref
from sqsfifo_lint.flow.earlier import Definition, callers, inside, run_definition
from sqsfifo_lint.flow.functions import invoke
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.memory import Change, Changes, Left
from sqsfifo_lint.flow.notes import Notes
from sqsfifo_lint.flow.state import State, join_objects
from sqsfifo_lint.flow.targets import set_attribute
from sqsfifo_lint.flow.values import (
    Abstract,
    Atom,
    Awaitable,
    DictObject,
    Extension,
    Function,
    HeapObject,
    InstanceObject,
    ListKind,
    ListObject,
    Piece,
    TupleValue,
    Value,
    join,
)
from sqsfifo_lint.met import met
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import replace
from sqsfifo_lint.source.walk import parameters

_OPENING = frozenset({"__enter__", "__aenter__"})
_MADE_ANEW = frozenset({Material.UNIQUE, Material.CLOCK, Material.PROCESS, Material.INDEX})


def settled(machine: Machine, holder: Ref, name: str, own: Value, state: State) -> Value:
    """The value of an object's attribute, with what other methods make of it; `own` is what it holds in `state`."""
    known = machine.classes.changes.get(holder)
    changes = known.by_name.get(name) if known is not None else None
    if known is None or not changes:
        return own
    result = own
    several = [(change, _left_by(machine, holder, known, change)) for change in changes]
    for change, left in several:
        if left is not None:
            result = _with_set(result, name, holder, known, change, left)
    if any(isinstance(alternative, Ref) for alternative in result):
        running = {frame.function.node for frame in state.frame.outward() if frame.function is not None}
        _fill(known, [(left, change.method in running) for change, left in several if left is not None], state)
    found = state.at(holder)
    if result is not own and isinstance(found, InstanceObject):
        set_attribute(state, holder, found, name, result)
    return result


# -- values that are set


def _with_set(value: Value, name: str, holder: Ref, known: Changes, change: Change, left: Left) -> Value:
    """A value, with what a method sets in place of the sign that it sets something."""
    before = known.state.at(holder)
    earlier = before.attributes.get(name, ()) if isinstance(before, InstanceObject) else ()
    made = [alternative for alternative in left.attributes.get(name, ()) if alternative not in earlier]
    kept = tuple(alternative for alternative in made if left.settles or _stays(alternative, left))
    sure = bool(made) and len(kept) == len(made)
    rest = tuple(a for a in value if not (sure and (_is_sign_of(a, change) or (left.settles and _is_empty((a,))))))
    return join(rest, kept) if len(rest) < len(value) or _is_empty(value) else value


def _is_sign_of(alternative: Abstract, change: Change) -> bool:
    """Whether a value stands for whatever a method sets."""
    return isinstance(alternative, Atom) and any(piece.node is change.method for piece in alternative.pieces)


def _is_empty(value: Value) -> bool:
    return all(isinstance(alternative, Atom) and alternative.kind == "none" for alternative in value)


def _stays(alternative: Abstract, left: Left) -> bool:
    """Whether a value is the same whenever it is set, or is to be filled."""
    match alternative:
        case Atom():
            return all(map(_is_lasting, alternative.pieces))
        case Ref():
            match left.heap.get(alternative):
                case ListObject():
                    return True
                case DictObject() as found:
                    return not found.items and not found.rest
            return False
        case Awaitable(value=value):
            return all(_stays(one, left) for one in value)
        case TupleValue():
            return False
    return True


def _is_lasting(piece: Piece) -> bool:
    if piece.material in (Material.CONSTANT, Material.CONFIG):
        return True
    return bool(piece.context) and piece.context.epochs[0].level in (Level.IMPORT, Level.INSTANCE)


# -- what is put into containers


def _fill(known: Changes, several: Sequence[tuple[Left, bool]], state: State) -> None:
    """Put into containers what other methods put into them, unless the running start has changed them already.

    A method that is running finds in a dict, under the key that it asks for, what it is about to put there: what it has
    put under other keys does not matter. Nor do the objects that others put under the keys that they are asked for:
    under one key, they put there the same.
    """
    filled: dict[Ref, HeapObject] = {}
    running = {reference for left, is_running in several if is_running for reference in left.heap}
    for left, is_running in several:
        for reference, made in left.heap.items():
            current = filled.get(reference, state.at(reference))
            before = known.state.at(reference)
            if current is None:
                state.heap[reference] = made
            elif is_running and isinstance(current, DictObject):
                continue
            elif (reference in filled or current is before) and not (reference in running and _adds(before, made)):
                filled[reference] = join_objects(current, made if left.settles else softened(made))
    state.heap.update(filled)


def _adds(before: HeapObject | None, after: HeapObject) -> bool:
    """Whether nothing but objects came into a dict, under keys that are not known."""
    if not isinstance(before, DictObject) or not isinstance(after, DictObject):
        return False
    return after.items == before.items and not before.rest and is_object(after.rest)


def softened(found: HeapObject) -> HeapObject:
    """A container as later calls find it: what is set anew under one key may have been set for the running call."""
    match found:
        case DictObject():
            items = {key: replace(item, value=_unsure(item.value)) for key, item in found.items.items()}
            return replace(found, items=items)
        case ListObject(kind=ListKind.VARIABLE):
            return replace(found, elements=tuple(map(_unsure, found.elements)))
    return found


def _unsure(value: Value) -> Value:
    return tuple(
        replace(a, pieces=tuple(replace(p, material=Material.DATA, text="set by another method") for p in a.pieces))
        if isinstance(a, Atom) and any(p.material in _MADE_ANEW and not _is_lasting(p) for p in a.pieces)
        else a
        for a in value
    )


# -- running a method


def _left_by(machine: Machine, holder: Ref, known: Changes, change: Change) -> Left | None:
    key = (holder, change.method)
    if key not in machine.classes.left:
        machine.classes.left[key] = None  # ends methods that read what each other sets
        machine.classes.left[key] = _run(machine, holder, known, change)
    return machine.classes.left[key]


def _run(machine: Machine, holder: Ref, known: Changes, change: Change) -> Left | None:
    """What a method leaves behind; what it sends meanwhile is not the running start's."""
    state = known.state.copy()
    found = class_body(machine, change.cls, state).get(change.method.name.value, ())
    function = next((a for a in found if isinstance(a, Function) and a.node is change.method), None)
    before = state.at(holder)
    if function is None or not isinstance(before, InstanceObject):
        return None
    outer = machine.notes
    machine.notes = Notes()
    left = _called(machine, holder, known, function, Level.EARLIER)
    if left is not None and not machine.notes.calls and _settles(change, left, before):
        left = _called(machine, holder, known, function, Level.INIT)
        left = replace(left, settles=True) if left is not None else None
    if left is not None and holder in machine.imported.heap and parameters(function.node)[1:]:
        left = _by_callers(machine, holder, before, change, left)
    machine.notes = outer
    return left


def _by_callers(machine: Machine, holder: Ref, before: InstanceObject, change: Change, unseen: Left) -> Left:
    """What the calls in sight of a method leave behind in an object of a module.

    What a call out of sight leaves there, too, where there is none, or not all of them are seen to be of this object.
    """
    method = Definition(change.cls.module, change.cls.chunk, change.method, (change.cls.node,))
    others = (one for one in callers(machine, method) if not _constructs(one, change))  # the constructor has run
    several = [*islice(others, MAX_STOCKING + 1)]
    if len(several) > MAX_STOCKING:
        met("MAX_STOCKING")
        return unseen
    if not several:
        return unseen
    ours = {holder}.union(*(_containers(machine, value) for value in before.attributes.values()))
    attributes: dict[str, Value] = {}
    heap: dict[Ref, HeapObject] = {}
    for caller in several:
        steps = machine.budget.left
        end = run_definition(machine, caller, once=unseen.settles)
        machine.budget.left = steps
        changed = {r: one for r, one in end.heap.items() if r in ours or r not in machine.imported.heap}
        after = changed.pop(holder, before)
        if not isinstance(after, InstanceObject) or (after is before and ours.isdisjoint(changed)):
            return unseen
        for name, value in after.attributes.items():
            attributes[name] = join(attributes.get(name, ()), value)
        for reference, made in changed.items():
            heap[reference] = join_objects(heap[reference], made) if reference in heap else made
    return Left(attributes, heap, unseen.settles)


def _constructs(one: Definition, change: Change) -> bool:
    return one.node.name.value == "__init__" and one.classes[-1:] == (change.cls.node,)


def _containers(machine: Machine, value: Value) -> set[Ref]:
    """The containers that a value is, and those in them."""
    found = {alternative for alternative in value if isinstance(alternative, Ref)}
    held = (machine.imported.heap.get(reference) for reference in tuple(found))
    return found | {a for one in held if one is not None for a in inside(one) if isinstance(a, Ref)}


def _called(machine: Machine, holder: Ref, known: Changes, function: Function, level: Level) -> Left | None:
    state = known.state.copy()
    before = state.at(holder)
    assert isinstance(before, InstanceObject)
    base = before.context if level is Level.INIT else machine.root
    state.context = base.enter(level, function.node)
    arguments = unseen_arguments_of(machine, function, function.node, state)
    state.context = base
    start = dict(state.heap)
    steps = machine.budget.left
    invoke(machine, function, arguments, function.node, state, holder, level)
    machine.budget.left = steps
    after = state.at(holder)
    if not isinstance(after, InstanceObject):
        return None
    heap = {reference: one for reference, one in state.heap.items() if start.get(reference) is not one}
    heap.pop(holder, None)
    return Left(after.attributes, heap)


def _settles(change: Change, left: Left, before: InstanceObject) -> bool:
    """Whether a method makes a connection that the object then keeps: it runs once for each object."""
    if change.method.name.value in _OPENING:
        return True
    return any(
        _is_connection(alternative, left)
        for name, value in left.attributes.items()
        for alternative in value
        if alternative not in before.attributes.get(name, ())
    )


def _is_connection(alternative: Abstract, left: Left) -> bool:
    if isinstance(alternative, Ref):
        made = left.heap.get(alternative)
        values = made.attributes.values() if isinstance(made, InstanceObject) else ()
        return any(isinstance(one, Extension) for value in values for one in value)
    return isinstance(alternative, Extension)
