"""Timelines, as values and as pictures."""

from __future__ import annotations

import random
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqsfifo_lint.evidence.model import Span
from sqsfifo_lint.evidence.moments import moment, ticks
from sqsfifo_lint.evidence.timeline import MAX_COLORED, MAX_LANES, Near, Passing, Timeline, levels, timeline
from sqsfifo_lint.evidence.timeline_svg import DARK, LIGHT, as_svg
from sqsfifo_lint.evidence.timeline_text import as_rows
from tests.evidence.schedules import KINDS, MS, SECOND

NEAR = Near(tolerance=100 * MS, reach=SECOND)

NOON = 1_759_752_000 * SECOND
"""2025-10-06, 12:00 UTC."""

TURNS = [
    Span(NOON, NOON + SECOND, "ann", "red", "m1"),
    Span(NOON + SECOND + 50 * MS, NOON + 2 * SECOND, "bob", "red", "m2"),
    Span(NOON + 2 * SECOND, NOON + 4 * SECOND, "bob", "blue", "m3"),
    Span(NOON + 3 * SECOND, NOON + 5 * SECOND, "ann", "red", "m4"),
    Span(NOON + 9 * SECOND, NOON + 10 * SECOND, "eve", None, "m5"),
]
"""Ann hands over to Bob; Bob goes on; Ann begins beside him; Eve begins much later."""


def drawn(spans: list[Span], *, most: int = 1000, beside: bool = False) -> Timeline:
    picture = timeline(spans, NEAR, most=most, beside=beside)
    assert picture is not None
    return picture


def elements(svg: str, name: str, kind: str) -> list[ElementTree.Element]:
    """The elements of a name and a class."""
    found = ElementTree.fromstring(svg).iter(f"{{http://www.w3.org/2000/svg}}{name}")
    return [one for one in found if kind in one.get("class", "").split()]


def test_lanes_bars_and_hand_overs() -> None:
    picture = drawn(TURNS)
    assert picture.lanes == ("ann", "bob", "eve")
    assert [bar.lane for bar in picture.bars] == [0, 1, 1, 0, 2]
    assert [(one.group, one.spans) for one in picture.colored] == [("red", 3), ("blue", 1)]
    assert [bar.color for bar in picture.bars] == [0, 0, 1, 0, None]
    assert picture.passings == (Passing(0, NOON + SECOND, 1, NOON + SECOND + 50 * MS),)
    assert (picture.begin, picture.end, picture.whole) == (NOON, NOON + 10 * SECOND, True)
    assert (picture.ungrouped, picture.left_out, picture.other_groups) == (1, 0, 0)


def test_no_spans_make_no_picture() -> None:
    assert timeline([], NEAR, most=10, beside=False) is None


def test_work_that_one_worker_does_at_once_has_lanes_of_its_own() -> None:
    spans = [Span(0, 10, "w"), Span(5, 15, "w"), Span(10, 20, "w")]
    picture = drawn(spans)
    assert picture.lanes == ("w", "w")
    assert [bar.lane for bar in picture.bars] == [0, 1, 0]


def test_lanes_and_colors_are_bounded_and_the_rest_is_counted() -> None:
    spans = [Span(n, n + 1000, f"w{n}", f"g{n}") for n in range(MAX_LANES + 5)]
    picture = drawn(spans)
    assert (len(picture.lanes), picture.left_out) == (MAX_LANES, 5)
    assert (len(picture.colored), picture.other_groups) == (MAX_COLORED, MAX_LANES + 5 - MAX_COLORED)
    assert "5 spans of further workers not shown" in as_svg(picture, "")


def test_the_stretch_is_the_one_in_which_the_most_is_to_be_seen() -> None:
    alone = [Span(n * SECOND, n * SECOND + 900 * MS, "w0") for n in range(100)]
    turns = [Span((100 + n) * SECOND, (100 + n) * SECOND + 990 * MS, f"w{n % 2}") for n in range(50)]
    beside = [Span((200 + n) * SECOND, (202 + n) * SECOND, f"w{n % 3}") for n in range(50)]
    spans = [*alone, *turns, *beside]
    assert drawn(spans, most=50).begin == 100 * SECOND
    assert drawn(spans, most=50, beside=True).begin == 200 * SECOND
    assert not drawn(spans, most=50).whole


def test_work_that_was_going_on_before_the_stretch_is_shown_and_cut() -> None:
    spans = [Span(0, 200 * SECOND, "long"), *(Span(n * SECOND, (n + 1) * SECOND, f"w{n % 2}") for n in range(1, 100))]
    picture = drawn(spans, most=50, beside=True)
    long = next(bar for bar in picture.bars if bar.span.worker == "long")
    assert (long.start, long.end) == (picture.begin, picture.end)
    assert long.span == spans[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_span_is_in_the_picture(kind: str) -> None:
    spans = KINDS[kind](random.Random(kind)).spans
    picture = drawn(spans)
    svg = as_svg(picture, kind)
    assert len(elements(svg, "rect", "bar")) == len(spans) == len(picture.bars)
    assert len(elements(svg, "text", "lane")) == len(picture.lanes)
    assert set(picture.lanes) == {span.worker for span in spans}
    assert len(elements(svg, "path", "pass")) == len(elements(svg, "circle", "dot")) == len(picture.passings)


def test_bars_are_where_their_times_are() -> None:
    bars = elements(as_svg(drawn(TURNS), ""), "rect", "bar")
    lefts = [float(bar.get("x", "")) for bar in bars]
    widths = [float(bar.get("width", "")) for bar in bars]
    second = widths[0]  # it takes a second
    assert widths[2] == pytest.approx(2 * second, abs=0.02)
    assert lefts[4] - lefts[0] == pytest.approx(9 * second, abs=0.05)
    assert bars[0].get("y") == bars[3].get("y") != bars[1].get("y") == bars[2].get("y")
    assert [bar.get("class") for bar in bars] == ["bar c0", "bar c0", "bar c1", "bar c0", "bar none"]


HOSTILE = "<script>alert(1)</script>&\"'`]]>\x1b[31m\x00\ufffe\u202e"


def test_hostile_names_stay_text() -> None:
    spans = [Span(NOON, NOON + SECOND, HOSTILE, HOSTILE + "g", HOSTILE + "id")]
    svg = as_svg(drawn(spans), HOSTILE)
    root = ElementTree.fromstring(svg)
    assert {element.tag.partition("}")[2] for element in root.iter()} <= {
        *("svg", "style", "rect", "text", "tspan", "title", "line", "path", "circle", "g")
    }
    titles = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}title")]
    assert any("<script>alert(1)</script>" in title and "\\x1b[31m\\x00\\ufffe\\u202e" in title for title in titles)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ufffe]", svg)


def test_the_picture_needs_nothing_else() -> None:
    svg = as_svg(drawn(TURNS), "")
    assert re.findall(r"https?://[^\"']*", svg) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"url\(|@import|href", svg)


def brightness(color: str) -> float:
    """Relative luminance, https://www.w3.org/TR/WCAG21/#dfn-relative-luminance"""
    parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("colors", "paper"), [(LIGHT, "#ffffff"), (DARK, "#12161d")])
def test_colors_stand_out_from_the_background(colors: tuple[str, ...], paper: str) -> None:
    """By at least 3 to 1, as https://www.w3.org/TR/WCAG21/#non-text-contrast asks of graphics."""
    assert len(set(colors)) == MAX_COLORED
    assert paper in as_svg(drawn(TURNS), "")
    for color in colors:
        bright, dark = sorted((brightness(color), brightness(paper)), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) >= 3


def test_levels() -> None:
    found = [(since - NOON, until - NOON, level) for since, until, level in levels(drawn(TURNS))]
    at = [0, 1, 1.05, 2, 3, 4, 5, 9, 10]
    assert [level for _, _, level in found] == [1, 1, 1, 2, 1, 1]
    ends = [SECOND * at[n] for n in (1, 3, 4, 5, 6, 8)]
    assert [until for _, until, _ in found] == ends


def test_a_terminal_shows_who_worked_when() -> None:
    """40 cells for 10 s: 4 for each second."""
    rows = [row.plain.rstrip() for row in as_rows(drawn(TURNS), width=40 + len("hand-overs") + 2, color=False)]
    assert rows == [
        "at once     " + "1" * 12 + "2222" + "1111" + "·" * 16 + "1111",
        "ann         " + "AAAA" + " " * 8 + "A" * 8,
        "bob         " + " " * 4 + "AAAA" + "B" * 8,
        "eve         " + " " * 36 + "████",
        "hand-overs  " + " " * 4 + "^",
        " " * 12 + "2025-10-06T12:00:00.000Z",
        "groups: A red (3)  B blue (1)",
    ]


def test_a_cell_that_is_less_than_half_full_looks_so() -> None:
    rows = [row.plain for row in as_rows(drawn([Span(0, 1, "w"), Span(37, 48, "w")]), width=24 + 12, color=False)]
    assert rows[1] == "w           █" + " " * 17 + "█" * 6  # 2 microseconds a cell: half of the first is full
    rows = [row.plain for row in as_rows(drawn([Span(0, 1, "w"), Span(61, 72, "w")]), width=24 + 12, color=False)]
    assert rows[1][12] == "▌"


@settings(max_examples=40)
@given(st.text(max_size=40), st.text(max_size=40), st.integers(10, 200), st.booleans())
def test_rows_fit_and_hold_no_control_characters(worker: str, group: str, width: int, color: bool) -> None:
    spans = [Span(0, 10, worker, group), Span(10, 30, "w2", group), Span(30, 31, worker, None)]
    for row in list(as_rows(drawn(spans), width=width, color=color))[:-1]:
        assert row.cell_len <= max(width, 24 + 24 + 2)
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202e]", row.plain)


@given(st.integers(0, 4 * 10**15), st.integers(1, 10**15), st.integers(1, 10))
def test_ticks_are_few_in_order_and_inside(begin: int, length: int, most: int) -> None:
    found = ticks(begin, begin + length, most)
    times = [time for time, _ in found]
    assert len(found) <= most
    assert times == sorted(set(times))
    assert all(begin <= time <= begin + length for time in times)


def test_what_ticks_say() -> None:
    assert [words for _, words in ticks(NOON, NOON + 4 * SECOND, 5)] == [f"12:00:0{n}" for n in range(0, 5, 1)]
    assert [words for _, words in ticks(NOON, NOON + 3600 * SECOND, 4)] == ["12:00", "12:30", "13:00"]
    assert [words for _, words in ticks(NOON, NOON + 40 * MS, 5)] == [f"12:00:00.0{n}0" for n in range(0, 5, 1)]


def test_a_moment_that_no_calendar_has_is_still_written() -> None:
    assert moment(10**18) == f"{10**18} µs"


def test_lanes_are_in_the_order_of_names() -> None:
    spans = [Span(n, n + 1, f"worker-{n * 7 % 12}") for n in range(12)]
    picture = drawn(spans)
    assert picture.lanes == tuple(f"worker-{n}" for n in range(12))
    assert all(picture.lanes[bar.lane] == bar.span.worker for bar in picture.bars)
    for one in picture.passings:
        assert (picture.lanes[one.from_lane], picture.lanes[one.to_lane]) == (
            next(span.worker for span in spans if span.end == one.ended),
            next(span.worker for span in spans if span.start == one.started),
        )
