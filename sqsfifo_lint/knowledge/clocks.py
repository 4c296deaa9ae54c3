"""How often a clock moves after it was formatted, rounded or truncated, in nanoseconds: tables."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqsfifo_lint.knowledge.model import (
    CENTURY,
    DAY,
    HOUR,
    MICROSECOND,
    MILLISECOND,
    MINUTE,
    MONTH,
    NANOSECOND,
    SECOND,
    WEEK,
    YEAR,
)

DIRECTIVES: Mapping[str, int] = MappingProxyType(
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
"""Directive of `strftime` -> how often its output moves."""

TIMESPECS: Mapping[str, int] = MappingProxyType(
    {
        "auto": MICROSECOND,
        "microseconds": MICROSECOND,
        "milliseconds": MILLISECOND,
        "seconds": SECOND,
        "minutes": MINUTE,
        "hours": HOUR,
    }
)
"""`timespec` of `isoformat` -> the same."""

FIELDS: tuple[tuple[str, int], ...] = (
    ("microsecond", MICROSECOND),
    ("second", SECOND),
    ("minute", MINUTE),
    ("hour", HOUR),
    ("day", DAY),
    ("month", MONTH),
)
"""The fields of a date and time, from fine to coarse: if one is fixed, the next is the finest that moves."""

UNITS: Mapping[str, int] = MappingProxyType(
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
"""The words and frequency codes of arrow, pendulum, pandas and whenever."""

UNIT_NAMES: tuple[tuple[str, int], ...] = (
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
"""The names of units for printing, from coarse to fine."""

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
"""Functions of a time in seconds -> resolution of what they return. Not for times in milli- or nanoseconds."""
