"""The output formats, one module each, with `render(report, style)`, which yields text to be written unchanged."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from sqsfifo_lint.report import Report


class Readers(enum.Enum):
    """Who reads a format, and so what else may be printed to the same stream."""

    PEOPLE = "people"
    """A summary and statistics."""
    BOTH = "people, and programs that expect lines of findings"
    """Statistics, if they were asked for."""
    PROGRAMS = "programs"
    """Nothing."""


@dataclass(frozen=True, slots=True)
class Format:
    """What is to be known of a format without importing its module."""

    readers: Readers
    shows_queues: bool = False
    """It needs `Report.overviews`, which takes a second analysis."""


FORMATS: Mapping[str, Format] = {
    "full": Format(Readers.PEOPLE),
    "concise": Format(Readers.BOTH),
    "json": Format(Readers.PROGRAMS),
    "jsonl": Format(Readers.PROGRAMS),
    "sarif": Format(Readers.PROGRAMS),
    "github": Format(Readers.PROGRAMS),
    "gitlab": Format(Readers.PROGRAMS),
    "junit": Format(Readers.PROGRAMS),
    "rdjson": Format(Readers.PROGRAMS),
    "markdown": Format(Readers.PROGRAMS),
    "html": Format(Readers.PROGRAMS, shows_queues=True),
}
"""Formats by name, in the order in which they are listed; each is the module of that name, imported on use."""


@dataclass(frozen=True, slots=True)
class Style:
    """How to print. `color`: with ANSI colours. `suppressed`: what is silenced too, where the format can say so."""

    color: bool = False
    suppressed: bool = False
    width: int | None = None
    """Columns of the terminal; None if there is none: then nothing is cut off."""
    links: bool = False
    """Whether the terminal has links (OSC 8)."""
    everything: bool = False
    """Show each finding, and not only the first of each cause."""


class Reporter(Protocol):
    """A module of this package."""

    def render(self, report: Report, style: Style) -> Iterator[str]:
        """The report as text, in pieces that end in a newline each."""


def reporter(name: str) -> Reporter:
    """The reporter of one of `FORMATS`."""
    return cast(Reporter, import_module(f"{__name__}.{name}"))
