"""Messages of one group are sent at the same time.

## What it does

Finds sends to a FIFO queue that run at the same time for several messages and all give the same group ID: in a pool of
threads or processes, in threads, tasks or `gather`, where nothing waits for one send before the next is started. The
group ID is data that is the same for all that is gone through; a constant one is reported as such (SQF101), unless the
queue is meant to be serial. Not reported where the group is that of the message, or the pool has one worker, or the
queue is not known to be FIFO: a topic or queue counts as FIFO by its name, a declaration, or a dedup ID.

## Why is this bad

SQS keeps the order in which it receives the messages of a group, and that is not the order in which the program starts
the sends: requests that run at the same time arrive as the network and the scheduler have it. The group then keeps an
order that is chance, and every run gives another one.

## When it is fine

When the order does not matter, and the group is there only to have one message handled at a time. Suppress the line and
give that reason.

## What to do instead

Send the messages of one group one after the other, or in batches of ten: a batch keeps the order of its entries. What
belongs to different groups may be sent at the same time.

## Example

A pool and `gather` send all lines of an order; right are a loop, and a pool in which each order is one task.

## Options

- `serial-queues`: for these queues, a constant group ID counts, too.

## Sources

- [Amazon SQS: FIFO delivery logic](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html)
- [Amazon SQS API: SendMessageBatch](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Known, Send, Severity, Silence
from sqsfifo_lint.rules.base import CaseRule, Options, Violation
from sqsfifo_lint.rules.words import NOT_KNOWN_AS_FIFO, code, is_known_fifo, named, steps_of_queue, target
from sqsfifo_lint.verdicts import Case, Judgement, Verdict

HELP = (
    "Send the messages of a group one after the other, or in batches of ten, which keep the order of their entries; "
    "only those of different groups at the same time."
)


_REPORTED_FIRST = {
    Verdict.CONSTANT: "the group ID is one for all messages, which is reported instead",
    Verdict.MODULE_LEVEL: "the group ID is one for the process, which is reported instead",
    Verdict.INSTANCE_BOUND: "the group ID is one for the object, which is reported instead",
}
"""With a group for each entity, as is asked for there, the messages may be sent at the same time."""


def check(case: Case, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each call that starts sends of one group at the same time."""
    send = case.send
    if not send.at_once:
        yield Silence("messages of one group are not seen to be sent at the same time")
        return
    for verdict, why in _REPORTED_FIRST.items():
        found = [one for one in case.groups(verdict, options.serial_queues) if isinstance(one, Judgement)]
        if found:
            yield Silence(why, place=found[0].place)
            return
    if any(isinstance(one, Judgement) for one in case.dedups(Verdict.FIXED)):
        yield Silence("all have one dedup ID, so only the first is kept")
        return
    if not _is_fifo(send):
        yield NOT_KNOWN_AS_FIFO
        return
    for loss in send.at_once:
        yield Violation(
            loss.place,
            f"Messages of one group of the FIFO {target(send)}{named(send.queue)} are sent at the same time "
            f"({code(loss.how)}): in which order they arrive, and are delivered, is chance.",
            HELP,
            (*steps_of_queue(send), *loss.steps),
        )


def _is_fifo(send: Send) -> bool:
    """Whether the queue is FIFO: a standard one takes no dedup ID."""
    if is_known_fifo(send.queue):
        return True
    given = all(message.dedup.alternatives and not message.dedup.absent for message in send.messages)
    return send.queue.fifo is Known.UNKNOWN and given


RULE = CaseRule(
    code="SQF107",
    name="concurrent-sends",
    severity=Severity.WARNING,
    since="0.1.0",
    summary="Messages of one group are sent at the same time, so their order is chance.",
    check=check,
    slots=("group",),
)
