"""Throughput over time: the time is cut into windows of one length. All times are in microseconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

from sqsfifo_lint.evidence.figures import SECOND, Scaling, Window

_MINUTE, _HOUR, _DAY = 60 * SECOND, 3600 * SECOND, 86400 * SECOND

LENGTHS = (
    *(n * SECOND for n in (1, 2, 5, 10, 30)),
    *(n * _MINUTE for n in (1, 2, 5, 10, 30)),
    *(n * _HOUR for n in (1, 2, 6, 12)),
    *(n * _DAY for n in (1, 2, 7, 30, 365, 3650)),
)
"""Lengths of windows that people can read."""

MAX_WINDOWS = 60
"""The maximum number of windows: as many as fit in a terminal as a chart, one column each."""

ALWAYS_BUSY = 0.8
"""The share of a window in which somebody has to be at work for its throughput to say what the workers can do."""

FEWEST_WINDOWS = 3
"""How many such windows are needed with few workers, and with many."""

MANY = 1.5
"""Many workers are at least this many times as many as few."""


class Windows:
    """Counts what happens in each window of the time from `begin` to `end`."""

    __slots__ = ("_begin", "_busy", "_finished", "length")

    def __init__(self, begin: int, end: int) -> None:
        whole = end - begin
        self.length = next((length for length in LENGTHS if whole < length * MAX_WINDOWS), whole // MAX_WINDOWS + 1)
        self._begin = begin
        count = whole // self.length + 1
        self._finished = [0] * count
        self._busy = [0] * count

    def finished(self, time: int) -> None:
        """A span ended."""
        self._finished[(time - self._begin) // self.length] += 1

    def busy(self, since: int, until: int) -> None:
        """At least one span was open all the time."""
        first, last = (since - self._begin) // self.length, (until - self._begin) // self.length
        if first == last:
            self._busy[first] += until - since
            return
        for n in range(first, last + 1):
            start = self._begin + n * self.length
            self._busy[n] += min(until, start + self.length) - max(since, start)

    def table(self, presence: Iterable[tuple[int, int]]) -> tuple[Window, ...]:
        """The windows. `presence`: from when to when each worker was there."""
        changes = [0] * (len(self._finished) + 1)
        for first, last in presence:
            changes[(first - self._begin) // self.length] += 1
            changes[(last - self._begin) // self.length + 1] -= 1
        return tuple(
            Window(self._begin + n * self.length, finished, present, busy / self.length)
            for n, (finished, present, busy) in enumerate(
                zip(self._finished, accumulate(changes), self._busy, strict=False)
            )
        )


def scaling(windows: Sequence[Window], length: int) -> Scaling | None:
    """What more workers brought, where that can be seen: in whole windows in which there was always work."""
    by_present: dict[int, list[int]] = {}
    for window in windows[1:-1]:
        if window.busy >= ALWAYS_BUSY:
            by_present.setdefault(window.present, []).append(window.finished)
    enough = {present: counts for present, counts in by_present.items() if len(counts) >= FEWEST_WINDOWS}
    if not enough or max(enough) < MANY * min(enough):
        return None
    few, many = min(enough), max(enough)
    hourly = {n: sum(enough[n]) / len(enough[n]) * _HOUR / length for n in (few, many)}
    return Scaling(few, hourly[few], many, hourly[many])
