"""How `sqsfifo-lint queue` prints a queue: as text, and as JSON for programs."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sqsfifo_lint.evidence.model import Judgement, Verdict
from sqsfifo_lint.evidence.queue_consequences import About, Consequence, minutes, seconds
from sqsfifo_lint.evidence.queue_facts import Figure, Metrics, Queue
from sqsfifo_lint.terminal import visible

WIDTH = 120
"""The width, in columns, of what is not printed to a terminal."""

VERSION = 1
"""Of the promised fields."""


class Report(NamedTuple):
    """All that is to be said of a queue."""

    queue: Queue
    metrics: Metrics | None
    """None if they were not asked for, or could not be read."""
    verdict: Verdict | None
    consequences: tuple[Consequence, ...]
    configuration: tuple[str, ...] = ()
    """What the configuration says of it, and what was written to it."""
    meant: bool = False
    """Whether the configuration says that the queue is meant to be serial."""

    @property
    def bad(self) -> bool:
        """Whether groups wait for each other, and nobody meant them to."""
        wrong = self.verdict is not None and self.verdict.judgement in (Judgement.SERIAL, Judgement.PARTLY)
        return wrong and not self.meant


def as_text(report: Report, *, color: bool, width: int | None = None) -> str:
    """For people. `width`: columns of the terminal; None if there is none."""
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=color, no_color=not color, width=width or WIDTH, highlight=False)
    kind = "FIFO queue" if report.queue.fifo else "standard queue"
    console.print(Text.assemble((visible(report.queue.name), "bold"), f"  {kind}"))
    console.print()
    console.print(_table(list(_attributes(report.queue))))
    if report.metrics is not None:
        console.print(f"\nThe last {report.metrics.hours} h, by the minute")
        console.print(_table(list(_figures(report.metrics)) or [("nothing", "CloudWatch has no values")]))
    if report.verdict is not None:
        style = "bold red" if report.bad else "bold"
        console.print("\nVerdict: ", Text(report.verdict.judgement.value, style), sep="")
        _sentences(console, report.verdict.reasons)
    for about in About:
        console.print(f"\nFor {about.value}")
        for one in report.consequences:
            if one.about is about:
                mark = Text("! ", "bold red") if one.warning else Text("- ")
                console.print(Padding(_hanging(mark, one.text), (0, 0, 0, 2)))
    if report.configuration:
        console.print("\nConfiguration")
        _sentences(console, report.configuration)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def as_json(report: Report) -> str:
    """For programs: one object. Fields may be added, but none is renamed, removed or given another meaning without a
    new version. Times are in seconds, sizes in bytes.
    """
    queue, metrics, verdict = report.queue, report.metrics, report.verdict
    letters = queue.dead_letter
    document = {
        "version": VERSION,
        "judgement": verdict and verdict.judgement.value,
        "reasons": list(verdict.reasons) if verdict else [],
        "bad": report.bad,
        "meant_to_be_serial": report.meant,
        "url": queue.url,
        "name": queue.name,
        "arn": queue.arn,
        "fifo": queue.fifo,
        "content_based_deduplication": queue.content_based_deduplication,
        "deduplication_scope": queue.deduplication_scope,
        "throughput_limit": queue.throughput_limit,
        "visibility_timeout": queue.visibility_timeout,
        "delay": queue.delay,
        "receive_wait": queue.receive_wait,
        "retention": queue.retention,
        "maximum_size": queue.maximum_size,
        "dead_letter_queue": {"arn": letters.arn, "max_receives": letters.max_receives} if letters else None,
        "waiting": queue.waiting,
        "in_flight": queue.in_flight,
        "delayed": queue.delayed,
        "metrics": None if metrics is None else _metrics(metrics),
        "consequences": [{**one._asdict(), "about": one.about.value} for one in report.consequences],
        "configuration": list(report.configuration),
    }
    return json.dumps(document, indent=2) + "\n"


def _metrics(metrics: Metrics) -> dict[str, object]:
    """Of each metric the number of minutes that have a value, the largest, and the sum or the mean."""
    answer: dict[str, object] = {"hours": metrics.hours}
    for figure in Figure:
        values = list(metrics.of(figure).values())
        total = sum(values)
        answer[figure.name.lower()] = {
            "minutes": len(values),
            "max": max(values, default=None),
            **({"sum": total} if figure.statistic == "Sum" else {"mean": total / len(values) if values else None}),
        }
    return answer


def _attributes(queue: Queue) -> Iterator[tuple[str, str]]:
    if queue.fifo:
        content = "by content" if queue.content_based_deduplication else "by explicit dedup ID only"
        yield "deduplication", f"{content}, scope {queue.deduplication_scope}"
        yield "throughput limit", f"{queue.throughput_limit}"
    for title, number in (
        ("visibility timeout", queue.visibility_timeout),
        ("delay", queue.delay),
        ("wait of a receive", queue.receive_wait),
        ("kept for", queue.retention),
    ):
        if number is not None:
            yield title, seconds(number)
    if queue.dead_letter:
        yield "dead letters", f"{queue.dead_letter.arn}, after {queue.dead_letter.max_receives or '?'} receives"
    else:
        yield "dead letters", "none"
    counts = (queue.waiting, queue.in_flight, queue.delayed)
    yield (
        "now",
        ", ".join(f"{_count(n)} {word}" for n, word in zip(counts, ("waiting", "in flight", "delayed"), strict=True)),
    )


def _count(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"


_TITLES = {
    Figure.GROUPS: "groups in flight",
    Figure.WAITING: "waiting",
    Figure.IN_FLIGHT: "in flight",
    Figure.OLDEST: "age of the oldest",
    Figure.SENT: "sent",
    Figure.RECEIVED: "received",
    Figure.DELETED: "deleted",
    Figure.DEDUPLICATED: "dropped as duplicates",
}


def _figures(metrics: Metrics) -> Iterator[tuple[str, str]]:
    for figure, title in _TITLES.items():
        values = list(metrics.of(figure).values())
        if not values:
            continue
        most = max(values)
        match figure:
            case Figure.OLDEST:
                yield title, f"{seconds(most)} at most"
            case _ if figure.statistic == "Sum":
                yield title, f"{sum(values):,.0f}, {most:,.0f} a minute at most"
            case _:
                mean = sum(values) / len(values)
                yield title, f"{most:,.0f} at most, {mean:,.1f} on average over {minutes(len(values))}"


def _table(rows: Sequence[tuple[str, str]]) -> Padding:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(min_width=max(map(len, _TITLES.values())))
    table.add_column(overflow="fold")
    for title, text in rows:
        table.add_row(title, Text(visible(text)))
    return Padding(table, (0, 0, 0, 2))


def _hanging(mark: Text, text: str) -> Table:
    """A mark, and beside it a text that wraps at words."""
    table = Table.grid(padding=0)
    table.add_column(width=len(mark))
    table.add_column()
    table.add_row(mark, Text(visible(text)))
    return table


def _sentences(console: Console, sentences: Sequence[str]) -> None:
    for sentence in sentences:
        console.print(Padding(Text(visible(sentence)), (0, 0, 0, 2)))
