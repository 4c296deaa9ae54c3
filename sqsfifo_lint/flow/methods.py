"""Methods and attributes of strings, numbers, UUIDs, dates and hashes."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.flow import text
from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.call import Call
from sqsfifo_lint.flow.conditions import locate
from sqsfifo_lint.flow.library.text import METHODS
from sqsfifo_lint.flow.machine import constant_atom
from sqsfifo_lint.flow.values import (
    NOTHING,
    Atom,
    TupleValue,
    Value,
    distinct,
    fold,
    mapped,
    opaque,
)
from sqsfifo_lint.knowledge.clocks import METHOD_RESOLUTION
from sqsfifo_lint.knowledge.lookup import method_of
from sqsfifo_lint.knowledge.model import SECOND, Transform
from sqsfifo_lint.knowledge.resolutions import (
    isoformat_resolution,
    replace_resolution,
    strftime_resolution,
    unit_resolution,
)
from sqsfifo_lint.knowledge.transforms import ABSORBING_METHODS
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import replace


def call_method(call: Call, atom: Atom, name: str) -> Value:
    """`atom.name(...)`: by its model, else by the knowledge tables."""
    model = METHODS.get(name)
    if model is not None:
        return model(call)
    if name in ABSORBING_METHODS.get(atom.kind, ()):
        return _absorb(call, atom)
    folded = _fold_method(atom, name, call.arguments)
    if folded is not NOTHING:
        return _constant_result(call, atom, folded)
    transform = method_of(atom.kind, name)
    if transform is not None:
        return (_transformed(call, atom, name, transform),)
    if atom.kind == "any" and all(p.material is not Material.DATA for p in atom.pieces):
        return (mapped(atom, opaque, "any"),)
    return call.unknown(f"unknown method `{name}`")


def _transformed(call: Call, atom: Atom, name: str, transform: Transform) -> Atom:
    pieces = list(atom.pieces)
    for passed in call.arguments.all():
        more = text.flat(call.machine, passed.value, passed.node, call.state).pieces
        pieces.extend(p for p in more if p.material is not Material.CONSTANT)
    changed = (p if transform.verbatim else opaque(p) for p in distinct(pieces))
    kind = transform.kind if transform.kind != "any" else atom.kind if name == "replace" else "any"
    if name in ("split", "rsplit", "partition", "rpartition", "splitlines"):
        kind = "str"
    unit = SECOND if name == "timestamp" else 0
    made = text.coarsened(Atom(tuple(changed), kind), _resolution(atom, name, call.arguments), kind, unit=unit)
    if name == "strftime":
        template = call.arguments.constant(0, "format")
        made = text.spaced(made, template if isinstance(template, str) else "")
    if name == "isoformat" and atom.kind == "datetime" and call.arguments.constant(0, "sep") == " ":
        made = text.spaced(made, " ")
    return replace(made, length=atom.length if name in ("hexdigest", "lower", "upper", "copy") else 0)


def _fold_method(atom: Atom, name: str, arguments: Arguments) -> object:
    """The result of a method of a constant, where every argument is a constant too."""
    if not atom.known or not isinstance(atom.constant, str | bytes) or arguments.star or arguments.rest:
        return NOTHING
    given = [arguments.constant(i) for i in range(len(arguments.positional))]
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


def _constant_result(call: Call, atom: Atom, folded: object) -> Value:
    if isinstance(folded, list | tuple):
        return (TupleValue(tuple((constant_atom(part, call.node, call.state),) for part in folded)),)
    made = constant_atom(folded, call.node, call.state)
    if not atom.pieces:
        return (made,)
    shown = made.pieces[0].text if not isinstance(folded, bytes) else atom.pieces[0].text
    return (replace(made, pieces=(replace(atom.pieces[0], text=shown, verbatim=True),)),)


def _resolution(atom: Atom, name: str, arguments: Arguments) -> int | None:
    """The resolution that a method of a date or time leaves."""
    match name:
        case "strftime":
            template = arguments.constant(0, "format")
            return strftime_resolution(template) if isinstance(template, str) else None
        case "isoformat":
            timespec = arguments.constant(1, "timespec")
            if atom.kind == "datetime" and len(arguments.positional) == 1 and timespec is NOTHING:
                return None
            return isoformat_resolution(timespec) if isinstance(timespec, str) else None
        case "replace" if atom.kind in ("datetime", "date"):
            zeroed = frozenset(arguments.keywords) & {"microsecond", "second", "minute", "hour", "day", "month", "year"}
            return replace_resolution(zeroed) if zeroed else None
        case "floor" | "ceil" | "round" | "start_of" | "end_of" | "truncate" | "span":
            unit = arguments.constant(0)
            return unit_resolution(unit) if isinstance(unit, str) else None
        case "format" if atom.kind in ("datetime", "date"):
            return None
    return METHOD_RESOLUTION.get(name) if atom.kind in ("datetime", "date") else None


def _absorb(call: Call, atom: Atom) -> Value:
    """`h.update(x)`: the hash is made of `x` too."""
    pieces = list(atom.pieces)
    for passed in call.arguments.positional:
        pieces.extend(opaque(p) for p in text.flat(call.machine, passed.value, passed.node, call.state).pieces)
    if isinstance(call.node, cst.Call) and isinstance(call.node.func, cst.Attribute):
        location = locate(call.machine, call.node.func.value, call.state)
        if location is not None and location.reference is None:
            grown = Atom(distinct(pieces), atom.kind, length=atom.length)
            call.state.bind(str(location.key), (grown,), location.frame)  # type: ignore[arg-type]
    return call.known(None)
