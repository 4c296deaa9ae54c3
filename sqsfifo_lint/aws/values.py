"""AWS's own kinds of values, and how a call that may send is noted."""

from __future__ import annotations

import enum
from typing import ClassVar

import libcst as cst

from sqsfifo_lint.flow import Arguments, Machine, Noted, State
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.values import Atom, Bound, Extension, Function, Value
from sqsfifo_lint.knowledge.apis import SendApi
from sqsfifo_lint.met import met
from sqsfifo_lint.records import record

DECLARED = "declared"
"""Kind of a handle that stands for a queue of an infrastructure library."""


@record()
class Handle(Extension):
    """A boto3 object of `service` (`sqs`, `sns` ...); `kind` is `client`, `resource`, `queue`, `topic` or DECLARED."""

    service: str
    kind: str
    queue: Value = ()

    def __str__(self) -> str:
        return f"{self.service} {self.kind}"


@record()
class Member(Extension):
    """A method that may send, on a receiver that is a handle or unknown."""

    is_callback: ClassVar[bool] = True

    name: str
    receiver: Atom | Handle | Bound | Function | None
    path: str = ""
    """Its qualified name, where the receiver is something outside the project: `aiosqs.SQSClient().send_message`."""

    def __str__(self) -> str:
        return f"method {self.name}"


class Canvas(enum.Enum):
    """For which of the tasks of a signature its options are."""

    __hash__ = object.__hash__

    TASK = "for its one task"
    ALL = "for each of its tasks"
    FIRST = "for the first of its tasks"


@record()
class Signature(Extension):
    """Calls of Celery tasks that are kept, or a `method` of such an object."""

    task: Function | str | None
    """The one task, by its name where the function is out of sight."""
    options: Ref
    """The dict of what goes with the message."""
    method: str = ""
    canvas: Canvas = Canvas.TASK
    parts: tuple[tuple[Signature, ...], ...] = ()
    """What it is put together from: for each part, what it may be; nothing, where that is out of sight."""
    size: int = 1
    """How many signatures it consists of."""

    def __str__(self) -> str:
        if self.canvas is not Canvas.TASK:
            return "several signatures"
        return f"signature of {self.task.name if isinstance(self.task, Function) else self.task}"


@record()
class Kicker(Extension):
    """What `kicker()` of a taskiq task gives, or a `method` of it."""

    task: Function
    labels: Ref
    """The dict of what goes with the message."""
    method: str = ""
    alone: bool = False
    """It is made for this one message: nobody else can give it labels."""

    def __str__(self) -> str:
        return f"kicker of {self.task.name}"


@record(eq=False)
class SendCall(Noted):
    """A call of a method that may send, as it was met: `sends` makes slots of it."""

    member: Member
    api: SendApi | None = None
    """The API, where it is known already."""


def note_send(
    machine: Machine,
    member: Member,
    arguments: Arguments,
    node: cst.CSTNode,
    state: State,
    api: SendApi | None = None,
) -> None:
    """A method that may send is called."""
    if machine.notes.are_full:
        met("MAX_NOTED")
        machine.notes.beyond.setdefault(node, state.frame.chunk)
        return
    noted = SendCall(
        arguments, node, state.frame.chunk, state.copy(), machine.notes, len(machine.notes.outside), member, api
    )
    state.noted |= {noted}
    machine.notes.calls.append(noted)
