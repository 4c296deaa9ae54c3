"""A part of a file with spans marked and labelled in it, as compilers show it.

12 | def publish(order):
   | ...
16 |     sqs.send_message(
   |     ----------------- the send
17 |         MessageGroupId="orders",
   |                        ^^^^^^^^
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from rich.cells import cell_len
from rich.text import Text

from sqsfifo_lint.model import Span
from sqsfifo_lint.records import replace
from sqsfifo_lint.reporters import Style
from sqsfifo_lint.reporters.styled import PIPE_WIDTH, Ink, text, wrapped
from sqsfifo_lint.terminal import visible

CONTEXT = 1
"""Lines shown before and after what a finding is about."""

SPAN_LINES = 6
"""Lines of one span that are shown: of a longer one, the first."""

MOST_MARKED = 4
"""Lines of one span that are underlined one by one; a longer span has its first line underlined."""

LABEL_WIDTH = 40
"""Columns that a label needs beside what it is about; with less, it goes below."""

_HEAD = re.compile(r"\s*(?:async\s+def|def|class)\b")


@dataclass(frozen=True, slots=True)
class Mark:
    """A span that is underlined, and what is said about it."""

    span: Span
    label: str = ""
    ink: Ink = Ink.LABEL
    sign: str = "-"
    whole: bool = False
    """All lines of the span are shown, with context; otherwise its first line alone."""
    beside: int = 0
    """The last line that is shown although it is not marked: of a call, its end. 0: none."""


def frame(lines: Sequence[str], marks: Sequence[Mark], style: Style) -> Iterator[Text]:
    """The lines of the file that have to do with the marks. `lines`: all lines of the file, if they are known."""
    marks = [_within(mark, lines) for mark in _merged(marks)]
    shown = sorted(_shown(lines, marks))
    gutter = len(str(shown[-1])) if shown else 1
    last = shown[0] - 1 if shown else 0
    yield text((f"  {'':{gutter}} |", Ink.FAINT))
    for number in shown:
        if number > last + 1:
            yield text((f"  {'':{gutter}} | ...", Ink.FAINT))
        last = number
        source = _line(lines, number)
        here = [mark for mark in marks if _marks(mark, number)]
        window = _window(source, [_columns(mark, number, source) for mark in here], style, gutter + 5)
        yield text((f"  {number:{gutter}} |", Ink.FAINT), f" {window.text}" if window.text else "")
        for mark in sorted(here, key=lambda mark: (mark.sign != "^", -mark.span.column)):
            yield from _underline(mark, number, source, window, gutter, style)


def _merged(marks: Iterable[Mark]) -> list[Mark]:
    """One mark for all of one span, with all their labels."""
    found: dict[tuple[int, int, int, int], Mark] = {}
    for mark in marks:
        span = mark.span
        key = (span.line, span.column, span.end_line, span.end_column)
        known = found.get(key)
        if known is None:
            found[key] = mark
            continue
        label = "; ".join(filter(None, (known.label, mark.label)))
        found[key] = replace(known, label=label, beside=max(known.beside, mark.beside))
    return list(found.values())


def _within(mark: Mark, lines: Sequence[str]) -> Mark:
    """The mark, of which no more than a few lines are underlined."""
    span = mark.span
    if mark.whole and span.end_line - span.line < MOST_MARKED:
        return mark
    if span.end_line == span.line:
        return mark
    end = len(_line(lines, span.line).rstrip()) + 1
    beside = max(mark.beside, min(span.end_line, span.line + SPAN_LINES - 1) if mark.whole else 0)
    return replace(mark, span=replace(span, end_line=span.line, end_column=max(end, span.column + 1)), beside=beside)


def _shown(lines: Sequence[str], marks: Iterable[Mark]) -> set[int]:
    """The numbers of the lines that are shown."""
    found: set[int] = set()
    for mark in marks:
        first, last = mark.span.line, max(mark.span.end_line, mark.beside)
        found.update(range(first, last + 1))
        head = _head(lines, first)
        found.update([head] if head else [])
        if mark.whole:
            around = (*range(first - CONTEXT, first), *range(last + 1, last + CONTEXT + 1))
            found.update(number for number in around if _line(lines, number).strip())
    found.update(number for number in range(min(found), max(found)) if {number - 1, number + 1} <= found)
    return found


def _head(lines: Sequence[str], line: int) -> int:
    """The line on which the function or class begins that a line is in; 0 if it is in none.

    By indentation: it is shown to the reader, and nothing is concluded from it.
    """
    indent = _indent(_line(lines, line))
    for number in range(line - 1, 0, -1):
        source = _line(lines, number)
        if not source.strip() or _indent(source) >= indent:
            continue
        indent = _indent(source)
        if _HEAD.match(source):
            return number
        if not indent:
            break
    return 0


def _indent(source: str) -> int:
    return len(source) - len(source.lstrip())


def _line(lines: Sequence[str], number: int) -> str:
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _marks(mark: Mark, number: int) -> bool:
    return mark.span.line <= number <= mark.span.end_line


def _columns(mark: Mark, number: int, source: str) -> tuple[int, int]:
    """The part of a line that a mark is about: from one character to before another."""
    span = mark.span
    start = span.column - 1 if number == span.line else _indent(source)
    end = span.end_column - 1 if number == span.end_line else len(source.rstrip())
    return start, max(end, start + 1)


@dataclass(frozen=True, slots=True)
class _Window:
    """The part of a line that fits on the terminal."""

    text: str
    cells: Sequence[int]
    """Terminal columns before each character of the whole line, and after the last."""
    left: int
    """Columns that are cut off on the left."""
    width: int

    def at(self, character: int) -> int:
        """The column in the window at which a character of the line begins."""
        beyond = character - (len(self.cells) - 1)
        column = self.cells[min(character, len(self.cells) - 1)] + max(beyond, 0)
        return min(max(column - self.left, 0), self.width)


def _window(source: str, marked: Sequence[tuple[int, int]], style: Style, gutter: int) -> _Window:
    """The line, or the part of it that shows the marked columns, with `…` for what is cut off.

    Where there is no terminal, nothing is cut off. Wide characters take two columns, and hidden ones are escaped.
    """
    pieces = [visible(character) for character in source.rstrip()]
    whole = visible(source.rstrip())
    if sum(map(len, pieces)) != len(whole):  # a sequence that is escaped because of what follows
        pieces = [*whole]
    cells = [0, *accumulate(cell_len(piece) for piece in pieces)]
    room = max(style.width - gutter, 10) if style.width is not None else cells[-1]
    if cells[-1] <= room:
        return _Window(whole, cells, 0, max(cells[-1], 1) + max((end for _, end in marked), default=0))
    begins = cells[min((start for start, _ in marked), default=0)] if marked else 0
    ends = cells[min(max((end for _, end in marked), default=0), len(pieces))]
    left = 0 if ends < room else max(min(begins - 4, ends - room + 2), 0)
    first = next(number for number, cell in enumerate(cells) if cell >= left)
    left = cells[first] - (1 if first else 0)
    after = next((number for number, cell in enumerate(cells) if cell - left > room - 1), len(cells)) - 1
    cut = f"{'…' if first else ''}{''.join(pieces[first:after])}{'…' if after < len(pieces) else ''}"
    return _Window(cut, cells, left, room)


def _underline(mark: Mark, number: int, source: str, window: _Window, gutter: int, style: Style) -> Iterator[Text]:
    """The signs below a marked part of a line, and the label beside or below them."""
    start, end = _columns(mark, number, source)
    begins = window.at(start)
    signs = mark.sign * max(window.at(end) - begins, 1)
    bar = text((f"  {'':{gutter}} | ", Ink.FAINT), " " * begins, (signs, mark.ink))
    label = mark.label if number == mark.span.end_line else ""
    room = (style.width or PIPE_WIDTH) - bar.cell_len - 1
    if not label:
        yield bar
    elif room >= min(cell_len(label), LABEL_WIDTH):
        pieces = list(wrapped(text((label, mark.ink)), style, indent=" " * (bar.cell_len + 1)))
        bar.append(" ")
        bar.append_text(pieces[0][bar.cell_len :])
        yield bar
        yield from (_behind(gutter, piece) for piece in pieces[1:])
    else:
        yield bar
        border = gutter + 5
        fitting = (style.width or PIPE_WIDTH) - border - cell_len(label)
        for piece in wrapped(text((label, mark.ink)), style, indent=" " * (border + max(min(begins, fitting), 0))):
            yield _behind(gutter, piece)


def _behind(gutter: int, line: Text) -> Text:
    """A line that begins with blanks, with the frame's border on them."""
    border = text((f"  {'':{gutter}} |", Ink.FAINT))
    border.append_text(line[gutter + 4 :])
    return border
