"""Goes through spans in order of start, once, and keeps what has to be known about those that are open.

All times and durations are in microseconds.
"""

from __future__ import annotations

import math
from array import array
from heapq import heappop, heappush
from typing import NamedTuple

from sqsfifo_lint.evidence.figures import SECOND, AtOnce, HandOvers, Runs, Waiting
from sqsfifo_lint.evidence.model import Span
from sqsfifo_lint.evidence.samples import Sample
from sqsfifo_lint.evidence.windows import Windows

_NEVER = -(1 << 62)


class _Open(NamedTuple):
    """What counts for a span while it is the only one."""

    group: int
    held_group: int
    """1 if it began at once after the group's work before it; -1 if it began as long after that again; else 0."""
    held: int
    """The same, after any work."""


class Columns:
    """A table of numbers with a row for each name, in arrays: there may be a million names."""

    def __init__(self, *columns: str) -> None:
        self.rows: dict[str | None, int] = {}
        self.columns = {column: array("q") for column in columns}

    def row(self, name: str | None) -> int:
        """The row of a name, which is created if need be."""
        row = self.rows.get(name)
        if row is None:
            row = self.rows[name] = len(self.rows)
            for column in self.columns.values():
                column.append(0)
        return row


class Correlation:
    """Pearson's, of pairs that are added one by one, without keeping them."""

    __slots__ = ("_n", "_x", "_xx", "_xy", "_y", "_yy")

    def __init__(self) -> None:
        self._n = 0
        self._x = self._y = self._xx = self._yy = self._xy = 0.0

    def add(self, x: float, y: float) -> None:
        """Welford's way, which does not lose digits."""
        self._n += 1
        away = x - self._x
        self._x += away / self._n
        self._xx += away * (x - self._x)
        away_y = y - self._y
        self._y += away_y / self._n
        self._yy += away_y * (y - self._y)
        self._xy += away * (y - self._y)

    def value(self) -> float:
        """From -1 to 1; 0 if one of both does not change."""
        spread = math.sqrt(self._xx * self._yy)
        return self._xy / spread if spread else 0.0


class Sweep:
    """Call `add` for each span in order, then `finish`."""

    def __init__(self, tolerance: int, reach: int, windows: Windows) -> None:
        self.workers = Columns("spans", "busy", "first", "last")
        self.groups = Columns("spans", "busy", "since", "open", "most", "alone", "held", "last")
        self.gaps = Sample()
        self._tolerance = tolerance
        self._reach = reach
        self._windows = windows
        self._count = 0
        self._ends: list[tuple[int, int]] = []
        self._open: dict[int, _Open] = {}
        self._time = _NEVER
        self._busy_since = _NEVER
        self._time_at = [0]
        self._latest_end = _NEVER
        self._latest_worker = -1
        self._latest_duration = 0
        self._between = self._short_gaps = 0
        self._during = self._after = self._watched = self._forgiven = self._held = 0
        self._following = Correlation()
        self._run = self._runs = self._longest = 0
        self._longest_worker = self._run_worker = -1

    def add(self, span: Span) -> None:
        """Take the next span into account."""
        start, end = span.start, span.end
        if self._count == 0:
            self._time = start
        self._pass_until(start)
        if not self._open:
            self._busy_since = start
        worker = self._work(span)
        held = self._follow(start, end, worker)
        group = self.groups.row(span.group)
        self._open[self._count] = _Open(group, self._open_group(group, start, end), held)
        heappush(self._ends, (end, self._count))
        self._windows.finished(end)
        self._count += 1

    def finish(self) -> None:
        """Nothing more follows."""
        if self._ends:
            self._pass_until(max(self._ends)[0])
        self._end_run()

    def _pass_until(self, time: int) -> None:
        """Close what ends until `time`, inclusively, and let time pass."""
        ends = self._ends
        while ends and ends[0][0] <= time:
            end, number = heappop(ends)
            self._pass(end)
            self._close_group(self._open.pop(number).group, end)
            if not self._open:
                self._windows.busy(self._busy_since, end)
        self._pass(time)

    def _pass(self, time: int) -> None:
        passed = time - self._time
        if not passed:
            return
        self._time = time
        level = len(self._open)
        if level >= len(self._time_at):
            self._time_at += [0] * (level + 1 - len(self._time_at))
        self._time_at[level] += passed
        if level == 1:
            (only,) = self._open.values()
            columns = self.groups.columns
            columns["alone"][only.group] += passed
            columns["held"][only.group] += passed * only.held_group
            self._held += passed * only.held

    def _work(self, span: Span) -> int:
        worker = self.workers.row(span.worker)
        columns = self.workers.columns
        if columns["spans"][worker] == 0:
            columns["first"][worker] = span.start
            columns["last"][worker] = span.end
        columns["spans"][worker] += 1
        columns["busy"][worker] += span.end - span.start
        columns["last"][worker] = max(columns["last"][worker], span.end)
        if worker != self._run_worker:
            self._end_run()
            self._run_worker = worker
        self._run += 1
        return worker

    def _end_run(self) -> None:
        if self._run:
            self._runs += 1
        if self._run > self._longest:
            self._longest, self._longest_worker = self._run, self._run_worker
        self._run = 0

    def _follow(self, start: int, end: int, worker: int) -> int:
        """Compare a start with the work before it. Returns what `_Open.held` is."""
        held = 0
        if self._count and self._latest_end - start > self._tolerance:
            self._during += 1
        elif self._count:
            gap = max(start - self._latest_end, 0)
            held = _held(gap, self._reach)
            self._hand_over(gap, worker)
        if end >= self._latest_end:
            self._latest_end, self._latest_worker, self._latest_duration = end, worker, end - start
        return held

    def _hand_over(self, gap: int, worker: int) -> None:
        self.gaps.add(gap)
        self._short_gaps += gap < SECOND
        self._watched += min(gap, self._reach)
        self._forgiven += min(self._tolerance, self._latest_duration)
        if worker == self._latest_worker:
            return
        self._between += 1
        if gap <= self._reach and self.workers.columns["spans"][worker] > 1:
            self._after += 1
            self._following.add(self._latest_duration, gap)

    def _open_group(self, group: int, start: int, end: int) -> int:
        """Open a span of a group. Returns what `_Open.held_group` is."""
        columns = self.groups.columns
        gap = start - columns["last"][group] if columns["spans"][group] else self._reach * 3
        columns["spans"][group] += 1
        columns["last"][group] = max(columns["last"][group], end) if columns["spans"][group] > 1 else end
        if columns["open"][group] == 0:
            columns["since"][group] = start
        columns["open"][group] += 1
        if end > start:
            columns["most"][group] = max(columns["most"][group], columns["open"][group])
        return _held(max(gap, 0), self._reach) if gap >= -self._tolerance else 0

    def _close_group(self, group: int, end: int) -> None:
        columns = self.groups.columns
        columns["open"][group] -= 1
        if columns["open"][group] == 0:
            columns["busy"][group] += end - columns["since"][group]

    def at_once(self) -> AtOnce:
        """How many were open."""
        return AtOnce(tuple(self._time_at))

    def hand_overs(self) -> HandOvers:
        """How work passed on."""
        count = self.gaps.count
        return HandOvers(count, self._between, self.gaps.median(), self._short_gaps / count if count else 0.0)

    def runs(self) -> Runs:
        """How often it stayed with the same worker."""
        names = list(self.workers.rows)
        by = (names[self._longest_worker] or "") if self._runs else ""
        return Runs(self._runs, self._longest, by, self._count / self._runs if self._runs else 0.0)

    def waiting(self) -> Waiting:
        """Whether workers wait for each other.

        While none or one works, all others may start; while two work, one fewer, and so on. So time counts by the
        share of the others who were free.
        """
        at_once = self.at_once()
        slots = max(len(self.workers.rows), at_once.maximum)
        free = sum(time * max(slots - n, 0) for n, time in enumerate(at_once.time_at) if n) / max(slots - 1, 1)
        during, after = max(free - self._forgiven, 0.0), self._watched + self._forgiven
        chance = during / (during + after) if slots > 1 and during else 0.0
        starts = self._during + self._after
        return Waiting(
            tolerance=self._tolerance,
            reach=self._reach,
            during=self._during,
            after=self._after,
            expected_during=starts * chance,
            likelihood=at_most(self._during, starts, chance),
            following=self._following.value(),
            holding_up=max(self._held, 0) / at_once.busy if at_once.busy else 0.0,
        )


def _held(gap: int, reach: int) -> int:
    if gap <= reach:
        return 1
    return -1 if gap <= 2 * reach else 0


def at_most(seen: int, tries: int, chance: float) -> float:
    """A bound on how likely `seen` or fewer of `tries` succeed, each with a chance of `chance`.

    Chernoff's bound in the form of Hoeffding (1963), theorem 1, https://doi.org/10.1080/01621459.1963.10500830:
    exp(-tries x the Kullback-Leibler divergence of the share seen from the chance). It never is below the likelihood
    itself, is the likelihood itself for `seen` 0, and holds if the chances differ but are `chance` on average.
    """
    share = seen / tries if tries else 1.0
    if share >= chance:
        return 1.0
    if chance >= 1:
        return 0.0
    divergence = (1 - share) * math.log((1 - share) / (1 - chance))
    if share:
        divergence += share * math.log(share / chance)
    return math.exp(-tries * divergence)
