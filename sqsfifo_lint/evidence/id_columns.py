"""What the IDs of many messages are, all together: of what kind, a sequence, made when, and how soon they repeat.

One value says little: an MD5 in 64 looks like a UUID, and any number like a time. That all of many values are of a kind
says much.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from sqsfifo_lint.evidence.ids import PLAIN, Fit, Kind, Reading, Window, every_reading, likely

LOOKED_AT = 2_000
"""Different values whose kind is looked at; each takes about 0.1 ms, and more would say the same."""

LISTED = 1_000
"""Different values that a report lists, the most used first."""

NEARLY_EVERY = 0.95
"""The share of the clock's ticks with a message from which on it cannot be told how many were dropped: a sender that
sends once a tick loses nothing, one that sends without a pause nearly all."""

ENOUGH_SENDS = 10
"""Messages from which a rate is worth something. Of fewer, one burst or one pause decides."""


class Use(NamedTuple):
    """How often a value was used, and when. Times in milliseconds since 1970, None if unknown."""

    messages: int
    first_sent: int | None
    last_sent: int | None


@dataclass(frozen=True, slots=True)
class IdValue:
    """A group ID or dedup ID, as it was seen."""

    value: str
    use: Use
    readings: tuple[Reading, ...]
    """What it may be, the likeliest first."""


class KindCount(NamedTuple):
    """A kind, and how many of the values that were looked at are of it."""

    kind: Kind
    values: int


@dataclass(frozen=True, slots=True)
class Ids:
    """The group IDs or dedup IDs of a queue's messages."""

    messages: int
    """Messages that have one."""
    different: int
    complete: bool
    """Every different value was kept; else there are more of them than `different`."""
    values: tuple[IdValue, ...]
    """The most used first, `LISTED` at most."""
    kinds: tuple[KindCount, ...]
    """If kinds fit every value looked at, these, the likeliest first; else the likeliest of each value, counted."""
    looked_at: int
    sequence: bool
    """They are numbers that follow one another, with gaps of no more than their own count."""
    before: int | None
    """Microseconds from the time in an ID to the first send with it, the median; None if they carry none."""

    @property
    def kind(self) -> Kind | None:
        """The kind of all of them, the likeliest if several fit. None: there are several kinds, or no IDs."""
        return self.kinds[0].kind if self.kinds and self.kinds[0].values == self.looked_at else None


def ids_of(uses: Mapping[str, Use], window: Window | None, messages: int) -> Ids:
    """The IDs in `uses`. `window`: when their messages were sent; `messages`: how many have one, kept or not."""
    ranked = sorted(uses.items(), key=lambda item: (-item[1].messages, item[0]))
    looked_at = {value: every_reading(value, window) for value, _ in ranked[:LOOKED_AT]}
    kinds = _kinds(looked_at.values())
    best = kinds[0].kind if kinds and kinds[0].values == len(looked_at) else None
    return Ids(
        messages=messages,
        different=len(uses),
        complete=sum(use.messages for use in uses.values()) == messages,
        values=tuple(IdValue(value, use, likely(looked_at[value], best)) for value, use in ranked[:LISTED]),
        kinds=kinds,
        looked_at=len(looked_at),
        sequence=_is_sequence(looked_at, best),
        before=_before(uses, looked_at, best),
    )


def _kinds(values: Iterable[Sequence[Reading]]) -> tuple[KindCount, ...]:
    several = [{reading.kind.name: reading for reading in reversed(readings)} for readings in values]
    if not several:
        return ()
    common = set.intersection(*(set(readings) for readings in several)) - PLAIN
    fitting = {name: max(readings[name].rank for readings in several) for name in common}
    credible = sorted((rank, several[0][name].kind.order, name) for name, rank in fitting.items() if rank <= Fit.PLAIN)
    if credible:
        return tuple(KindCount(several[0][name].kind, len(several)) for _, _, name in credible)
    first = [min(readings.values(), key=Reading.key) for readings in several]
    kinds = {reading.kind.name: reading.kind for reading in first}
    counts = Counter(reading.kind.name for reading in first)
    return tuple(KindCount(kinds[name], count) for name, count in counts.most_common())


_NUMBERED = re.compile(r"(\D*)(\d{1,18})")


def _is_sequence(values: Iterable[str], kind: Kind | None) -> bool:
    if kind is not None and kind.made is not None:
        return False
    matches = [_NUMBERED.fullmatch(value) for value in values]
    if len(matches) < 2 or len({match[1] if match else None for match in matches}) > 1:
        return False
    numbers = [int(match[2]) for match in matches if match]
    return bool(numbers) and max(numbers) - min(numbers) + 1 <= max(2 * len(set(numbers)) - 2, 2)


def _before(uses: Mapping[str, Use], values: Mapping[str, Sequence[Reading]], kind: Kind | None) -> int | None:
    if kind is None or kind.made is None or kind.local:
        return None
    found = [
        sent * 1000 - reading.made
        for value, readings in values.items()
        for reading in readings
        if reading.kind is kind and reading.made is not None and (sent := uses[value].first_sent) is not None
    ]
    return round(median(found)) if found else None


@dataclass(frozen=True, slots=True)
class Collisions:
    """How often IDs that are nothing but a time come out equal, so that SQS drops what has one."""

    kind: Kind
    resolution: int
    """In nanoseconds."""
    rate: float | None
    """Messages sent a second, as seen: those that SQS dropped are not among them. None if there were too few."""
    share: float | None
    """Of all messages that were sent, the part that is dropped, between 0 and 1; None if it cannot be told."""
    full: bool = False
    """Whether a message came in nearly every tick: there may have been any number of others that were dropped."""


def collisions(ids: Ids, window: Window | None) -> Collisions | None:
    """What to expect of dedup IDs, if all of them are a time and nothing else.

    Sends are taken to be independent of each other (a Poisson process of `k` sends a tick of the ID's clock). A tick
    then has a send with probability `p = 1 - exp(-k)`, and all sends of a tick but the first are dropped, which is
    `1 - p / k` of them. What is seen in the queue is what was not dropped: `p` is the rate seen, times the tick. Bursts
    lose more than that.
    """
    kind = ids.kind
    if kind is None or not kind.clock or kind.resolution is None or not _same_around(ids, kind):
        return None
    if window is None or ids.messages < ENOUGH_SENDS or window.last <= window.first:
        return Collisions(kind, kind.resolution, None, None)
    rate = (ids.messages - 1) * 1e6 / (window.last - window.first)
    occupied = rate * kind.resolution / 1e9
    if occupied >= NEARLY_EVERY:
        return Collisions(kind, kind.resolution, rate, None, full=True)
    return Collisions(kind, kind.resolution, rate, dropped_share(occupied))


def dropped_share(occupied: float) -> float:
    """The share of sends that is dropped, where this share of the clock's ticks, below 1, has at least one send."""
    if occupied < 1e-6:
        return occupied / 2  # the first term of the series; the formula below would round
    return 1 + occupied / math.log1p(-occupied)


def _same_around(ids: Ids, kind: Kind) -> bool:
    """Whether what stands beside the time is the same in all of them, so that equal times are equal IDs."""
    around = {(one.prefix, one.suffix) for value in ids.values for one in value.readings if one.kind is kind}
    return len(around) == 1
