"""Reads the times of log lines, as microseconds since 1970, UTC."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from functools import lru_cache, partial
from itertools import zip_longest

Reader = Callable[[str, tzinfo], int]
"""Reads a time; where the text names no zone, it is in the given one. Raises ValueError."""


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


_FRACTION = re.compile("[.,][0-9]+Z?")


@lru_cache(maxsize=1024)
def _second(text: str, zone: tzinfo) -> int:
    """A time of whole seconds. Many lines in a row have the same."""
    return _microseconds(datetime.fromisoformat(text), zone)


def iso(text: str, zone: tzinfo) -> int:
    """ISO 8601, with `T` or a space, `.` or `,`, any number of fractional digits, with or without a zone."""
    if _FRACTION.fullmatch(text, 19) and text[13] == text[16] == ":":
        return _second(text[:19], UTC if text[-1] == "Z" else zone) + int(text[20:26].rstrip("Z").ljust(6, "0"))
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
    """A time in a format of `datetime.strptime`. Without a year, as in syslog, it is the latest one that has been."""
    if _YEAR.search(pattern):
        return _microseconds(datetime.strptime(text, pattern), zone)
    now = datetime.now(UTC)
    for year in (now.year, now.year - 1):
        time = _microseconds(datetime.strptime(f"{year} {text}", f"%Y {pattern}"), zone)
        if time < _microseconds(now, UTC) + _DAY:
            break
    return time


_YEAR = re.compile("%[YyGcx]")

_DAY = 86_400_000_000
"""Microseconds by which a time may be ahead of this machine's clock: the zone may be another one."""


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


_DIRECTIVES: Mapping[str, str] = {
    **dict.fromkeys("mdHMSIywUWVu", "[0-9]{1,2}"),
    **dict.fromkeys("YG", "[0-9]{4}"),
    **dict.fromkeys("aAbBpZ", r"[^\W\d_]+"),
    "j": "[0-9]{1,3}",
    "f": "[0-9]{1,6}",
    "z": "(?:Z|[+-][0-9]{2}:?[0-9]{2}(?::?[0-9]{2})?)",
    "%": "%",
}
"""What stands in the place of a directive of strptime:
https://docs.python.org/3/library/datetime.html#format-codes. Of any other it is whatever is no space."""


def finder(name: str) -> tuple[re.Pattern[str], Reader]:
    """Where in a line a time of a format of strptime is, and its reader. Raises ValueError for an unknown format."""
    read = reader(name)
    if "%" not in name:
        return _NUMBER if name.startswith("epoch") else re.compile(ISO), read
    parts = re.split("%(.)", name)
    texts = (re.sub(r"(?:\\? )+", " +", re.escape(text)) for text in parts[::2])
    codes = (_DIRECTIVES.get(code, r"\S+") for code in parts[1::2])
    return re.compile("(" + "".join(map("".join, zip_longest(texts, codes, fillvalue=""))) + ")"), read


_NUMBER = re.compile(r"(?<![0-9.])([0-9]{9,20}(?:\.[0-9]+)?)(?![0-9])")


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
    # syslog, https://datatracker.ietf.org/doc/html/rfc3164#section-4.1.2
    (re.compile(r"^(?:<[0-9]+>)?([A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2})\b"),
     partial(strptime, pattern="%b %d %H:%M:%S")),
)  # fmt: skip
"""Where a time is looked for in a line if nobody says where: expression and reader, the likeliest first."""

_KEY = r'"(?:@?timestamp|time|ts|asctime|datetime|@t)" ?: ?"?'

_FIELDS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile(_KEY + ISO), iso),
    (re.compile(_KEY + r"([0-9]{10}(?:\.[0-9]+)?)\b"), epoch),
    (re.compile(_KEY + r"([0-9]{13}(?:\.[0-9]+)?)\b"), partial(epoch, unit=1000)),
    (re.compile(_KEY + r"([0-9]{16})\b"), partial(epoch, unit=1)),
    (re.compile(_KEY + r"([0-9]{19})\b"), nanoseconds),
)
"""Where it is in a line that is a JSON object, as structlog, python-json-logger, zap and pino write them. Other fields
of it may be times, too, and the log's own may be the last."""

MAX_TIME_COLUMN = 200
"""Characters of a line in which its time is looked for; later ones are what the line is about."""


def found(line: str, zone: tzinfo) -> int | None:
    """The time in a line, wherever it is; None if there is none. Raises ValueError for one that does not exist."""
    if line.startswith("{"):
        time = _first(_FIELDS, line, zone)
        if time is not None:
            return time
    return _first(_FINDERS, line[:MAX_TIME_COLUMN], zone)


def _first(finders: Iterable[tuple[re.Pattern[str], Reader]], text: str, zone: tzinfo) -> int | None:
    for pattern, read in finders:
        match = pattern.search(text)
        if match is not None:
            return read(match[1], zone)
    return None


def _microseconds(time: datetime, zone: tzinfo) -> int:
    if time.tzinfo is None:
        time = time.replace(tzinfo=zone)
    since = time - _EPOCH
    return since.days * 86_400_000_000 + since.seconds * 1_000_000 + since.microseconds
