"""The verdict on random schedules of known concurrency, and on a few made by hand."""

from __future__ import annotations

import random

import pytest

from sqsfifo_lint.evidence.model import Judgement, Span
from sqsfifo_lint.evidence.sweep import at_most
from sqsfifo_lint.evidence.verdict import judge
from tests.evidence.schedules import (
    KINDS,
    MS,
    SECOND,
    Schedule,
    in_whole_seconds,
    in_whole_seconds_of_some,
    with_skew,
    without_groups,
)
from tests.evidence.stores import measured

SCHEDULES = 6
"""How many of each kind, five times each. `python -m tests.evidence.test_verdict 400` tries that many."""


UNSEEN_IN_WHOLE_SECONDS = frozenset({"by_the_clock"})
"""What looks as if it was waiting if work and pauses are below a second, and the log has whole seconds."""


def schedules(kind: str, count: int) -> list[Schedule]:
    """Always the same ones."""
    found = []
    for seed in range(count):
        random_ = random.Random(f"{kind} {seed}")
        made = KINDS[kind](random_)
        found += [made, with_skew(random_, made), without_groups(made)]
        if kind not in UNSEEN_IN_WHOLE_SECONDS:
            found += [in_whole_seconds(made), in_whole_seconds_of_some(made)]
    return found


def mistaken(count: int) -> list[Schedule]:
    """The schedules, of `count` of each kind, on which the verdict is wrong."""
    return [
        schedule
        for kind in KINDS
        for schedule in schedules(kind, count)
        if not schedule.fits(judge(measured(schedule.spans)).judgement)
    ]


def test_the_verdict_is_right_on_99_of_100_random_schedules() -> None:
    wrong = mistaken(SCHEDULES)
    assert len(wrong) <= len(KINDS) * SCHEDULES * 5 / 100, [(one.kind, len(one.spans)) for one in wrong]


def taking_turns(count: int, *, overlap: int = 0) -> list[Span]:
    """Two workers, a second each, one after the other."""
    return [Span(n * SECOND + 7, (n + 1) * SECOND + 7 + overlap, f"w{n % 2}") for n in range(count)]


def test_touching_ends_are_no_overlap() -> None:
    figures = measured(taking_turns(30))
    assert figures.at_once.maximum == 1
    assert judge(figures).judgement is Judgement.SERIAL


@pytest.mark.parametrize(
    ("overlap", "right"),
    [(5 * MS, Judgement.SERIAL), (100 * MS, Judgement.SERIAL), (101 * MS, Judgement.PARALLEL)],
)
def test_an_overlap_that_clocks_explain_is_not_parallel(overlap: int, right: Judgement) -> None:
    figures = measured(taking_turns(30, overlap=overlap))
    assert figures.at_once.maximum == 2, "the figures show it"
    assert judge(figures).judgement is right


def test_few_turns_show_nothing() -> None:
    assert judge(measured(taking_turns(4))).judgement is Judgement.TOO_LITTLE
    assert judge(measured(taking_turns(12))).judgement is Judgement.SERIAL


def test_one_message_that_is_handled_twice_at_once_does_not_make_it_parallel() -> None:
    again = Span(10 * SECOND + 200 * MS, 10 * SECOND + 800 * MS, "w1")
    figures = measured(sorted([*taking_turns(60), again], key=lambda span: span[:2]))
    assert judge(figures).judgement is Judgement.SERIAL


def again(spans: list[Span], every: int) -> list[Span]:
    """The same with work IDs, and one in `every` is handled a second time while the first goes on."""
    named = [span._replace(work_id=f"m{n}") for n, span in enumerate(spans)]
    copies = [
        span._replace(start=span.start + 200 * MS, end=span.end - 200 * MS, worker="w2") for span in named[::every]
    ]
    return sorted([*named, *copies], key=lambda span: span[:2])


def test_spans_of_one_message_are_one_piece_of_work() -> None:
    figures = measured(again(taking_turns(60), 3))
    assert (figures.spans, figures.handled_again, figures.at_once.maximum) == (80, 20, 1)
    verdict = judge(figures)
    assert verdict.judgement is Judgement.SERIAL
    assert verdict.reasons[-1].startswith("20 spans (25%) began while another one of the same work ID was going on")
    unnamed = measured([span._replace(work_id="") for span in again(taking_turns(60), 3)])
    assert (unnamed.handled_again, unnamed.at_once.maximum) == (0, 2)
    assert judge(unnamed).judgement is not Judgement.SERIAL, "nothing tells that it is the same message"


def test_one_piece_of_work_ends_with_its_last_span_and_is_one_worker_s_and_the_other_s() -> None:
    first, second = Span(0, 10 * SECOND, "a", "g", "m"), Span(8 * SECOND, 15 * SECOND, "b", "g", "m")
    figures = measured([first, second, Span(15 * SECOND, 16 * SECOND, "a", "g", "n")])
    assert figures.at_once.time_at == (0, 16 * SECOND)
    assert [(one.name, one.spans, one.busy) for one in figures.groups] == [("g", 3, 16 * SECOND)]
    assert [(one.name, one.spans, one.busy) for one in figures.workers] == [
        ("a", 2, 11 * SECOND),
        ("b", 1, 7 * SECOND),
    ]


def test_other_groups_have_other_messages_of_the_same_id() -> None:
    figures = measured([Span(0, SECOND, "a", "g", "1"), Span(1, SECOND, "b", "h", "1")])
    assert (figures.handled_again, figures.at_once.maximum) == (0, 2)


def test_an_id_that_most_work_shares_is_no_message_s() -> None:
    """Four threads work on the parts of one batch, whose ID the lines have."""
    spans = [Span(n * SECOND // 4, n * SECOND // 4 + SECOND, f"w{n % 4}", None, f"batch-{n // 40}") for n in range(80)]
    figures = measured(spans)
    assert (figures.handled_again, figures.at_once.maximum) == (0, 4)
    assert judge(figures).judgement is Judgement.PARALLEL


def test_no_spans() -> None:
    verdict = judge(measured([]))
    assert verdict.judgement is Judgement.TOO_LITTLE
    assert verdict.reasons == ("No work was found: no line that starts work and one that ends it belong together.",)


def test_coarse_times_are_named_as_what_is_missing() -> None:
    spans = [Span(n // 3 * SECOND, n // 3 * SECOND, f"w{n % 2}") for n in range(9)]
    verdict = judge(measured(spans))
    assert verdict.judgement is Judgement.TOO_LITTLE
    assert any("Logs with milliseconds show more" in reason for reason in verdict.reasons)


def test_what_is_missing_is_said() -> None:
    alone = judge(measured([span._replace(worker="w") for span in taking_turns(30)]))
    assert alone.reasons[0].startswith("Only one worker worked: at least two are needed")
    unnamed = judge(measured([span._replace(worker="") for span in taking_turns(30)]))
    assert unnamed.reasons[0].startswith("The log does not tell one worker from another")
    few = judge(measured(taking_turns(4)))
    assert few.reasons[0].startswith("Only 2 starts came beside or right after another worker's work, none of them")


def test_a_worker_that_does_several_things_at_once_is_parallel() -> None:
    """Threads of one process, in a log that does not tell them apart."""
    spans = [Span(n * SECOND // 2, n * SECOND // 2 + SECOND, "") for n in range(30)]
    assert judge(measured(spans)).judgement is Judgement.PARALLEL


def test_more_workers_and_the_same_throughput_are_a_reason() -> None:
    """Two hours with two workers, two with six, a span of ten seconds after the other."""
    hour = 360
    spans = [
        Span(n * 10 * SECOND, (n + 1) * 10 * SECOND, f"w{n % (6 if n >= 2 * hour else 2)}") for n in range(4 * hour)
    ]
    verdict = judge(measured(spans))
    assert verdict.judgement is Judgement.SERIAL
    assert "6 workers brought no more throughput than 2: 6.0 a minute against 6.0 a minute." in verdict.reasons


def test_the_bound_is_never_below_the_likelihood() -> None:
    """Against the sum of the binomial distribution."""
    from math import comb  # here it is the other way to compute the same

    for tries in (1, 5, 30, 60):
        for chance in (0.1, 0.5, 0.9):
            for seen in range(tries + 1):
                exact = sum(comb(tries, k) * chance**k * (1 - chance) ** (tries - k) for k in range(seen + 1))
                assert at_most(seen, tries, chance) >= exact - 1e-12
            assert at_most(0, tries, chance) == pytest.approx((1 - chance) ** tries)


if __name__ == "__main__":
    import sys
    from collections import Counter

    tried = int(sys.argv[1])
    wrong = mistaken(tried)
    total = sum(len(schedules(kind, tried)) for kind in KINDS)
    print(f"{total} schedules, {len(wrong)} wrong: {100 * (1 - len(wrong) / total):.2f} % right")
    for kind, count in Counter(one.kind for one in wrong).items():
        print(f"  {count} of {tried}: {kind}")
