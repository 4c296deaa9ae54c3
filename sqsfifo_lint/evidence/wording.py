"""How durations, shares and counts are written for people."""

from __future__ import annotations

_UNITS = (
    ("days", 86_400_000_000),
    ("h", 3_600_000_000),
    ("min", 60_000_000),
    ("s", 1_000_000),
    ("ms", 1_000),
)


def duration(microseconds: int | float) -> str:
    """With two digits at least: `45 ms`, `1.2 s`, `3.4 min`. Days from 2 days on, hours from 2 hours on, and so on."""
    for unit, size in _UNITS:
        if microseconds >= 2 * size or (unit == "s" and microseconds >= size):
            value = microseconds / size
            return f"{value:.0f} {unit}" if value >= 10 else f"{value:.1f}".removesuffix(".0") + f" {unit}"
    return "0 s" if not microseconds else f"{microseconds / 1000:.2g} ms"


def shortened(text: str, most: int) -> str:
    """At most `most` characters, at least 3, of a name: its start and its end, since either may tell it from others."""
    if len(text) <= most:
        return text
    tail = (most - 1) * 2 // 3
    return f"{text[: most - 1 - tail]}…{text[-tail:]}"


def rate(per_hour: float) -> str:
    """`3.4 an hour`, `17 a minute`, `1,200 a second`: in the largest unit in which it is 2 at least."""
    units = (("a second", 3600), ("a minute", 60), ("an hour", 1))
    unit, share = next(((unit, share) for unit, share in units if per_hour >= 2 * share), ("a day", 1 / 24))
    value = per_hour / share
    return f"{value:,.0f} {unit}" if value >= 10 else f"{value:.1f} {unit}"


def percent(share: float) -> str:
    """A share from 0 to 1. Neither `0%` nor `100%` unless it is exactly that."""
    if 0 < share < 0.001:
        return "<0.1%"
    if 0.999 < share < 1:
        return ">99.9%"
    value = share * 100
    return f"{value:.0f}%" if value in (0, 100) or 10 <= value <= 90 else f"{value:.1f}%".replace(".0%", "%")


def counted(number: int, one: str, several: str = "") -> str:
    """`1 worker`, `2 workers`, `1,234 workers`."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"
