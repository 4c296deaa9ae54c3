"""The table that `sqsfifo-lint queues` prints for people."""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sqsfifo_lint.model import Known
from sqsfifo_lint.report import Overview
from sqsfifo_lint.reporters.queues import Row, rows, scope_of
from sqsfifo_lint.terminal import no_commands, visible

WIDTH = 200
"""The width, in columns, of a table that is not printed to a terminal."""


def as_table(found: Sequence[Overview], *, color: bool, width: int | None = None) -> str:
    """A table for people. `width`: columns of the terminal; None if there is none."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("queue", "FIFO", "by content", "scope", "declared", "variables", "sent to from"):
        table.add_column(title, overflow="fold")
    several = [row for one in found for row in rows(one)]
    for row in several:
        table.add_row(*(Text(visible(cell)) for cell in _cells(row)))
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=color, no_color=not color, width=width or WIDTH, highlight=False)
    console.print(table)
    lines = (line.rstrip() for line in stream.getvalue().splitlines())
    declared = sum(row.declaration is not None for row in several)
    summary = f"{declared} declared, {len(several) - declared} sent to without a declaration in sight"
    return no_commands("\n".join([*lines, "", summary]) + "\n")


_ANSWERS = {Known.YES: "yes", Known.NO: "no", Known.UNKNOWN: "?"}


def _cells(row: Row) -> tuple[str, ...]:
    one = row.declaration
    name = row.name or "(name not in sight)"
    shown = name if row.service == "sqs" else f"{name} (topic)"
    sends = ", ".join(f"{span.path}:{span.line}" for span in row.sends)
    if one is None:
        return shown, "", "", "", "nowhere in sight", "", sends
    declared = f"{one.span.path}:{one.span.line} ({one.source})"
    by_content = _ANSWERS[one.content_based_deduplication] if one.fifo is not Known.NO else ""
    return shown, _ANSWERS[one.fifo], by_content, scope_of(one) or "", declared, ", ".join(row.variables), sends
