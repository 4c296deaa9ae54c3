"""Plain lines that are indented by what they belong to, wrapped and in colour: what `trace` prints."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.text import Text

from sqsfifo_lint.reporters import Style
from sqsfifo_lint.reporters.styled import Ink, text, wrapped

_PARTS: tuple[tuple[re.Pattern[str], Ink], ...] = (
    (re.compile(r"^\S.*?:\d+:\d+(?=: )"), Ink.STRONG),
    (re.compile(r"^  (?:queue|group ID|dedup ID|body|delay|message \d+)\b"), Ink.LABEL),
    (re.compile(r"^  (?:reported|likely)[^:]*: SQF\d+"), Ink.WARNING),
    (re.compile(r"^    given at "), Ink.FAINT),
    (re.compile(r"(?<= )[\w./+-]+\.\w+:\d+:\d+(?=: )"), Ink.PLACE),
    (re.compile(r"^\.\.\. .*"), Ink.FAINT),
)
"""What is coloured in a line that is safe to print."""

DEEPER = 2
"""Columns by which the further lines of a long one are indented."""


def painted(line: str, style: Style) -> Iterator[Text]:
    """The line in colour, wrapped where there is a terminal."""
    shown = text(line)
    for pattern, ink in _PARTS:
        shown.highlight_regex(pattern, ink.value)
    if style.width is None:
        yield shown
        return
    indent = len(line) - len(line.lstrip())
    yield from wrapped(shown[indent:], style, indent=" " * indent, hanging=indent + DEEPER)
