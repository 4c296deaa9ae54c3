"""Cheap records, for what the analysis creates by the ten thousand, and the `replace` that goes with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from dataclasses import replace as replace

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(*, eq: bool = True) -> Callable[[type[T]], type[T]]:
    """A frozen dataclass with slots, for what the analysis creates by the ten thousand.

    Only the type checker enforces that it is frozen: if Python does, creating an object takes three times as long.
    """

    def decorate(cls: type[T]) -> type[T]:
        if "__repr__" not in vars(cls):
            cls.__repr__ = _shown  # type: ignore[method-assign]
        return dataclass(slots=True, repr=False, eq=eq, unsafe_hash=eq and "__hash__" not in vars(cls))(cls)

    return decorate


def _shown(value: Any) -> str:
    """As a dataclass shows itself. To compile that for each class takes 2 % of all imports (by instructions)."""
    shown = (f"{name}={getattr(value, name)!r}" for name in _fields_of(value.__class__)[0])
    return f"{value.__class__.__qualname__}({', '.join(shown)})"


if not TYPE_CHECKING:

    def replace(value: T, /, **changes: Any) -> T:
        """`dataclasses.replace` for a dataclass whose fields are all positional, in a quarter of the time."""
        kind = value.__class__
        numbers, values = _fields_of(kind)
        several = list(values(value))
        for name, change in changes.items():
            several[numbers[name]] = change
        return kind(*several)


@cache
def _fields_of(kind: type[Any]) -> tuple[Mapping[str, int], Callable[[object], Iterable[Any]]]:
    """The indexes of a dataclass's fields, and a getter for their values in that order."""
    names = [field.name for field in fields(kind)]
    several = attrgetter(*names)
    return {name: n for n, name in enumerate(names)}, several if len(names) > 1 else lambda value: (several(value),)
