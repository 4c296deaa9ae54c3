"""What the code around a send does with the send's answer and with its errors.

`surroundings` knows what is around a node, `effects` what a piece of code does besides logging, `answers` where the
answer of a batch send ends, `errors` where an exception of a send ends, `outcome` what distinguishes a failure from a
success, `uses` where in the project a result is used.

The evaluator says what an expression stands for (`View`). What becomes of a value, and where an exception ends, is read
from the syntax, for two reasons. The evaluator follows values from their origin to a slot; here the direction is from a
call to everything that is done with its result. And it joins the paths of a `try`, since it does not model exceptions,
so its states cannot distinguish what is done after a failure from what is done after a success. Syntax errs on the
silent side: wherever a value or an exception does not take a plain route, it is assumed to be looked at.
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
    """Which answers and exceptions of sends are lost; one object for all sends of a project."""

    def __init__(self, machine: Machine) -> None:
        self.surrounded = Surrounded(machine)
        self._uses = Uses(machine.project)

    def unread(self, calls: Iterable[SendCall]) -> tuple[Loss, ...]:
        """Where the answer of a batch send, reached in these ways, ends without `Failed` being checked."""
        return _distinct(loss for call in calls for loss in lost_answers(self.surrounded, call, self._uses))

    def swallowed(self, calls: Iterable[SendCall]) -> tuple[Loss, ...]:
        """Where an exception of a send, reached in these ways, ends without being acted upon."""
        return _distinct(loss for call in calls for loss in swallowed_errors(self.surrounded, call, self._uses))


def _distinct(losses: Iterable[Loss]) -> tuple[Loss, ...]:
    """One loss for each place."""
    return tuple({loss.place: loss for loss in losses}.values())
