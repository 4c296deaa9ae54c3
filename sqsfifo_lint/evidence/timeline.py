"""What a timeline shows: a stretch of the time, with a lane for each worker.

Times are in microseconds since 1970, UTC.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from sqsfifo_lint.evidence.model import Span

MAX_DRAWN = 150
"""The maximum number of spans in a picture: more would be narrower than people can see."""

MAX_DRAWN_IN_TEXT = 40
"""The maximum number of spans in a terminal, which has some 80 columns for them."""

MAX_LANES = 24
"""The maximum number of lanes: more do not fit on a screen. Workers that come later in the stretch are counted."""

MAX_COLORED = 8
"""The maximum number of groups with a colour of their own: people cannot tell more apart. The others are grey."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A span in its lane."""

    lane: int
    start: int
    end: int
    color: int | None
    """Which of the colours; None for a group that has none of its own, or if the log does not name groups."""
    span: Span
    """As it was logged: it may begin or end beyond the stretch."""


@dataclass(frozen=True, slots=True)
class Passing:
    """A hand-over that is marked: nobody was at work, and another worker began at once."""

    from_lane: int
    ended: int
    to_lane: int
    started: int


@dataclass(frozen=True, slots=True)
class Colored:
    """A group that has a colour of its own."""

    group: str
    color: int
    spans: int
    """In the stretch."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A stretch of the time."""

    begin: int
    end: int
    lanes: tuple[str, ...]
    """The workers' names, from top to bottom, sorted. A worker that did several things at once has several lanes."""
    bars: tuple[Bar, ...]
    passings: tuple[Passing, ...]
    colored: tuple[Colored, ...]
    other_groups: int
    """How many groups have no colour of their own."""
    ungrouped: int
    """Spans whose group the log does not tell."""
    left_out: int
    """Spans of the stretch for which there is no lane."""
    whole: bool
    """Whether it is all of the time."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Spans that follow each other, and those that were still open when the first began."""

    begin: int
    end: int
    spans: tuple[Span, ...]
    """In order of start."""
    whole: bool


@dataclass(frozen=True, slots=True)
class Near:
    """When work counts as following other work: see `Waiting.tolerance` and `Waiting.reach`."""

    tolerance: int
    reach: int

    def follows(self, before: Span, after: Span) -> bool:
        """Whether another worker begins after the work `before`, and at once."""
        return before.worker != after.worker and -self.tolerance <= after.start - before.end <= self.reach

    def beside(self, before: Span, after: Span) -> bool:
        """Whether another worker begins during the work `before`."""
        return before.worker != after.worker and after.start < before.end - self.tolerance


def timeline(spans: Iterable[Span], near: Near, *, most: int, beside: bool) -> Timeline | None:
    """The stretch of at most about `most` spans in which the most can be seen; None if there are no spans.

    Of all stretches it is that in which workers begin beside other work the most often, or after it, as `beside` says;
    of several, the shortest.
    """
    telling = near.beside if beside else near.follows
    found = min(_stretches(spans, most), key=lambda one: _dullness(one, telling), default=None)
    return None if found is None else _drawn(found, near)


def _stretches(spans: Iterable[Span], most: int) -> Iterator[Stretch]:
    several = iter(spans)
    chunk = list(islice(several, most))
    still_open: list[Span] = []
    whole = True
    while chunk:
        following = list(islice(several, most))
        here = [*still_open, *chunk]
        last = max(span.end for span in here)
        whole = whole and not following
        yield Stretch(chunk[0].start, min(last, following[0].start) if following else last, tuple(here), whole)
        if following:
            still_open = [span for span in here if span.end > following[0].start][-most:]
        chunk = following


def _dullness(stretch: Stretch, telling: Callable[[Span, Span], bool]) -> tuple[int, int]:
    told, latest = 0, stretch.spans[0]
    for span in stretch.spans:
        told += telling(latest, span)
        if span.end >= latest.end:
            latest = span
    return -told, stretch.end - stretch.begin


def _drawn(stretch: Stretch, near: Near) -> Timeline:
    begin, end = stretch.begin, stretch.end
    groups = Counter(span.group for span in stretch.spans if span.group is not None)
    colored = tuple(Colored(name, n, count) for n, (name, count) in enumerate(groups.most_common(MAX_COLORED)))
    colors = {one.group: one.color for one in colored}
    lanes = _Lanes()
    bars: list[Bar] = []
    passings: list[Passing] = []
    latest: Bar | None = None
    left_out = 0
    for span in stretch.spans:
        lane = lanes.lane(span)
        if lane is None:
            left_out += 1
            continue
        color = colors.get(span.group) if span.group is not None else None
        bar = Bar(lane, max(span.start, begin), min(span.end, end), color, span)
        bars.append(bar)
        if latest is not None and near.follows(latest.span, span):
            passings.append(Passing(latest.lane, latest.end, lane, bar.start))
        if latest is None or span.end >= latest.span.end:
            latest = bar
    order = sorted(range(len(lanes.names)), key=lambda lane: (_natural(lanes.names[lane]), lane))
    place = {lane: n for n, lane in enumerate(order)}
    return Timeline(
        begin=begin,
        end=end,
        lanes=tuple(lanes.names[lane] for lane in order),
        bars=tuple(replace(bar, lane=place[bar.lane]) for bar in bars),
        passings=tuple(replace(p, from_lane=place[p.from_lane], to_lane=place[p.to_lane]) for p in passings),
        colored=colored,
        other_groups=len(groups) - len(colored),
        ungrouped=sum(span.group is None for span in stretch.spans),
        left_out=left_out,
        whole=stretch.whole,
    )


def levels(picture: Timeline) -> list[tuple[int, int, int]]:
    """From when, until when, and how many are at work, where it is at least one."""
    changes = sorted([*((bar.start, 1) for bar in picture.bars), *((bar.end, -1) for bar in picture.bars)])
    steps, level, since = [], 0, picture.begin
    for time, change in changes:
        if level and time > since:
            steps.append((since, time, level))
        level, since = level + change, time
    return steps


def _natural(name: str) -> list[tuple[int, str]]:
    """Sorts `worker-2` before `worker-10`."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d{1,18})", name)]


class _Lanes:
    """Finds a lane for each span: its worker's, or a new one if that is taken."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._free: list[int] = []
        self._of: dict[str, list[int]] = {}

    def lane(self, span: Span) -> int | None:
        own = self._of.setdefault(span.worker, [])
        for lane in own:
            if self._free[lane] <= span.start:
                self._free[lane] = span.end
                return lane
        if len(self.names) == MAX_LANES:
            return None
        own.append(len(self.names))
        self.names.append(span.worker)
        self._free.append(span.end)
        return own[-1]
