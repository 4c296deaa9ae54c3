"""A task on a FIFO queue that is published again without the IDs that it was sent with.

## What it does

Finds `self.retry()` and `autoretry_for` in Celery tasks that are visibly sent to a queue whose name ends in `.fifo`
with a `MessageGroupId` or `MessageDeduplicationId`, or that are declared on such a queue and whose senders are not
visible.

## Why is this bad

A retry is a new message. Celery builds it from what it remembers of the old one, which does not include the two IDs, so
kombu fills them in: the group is `default`, and the dedup ID a fresh UUID. The order within its group, for which the
task was put on a FIFO queue, is lost just when something has gone wrong: later tasks of the same entity overtake the
retry. And all retries of all entities share one group, so they run one at a time.

## When it is fine

When the order no longer matters once a task has failed. The rule is silent when the retry sets an ID or another queue,
when its options are not visible, and when the task has its own `base` class.

## What to do instead

Pass both IDs to the retry: the same group, and a dedup ID that includes the number of the attempt. (With the dedup ID
of the first attempt, SQS drops a retry within five minutes.) `autoretry_for` has no place for them: catch the exception
and call `self.retry()`. Or let the message come back by itself: with `acks_late`, a task whose worker is lost is
delivered again, in its group.

## Example

`self.retry()`, and `autoretry_for`.

## Options

None.

## Sources

- [Celery: what a retry is made from](https://github.com/celery/celery/blob/v5.7.0/celery/app/task.py)
- [Celery: automatic retries](https://github.com/celery/celery/blob/v5.7.0/celery/app/autoretry.py)
- [kombu: the SQS transport](https://github.com/celery/kombu/blob/v5.7.0/kombu/transport/SQS/__init__.py)
- [Amazon SQS: using the message deduplication ID](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Send, Severity, Silence
from sqsfifo_lint.rules.base import Options, SendRule, Violation
from sqsfifo_lint.rules.words import NOT_KNOWN_AS_FIFO, is_known_fifo, named, steps_of_queue

HELP = (
    "Pass both IDs to the retry: `self.retry(MessageGroupId=order_id, "
    'MessageDeduplicationId=f"{event_id}-{self.request.retries}")`. The number of the attempt must be in the dedup ID, '
    "or SQS drops a retry within five minutes. `autoretry_for` has no place for them."
)


def check(send: Send, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each retry, without IDs, of a task that was sent with one to a FIFO queue."""
    if not is_known_fifo(send.queue):
        yield NOT_KNOWN_AS_FIFO
        return
    lost = [retry for retry in send.retries if retry.without_ids]
    if not lost or not _may_have_ids(send):
        yield Silence("no retry of a task is seen that was sent with an ID")
        return
    for retry in lost:
        message = (
            f"This retry of a task on the FIFO queue{named(send.queue)} is published without the IDs that the task was "
            f"sent with: {send.library} does not keep them, so it goes to the group 'default' with a fresh UUID, and "
            "later messages of its own group overtake it."
        )
        yield Violation(retry.place, message, HELP, steps_of_queue(send))


def _may_have_ids(send: Send) -> bool:
    """Whether the sender gives an ID, or is not visible."""
    return not send.messages or any(m.group.alternatives or m.dedup.alternatives for m in send.messages)


RULE = SendRule(
    code="SQF502",
    name="retry-without-ids",
    severity=Severity.WARNING,
    since="0.1.0",
    summary="A task on a FIFO queue is published again without its IDs, so a retry leaves its group.",
    check=check,
)
