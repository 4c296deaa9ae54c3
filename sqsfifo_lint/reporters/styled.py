"""Styled lines for people: the colours, how text is wrapped at words, and how lines become what a terminal shows."""

from __future__ import annotations

import io
import re
import socket
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style as Look
from rich.text import Text

from sqsfifo_lint.model import Severity
from sqsfifo_lint.reporters import Style
from sqsfifo_lint.terminal import no_commands

PIPE_WIDTH = 120
"""Columns at which text is wrapped where there is no terminal: what a CI system's log shows on one line."""

NARROWEST = 20
"""Columns that text gets at least, however narrow the terminal is."""


class Ink(Enum):
    """The styles by what they are used for. Colours are of the fixed part of the 256-colour palette.

    A theme changes the first 16 colours, and bright yellow on white cannot be read. Each of these has a contrast of at
    least 3:1, which WCAG 2.2 asks of large or bold text, on black and on white, and on both backgrounds of Solarized.
    """

    ERROR = "bold color(196)"
    WARNING = "bold color(166)"
    PLACE = "color(32)"
    LABEL = "bold color(32)"
    GOOD = "bold color(28)"
    FAINT = "color(244)"
    STRONG = "bold"
    PLAIN = ""

    @classmethod
    def of(cls, severity: Severity) -> Ink:
        """The colour of a severity."""
        return cls.ERROR if severity is Severity.ERROR else cls.WARNING


Part = str | tuple[str, Ink]


def text(*parts: Part) -> Text:
    """One styled line of parts that are safe to print. No markup: brackets in the source stay brackets."""
    styled = (part if isinstance(part, str) else (part[0], part[1].value) for part in parts)
    return Text.assemble(*styled, no_wrap=True, overflow="ignore", end="")


def linked(shown: str, ink: Ink, target: Path | None, style: Style) -> Text:
    """A name that leads to its file where the terminal has links (OSC 8)."""
    look = Look.parse(ink.value)
    if target is not None and style.links:
        look += Look(link=f"file://{socket.gethostname()}{Path(target).as_uri().removeprefix('file://')}")
    return Text(shown, look, no_wrap=True, overflow="ignore", end="")


def wrapped(line: Text, style: Style, *, indent: str | Text = "", hanging: int | None = None) -> Iterator[Text]:
    """The line in as many as it takes, broken at words only: first after `indent`, then below it.

    `hanging`: columns before all lines but the first; None for as many as `indent` takes. A word that is longer than
    a line stays whole: it may be a path.
    """
    first = Text.assemble(indent, end="")
    below = first.cell_len if hanging is None else hanging
    columns = style.width or PIPE_WIDTH
    room = columns - first.cell_len
    places = _breaks(line.plain, room if hanging is not None else max(room, NARROWEST), max(columns - below, NARROWEST))
    for number, piece in enumerate(line.divide(places)):
        piece.rstrip()
        before = first if not number else Text(" " * below, end="")
        yield Text.assemble(before, piece, no_wrap=True, overflow="ignore", end="")


def _breaks(line: str, first: int, others: int) -> Iterator[int]:
    """Where to break a text, as characters from its start. rich would cut a word that is longer than a line."""
    start, used, room = 0, 0, first
    for word in re.findall(r"\S+\s*|\s+", line):
        if used and used + cell_len(word.rstrip()) > room:
            yield start
            used, room = 0, others
        start += len(word)
        used += cell_len(word)


def printed(lines: Iterable[Text], style: Style) -> str:
    """The lines, each with a newline, in which nothing is a command to a CI system."""
    console = Console(
        file=io.StringIO(),
        force_terminal=style.color,
        no_color=not style.color,
        color_system="256" if style.color else None,
        soft_wrap=True,
        legacy_windows=False,
        emoji=False,
    )
    with console.capture() as capture:
        for line in lines:
            console.print(line, highlight=False, markup=False, soft_wrap=True)
    return no_commands(capture.get())
