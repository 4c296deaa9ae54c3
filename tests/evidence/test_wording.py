"""How durations, shares, rates and counts are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqsfifo_lint.evidence.wording import counted, duration, percent, rate, shortened


@pytest.mark.parametrize(
    ("microseconds", "words"),
    [
        (0, "0 s"),
        (1, "0.001 ms"),
        (500, "0.5 ms"),
        (45_000, "45 ms"),
        (2_500, "2.5 ms"),
        (1_000_000, "1 s"),
        (1_200_000, "1.2 s"),
        (90_000_000, "90 s"),
        (204_000_000, "3.4 min"),
        (7_200_000_000, "2 h"),
        (86_400_000_000, "24 h"),
        (3 * 86_400_000_000, "3 days"),
    ],
)
def test_durations(microseconds: int, words: str) -> None:
    assert duration(microseconds) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "0%"), (1, "100%"), (0.5, "50%"), (0.0001, "<0.1%"), (0.9999, ">99.9%"), (0.034, "3.4%"), (0.98, "98%")],
)
def test_shares(share: float, words: str) -> None:
    assert percent(share) == words


@given(st.floats(0, 1))
def test_only_none_is_0_and_only_all_is_100(share: float) -> None:
    assert (percent(share) == "0%") == (share == 0)
    assert (percent(share) == "100%") == (share == 1)


@pytest.mark.parametrize(
    ("per_hour", "words"),
    [
        (0, "0.0 a day"),
        (0.5, "12 a day"),
        (3.4, "3.4 an hour"),
        (1020, "17 a minute"),
        (7200, "2.0 a second"),
        (4_320_000, "1,200 a second"),
    ],
)
def test_rates(per_hour: float, words: str) -> None:
    assert rate(per_hour) == words


def test_counts() -> None:
    assert [counted(n, "worker") for n in (0, 1, 1234)] == ["0 workers", "1 worker", "1,234 workers"]
    assert counted(2, "start without an end", "starts without an end") == "2 starts without an end"


@given(st.text(), st.integers(3, 50))
def test_names_are_shortened_in_the_middle(name: str, most: int) -> None:
    short = shortened(name, most)
    assert len(short) <= most
    assert short == name or (name.startswith(short.partition("…")[0]) and name.endswith(short.rpartition("…")[2]))
    assert (short == name) == (len(name) <= most)
