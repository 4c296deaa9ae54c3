"""What `sqsfifo-lint logs` says of logs, in words: the same for the terminal and for HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqsfifo_lint.evidence.figures import SECOND, Figures
from sqsfifo_lint.evidence.log_report import LogsReport
from sqsfifo_lint.evidence.model import Event, Judgement
from sqsfifo_lint.evidence.moments import moment
from sqsfifo_lint.evidence.spans import Unmatched
from sqsfifo_lint.evidence.verdict import hot_group
from sqsfifo_lint.evidence.wording import counted, duration, percent, rate

ROWS = 10
"""Workers and groups that a table shows, those with the most spans first."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under titles. All columns but the first hold numbers."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int
    """How many rows there would be besides."""


def headline(report: LogsReport) -> str:
    """The whole in a few words, without the judgement."""
    figures, hot = report.figures, hot_group(report.figures)
    most, workers = figures.at_once.maximum, counted(figures.worker_count, "worker")
    match report.verdict.judgement:
        case Judgement.SERIAL:
            return f"{workers}, one at a time"
        case Judgement.PARALLEL:
            return f"{workers}, up to {most} at once"
        case Judgement.PARTLY:
            return f"{workers}, held up by group {hot.name!r}" if hot else f"{workers}, one at a time for a large part"
        case Judgement.TOO_LITTLE:
            return f"{counted(figures.spans, 'span')} of {workers}"


def facts(report: LogsReport) -> Iterator[tuple[str, str]]:
    """The figures: what each is called, and what it is."""
    figures = report.figures
    yield "read", _read(report)
    if figures.begin is None or figures.end is None:
        return
    at_once, hand_overs, runs = figures.at_once, figures.hand_overs, figures.runs
    yield "time", f"{moment(figures.begin)} to {moment(figures.end)} ({duration(figures.end - figures.begin)})"
    yield "spans of work", f"{figures.spans:,}, {duration(figures.median_duration or 0)} each (median)"
    yield "workers", f"{figures.worker_count:,}"
    yield (
        "at once",
        (
            f"{at_once.maximum:,} at most, {at_once.mean:.2f} on average while any was at work;"
            f" two or more for {percent(at_once.two_or_more)} of that time"
        ),
    )
    if hand_overs.count:
        yield (
            "hand-overs",
            (
                f"{hand_overs.count:,}, {hand_overs.between_workers:,} of them to another worker; gap"
                f" {duration(hand_overs.median_gap or 0)} (median), {percent(hand_overs.within_a_second)} below 1 s"
            ),
        )
    yield "runs of one worker", f"{runs.count:,}; {runs.mean:.1f} spans on average, {runs.longest:,} at most"
    yield "throughput", _throughput(figures)
    compared = "times are compared in whole seconds, as logged; " if figures.resolution >= SECOND else ""
    yield "clocks", f"{compared}overlaps of up to {duration(figures.waiting.tolerance)} count as none"


def _read(report: LogsReport) -> str:
    said = f"{counted(report.lines, 'line')} in {counted(report.files, 'file')}, as {report.preset}"
    return f"{said}; {counted(len(report.silent), 'file')} without a start or an end" if report.silent else said


def _throughput(figures: Figures) -> str:
    length = (figures.end or 0) - (figures.begin or 0)
    whole = rate(figures.spans * 3_600_000_000 / length) if length else "at one moment"
    if figures.scaling is None:
        return whole
    one = figures.scaling
    return (
        f"{whole}; while there was always work, {rate(one.few_per_hour)} with {counted(one.few, 'worker')} and"
        f" {rate(one.many_per_hour)} with {one.many:,}"
    )


def groups(figures: Figures) -> Table | None:
    """The groups with the most spans; None if the log names none."""
    if not figures.groups:
        return None
    busy = figures.at_once.busy or 1
    rows = tuple(
        (
            one.name,
            f"{one.spans:,}",
            percent(one.spans / figures.spans),
            duration(one.busy),
            f"{one.maximum:,}",
            percent(one.alone / busy),
            percent(one.holding_up / busy),
        )
        for one in figures.groups[:ROWS]
    )
    titles = ("group", "spans", "share", "busy", "at once", "alone", "while more waits")
    return Table(titles, rows, figures.group_count - len(rows))


def workers(figures: Figures) -> Table | None:
    """The workers with the most spans; None if there are no spans."""
    if not figures.workers:
        return None
    rows = tuple(
        (
            one.name or "(no name)",
            f"{one.spans:,}",
            percent(one.spans / figures.spans),
            duration(one.busy),
            duration(one.last - one.first),
            percent(one.busy / max(one.last - one.first, 1)) if one.busy <= one.last - one.first else ">100%",
        )
        for one in figures.workers[:ROWS]
    )
    titles = ("worker", "spans", "share", "busy", "present", "of that busy")
    return Table(titles, rows, figures.worker_count - len(rows))


def not_counted(report: LogsReport, *, unread: bool = True) -> Iterator[str]:
    """What of the logs is in none of the figures. `unread`: whether to say why parts could not be read, too."""
    yield from _unmatched(report.starts_without_end, "start without an end", "starts without an end")
    yield from _unmatched(report.ends_without_start, "end without a start", "ends without a start")
    for copy, original in report.copies[:ROWS]:
        yield f"{copy} begins with the same lines as {original}, so it is taken for a copy: what both hold counts once."
    if len(report.copies) > ROWS:
        yield f"So do {counted(len(report.copies) - ROWS, 'more file')}."
    if report.repeated:
        yield (
            f"{counted(report.repeated, 'span')} came again, with the same ID or worker, start and end, as where"
            " exports overlap: each counts once."
        )
    if report.inferred_starts:
        yield (
            f"Of {counted(report.inferred_starts, 'span')} only the end was logged, with how long the work took: the"
            " start is computed."
        )
    if report.unread_count:
        yield f"{counted(report.unread_count, 'part')} of the input could not be read."
        for one in report.unread if unread else ():
            yield f"{one.source}:{one.line}: {one.message}" if one.line else f"{one.source}: {one.message}"


def _unmatched(events: Unmatched, one: str, several: str) -> Iterator[str]:
    if events.count:
        first = "; ".join(map(_event, events.samples))
        shown = "" if events.count == len(events.samples) else f"the first {len(events.samples)}: "
        yield f"{counted(events.count, one, several)}: {shown}{first}" if first else counted(events.count, one, several)


def _event(event: Event) -> str:
    several = (event.worker, event.work_id, "" if event.group is None else f"group {event.group}")
    return " ".join((moment(event.time), *(word for word in several if word)))


def next_steps(report: LogsReport) -> Sequence[str]:
    """What to do about it."""
    match report.verdict.judgement:
        case Judgement.SERIAL | Judgement.PARTLY:
            return (
                "`sqsfifo-lint messages` shows which groups the queue's messages are in.",
                "`sqsfifo-lint check` finds the sends that put too much into one group.",
            )
        case _:
            return ()
