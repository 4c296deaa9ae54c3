"""What differs from process to process: `hash()`, `id()`, the default text of an object, the order of a set."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from sqsfifo_lint.flow import classes, fields, text
from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.attributes import instance_attribute
from sqsfifo_lint.flow.bounds import MAX_NESTING
from sqsfifo_lint.flow.call import Call
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import (
    About,
    Abstract,
    Atom,
    DictObject,
    InstanceObject,
    ListKind,
    ListObject,
    Piece,
    TupleValue,
    Value,
    distinct,
    each,
    opaque,
)
from sqsfifo_lint.model import Material, Trait
from sqsfifo_lint.records import replace

UNSALTED = frozenset({"bool", "decimal", "float", "int", "none", "timedelta", "uuid"})
"""Kinds that have the same `hash()` in every process (numeric types: Python's library reference, "Hashing of numeric
types"; a UUID's is that of its number, a timedelta's that of a tuple of numbers)."""

SALTED = frozenset({"bytes", "date", "datetime", "str"})
"""Kinds whose `hash()` is salted (documentation of `object.__hash__`, PYTHONHASHSEED)."""


def hashed(call: Call, value: Value) -> Value:
    """`hash(value)`: as stable as the value, and salted unless it is known to hash a number."""
    machine, node, state = call.machine, call.node, call.state
    number = any(isinstance(a, Atom) and _is_number(a) for a in value)

    def one(alternative: Abstract) -> Value:
        own = _method(machine, alternative, ("__hash__",), node, state)
        if own:
            return call.again(own, Arguments())
        trait = None if number else _trait(machine, alternative, state, MAX_NESTING)
        pieces = [opaque(p) for p in _hashed_contents(call, alternative)]
        if trait is not None:
            pieces.append(piece(trait, node, state))
        return (Atom(distinct(pieces), "int"),)

    return each(value, one)


def _hashed_contents(call: Call, alternative: Abstract) -> tuple[Piece, ...]:
    """What the hash of a value is made of; of an object that is not one of its fields, nobody knows."""
    found = call.state.at(alternative) if isinstance(alternative, Ref) else None
    if isinstance(found, InstanceObject) and not fields.has_fields(found.cls):
        return (Piece(Material.DATA, found.context, call.state.frame.chunk, call.node, "an object's hash"),)
    return call.flat((alternative,)).pieces


def identified(call: Call, value: Value) -> Value:
    """`id(value)`: says where an object lies, and nothing of what it holds."""
    return each(value, lambda one: (Atom(_address(call.machine, one, call.node, call.state), "int"),))


def text_of(machine: Machine, holder: Ref, names: tuple[str, ...], node: cst.CSTNode, state: State) -> Value:
    """`str()` or `repr()` of an object of the project; `names` are the methods that Python asks, in order."""
    found = state.at(holder)
    assert isinstance(found, InstanceObject)
    own = _method(machine, holder, names, node, state)
    if own:
        return machine.call(own, Arguments(), node, state)
    if _is_plain(machine, found) and not fields.has_fields(found.cls):
        return (Atom(_address(machine, holder, node, state), "str"),)
    if fields.has_fields(found.cls):
        return (text.flat(machine, (holder,), node, state),)
    return machine.unknown(node, state, "the text of an object whose class is not all in sight")


def piece(trait: Trait, node: cst.CSTNode, state: State) -> Piece:
    """A part that differs from process to process."""
    return Piece(Material.PROCESS, state.context, state.frame.chunk, node, trait=trait)


def shows_order(value: Value, state: State, *, joined: bool = False, nesting: int = MAX_NESTING) -> bool:
    """Whether a set of salted values is gone through to make a text of `value`.

    What `str.join` takes is text, so of a set that is `joined` nothing else need be known.
    """
    return bool(nesting) and any(_shows_order(a, state, joined, nesting - 1) for a in value)


def _shows_order(alternative: Abstract, state: State, joined: bool, nesting: int) -> bool:
    match alternative:
        case Atom():
            return alternative.about is About.SET
        case TupleValue():
            return any(shows_order(item, state, nesting=nesting) for item in alternative.items)
        case Ref():
            match state.at(alternative):
                case ListObject(kind=ListKind.SHUFFLED):
                    return True
                case ListObject(kind=ListKind.SET) as found:
                    return _may_be_several(found) and (joined or _all_text(found.elements))
                case ListObject() as found:
                    return any(shows_order(element, state, nesting=nesting) for element in found.elements)
                case DictObject() as found:
                    return any(shows_order(item.value, state, nesting=nesting) for item in found.items.values())
    return False


def is_shuffled(value: Value, state: State) -> bool:
    """Whether going through `value` means going through a set of text."""
    return len(value) == 1 and isinstance(value[0], Ref) and _shows_order(value[0], state, False, 0)


def _may_be_several(found: ListObject) -> bool:
    return len(found.elements) > 1 or not found.exact


def _all_text(elements: Iterable[Value]) -> bool:
    found = [a for element in elements for a in element]
    return bool(found) and all(isinstance(a, Atom) and a.kind in SALTED for a in found)


def _is_number(atom: Atom) -> bool:
    return atom.about is About.NUMBER or (atom.kind in UNSALTED and atom.kind != "none")


def _trait(machine: Machine, alternative: Abstract, state: State, nesting: int) -> Trait | None:
    """What in the hash of a value differs from process to process; None when nothing does, or nothing is known."""
    match alternative:
        case Atom():
            return None if alternative.kind in UNSALTED or alternative.about is About.NUMBER else Trait.SALT
        case TupleValue() if nesting:
            return _trait_of(machine, alternative.items, state, nesting)
        case Ref() if nesting:
            match state.at(alternative):
                case ListObject() as found:
                    return _trait_of(machine, found.elements, state, nesting)
                case InstanceObject() as found if fields.has_fields(found.cls):
                    return _trait_of(machine, found.attributes.values(), state, nesting)
                case InstanceObject() as found:
                    return Trait.ADDRESS if _is_plain(machine, found) else None
    return None


def _trait_of(machine: Machine, values: Iterable[Value], state: State, nesting: int) -> Trait | None:
    traits = [_trait(machine, a, state, nesting - 1) for value in values for a in value]
    return next((trait for trait in traits if trait is not None), None)


def _method(machine: Machine, alternative: Abstract, names: tuple[str, ...], node: cst.CSTNode, state: State) -> Value:
    """The first of these methods that an object's class defines in sight."""
    found = state.at(alternative) if isinstance(alternative, Ref) else None
    if isinstance(alternative, Ref) and isinstance(found, InstanceObject):
        for name in names:
            if classes.lookup_class(machine, found.cls, name, state) is not None:
                return instance_attribute(machine, alternative, found, name, node, state)
    return ()


def _is_plain(machine: Machine, found: InstanceObject) -> bool:
    """Whether all that an object's class inherits is in sight, and no subclass may have taken its place."""
    order, outside = classes.mro(found.cls)
    if any(name != "builtins.object" for name in outside) or any(cls.node.keywords for cls in order):
        return False
    decorated = any(cls.marks or cls.node.decorators for cls in order)
    return not decorated and not (found.handed_in and machine.classes.inherited(found.cls.module, found.cls.name))


def _address(machine: Machine, alternative: Abstract, node: cst.CSTNode, state: State) -> tuple[Piece, ...]:
    found = state.at(alternative) if isinstance(alternative, Ref) else None
    if found is not None:
        pieces = [Piece(Material.DATA, found.context, state.frame.chunk, node, "an object's address")]
    else:
        pieces = [
            opaque(p) if p.material is Material.CONSTANT else replace(p, material=Material.DATA, resolution=None)
            for p in text.flat(machine, (alternative,), node, state).pieces
        ]
    return distinct([*pieces, piece(Trait.ADDRESS, node, state)])
