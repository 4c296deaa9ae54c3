"""Messages and logs together."""

from __future__ import annotations

from itertools import product

import pytest

from sqsfifo_lint.evidence.agreement import Side, together
from sqsfifo_lint.evidence.model import Judgement

SERIAL, PARALLEL, PARTLY, TOO_LITTLE = Judgement.SERIAL, Judgement.PARALLEL, Judgement.PARTLY, Judgement.TOO_LITTLE


@pytest.mark.parametrize(
    ("messages", "logs", "agree", "judgement", "words"),
    [
        (SERIAL, SERIAL, True, SERIAL, "Both agree"),
        (PARALLEL, PARALLEL, True, PARALLEL, "Both agree"),
        (PARTLY, PARTLY, True, PARTLY, "Both agree"),
        (SERIAL, PARALLEL, False, PARTLY, "visibility timeout"),
        (SERIAL, PARTLY, False, SERIAL, "visibility timeout"),
        (PARALLEL, SERIAL, False, SERIAL, "not the groups"),
        (PARALLEL, PARTLY, False, PARTLY, "quieter"),
        (PARTLY, SERIAL, True, SERIAL, "Both agree"),
        (PARTLY, PARALLEL, False, PARTLY, "newer"),
        (TOO_LITTLE, SERIAL, None, SERIAL, "The messages are too few"),
        (SERIAL, TOO_LITTLE, None, SERIAL, "The logs are too few"),
        (TOO_LITTLE, TOO_LITTLE, None, TOO_LITTLE, "The messages and the logs are too few"),
    ],
)
def test_both(messages: Judgement, logs: Judgement, agree: bool | None, judgement: Judgement, words: str) -> None:
    found = together(Side(messages), Side(logs))
    assert (found.agree, found.verdict.judgement) == (agree, judgement)
    (reason,) = found.verdict.reasons
    assert words in reason


def test_every_pair_has_an_answer() -> None:
    for messages, logs in product(Judgement, Judgement):
        assert together(Side(messages), Side(logs)).verdict.reasons


def doubts(messages: Side, logs: Side) -> tuple[str, ...]:
    return together(messages, logs).verdict.reasons[1:]


def test_groups_that_have_nothing_in_common_raise_doubt() -> None:
    mine = Side(SERIAL, frozenset({"a", "b"}))
    assert doubts(mine, Side(SERIAL, frozenset({"b", "c"}))) == ()
    assert doubts(mine, Side(SERIAL)) == ()
    (doubt,) = doubts(mine, Side(SERIAL, frozenset({"c"})))
    assert doubt.startswith("The logs name none of the groups")


def test_logs_from_before_the_messages_raise_doubt() -> None:
    assert doubts(Side(SERIAL, first=10), Side(SERIAL, last=10)) == ()
    (doubt,) = doubts(Side(SERIAL, first=11), Side(SERIAL, last=10))
    assert doubt == "The logs end before the first of the messages was sent."
