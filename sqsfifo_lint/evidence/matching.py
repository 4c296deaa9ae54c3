"""Joins the events that start work with those that end it."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

from sqsfifo_lint.evidence.model import Event, Mark
from sqsfifo_lint.evidence.spans import Spans

MAX_WAITING = 50_000
"""Work IDs whose starts or ends wait for their partner: each about 600 bytes. Real workers have as many open as there
are workers and prefetched messages; the rest is lost ends."""

MAX_WAITING_FOR_ONE_ID = 100
"""Starts, or ends, of one work ID that wait for a partner. A message that is delivered more often is in trouble."""

MAX_DISORDER = 5_000_000
"""Microseconds by which events without a work ID may be out of order. The CloudWatch agent sends what it has gathered
every 5 seconds: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-Configuration-File-Details.html
(`force_flush_interval`)."""

MAX_HELD_BACK = 10_000
"""Events without a work ID that are held back to be put in order."""

MAX_SKEW = 1_000_000
"""Microseconds by which an end may come before its own start, as two clocks differ; the span is then empty."""

_START, _DURING = Mark.START, Mark.DURING


def matched(events: Iterable[Event]) -> Spans:
    """The spans of some events, which may be out of order."""
    matcher = Matcher()
    for event in events:
        matcher.add(event)
    return matcher.finish()


class Matcher:
    """Takes events one by one, and completes spans.

    An event with a work ID is joined with the other event of that ID, in whichever order they come: an end with the
    latest start before it, of the same worker if there is one. Events without a work ID are put in order first; then a
    worker's next end ends what it does.

    Where the end tells how long the work took, it cannot have begun earlier than that. With `receipt`, starts tell that
    a message was received, maybe long before the work begins: it does not begin before the worker's last work ended.
    """

    def __init__(self, *, receipt: bool = False) -> None:
        self.spans = Spans()
        self.receipt = receipt
        self._starts: dict[str, list[Event]] = {}
        self._ends: dict[str, list[Event]] = {}
        self._by_worker: dict[str, Event] = {}
        self._latest_id: dict[str, str] = {}
        self._last_end: dict[str, int] = {}
        self._held: list[tuple[int, int, Event]] = []
        self._newest = 0
        self._number = 0

    def add(self, event: Event) -> None:
        """Take one more event."""
        if event.mark is _DURING and (self._note_group(event) or event.work_id):
            return
        if not event.work_id:
            self._hold_back(event)
        elif event.mark is _START:
            self._add_start(event)
        else:
            self._add_end(event)

    def end_of_file(self) -> None:
        """What comes now may be older: another file begins."""
        while self._held:
            self._add_in_order(heapq.heappop(self._held)[2])
        self._newest = 0

    def finish(self) -> Spans:
        """All spans, once no more events come."""
        self.end_of_file()
        for start in self._by_worker.values():
            self.spans.starts_without_end.add(start)
        for waiting in (*self._starts.values(), *self._ends.values()):
            self._give_up(waiting)
        self._by_worker, self._starts, self._ends = {}, {}, {}
        return self.spans

    def _add_start(self, event: Event) -> None:
        if event.work_id in self._ends:
            end = _nearest(self._ends, event, [end for end in self._ends[event.work_id] if _joins(event, end)])
            if end is not None:
                self._complete(event, end)
                return
        self._latest_id[event.worker] = event.work_id
        self._wait(self._starts, event)

    def _add_end(self, event: Event) -> None:
        if event.work_id in self._starts:
            fitting = [start for start in self._starts[event.work_id] if _joins(start, event)]
            start = _nearest(self._starts, event, fitting)
            if start is not None:
                self._complete(start, event)
                return
        self._wait(self._ends, event)

    def _hold_back(self, event: Event) -> None:
        self._number += 1
        self._newest = max(self._newest, event.time)
        heapq.heappush(self._held, (event.time, self._number, event))
        while self._held and (self._newest - self._held[0][0] > MAX_DISORDER or len(self._held) > MAX_HELD_BACK):
            self._add_in_order(heapq.heappop(self._held)[2])

    def _add_in_order(self, event: Event) -> None:
        if event.mark is Mark.START:
            before = self._by_worker.get(event.worker)
            if before is not None:
                self.spans.starts_without_end.add(before)
            self._by_worker[event.worker] = event
            return
        if event.mark is Mark.DURING:
            if event.worker in self._by_worker:
                self._by_worker[event.worker] = self._by_worker[event.worker]._replace(group=event.group)
            return
        start = self._by_worker.pop(event.worker, None)
        if start is None:
            self._alone(event)
        else:
            self._complete(start, event)

    def _note_group(self, event: Event) -> bool:
        """A line between start and end tells the group. Its work is that of its ID, or else the worker's latest."""
        started = self._starts.get(event.work_id) or self._starts.get(self._latest_id.get(event.worker, ""))
        if started:
            started[-1] = started[-1]._replace(group=event.group)
        return bool(started)

    def _complete(self, start: Event, end: Event) -> None:
        begin = start.time
        if end.took is not None:
            begin = max(begin, end.time - end.took)
        elif self.receipt:
            begin = max(begin, self._last_end.get(end.worker, begin))
        if self.receipt:
            self._last_end[end.worker] = end.time
        group = end.group if start.group is None else start.group
        self.spans.add(min(begin, end.time), end.time, end.worker or start.worker, group, end.work_id)

    def _alone(self, end: Event) -> None:
        """An end whose start was never seen."""
        if end.took is None:
            self.spans.ends_without_start.add(end)
            return
        self.spans.inferred_starts += 1
        self.spans.add(end.time - end.took, end.time, end.worker, end.group, end.work_id)

    def _wait(self, waiting: dict[str, list[Event]], event: Event) -> None:
        same = waiting.get(event.work_id)
        if same is None:
            waiting[event.work_id] = [event]
            if len(waiting) > MAX_WAITING:
                self._give_up(waiting.pop(next(iter(waiting))))
            return
        same.append(event)
        if len(same) > MAX_WAITING_FOR_ONE_ID:
            self._give_up([same.pop(0)])

    def _give_up(self, waited: Sequence[Event]) -> None:
        for event in waited:
            if event.mark is Mark.START:
                self.spans.starts_without_end.add(event)
            else:
                self._alone(event)


def _joins(start: Event, end: Event) -> bool:
    return start.time <= end.time + MAX_SKEW


def _nearest(waiting: dict[str, list[Event]], event: Event, fitting: Sequence[Event]) -> Event | None:
    """Take the one that is nearest in time from those that wait: of the same worker, or of any if there is none."""
    if not fitting:
        return None
    same_id = waiting[event.work_id]
    if len(same_id) == 1:
        del waiting[event.work_id]
        return fitting[0]
    same_worker = [other for other in fitting if other.worker == event.worker]
    found = min(same_worker or fitting, key=lambda other: abs(event.time - other.time))
    same_id.remove(found)
    return found
