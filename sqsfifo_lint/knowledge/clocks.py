"""How far apart two values of a clock are, in nanoseconds, after they were formatted, rounded or cut.

A function returns None when the operation does not say: then the resolution of its input stands (see `worse`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from sqsfifo_lint.knowledge.model import DAY, HOUR, MICROSECOND, MILLISECOND, MINUTE, NANOSECOND, SECOND

WEEK = 7 * DAY
MONTH = 30 * DAY
YEAR = 365 * DAY
CENTURY = 100 * YEAR

# The count of seconds since 1970 has ten digits until 2286.
_EPOCH_DIGITS = 10

_DIRECTIVE = re.compile(r"%[-_0^#:EO]*(?P<letter>[A-Za-z%+])")

_DIRECTIVES: Mapping[str, int] = MappingProxyType(
    {
        "f": MICROSECOND,
        **dict.fromkeys("STXcrs+", SECOND),
        **dict.fromkeys("MR", MINUTE),
        **dict.fromkeys("HIkl", HOUR),
        "p": 12 * HOUR,
        **dict.fromkeys("AaDFdejuvwx", DAY),
        **dict.fromkeys("UVW", WEEK),
        **dict.fromkeys("Bbhm", MONTH),
        **dict.fromkeys("GYgy", YEAR),
        "C": CENTURY,
    }
)

_FORMAT_SPEC = re.compile(
    r"(?:.?[<>=^])?[-+ ]?z?#?0?\d{0,9}[,_]?(?:\.(?P<precision>\d{1,9}))?[hlL]?(?P<type>[A-Za-z%])?",
    re.DOTALL,
)

_TIMESPECS: Mapping[str, int] = MappingProxyType(
    {
        "auto": MICROSECOND,
        "microseconds": MICROSECOND,
        "milliseconds": MILLISECOND,
        "seconds": SECOND,
        "minutes": MINUTE,
        "hours": HOUR,
    }
)

# From fine to coarse: a fixed field leaves the next one as the finest that moves.
_FIELDS: tuple[tuple[str, int], ...] = (
    ("microsecond", MICROSECOND),
    ("second", SECOND),
    ("minute", MINUTE),
    ("hour", HOUR),
    ("day", DAY),
    ("month", MONTH),
)

# The words and frequency codes of arrow, pendulum, pandas and whenever.
_UNITS: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys(("N", "nanosecond", "ns"), NANOSECOND),
        **dict.fromkeys(("U", "microsecond", "us"), MICROSECOND),
        **dict.fromkeys(("L", "millisecond", "ms"), MILLISECOND),
        **dict.fromkeys(("S", "s", "second"), SECOND),
        **dict.fromkeys(("T", "min", "minute"), MINUTE),
        **dict.fromkeys(("H", "h", "hour"), HOUR),
        **dict.fromkeys(("D", "d", "day"), DAY),
        **dict.fromkeys(("W", "week"), WEEK),
        **dict.fromkeys(("M", "month"), MONTH),
        **dict.fromkeys(("Q", "quarter"), 3 * MONTH),
        **dict.fromkeys(("Y", "year"), YEAR),
        "decade": 10 * YEAR,
        "century": CENTURY,
    }
)

# From coarse to fine.
_NAMES: tuple[tuple[str, int], ...] = (
    ("year", YEAR),
    ("month", MONTH),
    ("week", WEEK),
    ("day", DAY),
    ("hour", HOUR),
    ("minute", MINUTE),
    ("second", SECOND),
    ("millisecond", MILLISECOND),
    ("microsecond", MICROSECOND),
    ("nanosecond", NANOSECOND),
)

METHOD_RESOLUTION: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "ctime",
                "int_timestamp",
                "rfc2822",
                "timetuple",
                "to_cookie_string",
                "to_datetime_string",
                "to_rss_string",
                "to_time_string",
                "utctimetuple",
                "second",
                "tm_sec",
            ),
            SECOND,
        ),
        "microsecond": MICROSECOND,
        **dict.fromkeys(("millisecond", "timestamp_millis"), MILLISECOND),
        **dict.fromkeys(("minute", "tm_min", "to_day_datetime_string"), MINUTE),
        **dict.fromkeys(("hour", "tm_hour"), HOUR),
        **dict.fromkeys(
            (
                "date",
                "day",
                "day_of_week",
                "day_of_year",
                "isocalendar",
                "isoweekday",
                "normalize",
                "tm_mday",
                "tm_wday",
                "tm_yday",
                "to_date_string",
                "to_formatted_date_string",
                "toordinal",
                "weekday",
            ),
            DAY,
        ),
        **dict.fromkeys(("week", "week_of_year"), WEEK),
        **dict.fromkeys(("month", "tm_mon"), MONTH),
        **dict.fromkeys(("tm_year", "year"), YEAR),
    }
)
"""Methods and attributes of a date or time -> resolution of what they return."""

FUNCTION_RESOLUTION: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                # Of a float of seconds
                "builtins.int",
                "builtins.round",
                "math.ceil",
                "math.floor",
                "math.trunc",
                "numpy.ceil",
                "numpy.floor",
                "numpy.trunc",
                "time.ctime",
                "time.gmtime",
                "time.localtime",
                # Of a date and time, or its fields
                "calendar.timegm",
                "django.utils.http.http_date",
                "email.utils.format_datetime",
                "email.utils.formatdate",
                "time.asctime",
                "time.mktime",
                "time.strftime",
                "werkzeug.http.http_date",
            ),
            SECOND,
        ),
        "datetime.date.fromtimestamp": DAY,
    }
)
"""Functions of a time in seconds -> resolution of what they return. Not for a count of milli- or nanoseconds."""


def strftime_resolution(format: str) -> int | None:
    """Resolution of the finest directive of `format`."""
    found = [_DIRECTIVES[m["letter"]] for m in _DIRECTIVE.finditer(format) if m["letter"] in _DIRECTIVES]
    return min(found, default=None)


def has_space(format: str) -> bool:
    """Whether what `strftime(format)` gives has a space in it: one of its own, or that of `%c`."""
    return " " in format or "%c" in format.replace("%%", "")


def format_spec_resolution(spec: str, kind: str) -> int | None:
    """Resolution of `format(value, spec)` and of `"%spec" % value`, where a `float` counts seconds."""
    if kind in ("datetime", "date", "time"):
        return strftime_resolution(spec)
    if kind != "float":
        return None
    match = _FORMAT_SPEC.fullmatch(spec)
    if match is None:
        return None
    precision = None if match["precision"] is None else int(match["precision"])
    match match["type"]:
        case "d" | "i" | "u" | "x" | "X" | "o" | "b":
            return SECOND
        case "f" | "F":
            return _decimal_places(6 if precision is None else precision)
        case "%":
            return _decimal_places((6 if precision is None else precision) + 2)
        case "e" | "E":
            return _significant_digits((6 if precision is None else precision) + 1)
        case "g" | "G" | "n":
            return _significant_digits(6 if precision is None else max(1, precision))
        case None if precision is not None:
            return _significant_digits(max(1, precision))
        case _:
            return None


def isoformat_resolution(timespec: str) -> int | None:
    """Resolution of `datetime.isoformat(timespec=...)`."""
    return _TIMESPECS.get(timespec)


def replace_resolution(zeroed: frozenset[str]) -> int:
    """Resolution of `datetime.replace()` that gives the fields `zeroed` a fixed value."""
    return next((resolution for field, resolution in _FIELDS if field not in zeroed), YEAR)


def unit_resolution(unit: str) -> int | None:
    """Resolution after `.floor(unit)`, `.start_of(unit)`, `.span(unit)` and the like."""
    match = re.fullmatch(r"(\d{0,9})([A-Za-z]+)", unit)
    if match is None:
        return None
    name = match[2]
    resolution = _UNITS.get(name) or _UNITS.get(name.removesuffix("s"))
    return None if resolution is None else resolution * max(1, int(match[1] or "1"))


def scaled_int_resolution(factor: float) -> int:
    """Resolution of `int(t * factor)`, `t` in seconds. Bounded for any factor."""
    if not abs(factor) > 0:  # zero or not a number
        return CENTURY
    return round(min(max(SECOND / abs(factor), NANOSECOND), CENTURY))


def worse(a: int | None, b: int | None) -> int | None:
    """The coarser of two resolutions; None gives way."""
    if a is None or b is None:
        return b if a is None else a
    return max(a, b)


def describe(resolution: int) -> str:
    """The words after "the clock moves once ...": `a second`, `an hour`, `every 15.6 milliseconds`."""
    whole = (unit for unit in _NAMES if _fits(resolution, unit[1]))
    name, size = next(whole, None) or next((unit for unit in _NAMES if resolution >= unit[1]), _NAMES[-1])
    count = f"{resolution / size:.1f}".removesuffix(".0")
    if count == "1":
        return f"{'an' if name == 'hour' else 'a'} {name}"
    return f"every {count} {name}s"


def _fits(resolution: int, size: int) -> bool:
    """A whole count of a unit that reads well: "90 minutes" rather than "1.5 hours", but not "15625 microseconds"."""
    return resolution % size == 0 and resolution // size < 1000


def _decimal_places(places: int) -> int:
    # More than nine places are finer than a nanosecond, and the exponent comes from the text being checked.
    return SECOND // int(10 ** min(places, 9))


def _significant_digits(digits: int) -> int:
    places = digits - _EPOCH_DIGITS
    return _decimal_places(places) if places >= 0 else int(10**-places) * SECOND
