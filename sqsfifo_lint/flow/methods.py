"""Methods and attributes of strings, numbers, UUIDs, dates and hashes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import libcst as cst

from sqsfifo_lint.flow import containers, hashing, text
from sqsfifo_lint.flow.conditions import locate
from sqsfifo_lint.flow.machine import Arguments, Machine, constant_atom
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import (
    NOTHING,
    Atom,
    Piece,
    TupleValue,
    Value,
    distinct,
    fold,
    mapped,
    opaque,
)
from sqsfifo_lint.knowledge.clocks import (
    METHOD_RESOLUTION,
    isoformat_resolution,
    replace_resolution,
    strftime_resolution,
    unit_resolution,
)
from sqsfifo_lint.knowledge.model import SECOND
from sqsfifo_lint.knowledge.transforms import ABSORBING_METHODS, method_of
from sqsfifo_lint.model import Material, Trait
from sqsfifo_lint.records import replace


def constant_of(arguments: Arguments, index: int, keyword: str = "") -> object:
    """An argument's constant, or NOTHING."""
    passed = arguments.keywords.get(keyword)
    if passed is None and index < len(arguments.positional):
        passed = arguments.positional[index]
    if passed is None or len(passed.value) != 1 or not isinstance(passed.value[0], Atom):
        return NOTHING
    return passed.value[0].constant


def call_method(
    machine: Machine, atom: Atom, name: str, arguments: Arguments, node: cst.CSTNode, state: State
) -> Value:
    """`atom.name(...)`"""
    special = _SPECIAL.get(name)
    if special is not None:
        return special(machine, atom, arguments, node, state)
    if name in ABSORBING_METHODS.get(atom.kind, ()):
        return _absorb(machine, atom, arguments, node, state)
    folded = _fold_method(atom, name, arguments)
    if folded is not NOTHING:
        return _constant_result(atom, folded, node, state)
    transform = method_of(atom.kind, name)
    if transform is None:
        if atom.kind == "any" and all(p.material is not Material.DATA for p in atom.pieces):
            return (mapped(atom, opaque, "any"),)
        return machine.unknown(node, state, f"unknown method `{name}`")
    pieces = list(atom.pieces)
    for passed in arguments.all():
        more = text.flat(machine, passed.value, passed.node, state).pieces
        pieces.extend(p for p in more if p.material is not Material.CONSTANT)
    changed = (p if transform.verbatim else opaque(p) for p in distinct(pieces))
    kind = transform.kind if transform.kind != "any" else atom.kind if name == "replace" else "any"
    if name in ("split", "rsplit", "partition", "rpartition", "splitlines"):
        kind = "str"
    unit = SECOND if name == "timestamp" else 0
    made = text.coarsened(Atom(tuple(changed), kind), _resolution(atom, name, arguments), kind, unit=unit)
    if name == "strftime":
        template = constant_of(arguments, 0, "format")
        made = text.spaced(made, template if isinstance(template, str) else "")
    return (replace(made, length=atom.length if name in ("hexdigest", "lower", "upper", "copy") else 0),)


def _fold_method(atom: Atom, name: str, arguments: Arguments) -> object:
    """The result of a method of a constant, where every argument is a constant too."""
    if not atom.known or not isinstance(atom.constant, str | bytes) or arguments.star or arguments.rest:
        return NOTHING
    given = [constant_of(arguments, i) for i in range(len(arguments.positional))]
    if NOTHING in given or arguments.keywords or name not in _PURE:
        return NOTHING
    return fold(lambda: getattr(atom.constant, name)(*given))


_PURE = frozenset(
    {
        *("lower", "upper", "strip", "lstrip", "rstrip", "replace", "title", "capitalize", "casefold", "swapcase"),
        *("removeprefix", "removesuffix", "split", "rsplit", "partition", "rpartition", "startswith", "endswith"),
        *("encode", "decode", "hex", "isdigit", "isalpha", "find", "count", "index", "splitlines"),
        *("zfill", "ljust", "rjust", "center"),
    }
)


def _constant_result(atom: Atom, folded: object, node: cst.CSTNode, state: State) -> Value:
    if isinstance(folded, list | tuple):
        return (TupleValue(tuple((constant_atom(part, node, state),) for part in folded)),)
    made = constant_atom(folded, node, state)
    if not atom.pieces:
        return (made,)
    shown = made.pieces[0].text if not isinstance(folded, bytes) else atom.pieces[0].text
    return (replace(made, pieces=(replace(atom.pieces[0], text=shown, verbatim=True),)),)


def _resolution(atom: Atom, name: str, arguments: Arguments) -> int | None:
    """The resolution that a method of a date or time leaves."""
    match name:
        case "strftime":
            template = constant_of(arguments, 0, "format")
            return strftime_resolution(template) if isinstance(template, str) else None
        case "isoformat":
            timespec = constant_of(arguments, 1, "timespec")
            if atom.kind == "datetime" and len(arguments.positional) == 1 and timespec is NOTHING:
                return None
            return isoformat_resolution(timespec) if isinstance(timespec, str) else None
        case "replace" if atom.kind in ("datetime", "date"):
            zeroed = frozenset(arguments.keywords) & {"microsecond", "second", "minute", "hour", "day", "month", "year"}
            return replace_resolution(zeroed) if zeroed else None
        case "floor" | "ceil" | "round" | "start_of" | "end_of" | "truncate" | "span":
            unit = constant_of(arguments, 0)
            return unit_resolution(unit) if isinstance(unit, str) else None
        case "format" if atom.kind in ("datetime", "date"):
            return None
    return METHOD_RESOLUTION.get(name) if atom.kind in ("datetime", "date") else None


def _absorb(machine: Machine, atom: Atom, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    """`h.update(x)`: the hash is made of `x` too."""
    pieces = list(atom.pieces)
    for passed in arguments.positional:
        pieces.extend(opaque(p) for p in text.flat(machine, passed.value, passed.node, state).pieces)
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        location = locate(machine, node.func.value, state)
        if location is not None and location.reference is None:
            grown = Atom(distinct(pieces), atom.kind, length=atom.length)
            state.bind(str(location.key), (grown,), location.frame)  # type: ignore[arg-type]
    return machine.constant(node, state, None)


# -- methods with a meaning of their own

Special = Callable[[Machine, Atom, Arguments, cst.CSTNode, State], Value]


def _join(machine: Machine, atom: Atom, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    if not arguments.positional:
        return machine.unknown(node, state, "missing argument")
    passed = arguments.positional[0]
    found, exact = containers.elements(machine, passed.value, passed.node, state)
    kind = atom.kind if atom.kind == "bytes" else "str"
    if exact and found and not hashing.shows_order(passed.value, state, joined=True):
        values: list[Value] = []
        for element in found:
            values.extend([(atom,), element] if values else [element])
        return text.concatenate(machine, values, node, state, kind)
    pieces = [
        opaque(p) for element in [*found, (atom,)] for p in text.flat(machine, element, passed.node, state).pieces
    ]
    if hashing.shows_order(passed.value, state, joined=True):
        pieces.append(hashing.piece(Trait.ORDER, node, state))
    return (Atom(distinct(pieces), kind),)


def _format(machine: Machine, atom: Atom, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    if atom.kind != "str":
        return (mapped(atom, opaque, "str"),)
    parts = text.template_parts(str(atom.constant)) if atom.known else None
    if parts is None or arguments.star or arguments.rest:
        values = [(atom,), *(passed.value for passed in arguments.all())]
        pieces = distinct(opaque(p) for v in values for p in text.flat(machine, v, node, state).pieces)
        return (Atom(pieces, "str"),)
    values = []
    counter = 0
    for literal, field, spec in parts:
        if literal:
            pieces = tuple(replace(p, text=literal, verbatim=True) for p in atom.pieces[:1])
            values.append((replace(constant_atom(literal, node, state), pieces=pieces),))
        if field is not None:
            name = field or str(counter)
            counter += not field
            values.append(_field(machine, name, spec, arguments, node, state))
    return text.concatenate(machine, values, node, state) if values else (atom,)


def _field(machine: Machine, name: str, spec: str, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    root = name.replace("[", ".").partition(".")[0]
    if root.isdigit():
        index = int(root)
        passed = arguments.positional[index] if index < len(arguments.positional) else None
    else:
        passed = arguments.keywords.get(root)
    if passed is None:
        return machine.unknown(node, state, "missing argument")
    value = passed.value
    for step in name.replace("[", ".").replace("]", "").split(".")[1:]:
        if f"[{step}]" in name:
            value = containers.subscript(machine, value, int(step) if step.isdigit() else step, node, state)
        else:
            value = machine.attribute(value, step, node, state)
    return text.formatted(machine, value, spec, passed.node, state)


def _ends_with(machine: Machine, atom: Atom, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    suffix = constant_of(arguments, 0)
    if isinstance(suffix, str) and suffix:
        known = ends_with(atom, suffix)
        if known is not None:
            return machine.constant(node, state, known)
        about = "fifo" if suffix == ".fifo" else ""
        return (Atom(atom.pieces, "bool", about=about),)
    return (mapped(atom, opaque, "bool"),)


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


def _as_text(machine: Machine, atom: Atom, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    return (replace(atom, kind="str") if not atom.known else replace(atom, kind="str", constant=str(atom.constant)),)


_SPECIAL: Mapping[str, Special] = {
    "join": _join,
    "format": _format,
    "endswith": _ends_with,
    "__str__": _as_text,
}
