"""Whether what messages show and what logs show agree; where they do not, what that means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import NamedTuple

from sqsfifo_lint.evidence.model import Judgement, Verdict


class Side(NamedTuple):
    """What one kind of evidence shows."""

    judgement: Judgement
    groups: Set[str] = frozenset()
    """The message groups that it names; empty if it names none."""
    first: int | None = None
    """When it begins, in microseconds since 1970: the first message was sent, the first work started."""
    last: int | None = None
    """When it ends: the last message was sent, the last work ended."""


class Agreement(NamedTuple):
    """The two together."""

    agree: bool | None
    """None if they cannot be compared."""
    verdict: Verdict


SERIAL, PARALLEL, PARTLY, TOO_LITTLE = Judgement.SERIAL, Judgement.PARALLEL, Judgement.PARTLY, Judgement.TOO_LITTLE


class _Row(NamedTuple):
    agree: bool | None
    judgement: Judgement
    words: str


_SAME_TIME_IN_ONE_GROUP = (
    "The messages would have to be handled one at a time, but the logs show work at the same time. A group does not "
    "allow that unless the visibility timeout ends before the work does, or threads share what one call received. Or "
    "these are not the logs of this queue's workers."
)
_SOMETHING_ELSE = (
    "The messages could be handled at the same time, but the logs show one after the other. So it is not the groups "
    "that hold the workers up. Look for a maximum concurrency of 1, a lock, a single thread, or too few messages."
)

_TABLE: Mapping[tuple[Judgement, Judgement], _Row] = {
    (SERIAL, SERIAL): _Row(
        True, SERIAL, "Both agree: the messages allow one at a time, and the logs show one after the other."
    ),
    (PARALLEL, PARALLEL): _Row(
        True, PARALLEL, "Both agree: the messages allow work at the same time, and the logs show it."
    ),
    (PARTLY, PARTLY): _Row(
        True, PARTLY, "Both agree: one group holds most of the messages, and the workers wait for it."
    ),
    (SERIAL, PARALLEL): _Row(False, PARTLY, _SAME_TIME_IN_ONE_GROUP),
    (SERIAL, PARTLY): _Row(False, SERIAL, _SAME_TIME_IN_ONE_GROUP),
    (PARALLEL, SERIAL): _Row(False, SERIAL, _SOMETHING_ELSE),
    (PARALLEL, PARTLY): _Row(
        False,
        PARTLY,
        "The groups of the messages are even, but the logs show workers that wait part of the time. The messages may "
        "be from a quieter moment than the logs.",
    ),
    (PARTLY, SERIAL): _Row(
        True,
        SERIAL,
        "Both agree that workers wait: one group holds most of the messages, and the logs show one after the other.",
    ),
    (PARTLY, PARALLEL): _Row(
        False,
        PARTLY,
        "One group holds most of the messages, but the logs show work at the same time. The large group may be newer "
        "than the logs.",
    ),
}
"""By what messages show and what logs show: whether they agree, what both together amount to, and what that means."""


def together(messages: Side, logs: Side) -> Agreement:
    """What both amount to. Nothing is compared of which one side has too little."""
    if TOO_LITTLE in (messages.judgement, logs.judgement):
        known = messages if logs.judgement is TOO_LITTLE else logs
        lacking = "logs" if logs.judgement is TOO_LITTLE else "messages"
        if messages.judgement is logs.judgement:
            lacking = "messages and the logs"
        reason = f"The {lacking} are too few to compare with."
        return Agreement(None, Verdict(known.judgement, (reason, *_doubts(messages, logs))))
    row = _TABLE[messages.judgement, logs.judgement]
    return Agreement(row.agree, Verdict(row.judgement, (row.words, *_doubts(messages, logs))))


def _doubts(messages: Side, logs: Side) -> Iterator[str]:
    """Signs that the two are not about the same work."""
    if messages.groups and logs.groups:
        common = len(messages.groups & logs.groups)
        if not common:
            yield "The logs name none of the groups of the messages: they may be about another queue, or another time."
    if messages.first is not None and logs.last is not None and logs.last < messages.first:
        yield "The logs end before the first of the messages was sent."
