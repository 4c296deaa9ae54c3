"""What `sqsfifo-lint messages` prints for people."""

from __future__ import annotations

import io
from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sqsfifo_lint.evidence.groups import MessagesReport, QueueFacts
from sqsfifo_lint.evidence.message_words import NOTHING, sections, title
from sqsfifo_lint.evidence.model import Judgement
from sqsfifo_lint.evidence.sections import Bar, Section
from sqsfifo_lint.evidence.wording import percent
from sqsfifo_lint.terminal import visible

WIDEST = 120
"""Columns beyond which lines are no longer pleasant to read."""

LONGEST_BAR = 30
"""Columns."""

STYLES = {
    Judgement.SERIAL: "bold red",
    Judgement.PARTLY: "bold magenta",
    Judgement.PARALLEL: "bold green",
    Judgement.TOO_LITTLE: "bold",
}


def as_text(report: MessagesReport, *, color: bool, width: int, bodies: bool = False) -> str:
    """The report on `width` columns. `bodies`: whether to show bodies where they tell something."""
    stream = io.StringIO()
    console = Console(
        file=stream, force_terminal=color, no_color=not color, width=min(width, WIDEST), highlight=False, emoji=False
    )
    for facts in report.queues:
        console.print(Group(*_queue(facts, bodies)))
    if not report.queues and not report.unread_count:
        console.print(NOTHING)
    for unread in report.unread:
        where = f"{unread.source}:{unread.line}" if unread.line else unread.source
        console.print(Text(visible(f"{where}: {unread.message}")), style="")
    if report.unread_count > len(report.unread):
        console.print(f"and {report.unread_count - len(report.unread):,} more parts that could not be read")
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _queue(facts: QueueFacts, bodies: bool) -> Iterator[RenderableType]:
    judgement = facts.verdict.judgement
    yield Text.assemble((judgement.value, STYLES[judgement]), "  ", (visible(title(facts)), "bold"))
    for section in sections(facts, bodies=bodies):
        yield Text()
        yield Padding(Group(*_section(section)), (0, 0, 0, 2))
    yield Text()


def _section(section: Section) -> Iterator[RenderableType]:
    yield Text(section.title, style="bold red" if section.alarming else "bold")
    if section.bars:
        yield _picture(section.bars)
    several = Table.grid(padding=(0, 1))
    several.add_column(no_wrap=True)
    several.add_column(overflow="fold")
    for sentence in section.sentences:
        several.add_row("-", Text(visible(sentence)))
    yield several
    for line in section.lines:
        yield Padding(Text(visible(line), overflow="fold", style="dim"), (0, 0, 0, 4))


def _picture(bars: tuple[Bar, ...]) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(overflow="fold", max_width=44)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    longest = max(bar.messages for bar in bars)
    for bar in bars:
        columns = max(round(bar.messages / longest * LONGEST_BAR), 1)
        table.add_row(
            Text(visible(bar.label)), Text("█" * columns, style="cyan"), f"{bar.messages:,}", percent(bar.share)
        )
    return table
