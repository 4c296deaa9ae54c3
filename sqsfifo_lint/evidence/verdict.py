"""Whether work was done at the same time: a judgement on figures, with its reasons.

The question is whether workers wait for each other. Work of one message group must: SQS hands out nothing of a group
while a message of it is being handled. A quiet queue, in which nobody has to wait for anybody, looks the same at first
sight, since nothing overlaps there either. What tells them apart is *when a worker begins*, seen from the others:

- while another is at work (`during`), or
- when nobody is, but soon after another has ended (`after`: within `reach`, at most a second).

If workers do not wait for each other, both happen in proportion to the time that there is for either. If they do, the
first never happens, and the second again and again. So the number of `during` among all these starts is compared with
what it would be by chance: a binomial test, given the times. Quiet times and bursts do not matter, since only the time
near work counts; nor does how often a worker follows itself, which says nothing about the others. The test is exact in
one pass, so it needs no sampling and no random numbers. On 11,000 random schedules of known concurrency it is right on
99.9 of 100: `tests/evidence/test_verdict.py`, which tries some hundreds of them in each run.

A message that is handed out again while a worker is still at it, since its visibility timeout is over, is one piece of
work, as long as the log has work IDs: its spans overlap, but say nothing of other messages (see `sweep._Piece`).

The thresholds:

- `SIGNIFICANCE`: as few `during` come by chance in at most one log of a thousand.
- `RARELY` and `BRIEFLY`: serial work has few `during`, and they take little of the time; they come from a visibility
  timeout that was too short. Where there is little to do, few would come by chance, too: that is why both count.
- `LARGE_PART`: one group holds up the rest if it is alone for this share of the busy time, while more of it waits.
- `BY_THE_CLOCK`: if a gap is the shorter the longer the work before it took, work begins when a clock says so. Then
  none was waiting, and nothing follows from the gaps.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.evidence.figures import SECOND, Figures, GroupFigures
from sqsfifo_lint.evidence.model import Judgement, Verdict
from sqsfifo_lint.evidence.wording import counted, duration, percent, rate

SIGNIFICANCE = 0.001
"""A likelihood below this is no chance."""

RARELY = 0.25
"""Serial work has at most this share of the `during` that there would be by chance …"""

BRIEFLY = 0.05
"""… and two or more are at work for at most this share of the busy time."""

LARGE_PART = 0.4
"""The share of the busy time for which one group has to hold up the rest."""

BY_THE_CLOCK = -0.7
"""The correlation from which on work begins by the clock: it explains half of what changes in the gaps."""

FEWEST_HAND_OVERS = 8
"""How many hand-overs to another worker, that had worked before, it takes to call work serial: two workers may well
relieve each other once or twice."""

FEWEST_OVERLAPS = 5
"""How many starts `during` other work it takes to call work parallel: one or two may be a message that was handled
twice after its visibility timeout."""

FINE_ENOUGH = 2
"""By how many times the median duration has to exceed the log's resolution to tell *partly* from *parallel*."""

SAME_THROUGHPUT = 1.2
"""More workers brought no more if they brought less than this times as much."""

NEARLY_ALL = 0.9
"""From this share on, one group counts as all."""


def judge(figures: Figures) -> Verdict:
    """The verdict on some figures."""
    judgement = _judgement(figures)
    match judgement:
        case Judgement.SERIAL:
            reasons = _serial(figures)
        case Judgement.PARALLEL:
            reasons = _parallel(figures)
        case Judgement.PARTLY:
            reasons = _partly(figures)
        case Judgement.TOO_LITTLE:
            reasons = _too_little(figures)
    return Verdict(judgement, (*reasons, *_handled_again(figures)))


def hot_group(figures: Figures) -> GroupFigures | None:
    """The group that holds up the rest for a large part of the time, if there is one."""
    busy = figures.at_once.busy
    hot = max(figures.groups, key=lambda group: group.holding_up, default=None)
    return hot if hot is not None and busy and hot.holding_up >= LARGE_PART * busy else None


def _judgement(figures: Figures) -> Judgement:
    waiting = figures.waiting
    exclusive = waiting.likelihood <= SIGNIFICANCE
    if exclusive and waiting.during <= RARELY * waiting.expected_during and waiting.beside <= BRIEFLY:
        enough = waiting.after >= FEWEST_HAND_OVERS and waiting.following > BY_THE_CLOCK
        return Judgement.SERIAL if enough else Judgement.TOO_LITTLE
    if waiting.during < FEWEST_OVERLAPS:
        return Judgement.TOO_LITTLE
    unnamed = not figures.group_count and exclusive and waiting.holding_up >= LARGE_PART
    if unnamed or (figures.group_count > 1 and hot_group(figures)):
        return Judgement.TOO_LITTLE if _coarse(figures) else Judgement.PARTLY
    return Judgement.PARALLEL


def _coarse(figures: Figures) -> bool:
    """Whether the log's times are too coarse to tell what is alone."""
    return (figures.median_duration or 0) < FINE_ENOUGH * figures.resolution


def _serial(figures: Figures) -> Iterator[str]:
    waiting, hand_overs = figures.waiting, figures.hand_overs
    yield (
        f"{counted(figures.worker_count, 'worker')} took turns: of {counted(waiting.during + waiting.after, 'start')}"
        f" beside or right after another worker's work, {_none(waiting.during)} came while that was still going on."
        f" If the workers did not wait for each other, about {waiting.expected_during:,.0f} would have"
        f" ({_likelihood(waiting.likelihood)})."
    )
    yield _work_was_waiting(figures)
    yield from _throughput(figures)
    yield from _one_group(figures)
    if figures.at_once.maximum > 1:
        yield (
            f"Up to {figures.at_once.maximum} at once are seen, for {percent(figures.at_once.two_or_more)} of the busy"
            " time: clocks that differ, or messages that were handled again after their visibility timeout."
        )
    if figures.runs.longest > 1 and hand_overs.between_workers * 3 < hand_overs.count:
        yield (
            f"The same worker often takes the next message, too: {figures.runs.mean:.1f} in a row on average,"
            f" {figures.runs.longest:,} at most."
        )


def _parallel(figures: Figures) -> Iterator[str]:
    waiting, at_once = figures.waiting, figures.at_once
    yield (
        f"Up to {at_once.maximum} at once, {at_once.mean:.1f} on average: for {percent(at_once.two_or_more)} of the"
        " busy time, two or more were at work."
    )
    yield (
        f"Of {counted(waiting.during + waiting.after, 'start')} beside or right after another worker's work,"
        f" {waiting.during:,} came while that was still going on: they do not wait for each other."
    )
    if _capped(figures):
        yield (
            f"Never more than {at_once.maximum} of {counted(figures.worker_count, 'worker')} were at work at once, for"
            f" {percent(at_once.time_at[at_once.maximum] / at_once.busy)} of the busy time: there may be no more than"
            f" {at_once.maximum} groups with work."
        )
    yield from _throughput(figures)


def _partly(figures: Figures) -> Iterator[str]:
    at_once, hot = figures.at_once, hot_group(figures)
    if hot is not None:
        yield (
            f"Group {hot.name!r} holds up the rest: for {percent(hot.holding_up / at_once.busy)} of the busy time only"
            f" its messages were handled, one after the other, while more of them waited. It has"
            f" {percent(hot.spans / figures.spans)} of the messages."
        )
    else:
        yield (
            f"For {percent(figures.waiting.holding_up)} of the busy time one was at work that had begun right after the"
            " one before, and no other. The log does not name groups, so which of them it was cannot be said."
        )
    yield (
        f"For {percent(at_once.two_or_more)} of the busy time two or more were at work, up to {at_once.maximum} at"
        " once."
    )
    yield from _throughput(figures)


def _too_little(figures: Figures) -> Iterator[str]:
    waiting = figures.waiting
    if not figures.spans:
        yield "No work was found: no line that starts work and one that ends it belong together."
        return
    if figures.worker_count < 2:
        one = "The log does not tell one worker from another" if not _named(figures) else "Only one worker worked"
        yield f"{one}: at least two are needed to see whether they wait for each other."
    elif waiting.likelihood <= SIGNIFICANCE and waiting.following <= BY_THE_CLOCK:
        yield (
            "Work began at fixed times, whether or not the work before it had taken long: none was waiting, so nobody"
            " had to wait for anybody. Logs of a time with more work are needed."
        )
    elif waiting.during + waiting.after:
        yield (
            f"Only {counted(waiting.during + waiting.after, 'start')} came beside or right after another worker's work,"
            f" {_none(waiting.during)} of them while that was still going on. About {waiting.expected_during:,.1f}"
            " would have by chance, so this shows nothing yet. Logs of a busier or longer time are needed."
        )
    else:
        yield (
            f"No work began beside or within {duration(waiting.reach)} after another worker's work: none was waiting,"
            " so nobody had to wait for anybody. Logs of a time with more work are needed."
        )
    if _coarse(figures) and figures.resolution >= SECOND:
        yield "The log's times are whole seconds, and work takes less than that. Logs with milliseconds show more."
    if figures.hand_overs.count:
        yield _work_was_waiting(figures)


def _handled_again(figures: Figures) -> Iterator[str]:
    again = figures.handled_again
    if again:
        yield (
            f"{counted(again, 'span')} ({percent(again / figures.spans)}) began while another one of the same work ID"
            " was going on, and count as one piece of work with it: the visibility timeout is shorter than the work"
            " takes, so the message was handed out again."
        )


def _work_was_waiting(figures: Figures) -> str:
    hand_overs = figures.hand_overs
    return (
        f"{percent(hand_overs.within_a_second)} of {counted(hand_overs.count, 'hand-over')} took less than 1 s: it was"
        f" {duration(hand_overs.median_gap or 0)} (median) from the end of one piece of work to the start of the next,"
        f" and the work itself takes {duration(figures.median_duration or 0)}."
    )


def _throughput(figures: Figures) -> Iterator[str]:
    scaling = figures.scaling
    if scaling is None or not scaling.few_per_hour:
        return
    brought = scaling.many_per_hour / scaling.few_per_hour
    said = "no more throughput than" if brought < SAME_THROUGHPUT else f"{brought:.1f} times the throughput of"
    yield (
        f"{scaling.many:,} workers brought {said} {scaling.few:,}: {rate(scaling.many_per_hour)} against"
        f" {rate(scaling.few_per_hour)}."
    )


def _one_group(figures: Figures) -> Iterator[str]:
    named = figures.spans - figures.ungrouped
    if not named:
        yield "The log does not name message groups. `sqsfifo-lint messages` shows whether all have the same."
        return
    largest = figures.groups[0]
    if largest.spans >= NEARLY_ALL * named:
        yield f"{percent(largest.spans / named)} of the messages whose group is known are of group {largest.name!r}."
    elif figures.group_count > 1:
        yield (
            f"There are {counted(figures.group_count, 'group')}, so it is not the groups that keep them apart: look for"
            " a lock, a limit of one at a time, or a sender that waits for each answer."
        )


def _capped(figures: Figures) -> bool:
    at_once = figures.at_once
    return at_once.maximum < figures.worker_count and at_once.time_at[at_once.maximum] > at_once.busy / 2


def _named(figures: Figures) -> bool:
    return any(worker.name for worker in figures.workers)


def _none(number: int) -> str:
    return f"{number:,}" if number else "none"


def _likelihood(likelihood: float) -> str:
    return f"likelihood below {max(likelihood, 1e-99):.0e}" if likelihood else "likelihood below 1e-99"
