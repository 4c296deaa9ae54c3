"""The figures, against another way to compute them: moment by moment."""

from __future__ import annotations

from collections import Counter
from itertools import groupby, pairwise
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqsfifo_lint.evidence.figures import Figures
from sqsfifo_lint.evidence.model import Span
from sqsfifo_lint.evidence.samples import MAX_SAMPLE, Sample
from tests.evidence.stores import measured, store

SECOND = 1_000_000


@st.composite
def some_spans(draw: st.DrawFn) -> list[Span]:
    """Up to 30 of them, in the first 60 microseconds, in the order in which a store gives them.

    None is at 0, which is a whole second: all would be compared in whole seconds.
    """
    spans = [
        Span(start, start + takes, f"w{worker}", None if group == 3 else f"g{group}")
        for start, takes, worker, group in draw(
            st.lists(
                st.tuples(st.integers(1, 50), st.integers(0, 10), st.integers(0, 3), st.integers(0, 3)), max_size=30
            )
        )
    ]
    return list(store(spans))


def open_at(spans: list[Span], moment: int) -> list[Span]:
    return [span for span in spans if span.start <= moment < span.end]


@given(some_spans())
def test_how_many_at_once(spans: list[Span]) -> None:
    at_once = measured(spans).at_once
    if not spans:
        assert (at_once.maximum, at_once.busy, at_once.mean, at_once.two_or_more) == (0, 0, 0.0, 0.0)
        return
    levels = [len(open_at(spans, moment)) for moment in range(spans[0].start, max(s.end for s in spans))]
    assert {n: t for n, t in enumerate(at_once.time_at) if t} == dict(Counter(levels))
    busy = [level for level in levels if level]
    assert at_once.maximum == max(busy, default=0)
    assert at_once.busy == len(busy)
    assert at_once.mean == pytest.approx(sum(busy) / len(busy) if busy else 0)
    assert at_once.two_or_more == pytest.approx(sum(level > 1 for level in busy) / len(busy) if busy else 0)


@given(some_spans())
def test_groups(spans: list[Span]) -> None:
    figures = measured(spans)
    names = {span.group for span in spans} - {None}
    assert {group.name for group in figures.groups} == names
    assert figures.group_count == len(names)
    assert figures.ungrouped == sum(span.group is None for span in spans)
    for group in figures.groups:
        own = [span for span in spans if span.group == group.name]
        levels = [len(open_at(own, moment)) for moment in range(61)]
        assert group.spans == len(own)
        assert group.busy == sum(level > 0 for level in levels)
        assert group.maximum == max(levels)
        assert group.alone == sum(open_at(spans, m) == open_at(own, m) and levels[m] == 1 for m in range(61))
        assert 0 <= group.holding_up <= group.alone


@given(some_spans())
def test_workers_and_runs(spans: list[Span]) -> None:
    figures = measured(spans)
    for worker in figures.workers:
        own = [span for span in spans if span.worker == worker.name]
        assert worker.spans == len(own)
        assert worker.busy == sum(span.end - span.start for span in own)
        assert (worker.first, worker.last) == (own[0].start, max(span.end for span in own))
    runs = [(name, len(list(run))) for name, run in groupby(span.worker for span in spans)]
    assert figures.worker_count == len({span.worker for span in spans})
    assert figures.runs.count == len(runs)
    assert figures.runs.longest == max((length for _, length in runs), default=0)
    assert not runs or (figures.runs.longest_by, figures.runs.longest) in runs


@given(some_spans())
def test_hand_overs(spans: list[Span]) -> None:
    """Without a tolerance: a start when nobody is at work."""
    figures = measured(spans, clock_skew=0)
    gaps, between = [], 0
    for number, span in enumerate(spans):
        before = spans[:number]
        if before and all(other.end <= span.start for other in before):
            latest = max(enumerate(before), key=lambda item: (item[1].end, item[0]))[1]
            gaps.append(span.start - latest.end)
            between += latest.worker != span.worker
    found = figures.hand_overs
    assert (found.count, found.between_workers) == (len(gaps), between)
    assert found.median_gap == (int(median(gaps)) if gaps else None)
    assert found.within_a_second == (1.0 if gaps else 0.0)
    assert figures.waiting.during == max(len(spans) - 1, 0) - len(gaps)


@given(some_spans(), st.integers(1, 3))
def test_windows(spans: list[Span], longer: int) -> None:
    spans = [span._replace(start=span.start * SECOND * longer, end=span.end * SECOND * longer) for span in spans]
    figures = measured(spans)
    if not spans:
        assert figures.windows == ()
        return
    assert sum(window.finished for window in figures.windows) == len(spans)
    assert sum(window.busy for window in figures.windows) * figures.window == pytest.approx(figures.at_once.busy)
    assert {after.start - before.start for before, after in pairwise(figures.windows)} <= {figures.window}
    for window in figures.windows:
        until = window.start + figures.window
        assert window.finished == sum(window.start <= span.end < until for span in spans)
        assert window.present == sum(w.first < until and w.last >= window.start for w in figures.workers)


def crowded(workers: int, *, more: float) -> Figures:
    """Two hours with 2 workers, two with `workers`: `more` is how many times as much they then get done."""
    spans: list[Span] = []
    time = 0
    while time < 4 * 3600 * SECOND:
        later = time >= 2 * 3600 * SECOND
        takes = int(10 * SECOND / (more if later else 1))
        spans.append(Span(time, time + takes, f"w{len(spans) % (workers if later else 2)}"))
        time += takes
    return measured(spans)


def test_what_more_workers_bring() -> None:
    for more in (1.0, 2.0):
        scaling = crowded(6, more=more).scaling
        assert scaling is not None
        assert (scaling.few, scaling.many) == (2, 6)
        assert scaling.few_per_hour == pytest.approx(360, rel=0.02)
        assert scaling.many_per_hour == pytest.approx(360 * more, rel=0.02)
    assert crowded(2, more=1.0).scaling is None, "there never were more"


def test_resolution() -> None:
    for unit in (SECOND, 1000, 1):
        assert measured([Span(unit, 7 * unit, "w"), Span(3 * unit, 4 * unit, "w")]).resolution == unit
    assert measured([Span(SECOND, 2 * SECOND + 1500, "w")]).resolution == 1


def test_a_sample_is_exact_while_it_is_small_and_close_when_it_is_not() -> None:
    sample = Sample()
    assert sample.median() is None
    for value in (5, 1, 4, 2):
        sample.add(value)
    assert sample.median() == 3
    large, count = Sample(), 3 * MAX_SAMPLE
    for number in range(count):
        large.add(number * 7919 % count)
    assert large.count == count
    assert abs((large.median() or 0) - count // 2) < count / 100


def test_a_worker_whose_work_all_came_again_is_none() -> None:
    spans = [Span(n * SECOND, n * SECOND + 7, name, None, f"id-{n}") for name in ("a.log", "b.log") for n in range(9)]
    figures = measured(spans)
    assert (figures.spans, figures.worker_count, [worker.name for worker in figures.workers]) == (9, 1, ["a.log"])
