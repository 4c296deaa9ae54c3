"""The shape of the knowledge tables: what a callable or attribute yields, under its fully qualified name."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from sqsfifo_lint.model import Material, Trait

NANOSECOND = 1
MICROSECOND = 1_000
MILLISECOND = 1_000_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
MONTH = 30 * DAY
YEAR = 365 * DAY
CENTURY = 100 * YEAR


class When(enum.Enum):
    """For which arguments a callable is a source. If the condition fails, it is a transform of its arguments."""

    ALWAYS = "always"
    NO_ARGUMENTS = "without arguments"
    NO_POSITIONAL = "without positional arguments"
    NO_NAME = "without `name`"
    """`shortuuid.uuid(name=...)` is a uuid5."""
    FEWER_THAN_THREE = "fewer than three arguments"
    """`uuid.uuid8(a, b, c)` is deterministic."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is made when a callable is called (or an attribute is read)."""

    material: Material
    kind: str = "any"
    """Python type of the result: `str`, `int`, `float`, `bytes`, `uuid`, `datetime`, `date`, `any`."""
    resolution: int | None = None
    """CLOCK: nanoseconds."""
    when: When = When.ALWAYS
    trait: Trait | None = None


@dataclass(frozen=True, slots=True)
class Transform:
    """A callable whose result is made only of its arguments (and of its receiver, for a method)."""

    kind: str = "any"
    verbatim: bool = False
    """The result contains the text of the argument unchanged (`str(x)`, but not `md5(x)`)."""
