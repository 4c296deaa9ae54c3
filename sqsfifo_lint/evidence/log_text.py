"""What `sqsfifo-lint logs` prints for people."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from sqsfifo_lint.evidence.figures import Window
from sqsfifo_lint.evidence.log_report import LogsReport
from sqsfifo_lint.evidence.log_words import Table, facts, groups, headline, next_steps, not_counted, workers
from sqsfifo_lint.evidence.model import Judgement
from sqsfifo_lint.evidence.timeline_text import as_rows
from sqsfifo_lint.terminal import no_commands, visible

STYLES = {
    Judgement.SERIAL: "bold red",
    Judgement.PARTLY: "bold magenta",
    Judgement.PARALLEL: "bold green",
    Judgement.TOO_LITTLE: "bold",
}

WIDEST = 120
"""Columns beyond which lines are no longer pleasant to read."""

INDENT = 2

HEIGHTS = " ▁▂▃▄▅▆▇█"
"""From nothing to the most."""


def as_text(report: LogsReport, *, color: bool, width: int) -> str:
    """The report on `width` columns."""
    stream = io.StringIO()
    columns = min(width, WIDEST)
    console = Console(
        file=stream, force_terminal=color, no_color=not color, width=columns, highlight=False, emoji=False
    )
    judgement = report.verdict.judgement
    console.print(Text.assemble((judgement.value, STYLES[judgement]), "  ", (visible(headline(report)), "bold")))
    for title, parts in _sections(report, columns - INDENT, color):
        several = list(parts)
        if several:
            console.print()
            console.print(Padding(Group(Text(title, "bold"), *several), (0, 0, 0, INDENT)))
    return no_commands("\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n")


def _sections(report: LogsReport, width: int, color: bool) -> Iterator[tuple[str, Iterable[RenderableType]]]:
    yield "Why", _sentences(report.verdict.reasons)
    for section in report.beside.sections:
        lines = (Padding(Text(visible(line), "dim", overflow="fold"), (0, 0, 0, 2)) for line in section.lines)
        yield visible(section.title), [*_sentences(section.sentences), *lines]
    picture = report.small_picture
    if picture is not None:
        part = "" if picture.whole else ", in a part of the time"
        yield f"Who worked when{part}", as_rows(picture, width=width, color=color)
    yield "Figures", [_facts(report)]
    yield "Throughput", _throughput(report.figures.windows)
    yield "Groups", _table(groups(report.figures))
    yield "Workers", _table(workers(report.figures))
    yield "Not counted", _sentences(not_counted(report, unread=False))  # errors are printed on their own
    yield "What to do", _sentences(next_steps(report))


def _sentences(sentences: Iterable[str]) -> Iterator[RenderableType]:
    several = list(sentences)
    if several:
        grid = Grid.grid(padding=(0, 1))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for sentence in several:
            grid.add_row("-", Text(visible(sentence)))
        yield grid


def _facts(report: LogsReport) -> Grid:
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for title, words in facts(report):
        grid.add_row(Text(title, "dim"), Text(visible(words)))
    return grid


def _throughput(windows: tuple[Window, ...]) -> Iterator[RenderableType]:
    """Two rows of columns, one for each window: what was done, and how many workers were there."""
    if len(windows) < 2:
        return
    grid = Grid.grid(padding=(0, 2))
    for title, numbers in (
        ("finished", [window.finished for window in windows]),
        ("workers", [window.present for window in windows]),
    ):
        most = max(numbers)
        heights = "".join(HEIGHTS[-(-number * (len(HEIGHTS) - 1) // max(most, 1))] for number in numbers)
        grid.add_row(Text(title, "dim"), Text(heights), Text(f"up to {most:,}", "dim"))
    yield grid


def _table(table: Table | None) -> Iterator[RenderableType]:
    if table is None:
        return
    grid = Grid(box=None, pad_edge=False, header_style="dim")
    for number, title in enumerate(table.titles):
        grid.add_column(title, overflow="fold", justify="right" if number else "left", no_wrap=bool(number))
    for row in table.rows:
        grid.add_row(*(Text(visible(cell)) for cell in row))
    yield grid
    if table.more:
        yield Text(f"and {table.more:,} more", "dim")
