"""Putting atoms together: concatenation, formatting, and what that does to a clock's resolution."""

from __future__ import annotations

from collections.abc import Iterable
from string import Formatter

import libcst as cst

from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.bounds import MAX_NESTING, MAX_TEXT
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.machine import Machine, constant_atom
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import (
    NOTHING,
    Abstract,
    Atom,
    DictObject,
    External,
    HeapObject,
    InstanceObject,
    ListKind,
    ListObject,
    Method,
    Passed,
    Piece,
    TupleValue,
    Value,
    as_text,
    combinations,
    distinct,
    each,
    fold,
    mapped,
    opaque,
    unique,
)
from sqsfifo_lint.knowledge.clocks import METHOD_RESOLUTION
from sqsfifo_lint.knowledge.lookup import attribute_of
from sqsfifo_lint.knowledge.model import SECOND
from sqsfifo_lint.knowledge.resolutions import format_spec_resolution, has_space, worse
from sqsfifo_lint.met import met, tell
from sqsfifo_lint.model import Material, Trait
from sqsfifo_lint.records import replace


def atoms_of(machine: Machine, value: Value, node: cst.CSTNode, state: State) -> list[Atom]:
    """The value as scalars: a container becomes one atom of everything in it."""
    read = [_as_read(a) if a.__class__ is not External else _external(machine, a, node, state) for a in value]
    result = [a if isinstance(a, Atom) else flat(machine, (a,), node, state) for a in read]
    return result if len(result) < 2 else list(dict.fromkeys(result))


def read_attribute(atom: Atom, name: str) -> Atom | None:
    """`atom.name` read, not called: `uuid4().hex`, `now.microsecond`. None when it is not known."""
    transform = attribute_of(atom.kind, name)
    if transform is None:
        return mapped(atom, opaque, "any") if atom.kind == "any" else None
    unit = SECOND if name in _TIMESTAMPS else 0
    return coarsened(mapped(atom, opaque, transform.kind), METHOD_RESOLUTION.get(name), transform.kind, unit=unit)


_TIMESTAMPS = frozenset({"timestamp", "float_timestamp", "int_timestamp", "epoch"})


def as_read(value: Value) -> Value:
    """A value whose attributes are read: `uuid4().hex` as a scalar, a method of a string as it is."""
    return tuple(_as_read(a) if isinstance(a, Method) else a for a in value)


def _as_read(alternative: Abstract) -> Abstract:
    """What a value is when it is not called: a method's name was an attribute, an object out of sight is unknown."""
    match alternative:
        case Method(receiver=Atom() as atom):
            return read_attribute(atom, alternative.name) or alternative
        case External(receiver=Atom() as atom):
            return atom
    return alternative


def _external(machine: Machine, value: Abstract, node: cst.CSTNode, state: State) -> Abstract:
    """What is outside the project, as a value: of a constant, when it was bound is known."""
    if isinstance(value, External) and value.constant and value.receiver is None:
        return bound_once(machine, node, state)
    return _as_read(value)


def bound_once(machine: Machine, node: cst.CSTNode, state: State) -> Atom:
    """A constant out of sight, as it is named at `node`."""
    frame = state.frame
    bound = machine.import_frame(frame.module, frame.chunk).key
    return Atom((Piece(Material.CONFIG, bound, frame.chunk, node),))


def flat(machine: Machine, value: Value, node: cst.CSTNode, state: State) -> Atom:
    """One atom made of all that is in `value`."""
    pieces = distinct(_contents(machine, value, node, state, MAX_NESTING))
    return Atom(tuple(opaque(p) for p in pieces) or _literal(node, state))


def _literal(node: cst.CSTNode, state: State) -> tuple[Piece, ...]:
    return (Piece(Material.CONSTANT, state.context, state.frame.chunk, node, verbatim=False),)


def _contents(machine: Machine, value: Value, node: cst.CSTNode, state: State, nesting: int) -> Iterable[Piece]:
    for alternative in (_external(machine, a, node, state) for a in value):
        match alternative:
            case Atom():
                yield from alternative.pieces
            case TupleValue() if nesting:
                for item in alternative.items:
                    yield from _contents(machine, item, node, state, nesting - 1)
            case Ref() if nesting:
                yield from _held(machine, alternative, node, state, nesting)
            case External(name=name):
                yield Piece(Material.DATA, state.context, state.frame.chunk, node, "not followed", name=name)
            case TupleValue() | Ref():
                yield Piece(Material.DATA, state.context, state.frame.chunk, node, met("MAX_NESTING"))
            case _:
                yield Piece(Material.DATA, state.context, state.frame.chunk, node, "not followed")


def _held(machine: Machine, reference: Ref, node: cst.CSTNode, state: State, nesting: int) -> Iterable[Piece]:
    match state.at(reference):
        case DictObject() as found:
            yield Piece(Material.CONSTANT, found.context, found.chunk, found.node, verbatim=False)
            for item in found.items.values():
                yield from _contents(machine, item.value, node, state, nesting - 1)
            yield from _contents(machine, found.rest, node, state, nesting - 1)
        case ListObject() as found if found.kind is not ListKind.CONTEXT:
            yield Piece(Material.CONSTANT, found.context, found.chunk, found.node, verbatim=False)
            for element in found.elements:
                yield from _contents(machine, element, node, state, nesting - 1)
        case InstanceObject() as found:
            yield Piece(Material.DATA, found.context, state.frame.chunk, node, "an object's text")
            for value in found.attributes.values():
                yield from _contents(machine, value, node, state, nesting - 1)
        case _:
            yield Piece(Material.DATA, state.context, state.frame.chunk, node, "not followed")


def concatenate(machine: Machine, values: list[Value], node: cst.CSTNode, state: State, kind: str = "str") -> Value:
    """The texts of `values`, one after the other."""
    if not all(values):
        return ()
    choices = combinations([atoms_of(machine, value, node, state) for value in values])
    if choices is None:
        pieces = distinct(p for value in values for p in flat(machine, value, node, state).pieces)
        cut = Piece(Material.DATA, state.context, state.frame.chunk, node, met("MAX_COMBINATIONS"))
        return (Atom((*pieces, cut), kind),)
    return unique(_concatenation(choice, node, state, kind) for choice in choices)


def _concatenation(choice: tuple[Atom, ...], node: cst.CSTNode, state: State, kind: str) -> Atom:
    if all(atom.known for atom in choice):
        text = "".join(as_text(atom.constant) for atom in choice)
        if len(text) > MAX_TEXT:
            tell("MAX_TEXT")
            return Atom(tuple(opaque(p) for p in distinct(p for atom in choice for p in atom.pieces)), kind)
        pieces = tuple(p for atom in choice for p in atom.pieces if p.text)
        if "".join(p.text for p in pieces) == text and pieces:
            return Atom(distinct(pieces) if len(set(pieces)) == len(pieces) else _whole(pieces, text), kind, text)
        return Atom(_whole(pieces, text), kind, text) if pieces else constant_atom(text, node, state)
    length = sum(len(as_text(atom.constant)) if atom.known else atom.length for atom in choice)
    pieces = tuple(p for atom in choice for p in atom.pieces if p.text or not atom.known)
    return Atom(_in_order(pieces), kind, length=length)


def _in_order(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The pieces of a text, each once, and last of all the one that the text ends in.

    One that came before, or had to give way, would otherwise leave another in its place.
    """
    found = distinct(pieces)
    last = pieces[-1]
    return found if found[-1] == last else (*(p for p in found if p != last), last)


def _whole(pieces: tuple[Piece, ...], text: str) -> tuple[Piece, ...]:
    """One constant piece for all."""
    trait = next((p.trait for p in pieces if p.trait is not None), None)
    return (replace(pieces[0], text=text, verbatim=True, trait=trait),)


def formatted(machine: Machine, value: Value, spec: str, node: cst.CSTNode, state: State) -> Value:
    """`format(value, spec)`: a clock may lose resolution by it."""
    result = []
    for atom in atoms_of(machine, _in_text(machine, value, node, state), node, state):
        text = fold(format, atom.constant, spec) if atom.known else NOTHING
        made = coarsened(atom, resolution_of_spec(spec, atom), "str", text)
        result.append(spaced(made, spec) if spec else replace(made, length=atom.length))
    return unique(result)


def _in_text(machine: Machine, value: Value, node: cst.CSTNode, state: State) -> Value:
    """The value with the text of each object in place of it: that is for its own methods to say."""
    if not any(isinstance(a, Ref) for a in value):
        return value
    asked = (External("builtins.str"),)

    def one(alternative: Abstract) -> Value:
        if isinstance(alternative, Ref) and (hides(state.at(alternative)) or _is_object(alternative, state)):
            passed = Passed((alternative,), state.frame.chunk, node)
            return machine.call(asked, Arguments([passed]), node, state)
        return (alternative,)

    return each(value, one)


def hides(found: HeapObject | None) -> bool:
    """Whether the text of a thing shows nothing of what it holds: a generator's says where in memory it lies."""
    return isinstance(found, ListObject) and found.kind in (ListKind.GENERATOR, ListKind.CONTEXT)


def _is_object(reference: Ref, state: State) -> bool:
    return isinstance(state.at(reference), InstanceObject)


def spaced(atom: Atom, template: str) -> Atom:
    """The text that a clock's value makes by a template: whether it has a space is for the template to say."""
    trait = Trait.SPACED if has_space(template) else None
    clocks = (replace(p, trait=trait, verbatim=True) if p.material is Material.CLOCK else p for p in atom.pieces)
    return replace(atom, pieces=tuple(clocks))


def resolution_of_spec(spec: str, atom: Atom) -> int | None:
    """The resolution that a format specification leaves, or None when it leaves what there is."""
    found = format_spec_resolution(spec, atom.kind) if spec else None
    if found is not None and atom.kind == "float" and atom.unit:
        return max(1, found * atom.unit // 1_000_000_000)
    return found


def coarsened(atom: Atom, resolution: int | None, kind: str, constant: object = NOTHING, unit: int = 0) -> Atom:
    """The atom with its clocks no finer than `resolution` nanoseconds."""
    if constant is not NOTHING and isinstance(constant, str) and atom.known:
        return Atom(tuple(replace(p, text=constant, verbatim=True) for p in atom.pieces[:1]), kind, constant)
    changed = mapped(atom, lambda p: coarser(p, resolution), kind, constant)
    return replace(changed, unit=unit) if unit else changed


def coarser(piece: Piece, resolution: int | None) -> Piece:
    """The piece, if it is a clock, no finer than `resolution` nanoseconds."""
    if piece.material is not Material.CLOCK or resolution is None:
        return piece
    return replace(piece, resolution=worse(piece.resolution, resolution))


def ends_with(atom: Atom, suffix: str) -> bool | None:
    """Whether the text ends in `suffix`, as far as its last piece says it."""
    last: Piece | None = atom.pieces[-1] if atom.pieces else None
    if atom.known:
        return str(atom.constant).endswith(suffix)
    if last is None or last.material is not Material.CONSTANT or not last.verbatim or not last.text:
        return None
    if len(last.text) >= len(suffix):
        return last.text.endswith(suffix)
    return None if suffix.endswith(last.text) else False


def template_parts(template: str) -> list[tuple[str, str | None, str]] | None:
    """`str.format` templates as (literal, field, spec) in order; None when the template is broken."""
    try:
        return [(literal, name, spec or "") for literal, name, spec, _ in Formatter().parse(template)]
    except ValueError:
        return None


def percent_parts(template: str) -> list[tuple[str, str | None, str]] | None:
    """`%` templates as (literal, key or '', conversion) in order; None when the template is broken."""
    result: list[tuple[str, str | None, str]] = []
    literal, index = "", 0
    while index < len(template):
        char = template[index]
        if char != "%":
            literal += char
            index += 1
            continue
        index += 1
        key = ""
        if index < len(template) and template[index] == "(":
            end = template.find(")", index)
            if end < 0:
                return None
            key, index = template[index + 1 : end], end + 1
        start = index
        while index < len(template) and template[index] in "#0- +.*123456789hlL":
            index += 1
        if index >= len(template):
            return None
        conversion, index = template[start : index + 1], index + 1
        if conversion == "%":
            literal += "%"
            continue
        result.append((literal, key, conversion))
        literal = ""
    result.append((literal, None, ""))
    return result
