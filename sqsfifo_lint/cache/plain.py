"""Records to JSON and back. Nothing but the project's own frozen records can come out, whatever the text says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from enum import Enum
from functools import cache
from typing import Any

from sqsfifo_lint import model, report

_TUPLE, _SET, _MAPPING = "(", "{", ":"


class Unreadable(Exception):
    """A text that `dumps` has not made."""


def dumps(value: object) -> bytes:
    """A record, or anything made of records, numbers, texts, tuples, sets and mappings, as JSON.

    A list comes back as a tuple. Raises TypeError for anything else.
    """
    return json.dumps(_plain(value), separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def loads(data: bytes) -> Any:
    """What `dumps` was given. Raises Unreadable."""
    try:
        return _record(json.loads(data.decode("utf-8", "surrogatepass")))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Unreadable(str(error)) from error


def _plain(value: object) -> object:
    match value:
        case None | bool() | str():
            return value
        case Enum():
            return [type(value).__name__, value.name]
        case int() | float():
            return value
        case Mapping():
            return [_MAPPING, *([_plain(key), _plain(one)] for key, one in value.items())]
        case frozenset() | set():
            return [_SET, *sorted(map(_plain, value), key=repr)]
        case tuple() | list() if type(value) in (tuple, list):
            return [_TUPLE, *map(_plain, value)]
    return [type(value).__name__, *(_plain(getattr(value, name)) for name in _fields_of(value))]


def _record(value: object) -> Any:
    if not isinstance(value, list):
        return value
    kind, *parts = value
    match kind:
        case "(":
            return tuple(map(_record, parts))
        case "{":
            return frozenset(map(_record, parts))
        case ":":
            return {_record(key): _record(one) for key, one in parts}
    made = _kinds()[kind]
    if issubclass(made, Enum):
        return made[parts[0]]
    return made(*map(_record, parts))


@cache
def _kinds() -> Mapping[str, type[Any]]:
    """The classes of records by their names."""
    return {
        name: one
        for module in (model, report)
        for name, one in vars(module).items()
        if isinstance(one, type) and one.__module__ == module.__name__
    }


def _fields_of(value: object) -> tuple[str, ...]:
    """The names of a record's fields. Raises TypeError if it is none of ours."""
    kind = _kinds().get(type(value).__name__)
    if kind is None or kind is not type(value):
        raise TypeError(f"{type(value).__qualname__} is no record")
    return _names(kind.__name__)


@cache
def _names(kind: str) -> tuple[str, ...]:
    made = _kinds()[kind]
    named: tuple[str, ...] | None = getattr(made, "_fields", None)
    return named if named is not None else tuple(one.name for one in fields(made))
