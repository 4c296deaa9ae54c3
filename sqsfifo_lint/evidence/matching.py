"""Joins the events that start work with those that end it."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable

from sqsfifo_lint.evidence.model import Event, Mark
from sqsfifo_lint.evidence.spans import Spans

MAX_WAITING = 50_000
"""Starts without an end yet, and ends without a start yet, that are kept waiting: each about 300 bytes. Real workers
have as many open as there are workers and prefetched messages; the rest is lost ends."""

MAX_DISORDER = 5_000_000
"""Microseconds by which events without a work ID may be out of order. Log agents send in batches of up to 5 seconds:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AgentReference.html (`batch_count`, `buffer_duration`)."""

MAX_HELD_BACK = 10_000
"""Events without a work ID that are held back to be put in order."""

MAX_SKEW = 1_000_000
"""Microseconds by which an end may come before its own start, as two clocks differ; the span is then empty."""


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

    Where the end tells how long the work took, it cannot have begun earlier than that. Celery, for one, logs that a
    task was received long before it begins.
    """

    def __init__(self) -> None:
        self.spans = Spans()
        self._starts: dict[str, list[Event]] = {}
        self._ends: dict[str, list[Event]] = {}
        self._by_worker: dict[str, Event] = {}
        self._latest: dict[str, str] = {}
        self._held: list[tuple[int, int, Event]] = []
        self._newest = 0
        self._number = 0

    def add(self, event: Event) -> None:
        """Take one more event."""
        if event.work_id:
            self._add_with_id(event)
            return
        self._number += 1
        self._newest = max(self._newest, event.time)
        heapq.heappush(self._held, (event.time, self._number, event))
        while self._newest - self._held[0][0] > MAX_DISORDER or len(self._held) > MAX_HELD_BACK:
            self._add_in_order(heapq.heappop(self._held)[2])
            if not self._held:
                break

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
        for starts in self._starts.values():
            for start in starts:
                self.spans.starts_without_end.add(start)
        for ends in self._ends.values():
            for end in ends:
                self._alone(end)
        self._by_worker, self._starts, self._ends = {}, {}, {}
        return self.spans

    def _add_with_id(self, event: Event) -> None:
        match event.mark:
            case Mark.START:
                end = _taken(self._ends, event, lambda end: end.time >= event.time - MAX_SKEW, min)
                if end is not None:
                    self._complete(event, end)
                    return
                self._latest[event.worker] = event.work_id
                self._wait(self._starts, event)
            case Mark.END:
                start = _taken(self._starts, event, lambda start: start.time <= event.time + MAX_SKEW, max)
                if start is not None:
                    self._complete(start, event)
                    return
                self._wait(self._ends, event)
            case Mark.DURING:
                self._note_group(event)

    def _add_in_order(self, event: Event) -> None:
        match event.mark:
            case Mark.START:
                before = self._by_worker.get(event.worker)
                if before is not None:
                    self.spans.starts_without_end.add(before)
                self._by_worker[event.worker] = event
            case Mark.END:
                start = self._by_worker.pop(event.worker, None)
                if start is None:
                    self._alone(event)
                else:
                    self._complete(start, event)
            case Mark.DURING:
                self._note_group(event)

    def _note_group(self, event: Event) -> None:
        started = self._starts.get(event.work_id) or self._starts.get(self._latest.get(event.worker, ""))
        if started:
            started[-1] = started[-1]._replace(group=event.group)
        elif event.worker in self._by_worker:
            self._by_worker[event.worker] = self._by_worker[event.worker]._replace(group=event.group)

    def _complete(self, start: Event, end: Event) -> None:
        begin = start.time if end.took is None else max(start.time, end.time - end.took)
        group = end.group if start.group is None else start.group
        worker = end.worker or start.worker
        self.spans.add(min(begin, end.time), end.time, worker, group, end.work_id)

    def _alone(self, end: Event) -> None:
        """An end whose start was never seen."""
        if end.took is None:
            self.spans.ends_without_start.add(end)
            return
        self.spans.inferred_starts += 1
        self.spans.add(end.time - end.took, end.time, end.worker, end.group, end.work_id)

    def _wait(self, waiting: dict[str, list[Event]], event: Event) -> None:
        waiting.setdefault(event.work_id, []).append(event)
        if len(waiting) <= MAX_WAITING:
            return
        for late in waiting.pop(next(iter(waiting))):
            if late.mark is Mark.START:
                self.spans.starts_without_end.add(late)
            else:
                self._alone(late)


def _taken(
    waiting: dict[str, list[Event]], event: Event, fits: Callable[[Event], bool], nearest: Callable[..., Event]
) -> Event | None:
    """Take the event that waits for this one, if there is any: of the same worker rather than of another."""
    same_id = waiting.get(event.work_id)
    if same_id is None:
        return None
    fitting = [other for other in same_id if fits(other)]
    if not fitting:
        return None
    own = [other for other in fitting if other.worker == event.worker]
    found = nearest(own or fitting, key=lambda other: other.time)
    same_id.remove(found)
    if not same_id:
        del waiting[event.work_id]
    return found
