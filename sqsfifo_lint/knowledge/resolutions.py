"""How far apart two values of a clock are, in nanoseconds, after they were formatted, rounded or truncated.

This is code, separate from the tables in `clocks`, because there is no end of formats and factors. A function returns
None if the operation does not determine it: then the resolution of its input applies (see `worse`).
"""

from __future__ import annotations

import re

from sqsfifo_lint.knowledge.clocks import DIRECTIVES, FIELDS, TIMESPECS, UNIT_NAMES, UNITS
from sqsfifo_lint.knowledge.model import CENTURY, NANOSECOND, SECOND, YEAR

# The count of seconds since 1970 has ten digits until 2286.
_EPOCH_DIGITS = 10

_DIRECTIVE = re.compile(r"%[-_0^#:EO]*(?P<letter>[A-Za-z%+])")

_FORMAT_SPEC = re.compile(
    r"(?:.?[<>=^])?[-+ ]?z?#?0?\d{0,9}[,_]?(?:\.(?P<precision>\d{1,9}))?[hlL]?(?P<type>[A-Za-z%])?",
    re.DOTALL,
)


def strftime_resolution(format: str) -> int | None:
    """Resolution of the finest directive of `format`."""
    found = [DIRECTIVES[m["letter"]] for m in _DIRECTIVE.finditer(format) if m["letter"] in DIRECTIVES]
    return min(found, default=None)


def has_space(format: str) -> bool:
    """Whether the output of `strftime(format)` contains a space: its own, or that of `%c`."""
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
    return TIMESPECS.get(timespec)


def replace_resolution(zeroed: frozenset[str]) -> int:
    """Resolution of `datetime.replace()` that gives the fields `zeroed` a fixed value."""
    return next((resolution for field, resolution in FIELDS if field not in zeroed), YEAR)


def unit_resolution(unit: str) -> int | None:
    """Resolution after `.floor(unit)`, `.start_of(unit)`, `.span(unit)` and the like."""
    match = re.fullmatch(r"(\d{0,9})([A-Za-z]+)", unit)
    if match is None:
        return None
    name = match[2]
    resolution = UNITS.get(name) or UNITS.get(name.removesuffix("s"))
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
    whole = (unit for unit in UNIT_NAMES if _fits(resolution, unit[1]))
    name, size = next(whole, None) or next((unit for unit in UNIT_NAMES if resolution >= unit[1]), UNIT_NAMES[-1])
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
