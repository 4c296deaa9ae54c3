"""Points in time, written for people. Times are in microseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND

STEPS = (
    *(unit * n for unit in (1, 10, 100, 1000, 10_000, 100_000) for n in (1, 2, 5)),
    *(n * _SECOND for n in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200)),
    *(n * _DAY for n in (1, 2, 7, 30, 90, 365, 3650, 36_500)),
)
"""Distances between ticks that people can read."""


def moment(microseconds: int, *, digits: int = 3) -> str:
    """A time as text: `2025-10-06T08:02:07.098Z`, cut (not rounded) to `digits` of the second, 0, 3 or 6."""
    try:
        when = _EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return f"{microseconds} µs"
    return (
        when.replace(tzinfo=None).isoformat(timespec={0: "seconds", 3: "milliseconds"}.get(digits, "microseconds"))
        + "Z"
    )


def ticks(begin: int, end: int, most: int) -> list[tuple[int, str]]:
    """At most `most` points from `begin` to `end` at a readable distance, with what to write there."""
    step = next((step for step in STEPS if (end - begin) // step < most), STEPS[-1])
    first = -(-begin // step) * step
    return [(time, _short(time, step)) for time in range(first, end + 1, step)][:most]


def _short(time: int, step: int) -> str:
    day, _, clock = (
        moment(time, digits=0 if step >= _SECOND else 3 if step >= 1000 else 6).removesuffix("Z").partition("T")
    )
    if step >= _DAY or not clock:
        return day
    return clock.removesuffix(":00") if step >= 60 * _SECOND else clock
