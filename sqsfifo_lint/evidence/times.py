"""Reads the times of log lines, as microseconds since 1970, UTC."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from functools import partial

Reader = Callable[[str, tzinfo], int]
"""Reads a time; where the text names no zone, it is in the given one. Raises ValueError."""


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso(text: str, zone: tzinfo) -> int:
    """ISO 8601, with `T` or a space, `.` or `,`, any number of fractional digits, with or without a zone."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = datetime.fromisoformat(text.strip().replace(" +", "+").replace(" -", "-").replace(" Z", "Z"))
    return _microseconds(time, zone)


def epoch(text: str, zone: tzinfo, *, unit: int = 1_000_000) -> int:
    """A number since 1970, of as many microseconds as `unit`, perhaps with a fraction."""
    whole, _, fraction = text.partition(".")
    if not fraction:
        return int(whole) * unit
    digits = len(str(unit)) - 1
    return int(whole) * unit + int(fraction[:digits].ljust(digits, "0") or "0")


def nanoseconds(text: str, zone: tzinfo) -> int:
    """Nanoseconds since 1970."""
    return int(text) // 1000


def strptime(text: str, zone: tzinfo, *, pattern: str) -> int:
    """A time in a format of `datetime.strptime`."""
    return _microseconds(datetime.strptime(text, pattern), zone)


FORMATS: Mapping[str, Reader] = {
    "iso": iso,
    "epoch": epoch,
    "epoch-ms": partial(epoch, unit=1000),
    "epoch-us": partial(epoch, unit=1),
    "epoch-ns": nanoseconds,
}
"""What `--time` may be, besides a format of `strptime`."""


def reader(name: str) -> Reader:
    """The reader of a format: a name in `FORMATS`, or a format of `strptime`. Raises ValueError."""
    if "%" in name:
        try:
            datetime.strptime("", name)
        except ValueError as error:
            if "directive" in str(error) or "stray" in str(error):  # rather than that the empty text does not match
                raise ValueError(f"{name!r} is no time format: {error}") from error
        return partial(strptime, pattern=name)
    try:
        return FORMATS[name]
    except KeyError:
        raise ValueError(
            f"no time format: {', '.join(FORMATS)}, or one of strptime, such as %d.%m.%Y %H:%M:%S"
        ) from None


def _with_slashes(text: str, zone: tzinfo) -> int:
    return iso(text.replace("/", "-"), zone)


ISO = (
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(?:[.,][0-9]+)?(?: ?(?:Z|[+-][0-9]{2}:?[0-9]{2})\b)?)"
)
"""A regular expression for what `iso` reads."""

_APACHE = "%d/%b/%Y:%H:%M:%S %z"

_FINDERS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile(ISO), iso),
    # Go's log and nginx's error log
    (re.compile(r"\b([0-9]{4}/[0-9]{2}/[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?)"), _with_slashes),
    # Apache's and nginx's access log
    (re.compile(r"\[([0-9]{2}/[A-Z][a-z]{2}/[0-9:]+ [+-][0-9]{4})\]"), partial(strptime, pattern=_APACHE)),
    (re.compile(r"^\[?([0-9]{10}(?:\.[0-9]+)?)\b"), epoch),
    (re.compile(r"^\[?([0-9]{13})\b"), partial(epoch, unit=1000)),
    (re.compile(r"^\[?([0-9]{16})\b"), partial(epoch, unit=1)),
    (re.compile(r"^\[?([0-9]{19})\b"), nanoseconds),
)  # fmt: skip
"""Where a time is looked for in a line if nobody says where: expression and reader, the likeliest first."""

MAX_TIME_COLUMN = 200
"""Characters of a line in which its time is looked for; later ones are what the line is about."""


def found(line: str, zone: tzinfo) -> int | None:
    """The time in a line, wherever it is; None if there is none. Raises ValueError for one that does not exist."""
    head = line[:MAX_TIME_COLUMN]
    for pattern, read in _FINDERS:
        match = pattern.search(head)
        if match is not None:
            return read(match[1], zone)
    return None


def _microseconds(time: datetime, zone: tzinfo) -> int:
    if time.tzinfo is None:
        time = time.replace(tzinfo=zone)
    since = time - _EPOCH
    return since.days * 86_400_000_000 + since.seconds * 1_000_000 + since.microseconds
