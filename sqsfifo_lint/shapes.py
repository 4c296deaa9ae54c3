"""What a value of a configuration may look like: said once as data, for our own checks and for a JSON schema.

A `Shape` says which values fit. `fault` says what is wrong with a value, and where in it; `schema` says the same to
other programs. Both know every shape, and a test compares what they say of random values.

Shapes are no dataclasses: every run creates these classes, and dataclasses take three times as long to create.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqsfifo_lint.meant import SHOWN, did_you_mean, shown

Schema = dict[str, object]
"""A JSON schema (draft 7)."""


class Flag(NamedTuple):
    """True or false."""


class Text(NamedTuple):
    """A text that is not empty."""

    pattern: str = ""
    """A regular expression that it must match: in ASCII classes only, so that every dialect reads it alike."""
    flaw: str = ""
    """What is wrong with one that does not match, as a clause: `which matches nothing`. If empty, nothing is added."""


class Dotted(NamedTuple):
    """A qualified name: Python's names with dots between them."""

    flaw: str = "which is no qualified name"


class Word(NamedTuple):
    """One of some words."""

    words: tuple[str, ...]


class Whole(NamedTuple):
    """A whole number from 0 on."""

    most: int


class Listed(NamedTuple):
    """A list of any length."""

    item: Shape


class Pair(NamedTuple):
    """A list of two."""

    first: Shape
    second: Shape


class Either(NamedTuple):
    """What fits one of several shapes."""

    shapes: tuple[Shape, ...]


class Table(NamedTuple):
    """A table with names that users choose."""

    name: Text | Dotted
    value: Shape
    named: str = ""
    """What a name must be; empty if that is said with what the table must be."""


class Slots(NamedTuple):
    """A table with some of the names that there are, and one of `needed` at least."""

    names: tuple[str, ...]
    needed: tuple[str, ...]
    value: Shape


_NAME = r"[^\x00-@\[-^`{-\x7f][^\x00-/:-@\[-^`{-\x7f]*"
_DOTTED = rf"^{_NAME}(\.{_NAME})+$"

Shape = Flag | Text | Dotted | Word | Whole | Listed | Pair | Either | Table | Slots


class Fault(NamedTuple):
    """What is wrong with a value."""

    where: str
    """The key, and the way from there."""
    found: str
    """What is there instead of what is allowed."""
    said: str = ""
    """All of what is to be said; if empty, that it must be what is allowed."""


def fault(shape: Shape, value: object, where: str) -> Fault | None:
    """The first thing that is wrong with a value at a place; None if it fits."""
    match shape, value:
        case Table(), Mapping():
            return next(_faults_in_table(shape, value, where), None)
        case Slots(), Mapping():
            return next(_faults_in_slots(shape, value, where), None)
    if fits(shape, value):
        return None
    flawed = next(_flaws(shape, value), "")
    return Fault(where, f"{described(value)}{_hint(shape, value)}" if not flawed else f"a list with {flawed}")


def fits(shape: Shape, value: object) -> bool:
    """Whether a value is one of a shape."""
    match shape, value:
        case Flag(), bool():
            return True
        case Text(pattern=pattern), str():
            return bool(value) and re.search(pattern, value) is not None
        case Dotted(), str():
            return "." in value and all(part.isidentifier() for part in value.split("."))
        case Word(words=words), str():
            return value in words
        case Whole(most=most), int():
            return not isinstance(value, bool) and 0 <= value <= most
        case Listed(item=item), list():
            return all(fits(item, one) for one in value)
        case Pair(first=first, second=second), [one, other]:
            return fits(first, one) and fits(second, other)
        case Either(shapes=shapes), _:
            return any(fits(one, value) for one in shapes)
        case Table() | Slots(), Mapping():
            return fault(shape, value, "") is None
    return False


def schema(shape: Shape) -> Schema:
    """The same as a JSON schema, which is laxer in two things: 1.0 is a whole number, too, for JSON has one kind of
    numbers, and a name may have any character beyond ASCII, for dialects of patterns differ in what is a letter.
    """
    match shape:
        case Flag():
            return {"type": "boolean"}
        case Text(pattern=pattern):
            return {"type": "string", "minLength": 1, **({"pattern": pattern} if pattern else {})}
        case Dotted():
            return {"type": "string", "pattern": _DOTTED}
        case Word(words=words):
            return {"type": "string", "enum": list(words)}
        case Whole(most=most):
            return {"type": "integer", "minimum": 0, "maximum": most}
        case Listed(item=item):
            return {"type": "array", "items": schema(item)}
        case Pair(first=first, second=second):
            return {"type": "array", "items": [schema(first), schema(second)], "minItems": 2, "maxItems": 2}
        case Either(shapes=shapes):
            return {"anyOf": [schema(one) for one in shapes]}
        case Table(name=name, value=value):
            return {"type": "object", "propertyNames": schema(name), "additionalProperties": schema(value)}
        case Slots(names=names, needed=needed, value=value):
            properties = {name: schema(value) for name in names}
            some = [{"required": [name]} for name in needed]
            return {"type": "object", "properties": properties, "additionalProperties": False, "anyOf": some}


def described(value: object) -> str:
    """What a value is, in a few words."""
    match value:
        case bool():
            return f"{value}".lower()
        case list() if not value:
            return "an empty list"
        case list():
            wrong = next((item for item in value if not (isinstance(item, str) and item)), None)
            return f"a list with {described(wrong)} in it" if wrong is not None else "a list"
        case Mapping():
            return "a table"
        case str():
            return f"the text {shown(value)!r}" if value else "an empty text"
        case int() if value.bit_length() > 4 * SHOWN:
            return "a huge integer"
        case _:
            return shown(repr(value))


def _faults_in_table(shape: Table, table: Mapping[object, object], where: str) -> Iterator[Fault]:
    for name, value in table.items():
        inner = f"{where}.{shown(str(name))!r}"
        if not fits(shape.name, name):
            said, flaw = f"must be {shape.named}" if shape.named else "", shape.name.flaw and f", {shape.name.flaw}"
            yield Fault(inner if said else where, f"a table with {described(name)}{flaw}", said)
        elif (found := fault(shape.value, value, inner)) is not None:
            yield found


def _faults_in_slots(shape: Slots, table: Mapping[object, object], where: str) -> Iterator[Fault]:
    for name in sorted(str(name) for name in table if name not in shape.names):
        hint, allowed = did_you_mean(name, shape.names), ", ".join(shape.names)
        yield Fault(where, "", f"has no slot {shown(name)!r}{hint}; allowed are {allowed}")
    if not any(name in table for name in shape.needed):
        yield Fault(where, "", f"must say what fills {' or '.join(shape.needed)}")
    yield from filter(None, (fault(shape.value, value, f"{where}.{name}") for name, value in table.items()))


def _flaws(shape: Shape, value: object) -> Iterator[str]:
    """What is wrong with texts in a list, where there is more to say of them than what they are."""
    match shape, value:
        case Listed(item=Text(flaw=flaw) as item), list() if flaw and all(fits(Text(), one) for one in value):
            yield from (f"{described(one)} in it, {flaw}" for one in value if not fits(item, one))


def _hint(shape: Shape, value: object) -> str:
    return did_you_mean(value, shape.words) if isinstance(shape, Word) and isinstance(value, str) else ""
