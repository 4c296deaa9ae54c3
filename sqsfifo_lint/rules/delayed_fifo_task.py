"""A task for a FIFO queue that has a countdown, an ETA or a delay of its own.

## What it does

Finds tasks with a delay other than 0 that are sent to a queue whose name visibly ends in `.fifo`: Celery's `countdown`
and `eta`, in `apply_async()` and `send_task()`, among the options of a signature and in `self.retry()` of a task that
goes there, and taskiq's label `delay`.

## Why is this bad

Celery sends the message at once, and its worker takes it and holds it until the time has come. Until then it is in
flight, and SQS delivers no other message of its group: everything that comes later for this entity waits, too. If the
time is longer than the visibility timeout, the message also goes to a second worker, and the task is run twice. The
brokers of taskiq refuse such a task, since SQS has no delay for a single message of a FIFO queue.

## When it is fine

Only where nothing else of the group may happen until the task has been run, and the time is well below the visibility
timeout. A countdown of 0 or None is no delay, and one whose value cannot be seen is not reported.

## What to do instead

Send the task when it is due: with EventBridge Scheduler, or from a standard queue, whose task then sends that for the
FIFO queue. If all messages should be delayed, set `DelaySeconds` on the queue. A task that fails need not be sent
again: if it has `acks_late` and raises `Reject(requeue=True)`, its message becomes visible again, in its place within
the group.

## Example

The delay is given as a number of seconds, or as a time.

## Options

None.

## Sources

- [Celery: ETA and countdown](https://docs.celeryq.dev/en/stable/userguide/calling.html#eta-and-countdown)
- [Celery: retries](https://docs.celeryq.dev/en/stable/userguide/tasks.html#retrying)
- [Celery: `Reject`](https://docs.celeryq.dev/en/stable/userguide/tasks.html#reject)
- [Celery: the visibility timeout of Amazon SQS](https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/sqs.html#caveats)
- [taskiq-aio-sqs: a delay on a FIFO queue is refused](https://github.com/vonsteer/taskiq-aio-sqs)
- [Amazon SQS: message timers](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html)
- [Amazon SQS: FIFO delivery logic](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Alternative, Material, Message, Send, Severity, Silence
from sqsfifo_lint.rules.base import Options, SendRule, Violation
from sqsfifo_lint.rules.words import NOT_KNOWN_AS_FIFO, OF_THE_SDK, is_known_fifo, named, steps_of_queue
from sqsfifo_lint.verdicts import is_held_by_framework

HELP = (
    "Send the task when it is due: with EventBridge Scheduler, or from a standard queue. If all messages should be "
    "delayed, set `DelaySeconds` on the queue."
)
HELP_FOR_RETRIES = (
    "Retry without a countdown (`countdown=0`), or let the message come back by itself: with `acks_late`, raise "
    "`celery.exceptions.Reject(requeue=True)`."
)
_EFFECTS = {
    "Celery": "a worker takes the message at once and holds it until then, and SQS delivers no other message of its "
    "group in the meantime",
    "taskiq": "a FIFO queue delays all of its messages equally or none, so the broker refuses the task",
}


def check(send: Send, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each task for a FIFO queue that is sure to have a delay."""
    effect = _EFFECTS.get(send.library)
    if effect is None:
        yield OF_THE_SDK
        return
    if not is_known_fifo(send.queue):
        yield NOT_KNOWN_AS_FIFO
        return
    queue = f"the FIFO queue{named(send.queue)}"
    for retry in send.retries:
        if retry.delayed is not None:
            text = f"This retry of a task on {queue} has a delay: {effect}."
            yield Violation(retry.delayed, text, HELP_FOR_RETRIES, steps_of_queue(send))
    for message in send.messages:
        if not is_delayed(message):
            yield Silence("no delay is given that is known and not 0", next(message.delay.parts(), None))
        else:
            delay = message.delay.alternatives[0]
            yield Violation(
                delay.place,
                f"This task for {queue} has a delay{_shown(delay)}: {effect}.",
                HELP,
                (*(step for part in delay.parts for step in part.steps), *steps_of_queue(send)),
            )


def is_delayed(message: Message) -> bool:
    """Whether a delay other than 0 is given on every path."""
    delay = message.delay
    held = is_held_by_framework(delay) and bool(delay.alternatives) and not delay.absent
    return held and all(map(_is_later, delay.alternatives))


def _is_later(alternative: Alternative) -> bool:
    """Whether a value is a number of seconds above 0, or a time reckoned from now."""
    if any(part.material is Material.CLOCK and part.place != alternative.place for part in alternative.parts):
        return True
    return _seconds(alternative) > 0


def _seconds(alternative: Alternative) -> float:
    """A known number of seconds; 0 for anything else. taskiq takes it as text, too."""
    try:
        return float(alternative.text or 0) if alternative.kind in ("int", "float", "str") else 0
    except ValueError:
        return 0


def _shown(delay: Alternative) -> str:
    return f" ({delay.text} s)" if _seconds(delay) else ""


RULE = SendRule(
    code="SQF503",
    name="delayed-fifo-task",
    severity=Severity.WARNING,
    since="0.1.0",
    summary="A task for a FIFO queue has a countdown, ETA or delay, which holds up its group or is refused.",
    check=check,
    slots=("delay",),
)
