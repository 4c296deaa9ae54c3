"""The output formats, one module each, with `render(report, style)`, which yields text to be written unchanged."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from sqsfifo_lint.plugins import Group, PluginError, loaded, named, points, reason

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
    """The reporter of one of `FORMATS`, or of another package. Raises PluginError."""
    is_foreign = name not in FORMATS and name in added_formats()
    return foreign(name) if is_foreign else cast(Reporter, import_module(f"{__name__}.{name}"))


def format_of(name: str) -> Format:
    """What is to be known of a format. Raises PluginError."""
    return FORMATS[name] if name in FORMATS else Format(foreign(name).readers)


def added_formats() -> tuple[str, ...]:
    """The names of the formats of other packages. Raises PluginError if one cannot be used by its name."""
    names: list[str] = []
    for point in points(Group.REPORTER):
        if point.name in FORMATS or point.name in names:
            whose = "sqsfifo-lint has it" if point.name in FORMATS else "another package has it"
            raise PluginError(f"{named(point)}: the format {point.name!r} cannot be defined again: {whose}")
        if not re.fullmatch(r"[a-z][a-z0-9-]*", point.name):
            raise PluginError(f"{named(point)}: a format is named by lower-case letters, digits and hyphens")
        names.append(point.name)
    return tuple(names)


@dataclass(frozen=True, slots=True)
class Foreign:
    """A reporter of another package, whose errors are told with its name."""

    who: str
    written: Callable[[Report, Style], Iterator[str]]
    readers: Readers

    def render(self, report: Report, style: Style) -> Iterator[str]:
        """See `Reporter`. Raises PluginError."""
        try:
            for piece in self.written(report, style):
                if not isinstance(piece, str):
                    raise TypeError(f"render yields {type(piece).__name__} where text is expected")
                yield piece
        except (Exception, SystemExit) as error:
            raise PluginError(f"{self.who} fails: {reason(error)}") from error


@cache
def foreign(name: str) -> Foreign:
    """The reporter of another package for a format that one has. Raises PluginError."""
    (point,) = (point for point in points(Group.REPORTER) if point.name == name)
    found = loaded(point)
    written, readers = getattr(found, "render", None), getattr(found, "READERS", Readers.PROGRAMS)
    if not callable(written):
        raise PluginError(f"{named(point)} has no `render(report, style)`")
    if not isinstance(readers, Readers):
        raise PluginError(f"{named(point)}: READERS must be one of sqsfifo_lint.reporters.Readers")
    return Foreign(named(point), written, readers)
