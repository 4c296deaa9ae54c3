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
from sqsfifo_lint.evidence.sweep import Groups, Sweep, Workers
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
    resolution = next(unit for unit in RESOLUTIONS if survey.divisor % unit == 0)
    sweep = Sweep(min(clock_skew, usual // SKEW_OF_SHORT_WORK), reach, resolution, windows)
    for span in spans:
        sweep.add(span)
    sweep.finish()
    table = windows.table(zip(sweep.workers.first, sweep.workers.last, strict=True)) if survey.durations.count else ()
    ungrouped = sweep.groups.rows.get(None)
    return Figures(
        spans=survey.durations.count,
        begin=survey.begin if survey.durations.count else None,
        end=survey.end if survey.durations.count else None,
        resolution=resolution,
        median_duration=survey.durations.median(),
        worker_count=len(sweep.workers.rows),
        workers=tuple(_workers(sweep.workers)),
        at_once=sweep.at_once(),
        hand_overs=sweep.hand_overs(),
        runs=sweep.runs(),
        ungrouped=0 if ungrouped is None else sweep.groups.spans[ungrouped],
        group_count=len(sweep.groups.rows) - (ungrouped is not None),
        groups=tuple(_groups(sweep.groups)),
        window=windows.length,
        windows=table,
        scaling=scaling(table, windows.length),
        waiting=sweep.waiting(),
    )


_EARLIEST = -(1 << 63)


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
    before_start = before_end = _EARLIEST
    for start, stop, *_ in spans:
        if stop < start or start < before_start or (start == before_start and stop < before_end):
            raise ValueError(f"not in order of start and end: {before_start}-{before_end}, then {start}-{stop}")
        before_start, before_end = start, stop
        if not durations.count:
            begin, end = start, stop
        durations.add(stop - start)
        if stop > end:
            end = stop
        if divisor != 1:
            divisor = math.gcd(divisor, start, stop)
    return _Survey(durations, begin, end, divisor)


def _workers(table: Workers) -> Iterator[WorkerFigures]:
    for name, row in nlargest(MAX_NAMED, table.rows.items(), key=lambda item: table.spans[item[1]]):
        yield WorkerFigures(name, table.spans[row], table.busy[row], table.first[row], table.last[row])


def _groups(table: Groups) -> Iterator[GroupFigures]:
    named = (item for item in table.rows.items() if item[0] is not None)
    for name, row in nlargest(MAX_NAMED, named, key=lambda item: table.spans[item[1]]):
        yield GroupFigures(
            name=name or "",
            spans=table.spans[row],
            busy=table.busy[row],
            maximum=table.most[row],
            alone=table.alone[row],
            holding_up=max(table.held[row], 0),
        )
