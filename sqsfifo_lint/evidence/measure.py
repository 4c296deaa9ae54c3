"""From spans to figures, in two passes. Memory grows with the numbers of workers, groups and open spans only.

All times and durations are in microseconds.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from heapq import nlargest
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from sqsfifo_lint.evidence.figures import (
    MAX_NAMED,
    SECOND,
    Figures,
    GroupFigures,
    WorkerFigures,
)
from sqsfifo_lint.evidence.samples import Sample
from sqsfifo_lint.evidence.spans import NO_GROUP, Row, Spans
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

FEW = 0.01
"""The share of the spans that may be in whole seconds by chance, or because a single worker logs so."""


MOSTLY_AGAIN = 2 / 3
"""If more than this share of the spans began while others of their work ID were open, the ID is no message's: it may be
that of a batch, a request or a kind of job. For messages it would mean that each is handled by three at once."""


def measure(spans: Spans, *, clock_skew: int = CLOCK_SKEW) -> Figures:
    """The figures of `spans`. `clock_skew`: by how much the workers' clocks may differ."""
    survey = _survey(spans)
    usual = survey.durations.median() or 0
    resolution = survey.resolution()
    mixed = any(divisor % resolution for divisor in survey.divisors)

    def swept(*, joined: bool) -> tuple[Sweep, Windows]:
        windows = Windows(survey.begin, survey.end)
        sweep = Sweep(
            spans,
            windows,
            tolerance=min(clock_skew, usual // SKEW_OF_SHORT_WORK),
            reach=min(max(usual, SHORTEST_REACH), LONGEST_REACH),
            resolution=resolution,
            joined=joined,
        )
        for row in _rounded(spans.rows(), resolution) if mixed else spans.rows():
            sweep.add(row)
        sweep.finish()
        return sweep, windows

    sweep, windows = swept(joined=True)
    if sweep.again > MOSTLY_AGAIN * len(spans):
        sweep, windows = swept(joined=False)
    table = windows.table(sweep.workers.present()) if len(spans) else ()
    return Figures(
        spans=len(spans),
        handled_again=sweep.again,
        begin=survey.begin if len(spans) else None,
        end=survey.end if len(spans) else None,
        resolution=resolution,
        median_duration=survey.durations.median(),
        worker_count=sweep.workers.number(),
        workers=tuple(_workers(sweep.workers, spans.workers)),
        at_once=sweep.at_once(),
        hand_overs=sweep.hand_overs(),
        runs=sweep.runs(spans.workers),
        ungrouped=sweep.groups.spans[NO_GROUP],
        group_count=len(spans.groups),
        groups=tuple(_groups(sweep.groups, spans.groups)),
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
    divisors: Sequence[int]
    """All times of a worker are multiples of it."""
    spans: Sequence[int]
    """How many spans a worker has."""

    def resolution(self) -> int:
        """The coarsest resolution in which more than a few of the spans are logged.

        Workers may log in different ways. Work that ended at 3.9 s by the one's log and work that began at 3 s by the
        other's did not overlap for sure, and to compare them, both have to be taken as what happened at 3 s.
        """
        total = sum(self.spans)
        for unit in RESOLUTIONS:
            so_coarse = sum(n for n, divisor in zip(self.spans, self.divisors, strict=True) if divisor % unit == 0)
            if so_coarse >= FEW * total:
                return unit
        return RESOLUTIONS[-1]


def _survey(spans: Spans) -> _Survey:
    durations = Sample()
    begin = last = 0
    divisors, counts = (array("q", bytes(8 * len(spans.workers))) for _ in range(2))
    for start, end, worker, *_ in spans.rows():
        if not durations.count:
            begin, last = start, end
        durations.add(end - start)
        if end > last:
            last = end
        divisors[worker] = math.gcd(divisors[worker], start, end)
        counts[worker] += 1
    return _Survey(durations, begin, last, divisors, counts)


def _rounded(rows: Iterable[Row], unit: int) -> Iterator[Row]:
    rounded = (row._replace(start=row.start // unit * unit, end=row.end // unit * unit) for row in rows)
    for _, same_start in groupby(rounded, key=attrgetter("start")):
        yield from sorted(same_start)  # what now ends where it begins did not begin while longer work was going on


def _workers(table: Workers, names: Sequence[str]) -> Iterator[WorkerFigures]:
    for worker in nlargest(MAX_NAMED, range(len(names)), key=table.spans.__getitem__):
        if not table.spans[worker]:
            return
        yield WorkerFigures(
            name=names[worker],
            spans=table.spans[worker],
            busy=table.busy[worker],
            first=table.first[worker],
            last=table.last[worker],
        )


def _groups(table: Groups, names: Sequence[str]) -> Iterator[GroupFigures]:
    for group in nlargest(MAX_NAMED, range(len(names)), key=table.spans.__getitem__):
        yield GroupFigures(
            name=names[group],
            spans=table.spans[group],
            busy=table.busy[group],
            maximum=table.most[group],
            alone=table.alone[group],
            holding_up=max(table.held[group], 0),
        )
