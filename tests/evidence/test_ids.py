"""What kind of value an ID is: every kind against the library that makes it, and what looks alike told apart."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import bson
import nanoid
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ksuid import Ksuid
from ulid import ULID

from sqsfifo_lint.evidence.ids import DAY, KINDS, NEAR, RECENT, SECOND, Fit, Reading, Window, readings
from sqsfifo_lint.evidence.moments import moment

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SENT = 1_759_737_727_202_000  # the worked example, 2025-10-06T08:02:07.202Z
NOW = Window(SENT, SENT + 48_000)

times = st.datetimes(datetime(2015, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))


def since_1970(when: datetime) -> int:
    return (when - EPOCH) // timedelta(microseconds=1)


def first(value: str, when: int | None = None) -> Reading:
    """The likeliest reading of a value that was sent at a time; if none is given, at the time of the worked example."""
    return readings(value, NOW if when is None else Window(when, when))[0]


def uniqid(when: datetime, prefix: str = "") -> str:
    """PHP's algorithm: https://github.com/php/php-src/blob/master/ext/standard/uniqid.c"""
    micros = since_1970(when)
    return "%s%08x%05x" % (prefix, micros // SECOND, micros % SECOND)  # noqa: UP031 - as it is written there


# Made by the libraries, at any time


@given(times)
def test_uniqid(when: datetime) -> None:
    made = since_1970(when)
    assert first(uniqid(when), made)[:3] == (kind("uniqid"), Fit.NEAR, made)
    assert first(uniqid(when) + "4.12345678", made)[:3] == (kind("uniqid-entropy"), Fit.NEAR, made)
    prefixed = first(uniqid(when, "order_"), made)
    assert (prefixed.kind.name, prefixed.made, prefixed.prefix) == ("uniqid", made, "order_")


@given(times)
def test_ulid(when: datetime) -> None:
    ulid = ULID.from_datetime(when)  # which goes through a float, and may end up a millisecond below
    found = first(str(ulid), since_1970(when))
    assert (found.kind.name, found.made) == ("ulid", ulid.milliseconds * 1000)
    assert abs(since_1970(when) // 1000 - ulid.milliseconds) <= 1


@given(times)
def test_ksuid(when: datetime) -> None:
    found = first(str(Ksuid(datetime=when)), since_1970(when))
    assert (found.kind.name, found.made) == ("ksuid", since_1970(when) // SECOND * SECOND)


@given(times)
def test_objectid(when: datetime) -> None:
    stamp = bson.ObjectId.from_datetime(when).binary[:4] + bytes.fromhex("a1b2c3d4e5f60718")
    found = first(str(bson.ObjectId(stamp)), since_1970(when))
    assert (found.kind.name, found.made) == ("objectid", since_1970(when) // SECOND * SECOND)


def test_a_new_objectid_is_of_now() -> None:
    now = time.time_ns() // 1000
    found = first(str(bson.ObjectId()), now)
    assert found.kind.name == "objectid"
    assert found.made is not None
    assert abs(found.made - now) < 60 * SECOND


def test_uuid1_has_the_time_that_python_reads() -> None:
    value = uuid.uuid1()
    python = EPOCH + timedelta(microseconds=(value.time - 0x01B21DD213814000) // 10)
    found = first(str(value), since_1970(python))
    assert (found.kind.name, found.made) == ("uuid1", since_1970(python))


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("uuid3", lambda: str(uuid.uuid3(uuid.NAMESPACE_DNS, "a.example"))),
        ("uuid4", lambda: str(uuid.uuid4())),
        ("uuid4", lambda: str(uuid.uuid4()).upper()),
        ("uuid5", lambda: str(uuid.uuid5(uuid.NAMESPACE_DNS, "a.example"))),
        ("uuid4-hex", lambda: uuid.uuid4().hex),
        ("uuid-constant", lambda: str(uuid.UUID(int=0))),
    ],
)
def test_uuids_without_a_time(name: str, make: Callable[[], str]) -> None:
    value = make()
    assert first(value)[:3] == (kind(name), Fit.PLAIN, None)


@pytest.mark.parametrize(
    ("name", "value", "made"),
    [
        ("uuid1", "C232AB00-9414-11EC-B3C8-9F6BDECED846", "2022-02-22T19:22:22.000Z"),
        ("uuid6", "1EC9414C-232A-6B00-B3C8-9F6BDECED846", "2022-02-22T19:22:22.000Z"),
        ("uuid7", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F", "2022-02-22T19:22:22.000Z"),
        ("uuid8", "2489E9AD-2EE2-8E00-8EC9-32D5F69181C0", None),
        ("uuid3", "5df41881-3aed-3515-88a7-2f4a814cf09e", None),
        ("uuid4", "919108f7-52d1-4320-9bac-f847db4148a8", None),
        ("uuid5", "2ed6657d-e927-568b-95e1-2665a8aea6a2", None),
    ],
)
def test_the_examples_of_the_rfc(name: str, value: str, made: str | None) -> None:
    """https://www.rfc-editor.org/rfc/rfc9562#appendix-A"""
    found = first(value)
    assert found.kind.name == name
    assert (None if found.made is None else moment(found.made)) == made


def test_ten_nanoids() -> None:
    for _ in range(10):
        value = nanoid.generate()
        found = first(value)
        assert found.kind.name == "nanoid" or not (set(value) & set("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        assert found.made is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("digest-32", hashlib.md5(b"with version digit 3").hexdigest()),
        ("digest-40", hashlib.sha1(b"").hexdigest()),
        ("digest-56", hashlib.sha224(b"").hexdigest()),
        ("digest-64", hashlib.sha256(b"").hexdigest()),
        ("digest-96", hashlib.sha384(b"").hexdigest()),
        ("digest-128", hashlib.sha512(b"").hexdigest()),
        ("digest-128", hashlib.blake2b(b"").hexdigest()),
        ("json", json.dumps({"order": 1}, separators=(",", ":"))),
        ("text", "{order}"),
        ("text", "orders"),
        ("text", "customer-17"),
        ("date", "2025-10-06"),
        ("text", "2525-10-06"),
        ("number", "101322146"),
        ("hexadecimal", "c0ffee0"),
        ("text", ""),
    ],
)
def test_kinds_without_a_time(name: str, value: str) -> None:
    assert first(value)[:3] == (kind(name), Fit.PLAIN, None)


@given(times)
def test_times_as_python_writes_them(when: datetime) -> None:
    made = since_1970(when)
    seconds, milliseconds = made // SECOND * SECOND, made // 1000 * 1000
    utc = when.replace(tzinfo=None)
    for name, value, expected in (
        ("epoch-seconds", str(made // SECOND), seconds),
        ("epoch-milliseconds", str(made // 1000), milliseconds),
        ("epoch-microseconds", str(made), made),
        ("epoch-nanoseconds", str(made * 1000 + 7), made),
        ("epoch-decimal-microseconds", f"{made // SECOND}.{made % SECOND:06}", made),
        ("epoch-microseconds-hex", f"{made:x}", made),
        ("iso-microseconds", when.isoformat(timespec="microseconds"), made),
        ("iso-milliseconds", utc.isoformat(timespec="milliseconds") + "Z", milliseconds),
        ("iso-seconds", f"{utc:%Y%m%dT%H%M%SZ}", seconds),
        ("iso-seconds-local", utc.isoformat(timespec="seconds"), seconds),
        ("time-compact", f"{utc:%Y%m%d%H%M%S}", seconds),
    ):
        found = first(value, made)
        assert (found.kind.name, found.made) == (name, expected), value


@pytest.mark.parametrize(
    ("name", "value", "made"),
    [
        # https://docs.x.com/fundamentals/x-ids and https://discord.com/developers/docs/reference#snowflakes
        ("snowflake-twitter", "1541815603606036480", "2022-06-28T16:07:40.105Z"),
        ("snowflake-discord", "175928847299117063", "2016-04-30T11:18:25.796Z"),
        # The example of Instagram's article: 1387263000 ms after 2011-08-24T21:07:01.721Z, shard 1341, sequence 1
        ("snowflake-instagram", str((1_387_263_000 << 23) | (1341 << 10) | 1), "2011-09-09T22:28:04.721Z"),
    ],
)
def test_snowflakes_are_told_only_close_to_the_sends(name: str, value: str, made: str) -> None:
    when = since_1970(datetime.fromisoformat(made))
    found = first(value, when + 3 * SECOND)
    assert (found.kind.name, moment(found.made or 0)) == (name, made)
    assert first(value).kind.name == "number"
    assert not any("snowflake" in reading.kind.name for reading in readings(value, NOW))
    assert not any("snowflake" in reading.kind.name for reading in readings(value))


# What looks alike


def test_the_worked_example() -> None:
    found = first("68e3777f181f2")
    assert found.kind.name == "uniqid"
    assert moment(found.made or 0) == "2025-10-06T08:02:07.098Z"
    # 0x68e3777f is 1759737727 and 0x181f2 is 98802; the first send was 103.198 ms later
    assert SENT - (found.made or 0) == 103_198


def test_milliseconds_of_today_beat_a_uniqid_of_1982() -> None:
    both = readings("1759737727202", NOW)
    assert [(one.kind.name, one.fit) for one in both] == [("epoch-milliseconds", Fit.NEAR), ("uniqid", Fit.FAR)]


def test_digits_that_may_be_a_uniqid_of_today_are_one() -> None:
    """The digits of a uniqid are decimal by chance in 1 of 500."""
    value = "6863777012345"
    assert first(value, 0x68637770 * SECOND)[:3] == (kind("uniqid"), Fit.NEAR, 0x68637770 * SECOND + 0x12345)


def test_a_process_may_have_been_up_for_a_month() -> None:
    month_ago = datetime(2025, 9, 6, tzinfo=UTC)
    assert first(uniqid(month_ago))[:2] == (kind("uniqid"), Fit.RECENT)


def test_a_number_from_2009_is_a_number_first() -> None:
    assert [one.kind.name for one in readings("1234567890", NOW)] == ["number", "epoch-seconds"]


def test_an_old_entity_has_an_old_ulid() -> None:
    value = str(ULID.from_datetime(datetime(2019, 1, 1, tzinfo=UTC)))
    assert first(value)[:2] == (kind("ulid"), Fit.PAST)


def test_a_ulid_of_the_future_is_text() -> None:
    value = str(ULID.from_datetime(datetime(2090, 1, 1, tzinfo=UTC)))
    assert first(value).kind.name == "text"


def test_32_digits_may_be_a_uuid_or_an_md5() -> None:
    value = "919108f752d143209bacf847db4148a8"
    assert [one.kind.name for one in readings(value, NOW)] == ["uuid4-hex", "digest-32"]
    assert [one.kind.name for one in readings("919108f752d1d3209bacf847db4148a8", NOW)] == ["digest-32"]


@pytest.mark.parametrize(
    ("value", "name", "prefix", "suffix"),
    [
        ("orders-68e3777f181f2", "uniqid", "orders-", ""),
        ("user-919108f7-52d1-4320-9bac-f847db4148a8-v2", "uuid4", "user-", "-v2"),
        ("eu:1759737727202:7", "epoch-milliseconds", "eu:", ":7"),
    ],
)
def test_a_part_of_a_longer_value(value: str, name: str, prefix: str, suffix: str) -> None:
    found = first(value)
    assert (found.kind.name, found.prefix, found.suffix) == (name, prefix, suffix)


@pytest.mark.parametrize(
    "value", ["card-4111111111111111", "x968e3777f181f2", "v1.1759737727202.5", "17597377272023459x"]
)
def test_parts_of_numbers_are_no_times(value: str) -> None:
    assert first(value).kind.name == "text"


def test_without_times_of_sending_anything_since_sqs_may_be() -> None:
    assert readings("68e3777f181f2")[0][:2] == (kind("uniqid"), Fit.PLAIN)
    assert readings("1759737727202")[0].kind.name == "epoch-milliseconds"
    assert readings("0000000000001")[0].kind.name == "number"


@pytest.mark.parametrize(
    ("away", "fit"),
    [
        (-NEAR, Fit.NEAR),
        (-NEAR - SECOND, Fit.RECENT),
        (-RECENT, Fit.RECENT),
        (-RECENT - SECOND, Fit.PAST),
        (NEAR + DAY, Fit.FAR),
    ],
)
def test_how_well_a_time_fits(away: int, fit: Fit) -> None:
    when = SENT + away
    assert next(one.fit for one in readings(str(when), NOW) if one.kind.name == "epoch-microseconds") is fit


# Anything at all


@given(st.text(max_size=140), st.none() | st.integers(-(10**17), 10**17).map(lambda when: Window(when, when)))
def test_any_text_has_a_reading(value: str, window: Window | None) -> None:
    found = readings(value, window)
    assert found
    assert all(value.startswith(one.prefix) and value.endswith(one.suffix) for one in found)
    assert len({one.kind.name for one in found}) == len(found)


@given(st.integers(-(10**30), 10**30))
def test_any_number_is_a_moment(number: int) -> None:
    assert moment(number)


def test_every_kind_says_how_it_is_told_and_where_it_is_written() -> None:
    assert len({one.name for one in KINDS}) == len(KINDS)
    for one in KINDS:
        assert one.words
        assert one.evidence
        assert one.source or one.name in {"number", "hexadecimal", "text"}
        assert (one.resolution is None) == (one.made is None)


def kind(name: str) -> object:
    return next(one for one in KINDS if one.name == name)
