"""Resolutions: what formatting, rounding and truncating leave of a clock."""

from __future__ import annotations

import datetime
import math
import time

import pytest

from sqsfifo_lint.knowledge import clocks, resolutions
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


@pytest.mark.parametrize(
    ("format", "resolution"),
    [
        ("%Y-%m-%dT%H:%M:%S.%f", MICROSECOND),
        ("%Y%m%d%H%M%S", SECOND),
        ("%s", SECOND),
        ("%X", SECOND),
        ("%c", SECOND),
        ("%T", SECOND),
        ("%r", SECOND),
        ("%Y-%m-%d %H:%M", MINUTE),
        ("%R", MINUTE),
        ("%Y%m%d%H", HOUR),
        ("%I", HOUR),
        ("%d/%p", 12 * HOUR),
        ("%d", DAY),
        ("%Y-%j", DAY),
        ("%F", DAY),
        ("%D", DAY),
        ("%x", DAY),
        ("%a", DAY),
        ("%A", DAY),
        ("%w", DAY),
        ("%u", DAY),
        ("%G-W%V", WEEK),
        ("%Y-%m", MONTH),
        ("%b", MONTH),
        ("%Y", YEAR),
        ("%y", YEAR),
        ("%-S", SECOND),
        ("%#S", SECOND),
        ("%Y%:z", YEAR),
        ("%%S", None),
        ("%%%S", SECOND),
        ("%Z", None),
        ("order", None),
        ("100% S", None),
        ("%", None),
        ("", None),
    ],
)
def test_strftime(format: str, resolution: int | None) -> None:
    assert resolutions.strftime_resolution(format) == resolution


@pytest.mark.parametrize("letter", "aAbBcdHIjmMpSUwWxXyYfGuV")
def test_every_portable_directive_is_known_and_no_finer_than_it_prints(letter: str) -> None:
    resolution = resolutions.strftime_resolution(f"%{letter}")
    assert resolution is not None
    if resolution <= DAY and letter != "f":
        # Two moments inside one step print the same.
        start = datetime.datetime(2024, 1, 1)
        within = start + datetime.timedelta(microseconds=resolution // 1000 - 1)
        assert start.strftime(f"%{letter}") == within.strftime(f"%{letter}")


@pytest.mark.parametrize(
    ("spec", "kind", "resolution"),
    [
        (".0f", "float", SECOND),
        (".1f", "float", SECOND // 10),
        (".3f", "float", MILLISECOND),
        (".6f", "float", MICROSECOND),
        ("f", "float", MICROSECOND),
        (".12f", "float", NANOSECOND),
        (".999999999f", "float", NANOSECOND),
        (".0%", "float", 10 * MILLISECOND),
        ("d", "float", SECOND),
        ("010d", "float", SECOND),
        ("x", "float", SECOND),
        ("015.3f", "float", MILLISECOND),
        ("*>20,.2f", "float", 10 * MILLISECOND),
        (".9e", "float", SECOND),
        ("g", "float", 10_000 * SECOND),
        (".13g", "float", MILLISECOND),
        (".10", "float", SECOND),
        ("", "float", None),
        ("s", "float", None),
        ("r", "float", None),
        ("not a spec", "float", None),
        ("." + "9" * 5000 + "f", "float", None),
        ("%Y%m%d", "datetime", DAY),
        ("%H:%M", "time", MINUTE),
        ("%Y", "date", YEAR),
        ("", "datetime", None),
        ("d", "int", None),
        (".10", "str", None),
    ],
)
def test_format_spec(spec: str, kind: str, resolution: int | None) -> None:
    assert resolutions.format_spec_resolution(spec, kind) == resolution


@pytest.mark.parametrize("spec", [".0f", ".1f", ".3f", ".9e", "g", ".8g", ".10", ".12g"])
def test_format_spec_agrees_with_python(spec: str) -> None:
    resolution = resolutions.format_spec_resolution(spec, "float")
    assert resolution is not None
    step, now = resolution / SECOND, 1_700_000_000.0
    assert format(now, spec) == format(now + step / 4, spec)
    assert format(now, spec) != format(now + step * 1.5, spec)


@pytest.mark.parametrize(
    ("timespec", "resolution"),
    [
        ("auto", MICROSECOND),
        ("microseconds", MICROSECOND),
        ("milliseconds", MILLISECOND),
        ("seconds", SECOND),
        ("minutes", MINUTE),
        ("hours", HOUR),
        ("", None),
        ("days", None),
    ],
)
def test_isoformat(timespec: str, resolution: int | None) -> None:
    assert resolutions.isoformat_resolution(timespec) == resolution


@pytest.mark.parametrize(
    ("zeroed", "resolution"),
    [
        ("", MICROSECOND),
        ("tzinfo", MICROSECOND),
        ("second", MICROSECOND),
        ("microsecond", SECOND),
        ("microsecond minute", SECOND),
        ("microsecond second", MINUTE),
        ("microsecond second minute", HOUR),
        ("microsecond second minute hour", DAY),
        ("microsecond second minute hour day", MONTH),
        ("microsecond second minute hour day month", YEAR),
    ],
)
def test_replace(zeroed: str, resolution: int) -> None:
    assert resolutions.replace_resolution(frozenset(zeroed.split())) == resolution


@pytest.mark.parametrize(
    ("unit", "resolution"),
    [
        ("second", SECOND),
        ("seconds", SECOND),
        ("s", SECOND),
        ("ms", MILLISECOND),
        ("us", MICROSECOND),
        ("5min", 5 * MINUTE),
        ("hour", HOUR),
        ("D", DAY),
        ("weeks", WEEK),
        ("month", MONTH),
        ("quarter", 3 * MONTH),
        ("Y", YEAR),
        ("0s", SECOND),
        ("fortnight", None),
        ("", None),
        ("9" * 5000 + "s", None),
    ],
)
def test_unit(unit: str, resolution: int | None) -> None:
    assert resolutions.unit_resolution(unit) == resolution


@pytest.mark.parametrize(
    ("factor", "resolution"),
    [
        (1, SECOND),
        (1000, MILLISECOND),
        (1e6, MICROSECOND),
        (1e9, NANOSECOND),
        (1e12, 1),
        (-1000, MILLISECOND),
        (1 / 60, MINUTE),
        (1 / 86400, DAY),
        (64, 15_625_000),
        (0, CENTURY),
        (5e-324, CENTURY),
        (10**400, 1),
        (math.inf, 1),
        (math.nan, CENTURY),
    ],
)
def test_scaled_int(factor: float, resolution: int) -> None:
    assert resolutions.scaled_int_resolution(factor) == resolution


@pytest.mark.parametrize(
    ("a", "b", "coarser"),
    [(None, None, None), (SECOND, None, SECOND), (None, DAY, DAY), (SECOND, DAY, DAY), (DAY, SECOND, DAY)],
)
def test_worse(a: int | None, b: int | None, coarser: int | None) -> None:
    assert resolutions.worse(a, b) == coarser


@pytest.mark.parametrize(
    ("resolution", "words"),
    [
        (NANOSECOND, "a nanosecond"),
        (244, "every 244 nanoseconds"),
        (MICROSECOND, "a microsecond"),
        (MILLISECOND, "a millisecond"),
        (10 * MILLISECOND, "every 10 milliseconds"),
        (15_625_000, "every 15.6 milliseconds"),
        (SECOND, "a second"),
        (SECOND * 3 // 2, "every 1.5 seconds"),
        (MINUTE, "a minute"),
        (90 * MINUTE, "every 90 minutes"),
        (HOUR, "an hour"),
        (12 * HOUR, "every 12 hours"),
        (DAY, "a day"),
        (10 * DAY, "every 10 days"),
        (WEEK, "a week"),
        (MONTH, "a month"),
        (YEAR, "a year"),
        (CENTURY, "every 100 years"),
    ],
)
def test_describe(resolution: int, words: str) -> None:
    assert resolutions.describe(resolution) == words


MOMENT = datetime.datetime(2024, 5, 17, 13, 14, 15, 123_456, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "method", ["ctime", "date", "isocalendar", "isoweekday", "timetuple", "toordinal", "utctimetuple", "weekday"]
)
def test_method_resolution_is_no_finer_than_the_method(method: str) -> None:
    resolution = datetime.timedelta(microseconds=clocks.METHOD_RESOLUTION[method] // 1000)
    start = datetime.datetime.min.replace(year=2024, tzinfo=datetime.UTC)
    begin = start + (MOMENT - start) // resolution * resolution
    last = begin + resolution - datetime.timedelta(microseconds=1)
    assert getattr(begin, method)() == getattr(last, method)()
    assert getattr(begin, method)() != getattr(begin + resolution, method)()


def test_function_resolution_of_standard_library_functions() -> None:
    now = 1_700_000_000.0
    assert math.floor(now + 0.9) == math.floor(now)
    assert time.gmtime(now + 0.9) == time.gmtime(now)
    for name in ("math.floor", "time.gmtime", "time.mktime", "calendar.timegm", "time.strftime", "builtins.int"):
        assert clocks.FUNCTION_RESOLUTION[name] == SECOND
    assert clocks.FUNCTION_RESOLUTION["datetime.date.fromtimestamp"] == DAY
