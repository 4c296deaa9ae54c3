"""Goes through spans in order of start, once, and keeps what has to be known about those that are open.

All times and durations are in microseconds.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from itertools import compress

from sqsfifo_lint.evidence.figures import SECOND, AtOnce, HandOvers, Runs, Waiting
from sqsfifo_lint.evidence.samples import Sample
from sqsfifo_lint.evidence.spans import Row, Spans
from sqsfifo_lint.evidence.windows import Windows

_NEVER = -(1 << 62)


class Workers:
    """What is counted for each worker, by its number. The columns are arrays: there may be a million workers."""

    __slots__ = ("busy", "first", "last", "spans")

    def __init__(self, count: int) -> None:
        self.spans, self.busy, self.first, self.last = (array("q", bytes(8 * count)) for _ in range(4))

    def add(self, worker: int, start: int, end: int) -> None:
        """Count a span."""
        if not self.spans[worker]:
            self.first[worker] = start
            self.last[worker] = end
        self.spans[worker] += 1
        self.busy[worker] += end - start
        if end > self.last[worker]:
            self.last[worker] = end

    def number(self) -> int:
        """How many have spans: one whose work came again under another's name has none."""
        return sum(map(bool, self.spans))

    def present(self) -> Iterator[tuple[int, int]]:
        """The first start and the last end of each that has spans."""
        return compress(zip(self.first, self.last, strict=True), self.spans)


class Groups:
    """What is counted for each group, by its number, and for spans without one: their number, -1, is the last row."""

    __slots__ = ("alone", "busy", "held", "last", "most", "open", "since", "spans")

    def __init__(self, count: int) -> None:
        rows = count + 1
        self.spans, self.busy, self.since, self.open = (array("q", bytes(8 * rows)) for _ in range(4))
        self.most, self.alone, self.held = (array("q", bytes(8 * rows)) for _ in range(3))
        self.last = array("q", [_NEVER]) * rows

    def add(self, group: int, start: int, end: int) -> int:
        """Open a span. Returns for how long the group's work has been over; negative if it is still going on."""
        gap = start - self.last[group]
        self.spans[group] += 1
        if end > self.last[group]:
            self.last[group] = end
        if self.open[group] == 0:
            self.since[group] = start
        self.open[group] += 1
        if end > start and self.open[group] > self.most[group]:
            self.most[group] = self.open[group]
        return gap

    def again(self, group: int, end: int) -> None:
        """Count a span of work that is open already."""
        self.spans[group] += 1
        self.last[group] = max(self.last[group], end)

    def close(self, group: int, end: int) -> None:
        """End a span."""
        self.open[group] -= 1
        if self.open[group] == 0:
            self.busy[group] += end - self.since[group]


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


class _Piece:
    """A piece of work that is open: one span, or several that overlap and have the same work ID.

    When a visibility timeout ends too early, SQS hands the message out again, while the first worker is still at it. In
    the meantime it hands out nothing else of the group: what overlaps is one message, and shows nothing of the others.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
    """

    __slots__ = ("group", "held", "held_group", "key", "spans")

    def __init__(self, key: tuple[int, int], group: int, held_group: int, held: int) -> None:
        self.key = key
        self.group = group
        self.held_group, self.held = held_group, held  # what `_held` says of it: within its group, and among all
        self.spans = 1


class Sweep:
    """Call `add` for each span in order, then `finish`.

    `joined`: whether spans of the same work ID (and group) that overlap are one piece of work.

    Times are rounded down to `resolution`: work that ends at 3 s in a log of whole seconds may have ended just before
    4 s, and work that begins at 3 s after it looks as if it began at once. So what can be seen of the time after some
    work is longer by the resolution; and nothing can be seen beside work that seems to have taken no time.
    """

    def __init__(
        self, spans: Spans, windows: Windows, *, tolerance: int, reach: int, resolution: int, joined: bool = True
    ) -> None:
        self.workers = Workers(len(spans.workers))
        self.groups = Groups(len(spans.groups))
        self.gaps = Sample()
        self._tolerance = tolerance
        self._reach = reach
        self._resolution = resolution
        self._windows = windows
        self._count = 0
        self._ends: list[tuple[int, int]] = []
        self._joined = joined
        self._open: dict[int, _Piece] = {}
        self._by_id: dict[tuple[int, int], int] = {}
        """The open piece that has a work ID and group."""
        self.again = 0
        """Spans of a piece of work that was open already."""
        self._time = _NEVER
        self._busy_since = _NEVER
        self._time_at = [0, 0]
        self._latest_end = _NEVER
        self._latest_worker = -1
        self._latest_duration = 0
        self._between = self._short_gaps = 0
        self._during = self._after = self._watched = self._forgiven = self._held = self._explained = 0
        self._following = Correlation()
        self._run = self._runs = self._longest = 0
        self._longest_worker = self._run_worker = -1

    def add(self, row: Row) -> None:
        """Take the next span into account."""
        start, end, worker, group, work_id = row
        number = self._count
        if number:
            self._pass_until(start)
        else:
            self._time = start
        if not self._open:
            self._busy_since = start
        self.workers.add(worker, start, end)
        if worker == self._run_worker:
            self._run += 1
        else:
            self._end_run(worker)
        key = (work_id if self._joined else 0, group)
        piece = self._by_id.get(key) if key[0] else None
        held = self._follow(start, worker) if number and piece is None else 0
        if end >= self._latest_end:
            self._latest_end, self._latest_worker, self._latest_duration = end, worker, end - start
        if piece is None:
            gap = self.groups.add(group, start, end)
            self._open[number] = _Piece(key, group, _held(gap, self._reach) if gap >= -self._tolerance else 0, held)
            if key[0]:
                self._by_id[key] = number
        else:
            self.again += 1
            self.groups.again(group, end)
            self._open[piece].spans += 1
        heappush(self._ends, (end, number if piece is None else piece))
        self._windows.finished(end)
        self._count += 1

    def finish(self) -> None:
        """Nothing more follows."""
        if self._ends:
            self._pass_until(max(self._ends)[0])
        self._end_run(-1)

    def _pass_until(self, time: int) -> None:
        """Close what ends until `time`, inclusively, and let time pass."""
        ends, still_open = self._ends, self._open
        while ends and ends[0][0] <= time:
            end, number = heappop(ends)
            if end > self._time:
                self._pass(end)
            piece = still_open[number]
            piece.spans -= 1
            if piece.spans:
                continue
            del still_open[number]
            self._by_id.pop(piece.key, None)
            self.groups.close(piece.group, end)
            if not still_open:
                self._windows.busy(self._busy_since, end)
        if time > self._time:
            self._pass(time)

    def _pass(self, time: int) -> None:
        passed = time - self._time
        self._time = time
        level = len(self._open)
        if level >= len(self._time_at):
            self._time_at += [0] * (level + 1 - len(self._time_at))
        self._time_at[level] += passed
        if level == 1:
            (piece,) = self._open.values()
            self.groups.alone[piece.group] += passed
            self.groups.held[piece.group] += passed * piece.held_group
            self._held += passed * piece.held

    def _end_run(self, worker: int) -> None:
        """Another worker follows."""
        if self._run:
            self._runs += 1
        if self._run > self._longest:
            self._longest, self._longest_worker = self._run, self._run_worker
        self._run, self._run_worker = 1, worker

    def _follow(self, start: int, worker: int) -> int:
        """Compare a start with the work before it. Returns what `_held` says of it."""
        gap = start - self._latest_end
        if -gap > self._tolerance:
            self._during += 1
            return 0
        if gap < 0:
            self._explained -= gap
            gap = 0
        self.gaps.add(gap)
        self._short_gaps += gap < SECOND
        visible = self._latest_duration > 0
        if visible:
            self._watched += min(gap, self._reach) + self._resolution
            self._forgiven += min(self._tolerance, self._latest_duration)
        if worker != self._latest_worker:
            self._between += 1
            if gap <= self._reach and visible and self.workers.spans[worker] > 1:
                self._after += 1
                self._following.add(self._latest_duration, gap)
        return _held(gap, self._reach)

    def at_once(self) -> AtOnce:
        """How many were open."""
        return AtOnce(tuple(self._time_at))

    def hand_overs(self) -> HandOvers:
        """How work passed on."""
        count = self.gaps.count
        return HandOvers(count, self._between, self.gaps.median(), self._short_gaps / count if count else 0.0)

    def runs(self, names: Sequence[str]) -> Runs:
        """How often it stayed with the same worker. `names`: those of the workers."""
        by = names[self._longest_worker] if self._runs else ""
        return Runs(self._runs, self._longest, by, self._count / self._runs if self._runs else 0.0)

    def waiting(self) -> Waiting:
        """Whether workers wait for each other.

        While none or one works, all others may start; while two work, one fewer, and so on. So time counts by the
        share of the others who were free.
        """
        at_once = self.at_once()
        slots = max(self.workers.number(), at_once.maximum)
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
            beside=max(at_once.two_or_more - self._explained / at_once.busy, 0.0) if at_once.busy else 0.0,
            following=self._following.value(),
            holding_up=max(self._held, 0) / at_once.busy if at_once.busy else 0.0,
        )


def _held(gap: int, reach: int) -> int:
    """How work that began so long after other work counts as held up by it: 1 if at once, else 0, but -1 if it began as
    long after that again, to make up for what begins at once by chance."""
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
