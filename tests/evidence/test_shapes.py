"""Whether an ID can have been made by what a send makes its IDs of."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqsfifo_lint.evidence.shapes import Fit, Nature, Often, Piece, Place, Shape, described, fit

HERE = Place("app.py", 1, 1)


def text(value: str) -> Piece:
    return Piece(Nature.TEXT, Often.IMPORT, value)


def data(source: str = "order.id") -> Piece:
    return Piece(Nature.DATA, Often.MESSAGE, source)


def unique(maker: str) -> Piece:
    return Piece(Nature.UNIQUE, Often.MESSAGE, maker=maker)


def clock(resolution: int | None) -> Piece:
    return Piece(Nature.CLOCK, Often.IMPORT, "time.time()", "time.time", resolution)


def shape(*pieces: Piece) -> Shape:
    return Shape(pieces, HERE)


SHA = hashlib.sha256(b"body").hexdigest()
U1, U4 = str(uuid.UUID("68e3777f-181f-11f0-8000-0242ac120002")), str(uuid.UUID("0f8fad5b-d9cb-469f-a165-70867728950e"))


@pytest.mark.parametrize(
    ("seen", "pieces", "expected"),
    [
        pytest.param("orders", [text("orders")], Fit(6, exact=True), id="the text"),
        pytest.param("orders2", [text("orders")], None, id="another text"),
        pytest.param("order-7", [text("order-"), data()], Fit(6), id="a prefix and data"),
        pytest.param("invoice-7", [text("order-"), data()], None, id="another prefix"),
        pytest.param("7-x-8", [data(), text("-x-"), data()], Fit(3), id="text in between"),
        pytest.param("7-8", [data(), text("-")], Fit(1), id="data that comes twice stands there once"),
        pytest.param("7-8-9", [data(), text("-")], Fit(1), id="and three times"),
        pytest.param("", [data()], Fit(0), id="data may be empty"),
        pytest.param("a" * 129, [data()], None, id="longer than SQS takes"),
        pytest.param(U4, [unique("uuid.uuid4")], Fit(36), id="a UUID"),
        pytest.param(U4.replace("-", ""), [unique("uuid.uuid4")], Fit(32), id="its hexadecimal digits"),
        pytest.param(f"a-{U4}-b", [text("a-"), unique("uuid.uuid4"), text("-b")], Fit(40), id="with text around it"),
        pytest.param(f"7-{U4}", [data(), text("-"), unique("uuid.uuid4")], Fit(37), id="behind data and a hyphen"),
        pytest.param(U1, [unique("uuid.uuid4")], Fit(0, strict=False), id="a UUID of another version"),
        pytest.param(U1, [unique("uuid.uuid1")], Fit(36), id="of this version"),
        pytest.param("0f8fad5b", [unique("uuid.uuid4")], Fit(0, strict=False), id="changed on the way"),
        pytest.param("x-0f8fad5b", [text("x-"), unique("uuid.uuid4")], Fit(2, strict=False), id="behind a prefix"),
        pytest.param("", [unique("uuid.uuid4")], None, id="what is created is not empty"),
        pytest.param("1759737727", [clock(10**9)], Fit(10), id="seconds"),
        pytest.param("1759737727", [clock(10**3)], Fit(0, strict=False), id="a clock of microseconds shows them"),
        pytest.param("1759737727.25", [clock(10**3)], Fit(13), id="time.time()"),
        pytest.param("68e3777f181f2", [clock(10**3)], Fit(13), id="uniqid"),
        pytest.param("group-68e3777f181f2", [text("group-"), clock(10**3)], Fit(19), id="uniqid with a prefix"),
        pytest.param("1759737727202", [clock(10**6)], Fit(13), id="milliseconds"),
        pytest.param("1759737727202000000", [clock(1)], Fit(19), id="nanoseconds"),
        pytest.param("1759737727202", [clock(None)], Fit(13), id="of a resolution that is not known"),
        pytest.param(SHA, [Piece(Nature.DIGEST, Often.MESSAGE, "64")], Fit(64), id="a digest"),
        pytest.param(SHA[1:], [Piece(Nature.DIGEST, Often.MESSAGE, "64")], Fit(0, strict=False), id="cut off"),
        pytest.param("run-17", [text("run-"), Piece(Nature.COUNTER, Often.MESSAGE)], Fit(6), id="a counter"),
        pytest.param("run-x", [text("run-"), Piece(Nature.COUNTER, Often.MESSAGE)], Fit(4, strict=False), id="none"),
        pytest.param("anything", [unique("vendor.ticket")], Fit(0), id="of a generator that is not known"),
        pytest.param("", [], Fit(0, exact=True), id="empty text"),
    ],
)
def test_fit(seen: str, pieces: list[Piece], expected: Fit | None) -> None:
    assert fit(seen, shape(*pieces)) == expected


MOMENTS = st.datetimes(dt.datetime(2007, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC))
TEXTS = st.text("abcXYZ019-_.", max_size=12)
MADE = st.one_of(
    st.builds(lambda value: (text(value), value), TEXTS),
    st.builds(lambda value: (data(), value), TEXTS),
    st.builds(lambda value: (unique("uuid.uuid4"), str(value)), st.uuids(version=4)),
    st.builds(lambda value: (unique("uuid.uuid4"), value.hex), st.uuids(version=4)),
    st.builds(lambda when: (clock(10**9), str(int(when.timestamp()))), MOMENTS),
    st.builds(lambda when: (clock(10**3), f"{int(when.timestamp() * 10**6):013x}"), MOMENTS),
    st.builds(lambda when: (clock(10**3), when.isoformat()), MOMENTS),
    st.builds(lambda number: (Piece(Nature.COUNTER, Often.MESSAGE), str(number)), st.integers(0, 10**9)),
)


@given(st.lists(MADE, max_size=4))
def test_what_a_shape_makes_fits_it(made: list[tuple[Piece, str]]) -> None:
    whole = "".join(value for _, value in made)
    if len(whole) > 128:
        assert fit(whole, shape(*(piece for piece, _ in made))) is None
        return
    found = fit(whole, shape(*(piece for piece, _ in made)))
    assert found is not None
    assert found.strict
    # A shorter reading may explain more than what the pieces really made, never less.
    assert found.explained >= sum(len(value) for piece, value in made if piece.nature is not Nature.DATA)


def test_hostile_text_takes_no_more_time_than_other_text() -> None:
    pieces = [piece for _ in range(60) for piece in (data(), text("a"))]
    assert fit("a" * 128, shape(*pieces)) == Fit(60)
    assert fit("a" * 127 + "!", shape(*pieces, text("?"))) is None


def test_how_often_a_whole_is_created() -> None:
    assert shape(text("a")).often is Often.IMPORT
    assert shape(text("a"), clock(None), data()).often is Often.MESSAGE


def test_in_words() -> None:
    made = shape(text("group-"), clock(10**3), data("x"))
    expected = "'group-' + clock (time.time, created once per process) + data (x, created for each message)"
    assert described(made) == expected
