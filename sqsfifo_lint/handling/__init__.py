"""What the code round a send does with the send's answer and with its errors.

`surroundings` knows what stands round a node, `effects` what a piece of code does besides talking about it, `answers`
where the answer of a batch send ends, and `errors` where an exception of a send ends. All of it is read off the
syntax of the functions through which a send is reached; the evaluator is asked only what a name stands for.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqsfifo_lint.aws.values import SendCall
from sqsfifo_lint.flow.machine import Machine
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
