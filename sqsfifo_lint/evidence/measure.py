"""From spans to figures, in two passes. Memory grows with the numbers of workers, groups and open spans only.

All times and durations are in microseconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from heapq import nlargest
from typing import NamedTuple

from sqsfifo_lint.evidence.figures import (
    MAX_NAMED,
    SECOND,
    Figures,
    GroupFigures,
    WorkerFigures,
)
from sqsfifo_lint.evidence.model import Span
from sqsfifo_lint.evidence.samples import Sample
from sqsfifo_lint.evidence.sweep import Columns, Sweep
from sqsfifo_lint.evidence.windows import Windows, scaling

CLOCK_SKEW = SECOND // 10
"""By how much the clocks of two workers may differ. Clocks that NTP sets differ by a few milliseconds, badly set ones
by tens of them."""

SKEW_OF_SHORT_WORK = 4
"""The tolerance is at most the median duration divided by this: if it were all of it, nothing would be seen."""

LONGEST_REACH = SECOND
"""Work that follows at once begins within the median duration, but at most within this second, in which people who read
a log take one line to follow from the other …"""

SHORTEST_REACH = SECOND // 10
"""… and at least within the time that it takes to delete a message and to receive the next."""

RESOLUTIONS = (SECOND, 1000, 1)
"""What a log's times may be rounded to."""


def measure(spans: Iterable[Span], *, clock_skew: int = CLOCK_SKEW) -> Figures:
    """The figures of `spans`, which are gone through twice: of a `Spans`, or of a sorted list.

    They are in order of start, and those of the same start in order of end: if times are coarse, what is over at once
    came first. `clock_skew`: by how much the workers' clocks may differ. Raises ValueError if the spans are not in
    order, or if one ends before it starts.
    """
    survey = _survey(spans)
    usual = survey.durations.median() or 0
    windows = Windows(survey.begin, survey.end)
    reach = min(max(usual, SHORTEST_REACH), LONGEST_REACH)
    sweep = Sweep(min(clock_skew, usual // SKEW_OF_SHORT_WORK), reach, windows)
    for span in spans:
        sweep.add(span)
    sweep.finish()
    there = sweep.workers.columns
    table = windows.table(zip(there["first"], there["last"], strict=True)) if survey.durations.count else ()
    ungrouped = sweep.groups.rows.get(None)
    return Figures(
        spans=survey.durations.count,
        begin=survey.begin if survey.durations.count else None,
        end=survey.end if survey.durations.count else None,
        resolution=next(unit for unit in RESOLUTIONS if survey.divisor % unit == 0),
        median_duration=survey.durations.median(),
        worker_count=len(sweep.workers.rows),
        workers=tuple(_workers(sweep.workers)),
        at_once=sweep.at_once(),
        hand_overs=sweep.hand_overs(),
        runs=sweep.runs(),
        ungrouped=0 if ungrouped is None else sweep.groups.columns["spans"][ungrouped],
        group_count=len(sweep.groups.rows) - (ungrouped is not None),
        groups=tuple(_groups(sweep.groups)),
        window=windows.length,
        windows=table,
        scaling=scaling(table, windows.length),
        waiting=sweep.waiting(),
    )


class _Survey(NamedTuple):
    """What has to be known before the sweep."""

    durations: Sample
    begin: int
    end: int
    divisor: int
    """All times are multiples of it."""


def _survey(spans: Iterable[Span]) -> _Survey:
    durations = Sample()
    begin = end = divisor = 0
    before = None
    for span in spans:
        if span.end < span.start or (before is not None and span[:2] < before):
            raise ValueError(f"not in order of start and end: {before}, then {span[:2]}")
        before = span[:2]
        if not durations.count:
            begin, end = span.start, span.end
        durations.add(span.end - span.start)
        end = max(end, span.end)
        if divisor != 1:
            divisor = math.gcd(divisor, span.start, span.end)
    return _Survey(durations, begin, end, divisor)


def _workers(table: Columns) -> Iterator[WorkerFigures]:
    for name, row in _largest(table):
        yield WorkerFigures(name or "", *(table.columns[column][row] for column in ("spans", "busy", "first", "last")))


def _groups(table: Columns) -> Iterator[GroupFigures]:
    for name, row in _largest(table):
        if name is not None:
            spans, busy, most, alone, held = (
                table.columns[column][row] for column in ("spans", "busy", "most", "alone", "held")
            )
            yield GroupFigures(name, spans, busy, most, alone, max(held, 0))


def _largest(table: Columns) -> list[tuple[str | None, int]]:
    spans = table.columns["spans"]
    return nlargest(MAX_NAMED, table.rows.items(), key=lambda item: spans[item[1]])
