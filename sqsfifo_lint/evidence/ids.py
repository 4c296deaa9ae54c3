"""What kind of value an ID is, and when it was made. A table of kinds, one row each, and how they are told apart.

A value may be of several kinds: 13 decimal digits are milliseconds since 1970, and 13 hexadecimal digits, as PHP's
`uniqid()` gives them. All that fit are told, the likeliest first: a time close to the sends beats one in 1987.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

SECOND = 1_000_000
"""In microseconds, the unit of every time here; they count since 1970, UTC."""

DAY = 86_400 * SECOND

NEAR = DAY
"""A time this close to the sends, in microseconds, is taken for the time at which the value was made.

A number that has nothing to do with time meets such a window by chance once in thousands of times: of all times that
10, 13 or 16 digits can give, two days are 1 in 50,000.
"""

RECENT = 400 * DAY
"""A time less than this before the sends, in microseconds, is likely when the value was made: a process has been up
for a while. Of all times that 10 digits can give, a year is 1 in 300.
"""

EARLIEST = 1_152_748_800 * SECOND
"""No ID of a message is older than SQS: 13 July 2006. https://aws.amazon.com/blogs/aws/amazon_simple_q/"""

LATEST = 4_102_444_800 * SECOND
"""The year 2100. A later time is a number that happens to fit."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_GREGORIAN = 12_219_292_800 * SECOND
"""From 15 October 1582, where UUID time begins, to 1970. https://www.rfc-editor.org/rfc/rfc9562#section-5.1"""


class Window(NamedTuple):
    """When the messages were sent: the first and the last, in microseconds since 1970."""

    first: int
    last: int


class Fit(IntEnum):
    """How well the time in a value fits the sends; the smaller the better."""

    NEAR = 0
    """Within a day of them."""
    RECENT = 1
    """Less than `RECENT` before them."""
    PLAIN = 2
    """The kind carries no time, or nothing is known to compare it with."""
    PAST = 3
    """Before them, and not older than SQS."""
    FAR = 4
    """After them, or older than SQS."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value."""

    name: str
    """As JSON gives it."""
    words: str
    """As a sentence has it, with its article."""
    pattern: re.Pattern[str]
    """Of the whole value."""
    evidence: str
    """What shows that a value is of this kind."""
    source: str = ""
    """Where the format is written down."""
    made: Callable[[str], int | None] | None = None
    """The time in a value, in microseconds since 1970; None if it cannot be one of this kind after all."""
    resolution: int | None = None
    """The steps of its clock, in nanoseconds."""
    clock: bool = False
    """It is a time and nothing else, so what is made within one step of the clock is equal."""
    sure: bool = False
    """Its form alone is proof enough, whatever the time in it."""
    local: bool = False
    """Its time tells no zone, so it may be off by up to 14 hours."""
    only_near: bool = False
    """Its form says so little that it is told only if its time is close to the sends."""
    border: str = "0-9A-Za-z"
    """What cannot stand right beside it if it is a part of a longer value: the inside of a character class."""

    @property
    def order(self) -> int:
        """Its row in the table."""
        return _ORDER[self.name]


class Reading(NamedTuple):
    """A value, read as one kind."""

    kind: Kind
    fit: Fit
    made: int | None = None
    """Microseconds since 1970."""
    prefix: str = ""
    """What stands before it in the value, and `suffix` behind it."""
    suffix: str = ""

    @property
    def whole(self) -> bool:
        """Whether it is the whole value."""
        return not self.prefix and not self.suffix

    @property
    def rank(self) -> Fit:
        """How likely the value is of this kind; the smaller the likelier."""
        if self.kind.sure:
            return Fit.NEAR
        if self.fit is Fit.PAST and not self.kind.clock:
            return Fit.PLAIN  # an entity's ULID is as old as the entity; a number may be anything
        return self.fit

    def key(self) -> tuple[int, int]:
        """The order of readings, the likeliest first."""
        return self.rank, self.kind.order


def readings(value: str, window: Window | None = None) -> tuple[Reading, ...]:
    """What `value` may be, the likeliest first; there is always at least one. `window`: when its messages were sent.

    A longer value is also searched for a part that tells a time close to the sends, or is a UUID.
    """
    return likely(every_reading(value, window))


def every_reading(value: str, window: Window | None = None) -> tuple[Reading, ...]:
    """As `readings`, with what is not worth a word: that it is text, and digits."""
    found = [reading for kind in KINDS if (reading := _whole(kind, value, window))]
    if not any(reading.rank <= Fit.RECENT for reading in found):
        found += _parts(value, window)
    return tuple(sorted(found, key=Reading.key))


def likely(several: Sequence[Reading], kind: Kind | None = None) -> tuple[Reading, ...]:
    """The readings that are worth telling, the likeliest first; that of `kind` is known to be the likeliest."""
    best = next((reading for reading in several if reading.kind is kind), several[0])
    rest = (reading for reading in several if reading is not best and reading.kind.name not in PLAIN)
    return (best, *rest)


def _whole(kind: Kind, value: str, window: Window | None) -> Reading | None:
    if not kind.pattern.fullmatch(value) or (kind.name == "json" and not _parses(value)):
        return None
    return _read(kind, value, window, "", "")


def _parses(value: str) -> bool:
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return False
    return True


def _parts(value: str, window: Window | None) -> Iterator[Reading]:
    """The first part of each kind that is surely one."""
    for kind, pattern in _INSIDE:
        for match in pattern.finditer(value):
            prefix, suffix = value[: match.start()], value[match.end() :]
            reading = _read(kind, match[0], window, prefix, suffix)
            if (prefix or suffix) and reading and (kind.sure or reading.fit <= Fit.RECENT):
                yield reading
                break


def _read(kind: Kind, text: str, window: Window | None, prefix: str, suffix: str) -> Reading | None:
    if kind.made is None:
        return Reading(kind, Fit.PLAIN, None, prefix, suffix)
    made = kind.made(text)
    if made is None:
        return None
    fit = fit_of(made, window)
    if kind.only_near and (window is None or fit is not Fit.NEAR):
        return None
    return Reading(kind, fit, made, prefix, suffix)


def fit_of(made: int, window: Window | None) -> Fit:
    """How well a time fits the sends; where those are unknown, whether it can be at all."""
    if window is None:
        return Fit.PLAIN if EARLIEST <= made < LATEST else Fit.FAR
    if window.first - NEAR <= made <= window.last + NEAR:
        return Fit.NEAR
    if window.first - RECENT <= made < window.first:
        return Fit.RECENT
    return Fit.PAST if EARLIEST <= made < window.first else Fit.FAR


# How the time is read


def _units(per_second: int, base: int = 10) -> Callable[[str], int]:
    """Of a number that counts since 1970, so many to the second."""
    return lambda text: int(text, base) * SECOND // per_second


def _uniqid(text: str) -> int | None:
    seconds, microseconds = int(text[:8], 16), int(text[8:13], 16)
    return seconds * SECOND + microseconds if microseconds < SECOND else None


def _uuid_number(text: str) -> int:
    return int(text.replace("-", ""), 16)


def _uuid1(text: str) -> int:
    number = _uuid_number(text)
    ticks = (number >> 64 & 0x0FFF) << 48 | (number >> 80 & 0xFFFF) << 32 | number >> 96
    return ticks // 10 - _GREGORIAN


def _uuid6(text: str) -> int:
    number = _uuid_number(text)
    return ((number >> 80) << 12 | number >> 64 & 0x0FFF) // 10 - _GREGORIAN


def _uuid7(text: str) -> int:
    return (_uuid_number(text) >> 80) * 1000


_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _ulid(text: str) -> int:
    number = 0
    for character in text[:10].upper():
        number = number * 32 + _CROCKFORD.index(character)
    return number * 1000


_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _ksuid(text: str) -> int | None:
    number = 0
    for character in text:
        number = number * 62 + _BASE62.index(character)
    return ((number >> 128) + 1_400_000_000) * SECOND if number < 1 << 160 else None


def _objectid(text: str) -> int:
    return int(text[:8], 16) * SECOND


def _snowflake(epoch: int, shift: int) -> Callable[[str], int]:
    """Of a number whose upper bits count milliseconds since `epoch` (milliseconds since 1970)."""
    return lambda text: ((int(text) >> shift) + epoch) * 1000


def _decimal_seconds(text: str) -> int:
    whole, _, fraction = text.partition(".")
    return int(whole) * SECOND + int(fraction[:6].ljust(6, "0"))


def _iso(text: str) -> int | None:
    """A time that tells no zone is taken for UTC."""
    try:
        return _since_1970(datetime.fromisoformat(text))
    except ValueError:
        return None


def _compact(text: str) -> int | None:
    try:
        return _since_1970(datetime.strptime(text, "%Y%m%d%H%M%S"))
    except ValueError:
        return None


def _since_1970(when: datetime) -> int:
    return ((when if when.tzinfo else when.replace(tzinfo=UTC)) - _EPOCH) // timedelta(microseconds=1)


# The table


_RFC = "https://www.rfc-editor.org/rfc/rfc9562"
_PHP = "https://github.com/php/php-src/blob/master/ext/standard/uniqid.c"
_PYTHON = "https://docs.python.org/3/library/time.html"

_SECONDS, _MILLISECONDS, _MICROSECONDS, _NANOSECONDS = 1_000_000_000, 1_000_000, 1_000, 1
"""Resolutions, in nanoseconds."""


class _Version(NamedTuple):
    number: int
    what: str
    made: Callable[[str], int] | None = None
    resolution: int | None = None


_VERSIONS = (
    _Version(1, "made of time and machine", _uuid1, 100),
    _Version(3, "an MD5 of a name, so equal for equal names"),
    _Version(4, "random"),
    _Version(5, "a SHA-1 of a name, so equal for equal names"),
    _Version(6, "made of time and machine, sortable", _uuid6, 100),
    _Version(7, "made of milliseconds and chance", _uuid7, _MILLISECONDS),
    _Version(8, "made as its maker likes"),
)


def _uuids() -> Iterator[Kind]:
    nil = r"00000000-0000-0000-0000-000000000000|[fF]{8}-[fF]{4}-[fF]{4}-[fF]{4}-[fF]{12}"
    yield Kind("uuid-constant", "the nil or max UUID, a constant", re.compile(nil), "all bits alike", _RFC, sure=True)
    for version, what, made, resolution in _VERSIONS:
        for name, words, form, sure in (
            (f"uuid{version}", "", "{8}-{4}-%d{3}-[89ABab]{3}-{12}", True),
            (f"uuid{version}-hex", " without dashes", "{8}{4}%d{3}[89ABab]{3}{12}", False),
        ):
            pattern = re.sub(r"(\{\d+\})", r"[0-9A-Fa-f]\1", form % version)
            yield Kind(
                name,
                f"a version {version} UUID{words} ({what})",
                re.compile(pattern),
                f"version digit {version} and variant bits" + ("" if sure else ", as 1 in 64 MD5 digests have them"),
                _RFC,
                made,
                resolution,
                sure=sure,
                only_near=not sure and made is not None,
            )


_ISO_DATES = "https://www.iso.org/iso-8601-date-and-time-format.html"

_ISO = r"\d{4}-\d\d-\d\d[T_]\d\d[:]\d\d[:]\d\d|\d{8}T\d{6}"


def _iso_times() -> Iterator[Kind]:
    for zone_name, zone_words, zone in (("", "", r"(?:Z|[+-]\d\d:?\d\d)"), ("-local", " without a zone", "")):
        for unit, fraction, resolution in (
            ("seconds", "", _SECONDS),
            ("milliseconds", r"[.,]\d{1,3}", _MILLISECONDS),
            ("microseconds", r"[.,]\d{4,6}", _MICROSECONDS),
            ("nanoseconds", r"[.,]\d{7,9}", _NANOSECONDS),
        ):
            yield Kind(
                f"iso-{unit}{zone_name}",
                f"an ISO time{zone_words} in {unit}",
                re.compile(f"(?:{_ISO}){fraction}{zone}"),
                "its form",
                _ISO_DATES,
                _iso,
                resolution,
                clock=True,
                local=not zone,
            )


def _epochs() -> Iterator[Kind]:
    for unit, length, resolution in (
        ("seconds", 10, _SECONDS),
        ("milliseconds", 13, _MILLISECONDS),
        ("microseconds", 16, _MICROSECONDS),
        ("nanoseconds", 19, _NANOSECONDS),
    ):
        per_second = _SECONDS // resolution
        pattern = re.compile(rf"[1-9]\d{{{length - 1}}}")
        evidence = f"{length} digits, read as {unit} since 1970"
        made = _units(per_second)
        yield Kind(
            f"epoch-{unit}",
            f"{unit} since 1970",
            pattern,
            evidence,
            _PYTHON,
            made,
            resolution,
            clock=True,
            border="0-9.",
        )
    for unit, length, resolution in (
        ("seconds", 8, _SECONDS),
        ("milliseconds", 11, _MILLISECONDS),
        ("microseconds", 13, _MICROSECONDS),
    ):
        yield Kind(
            f"epoch-{unit}-hex",
            f"{unit} since 1970 in hexadecimal",
            re.compile(rf"[0-9A-Fa-f]{{{length}}}"),
            f"{length} hexadecimal digits, read as {unit} since 1970",
            _PYTHON,
            _units(_SECONDS // resolution, 16),
            resolution,
            clock=True,
            only_near=True,
            border="0-9A-Fa-f",
        )


def _decimal_epochs() -> Iterator[Kind]:
    for unit, digits, resolution in (
        ("milliseconds", "{1,3}", _MILLISECONDS),
        ("microseconds", "{4,6}", _MICROSECONDS),
        ("nanoseconds", "{7,9}", _NANOSECONDS),
    ):
        yield Kind(
            f"epoch-decimal-{unit}",
            f"seconds since 1970 with {unit} behind the point",
            re.compile(rf"[1-9]\d{{9}}\.\d{digits}"),
            "10 digits and a fraction, as Python's `time.time()` and PHP's `microtime(true)` print them",
            _PYTHON,
            _decimal_seconds,
            resolution,
            clock=True,
            border="0-9",
        )


def _snowflakes() -> Iterator[Kind]:
    for name, epoch, shift, source in (
        ("Twitter", 1_288_834_974_657, 22, "https://docs.x.com/fundamentals/x-ids"),
        ("Discord", 1_420_070_400_000, 22, "https://discord.com/developers/docs/reference#snowflakes"),
        (
            "Instagram",
            1_314_220_021_721,
            23,
            "https://instagram-engineering.com/sharding-ids-at-instagram-1cf5a71e5a5c",
        ),
    ):
        yield Kind(
            f"snowflake-{name.lower()}",
            f"a snowflake with {name}'s epoch",
            re.compile(r"[1-9]\d{14,18}"),
            f"its upper bits, read as milliseconds since {name}'s epoch, are close to the sends",
            source,
            _snowflake(epoch, shift),
            _MILLISECONDS,
            only_near=True,
            border="0-9",
        )


def _digests() -> Iterator[Kind]:
    for length, names in (
        (32, "MD5"),
        (40, "SHA-1"),
        (56, "SHA-224"),
        (64, "SHA-256"),
        (96, "SHA-384"),
        (128, "SHA-512 or BLAKE2b"),
    ):
        yield Kind(
            f"digest-{length}",
            f"{length} hexadecimal digits, as {names} has",
            re.compile(rf"[0-9a-f]{{{length}}}|[0-9A-F]{{{length}}}"),
            "its length",
            "https://docs.python.org/3/library/hashlib.html",
        )


KINDS: tuple[Kind, ...] = (
    *_uuids(),
    Kind(
        "uniqid-entropy",
        "a PHP `uniqid()` with more entropy",
        re.compile(r"[0-9a-f]{13}\d\.\d{8}"),
        "8 hexadecimal digits of seconds, 5 of microseconds, and a random number",
        _PHP,
        _uniqid,
        _MICROSECONDS,
        border="0-9a-f",
    ),
    Kind(
        "uniqid",
        "a PHP `uniqid()`",
        re.compile(r"[0-9a-f]{13}"),
        "8 hexadecimal digits of seconds and 5 of microseconds",
        _PHP,
        _uniqid,
        _MICROSECONDS,
        clock=True,
        border="0-9a-f.",
    ),
    Kind(
        "ulid",
        "a ULID",
        re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}|[0-7][0-9a-hjkmnp-tv-z]{25}"),
        "26 characters of Crockford's base 32; the first ten are milliseconds",
        "https://github.com/ulid/spec",
        _ulid,
        _MILLISECONDS,
    ),
    Kind(
        "ksuid",
        "a KSUID",
        re.compile(r"[0-9A-Za-z]{27}"),
        "27 characters of base 62; the upper bits are seconds since 13 May 2014",
        "https://github.com/segmentio/ksuid",
        _ksuid,
        _SECONDS,
    ),
    Kind(
        "objectid",
        "a MongoDB ObjectId",
        re.compile(r"[0-9a-f]{24}"),
        "24 hexadecimal digits; the first eight are seconds",
        "https://www.mongodb.com/docs/manual/reference/bson-types/#objectid",
        _objectid,
        _SECONDS,
        border="0-9a-f",
    ),
    *_epochs(),
    *_decimal_epochs(),
    *_snowflakes(),
    *_iso_times(),
    Kind(
        "time-compact",
        "a time in seconds without separators",
        re.compile(r"(?:19|20)\d{12}"),
        "14 digits: year, month, day, hour, minute, second",
        _PYTHON,
        _compact,
        _SECONDS,
        clock=True,
        local=True,
        border="0-9",
    ),
    Kind("date", "a date", re.compile(r"(?:19|20)\d\d-\d\d-\d\d"), "its form", _ISO_DATES),
    *_digests(),
    Kind(
        "nanoid",
        "21 characters of nanoid's alphabet",
        re.compile(r"(?=.*[A-Z])(?=.*[a-z])[0-9A-Za-z_-]{21}"),
        "its length and its characters, which proves little",
        "https://github.com/ai/nanoid",
        border="0-9A-Za-z_-",
    ),
    Kind("json", "JSON", re.compile(r"[\[{].*[\]}]", re.DOTALL), "it parses as JSON", "https://www.json.org"),
    Kind("number", "a number", re.compile(r"\d+"), "digits alone"),
    Kind("hexadecimal", "hexadecimal digits", re.compile(r"(?=.*\d)(?:[0-9a-f]+|[0-9A-F]+)"), "its characters"),
    Kind("text", "plain text", re.compile(r".*", re.DOTALL), "nothing else fits"),
)
"""Every kind, the most telling form first."""

_ORDER = {kind.name: n for n, kind in enumerate(KINDS)}

PLAIN = frozenset({"number", "hexadecimal", "text"})
"""Kinds that say nothing of how a value was made."""

_INSIDE = tuple(
    (kind, re.compile(f"(?<![{kind.border}])(?:{kind.pattern.pattern})(?![{kind.border}])"))
    for kind in KINDS
    if kind.made is not None or kind.sure
)
