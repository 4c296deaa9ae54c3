"""A task for a FIFO queue without a group ID, so the framework puts all messages in one group.

## What it does

Finds tasks that are sent to a queue whose name visibly ends in `.fifo`, by a framework that fills in its own group ID,
without a group ID: Celery's `delay()`, `apply_async()` and `send_task()`, where the queue is named in the call, in the
decorator of the task, by `task_routes` or by `task_default_queue`, and the signatures of such tasks, alone or in a
`group`, `chain` or `chord`; `kiq()` of taskiq, where the broker or a label names it; and `delay()`, `add_job()` and
`add_raw_job()` of sqs-workers. Routes may be dicts, lists of them, and functions or classes that ask for nothing but
the name of the task; queues may be objects of kombu's.

## Why is this bad

SQS would reject the message, and somebody would notice. Celery's transport (kombu) fills in the group ID `default`
instead, and a fresh UUID as the dedup ID. So everything works, and every message of the queue is in the same group:
while one is in flight, SQS delivers no other, and only one worker at a time has anything to do, however many run. A
`MessageGroupId` among the options of the decorator does not help: Celery passes on `queue`, `priority`, `expires` and a
few more of these, but not the IDs. What `delay()` and `.s()` are given goes to the task, an ID like anything else; and
the options of a chain go to its first task. sqs-workers has a group `default`, too. taskiq takes the name of the task
as group, which is one group for each task.

## When it is fine

When the queue is meant to be serial. The rule is silent when not all of the options are visible, when the task has its
own `base` class, and in a project whose code sets an ID in a `before_task_publish` handler, in `task_routes`, in its
own `apply_async` or in its own transport. A default queue counts only if there is one Celery app, and settings count
only if they agree.

## What to do instead

With each call, pass the ID of the entity whose tasks must stay in order:
`charge.apply_async((order_id,), MessageGroupId=order_id, MessageDeduplicationId=event_id)`. `delay()` takes no options.
With taskiq: `charge.kicker().with_labels(group_id=order_id).kiq(order_id)`.

## Example

The queue is named in the decorator, or in the call.

## Options

- `serial-queues`: name patterns of queues that are meant to handle one message at a time.

## Sources

- [kombu: the SQS transport](https://github.com/celery/kombu/blob/v5.7.0/kombu/transport/SQS/__init__.py)
- [Celery: options of a task that go with its messages](https://github.com/celery/celery/blob/v5.7.0/celery/app/task.py)
- [Celery: how the IDs are passed](https://github.com/celery/celery/pull/10446)
- [Amazon SQS: using the message group ID](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagegroupid-property.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Send, Severity, Silence, Slot
from sqsfifo_lint.rules.base import Options, SendRule, Violation
from sqsfifo_lint.rules.words import OF_THE_SDK, SERIAL_ON_PURPOSE, named, steps_of_queue
from sqsfifo_lint.verdicts import group_is_filled_in, serial_on_purpose

_PASSED = "pass the ID of the entity whose messages must stay in order, such as the order or customer ID: "
_OPTIONS = (
    f"With each call, {_PASSED}`task.apply_async(..., MessageGroupId=order_id)`. An ID among the options of the "
    "decorator has no effect. "
)
_ADVICE = {
    "taskiq": (
        "Give each message the ID of the entity whose messages must stay in order, such as the order or customer ID: "
        "`task.kicker().with_labels(group_id=order_id).kiq(...)`. "
    ),
    "sqs-workers": f"With each call, {_PASSED}`task.delay(..., _group_id=order_id)`. ",
}


def check(send: Send, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each message for a FIFO queue whose group ID the library fills in."""
    if not send.library:
        yield OF_THE_SDK
        return
    if (silence := serial_on_purpose(send.queue, options.serial_queues)) is not None:
        yield silence
        return
    for message in send.messages:
        if not group_is_filled_in(message, send.queue):
            yield Silence("a group ID is given, or the queue is not known to be FIFO", place=message.group.argument)
        else:
            advice = _ADVICE.get(send.library, _OPTIONS) + SERIAL_ON_PURPOSE
            yield Violation(message.place, _message(send, message.group), advice, steps_of_queue(send))


def _message(send: Send, group: Slot) -> str:
    astray = f" The `MessageGroupId` that is given {group.astray}." if group.astray else ""
    return (
        f"This message for the FIFO queue{named(send.queue)} has no group ID, so {send.library} fills in "
        f"{group.filled}: SQS delivers one message per group at a time, so all of these wait for each other no matter "
        f"how many workers run.{astray}"
    )


RULE = SendRule(
    code="SQF501",
    name="default-group-id",
    severity=Severity.WARNING,
    since="0.1.0",
    summary="A task is sent to a FIFO queue without a group ID, so the framework puts all messages in one group.",
    check=check,
    slots=("group",),
)
