"""A value in words, for whoever looks at what the evaluator knows: a test, or a developer in a debugger.

    constant 'orders' | 'run-' + unique value, per call | {'MessageGroupId': data, per message}

Alternatives of the whole stand between bars, those of what it holds between `or`, the pieces of an atom between plus
signs; a piece that occurs in it twice is kept only once. Traces are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqsfifo_lint.flow.bounds import MAX_PRINTED
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import (
    Abstract,
    Atom,
    Awaitable,
    Bound,
    ClassValue,
    DictObject,
    Dispatcher,
    Extension,
    External,
    Function,
    HeapObject,
    InstanceObject,
    ListKind,
    ListObject,
    Method,
    ModuleValue,
    Partial,
    Piece,
    Super,
    TupleValue,
    Value,
)
from sqsfifo_lint.model import Material

BRACKETS: Mapping[ListKind, tuple[str, str]] = {
    ListKind.LIST: ("[", "]"),
    ListKind.GENERATOR: ("[", "]"),
    ListKind.SET: ("{", "}"),
}

When = Callable[[Piece], str]
"""How often a piece is made, in words; empty when that is not to be shown."""


def _never(piece: Piece) -> str:
    return ""


def printed(value: Value, state: State, when: When = _never) -> str:
    """The alternatives of a value, with what they hold in `state`, each once, in the order of their words.

    A value that cannot arrive is `nothing`.
    """
    return _value(value, state, when, MAX_PRINTED, " | ")


def _value(value: Value, state: State, when: When, depth: int, between: str) -> str:
    if not depth:
        return "..."
    return between.join(sorted({_one(alternative, state, when, depth) for alternative in value})) or "nothing"


def _one(found: Abstract, state: State, when: When, depth: int) -> str:
    def inner(value: Value) -> str:
        return _value(value, state, when, depth - 1, " or ")

    match found:
        case Atom():
            return _atom(found, when)
        case Ref():
            held = state.at(found)
            return "..." if held is None else _object(held, inner)
        case TupleValue(items=items):
            return f"({', '.join(map(inner, items))}{',' * (len(items) == 1)})"
        case Function() | ClassValue():
            return f"{'class' if isinstance(found, ClassValue) else 'function'} {found.name}"
        case Bound(function=function) | Dispatcher(function=function):
            return f"method {function.name}"
        case Method(name=name):
            return f"method {name}"
        case ModuleValue(module=module):
            return f"module {module.path}"
        case External(name=name):
            return f"external {name}"
        case Extension():
            return str(found)
        case Partial(function=function):
            return f"partial of {_one(function, state, when, depth - 1)}"
        case Awaitable(value=value):
            return f"awaitable of {inner(value)}"
        case Super(after=after):
            return f"super of {after.name}"


def _atom(atom: Atom, when: When) -> str:
    if atom.known:
        return f"constant {atom.constant!r}"
    words: list[str] = []
    text = ""
    for piece in atom.pieces:
        if piece.material is Material.CONSTANT and piece.verbatim:
            text += piece.text
            continue
        words += [repr(text)] * bool(text)
        text = ""
        words.append(_piece(piece, when))
    return " + ".join([*words, *[repr(text)] * bool(text)]) or "''"


def _piece(piece: Piece, when: When) -> str:
    if piece.material is Material.CONSTANT:
        return "constant"
    often = when(piece)
    return f"{piece.material.value}, {often}" if often else piece.material.value


def _object(held: HeapObject, inner: Callable[[Value], str]) -> str:
    match held:
        case DictObject():
            items = [f"{key!r}{'?' * item.optional}: {inner(item.value)}" for key, item in held.items.items()]
            return f"{{{', '.join([*items, *([f'**{inner(held.rest)}'] if held.rest else [])])}}}"
        case ListObject():
            opening, closing = BRACKETS.get(held.kind, (f"{held.kind.value}(", ")"))
            elements = [*map(inner, held.elements), *([] if held.exact else ["..."])]
            return f"{opening}{', '.join(elements)}{closing}"
        case InstanceObject():
            return f"object of {held.cls.name}"
