"""What a report says, in sections of sentences: the same for the terminal and for HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Bar:
    """A group in the picture of their sizes."""

    label: str
    messages: int
    share: float


@dataclass(frozen=True, slots=True)
class Section:
    """A few sentences under a title."""

    title: str
    sentences: tuple[str, ...]
    bars: tuple[Bar, ...] = ()
    alarming: bool = False
    """It tells of what makes the exit status 1."""
    lines: tuple[str, ...] = ()
    """Lines below the sentences that stand as they are: steps in the source."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What other evidence says of the same queue: the code that sends, the logs of the workers."""

    sections: tuple[Section, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    """The same as JSON data, by the names of the fields."""
    bad: bool = False
    """It makes the verdict on the queue bad."""


NOTHING_BESIDE = Beside()
