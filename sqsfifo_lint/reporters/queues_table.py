"""The table that `sqsfifo-lint queues` prints for people: one line a queue.

Where there is no terminal, nothing is cut. On one, columns give way: what they lack is left out or shortened with `…`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sqsfifo_lint.model import Known, Span
from sqsfifo_lint.records import replace
from sqsfifo_lint.report import Overview
from sqsfifo_lint.reporters import Style
from sqsfifo_lint.reporters.queues import ENDING, Row, rows, scope_of
from sqsfifo_lint.reporters.styled import Ink, printed
from sqsfifo_lint.terminal import no_commands, visible

GAP = 2
"""Columns between two columns of the table."""

NARROWEST = 10
"""Terminal columns that a shortened cell takes at least."""


def as_table(found: Sequence[Overview], style: Style, *, fifo: bool = False) -> str:
    """A table for people, of queues of which there is one at least. With `fifo`, only of FIFO queues."""
    several = [row for one in found for row in rows(one, fifo=fifo)]
    columns = _fitting(several, style.width)
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style=Ink.STRONG.value)
    for column in columns:
        table.add_column(column.title, no_wrap=True, style=column.ink.value)
    for cells in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*map(Text, cells))
    stream = io.StringIO()
    width = _width(columns) + GAP
    console = Console(
        file=stream,
        force_terminal=style.color,
        no_color=not style.color,
        color_system="256" if style.color else None,
        width=width,
        highlight=False,
        legacy_windows=False,
        emoji=False,
    )
    console.print(table)
    lines = (line.rstrip() for line in stream.getvalue().splitlines())
    return no_commands("\n".join(lines)) + "\n\n" + printed([Text(_summary(several))], style)


def _summary(several: Sequence[Row]) -> str:
    declared = sum(row.declaration is not None for row in several)
    others = len(several) - declared
    queues = f"{declared} queue{'' if declared == 1 else 's'} declared"
    if others:
        return f"{queues}; sends go to {others} more, whose declaration{'' if others == 1 else 's'} could not be found"
    return f"{queues}; every send goes to one of them" if any(row.sends for row in several) else f"{queues}; no sends"


# -- columns


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    cells: Sequence[str]
    ink: Ink = Ink.PLAIN
    optional: bool = False
    """It is left out if there is no room for all."""
    shorten: Callable[[str, int], str] | None = None
    """How to shorten a cell to so many columns; None for a column that is shown whole."""

    @property
    def width(self) -> int:
        return max(map(cell_len, (self.title, *self.cells)))

    def at_most(self, width: int) -> _Column:
        """The column with its cells shortened."""
        if self.shorten is None or self.width <= width:
            return self
        return replace(
            self, cells=[cell if cell_len(cell) <= width else self.shorten(cell, width) for cell in self.cells]
        )


def _width(columns: Sequence[_Column]) -> int:
    return sum(column.width for column in columns) + GAP * (len(columns) - 1)


def _fitting(several: Sequence[Row], width: int | None) -> list[_Column]:
    """The columns, so that a line takes no more than `width`: less and less is shown, until they do."""
    columns = [column for column in _columns(several, brief=False) if any(column.cells)]
    if width is None or _width(columns) <= width:
        return columns
    columns = [column for column in _columns(several, brief=True) if any(column.cells)]
    while _width(columns) > width and any(column.optional for column in columns):
        columns.remove([column for column in columns if column.optional][-1])
    while _width(columns) > width:
        giving = [column for column in columns if column.shorten is not None and column.width > NARROWEST]
        if not giving:
            break
        widest = max(giving, key=lambda column: column.width)
        least = max(NARROWEST, widest.width - (_width(columns) - width), cell_len(widest.title))
        second = max((column.width for column in giving if column is not widest), default=0)
        narrower = widest.at_most(max(least, min(second, widest.width - 1)))
        if narrower.width == widest.width:
            break
        columns[columns.index(widest)] = narrower
    return columns


def _columns(several: Sequence[Row], *, brief: bool) -> list[_Column]:
    labelled = any(_labelled(row) for row in several)
    return [
        _Column("queue or logical ID" if labelled else "queue", [*map(_name, several)], Ink.STRONG, shorten=_middle),
        _Column("type", [*map(_type, several)]),
        _Column("content dedup", [*map(_by_content, several)]),
        _Column("scope", [*map(_scope, several)], optional=True),
        _Column("declared", [_declared(row, brief=brief) for row in several], Ink.PLACE, shorten=_left),
        _Column("variables", [visible(", ".join(row.variables)) for row in several], optional=True),
        _Column("senders", [_senders(row, brief=brief) for row in several], Ink.PLACE, shorten=_left),
    ]


def _left(cell: str, width: int) -> str:
    """The end of a path, where the file and the line are."""
    return "…" + _cut(cell[::-1], width - 1)[::-1]


def _middle(cell: str, width: int) -> str:
    """Both ends of a name: what comes first, and whether it ends in `.fifo`."""
    end = cell[-(width // 2 - 1) :]
    return f"{_cut(cell, width - 1 - cell_len(end))}…{end}"


def _cut(text: str, width: int) -> str:
    while cell_len(text) > width:
        text = text[:-1]
    return text


# -- cells

_ANSWERS = {Known.YES: "yes", Known.NO: "no", Known.UNKNOWN: "?"}
_TYPES = {Known.YES: "FIFO", Known.NO: "standard", Known.UNKNOWN: "?"}


def _labelled(row: Row) -> bool:
    """Whether its name is not in sight, and its source calls it something else."""
    name = (row.name or "").removesuffix(ENDING).strip("*-_.")
    return row.declaration is not None and not name and bool(row.declaration.label)


def _name(row: Row) -> str:
    name = row.name or "?"
    if row.declaration is not None and _labelled(row):
        name = row.declaration.label
    elif row.declaration is None:
        name = name.rstrip("/").rpartition(":" if name.startswith("arn:") else "/")[2] if "//" in name else name
    return visible(name if row.service == "sqs" else f"{name} (topic)")


def _type(row: Row) -> str:
    if row.declaration is None:
        return "FIFO" if row.fifo else ""
    return _TYPES[row.declaration.fifo]


def _by_content(row: Row) -> str:
    one = row.declaration
    return "" if one is None or one.fifo is Known.NO else _ANSWERS[one.content_based_deduplication]


def _scope(row: Row) -> str:
    return visible((scope_of(row.declaration) or "") if row.declaration is not None else "")


def _declared(row: Row, *, brief: bool) -> str:
    one = row.declaration
    if one is None:
        return "not found"
    return _place(one.span) if brief else f"{_place(one.span)} ({visible(one.source)})"


def _senders(row: Row, *, brief: bool) -> str:
    places = list(map(_place, row.sends))
    return f"{places[0]} +{len(places) - 1}" if brief and len(places) > 1 else ", ".join(places)


def _place(span: Span) -> str:
    return visible(f"{span.path}:{span.line}")
