"""What the code around a send does with the send's answer and with its errors.

`surroundings` knows what stands around a node, `effects` what a piece of code does besides logging, `answers` where the
answer of a batch send ends, `errors` where an exception of a send ends, `outcome` what tells a failure from a success,
`uses` who in the project looks at a result.

What an expression stands for, the evaluator says (`View`). What becomes of a value, and where an exception ends, is
read off the syntax, for two reasons. The evaluator follows values from where they are made to a slot; here the way goes
on from a call, to everything that is done with its result. And it joins the paths of a `try`, for it has no exceptions,
so that what is done after a failure and after a success cannot be told apart in its states. Syntax errs on the silent
side: what is not a plain way for a value or an exception to go is taken for somebody who looks.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqsfifo_lint.aws.values import SendCall
from sqsfifo_lint.flow import Machine
from sqsfifo_lint.handling.answers import lost_answers
from sqsfifo_lint.handling.errors import swallowed_errors
from sqsfifo_lint.handling.surroundings import Surrounded
from sqsfifo_lint.handling.uses import Uses
from sqsfifo_lint.model import Loss


class Handling:
    """What is lost of what sends say; one object for all sends of a project."""

    def __init__(self, machine: Machine) -> None:
        self._surrounded = Surrounded(machine)
        self._uses = Uses(machine.project)

    def unread(self, calls: Iterable[SendCall]) -> tuple[Loss, ...]:
        """Where the answer of a batch send, reached in these ways, ends without being asked for `Failed`."""
        return _distinct(loss for call in calls for loss in lost_answers(self._surrounded, call, self._uses))

    def swallowed(self, calls: Iterable[SendCall]) -> tuple[Loss, ...]:
        """Where an exception of a send, reached in these ways, ends without anybody acting upon it."""
        return _distinct(loss for call in calls for loss in swallowed_errors(self._surrounded, call, self._uses))


def _distinct(losses: Iterable[Loss]) -> tuple[Loss, ...]:
    """One loss for each place."""
    return tuple({loss.place: loss for loss in losses}.values())
