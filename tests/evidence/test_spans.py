"""Spans are kept in little memory, and come back in order."""

from __future__ import annotations

import random
from collections import Counter
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqsfifo_lint.evidence import matching, spans
from sqsfifo_lint.evidence.matching import MAX_DISORDER, MAX_WAITING, Matcher, matched
from sqsfifo_lint.evidence.model import Event, Mark, Span
from sqsfifo_lint.evidence.spans import NO_GROUP, Spans

START, END, DURING = Mark.START, Mark.END, Mark.DURING

TIMES = st.integers(0, 10**9)
SPANS = st.builds(
    lambda start, took, worker, group, work_id: Span(start, start + took, worker, group, work_id),
    TIMES,
    st.integers(0, 10**6),
    st.sampled_from(["a", "b", ""]),
    st.sampled_from([None, "g", "h"]),
    st.text(max_size=3),
)


def identity(span: Span) -> tuple[int, int, str]:
    """What tells work that came again from other work: nothing, if the last is empty."""
    return span.start, span.end, span.work_id or (span.worker if span.start < span.end else "")


@given(st.lists(SPANS, max_size=60), st.booleans(), st.sampled_from([1, 2, 5, 100]), st.integers(0, 3))
def test_what_goes_in_comes_out_in_order(given_spans: list[Span], ordered: bool, run: int, in_memory: int) -> None:
    """However few are kept in memory, and however far out of order they came. Work that came again counts once."""
    same = Counter(map(identity, given_spans))
    once = Counter({key: 1 if key[2] else number for key, number in same.items()})
    if ordered:
        given_spans.sort(key=lambda span: span.end)
    with patch.object(spans, "RUN", run), patch.object(spans, "MAX_RUNS_IN_MEMORY", in_memory):
        kept = Spans()
        for span in given_spans:
            kept.add(*span)
        for _ in range(2):  # as often as one likes
            found = list(kept)
            assert Counter(map(identity, found)) == once
            assert not Counter(found) - Counter(given_spans)
            assert [span.start for span in found] == sorted(key[0] for key in once.elements())
        assert len(kept) == once.total() == len(given_spans) - kept.repeated
        assert set(kept.workers) == {span.worker for span in given_spans}
        groups = [None if row.group == NO_GROUP else kept.groups[row.group] for row in kept.rows()]
        assert groups == [span.group for span in found]


def test_only_the_first_work_ids_are_kept() -> None:
    with patch.object(spans, "MAX_KEPT_IDS", 2):
        kept = Spans()
        for number in range(4):
            kept.add(number, number, "w", None, f"id-{number}")
    assert [span.work_id for span in kept] == ["id-0", "id-1", "", ""]


def test_whole_seconds_are_counted() -> None:
    kept = Spans()
    kept.add(1_000_000, 3_000_000, "w")
    kept.add(1_000_000, 3_000_001, "w")
    assert kept.whole_seconds == 1


class TestMatching:
    def test_the_first_end_after_a_start_of_a_worker(self) -> None:
        found = matched([Event(1, START, "a"), Event(2, START, "b"), Event(3, END, "a"), Event(5, END, "b")])
        assert list(found) == [Span(1, 3, "a"), Span(2, 5, "b")]

    def test_a_start_that_is_started_again_had_no_end(self) -> None:
        found = matched([Event(1, START, "a"), Event(2, START, "a"), Event(3, END, "a"), Event(4, END, "a")])
        assert list(found) == [Span(2, 3, "a")]
        assert found.starts_without_end.samples == [Event(1, START, "a")]
        assert found.ends_without_start.samples == [Event(4, END, "a")]

    def test_a_retry_with_the_same_id_ends_the_latest_start(self) -> None:
        events = [Event(1, START, "a", "x"), Event(9, START, "b", "x"), Event(12, END, "b", "x")]
        found = matched(events)
        assert list(found) == [Span(9, 12, "b", None, "x")]
        assert found.starts_without_end.samples == events[:1]

    def test_two_of_one_id_at_once_are_told_apart_by_their_workers(self) -> None:
        events = [
            Event(1, START, "a", "1"),
            Event(2, START, "b", "1"),
            Event(3, END, "a", "1"),
            Event(4, END, "b", "1"),
        ]
        assert list(matched(events)) == [Span(1, 3, "a", None, "1"), Span(2, 4, "b", None, "1")]

    def test_an_end_that_tells_how_long_it_took_needs_no_start(self) -> None:
        found = matched([Event(10, END, "a", "x", took=4), Event(12, END, "a", took=1)])
        assert list(found) == [Span(6, 10, "a", None, "x"), Span(11, 12, "a")]
        assert found.inferred_starts == 2

    def test_it_does_not_begin_before_its_start_was_logged(self) -> None:
        assert list(matched([Event(5, START, "a", "x"), Event(10, END, "a", "x", took=8)])) == [
            Span(5, 10, "a", None, "x")
        ]

    def test_the_group_may_be_told_at_either_end_or_between(self) -> None:
        events = [
            *(Event(1, START, "a", "1", "g"), Event(2, END, "a", "1")),
            *(Event(3, START, "a", "2"), Event(4, END, "a", "2", "h")),
            *(Event(5, START, "a", "3"), Event(6, DURING, "a", "", "i"), Event(7, END, "a", "3")),
            *(Event(8, START, "a", "4"), Event(9, DURING, "a", "4", "j"), Event(10, END, "a", "4")),
            *(Event(11, START, "b"), Event(12, DURING, "b", "", "k"), Event(13, END, "b")),
        ]
        assert [span.group for span in matched(events)] == ["g", "h", "i", "j", "k"]

    def test_clocks_that_differ_a_little_give_an_empty_span(self) -> None:
        found = matched([Event(2_000_000, START, "a", "x"), Event(1_500_000, END, "a", "x")])
        assert list(found) == [Span(1_500_000, 1_500_000, "a", None, "x")]
        found = matched([Event(3_000_000, START, "a", "x"), Event(1_500_000, END, "a", "x")])
        assert (len(found), found.starts_without_end.count, found.ends_without_start.count) == (0, 1, 1)

    def test_ends_that_never_come_are_given_up_beyond_a_bound(self) -> None:
        matcher = Matcher()
        for number in range(MAX_WAITING + 3):
            matcher.add(Event(number, START, "a", str(number)))
        assert matcher.spans.starts_without_end.count == 3
        for number in range(MAX_WAITING + 3):
            matcher.add(Event(10**6 + number, END, "a", str(number)))
        found = matcher.finish()
        assert (len(found), found.starts_without_end.count, found.ends_without_start.count) == (MAX_WAITING, 3, 3)

    @given(st.data())
    @pytest.mark.parametrize("with_id", [True, False])
    def test_disorder_within_the_bound_changes_nothing(self, with_id: bool, data: st.DataObject) -> None:
        """The known schedule comes back, however its events were shuffled within the bound."""
        seed = data.draw(st.integers(0, 2**32))
        chance = random.Random(seed)
        known, events = [], []
        for worker in range(chance.randint(1, 4)):
            time = chance.randint(0, MAX_DISORDER)
            for number in range(chance.randint(0, 8)):
                start = time + chance.randint(1, MAX_DISORDER)
                time = start + chance.randint(1, 2 * MAX_DISORDER)
                work_id = f"{worker}-{number}" if with_id else ""
                known.append(Span(start, time, str(worker), None, work_id))
                events += [Event(start, START, str(worker), work_id), Event(time, END, str(worker), work_id)]
        events.sort(key=lambda event: event.time + chance.randint(0, MAX_DISORDER // 2))
        found = matched(events)
        assert list(found) == sorted(known, key=lambda span: (span.start, span.end, span.worker))
        assert not found.starts_without_end.count
        assert not found.ends_without_start.count

    @given(
        st.lists(
            st.builds(
                Event,
                st.integers(0, 4 * MAX_DISORDER),
                st.sampled_from([START, END]),
                st.sampled_from("ab"),
                st.sampled_from(["", "x", "y"]),
                st.none(),
                st.sampled_from([None, 5]),
            ),
            max_size=40,
        ),
        st.booleans(),
    )
    def test_no_event_is_lost(self, events: list[Event], receipt: bool) -> None:
        """Each is in a span, or counted among those that found no partner."""
        with patch.object(matching, "MAX_WAITING", 2), patch.object(matching, "MAX_HELD_BACK", 4):
            matcher = Matcher(receipt=receipt)
            for event in events:
                matcher.add(event)
            found = matcher.finish()
        starts = sum(event.mark is START for event in events)
        joined = len(found) + found.repeated
        assert starts == joined - found.inferred_starts + found.starts_without_end.count
        assert len(events) - starts == joined + found.ends_without_start.count
        assert all(span.start <= span.end for span in found)


def test_the_same_work_counts_once_wherever_its_copy_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    """In another run of rows too, and with the name of another file as the worker.

    What takes no time and has no ID always counts.
    """
    monkeypatch.setattr(spans, "RUN", 4)
    kept = Spans()
    for copy in ("a", "b"):
        for n in range(10):
            kept.add(n, n + 5, copy, None, f"id-{n}")
        kept.add(3, 8, copy, None, "another")
        kept.add(3, 8, copy)
        kept.add(3, 8, copy)
        kept.add(30, 30, copy)
    assert (len(kept), kept.repeated) == (15, 13)
    assert sorted(span.work_id for span in kept if span.start == 3) == ["", "", "another", "id-3"]
