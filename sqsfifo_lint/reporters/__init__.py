"""The output formats, one module each, with `render(report, style)`, which yields text to be written as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from sqsfifo_lint.report import Report

FORMATS = ("full", "concise", "json", "jsonl", "sarif", "github")
"""Formats by name; each is the module of that name. Imported on use: `full` alone needs rich."""

HUMAN = frozenset({"full", "concise"})
"""Formats for people: they may be followed by a summary on the same stream."""


@dataclass(frozen=True, slots=True)
class Style:
    """How to print for people. `color`: with ANSI colours."""

    color: bool = False


class Reporter(Protocol):
    """A module of this package."""

    def render(self, report: Report, style: Style) -> Iterator[str]:
        """The report as text, in pieces that end in a newline each."""


def reporter(name: str) -> Reporter:
    """The reporter of one of `FORMATS`."""
    return cast(Reporter, import_module(f"{__name__}.{name}"))
