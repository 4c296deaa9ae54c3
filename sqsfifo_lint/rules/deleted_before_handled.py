"""A message is deleted before the work on it is done.

## What it does

Finds code that receives a message, deletes it, and only then hands it, or what is made of it, to a call that may fail;
also where the deletion stands in a function that is called. Standard queues count too. Not reported where something
has been done with the message before the deletion besides reading it, where messages are deleted in several places, and
where only logging, or a container, follows.

## Why is this bad

A message that has been deleted does not come again. If the work on it raises, or the process is stopped in the middle
(a deployment, a lack of memory), the message is lost, and nothing tells of it: it reaches no dead-letter queue either.
In a FIFO queue it is worse still: SQS gives out the next message of the group as soon as this one is deleted, so
another worker may be done with it before this one.

## When it is fine

When a message that is lost does less harm than one that is worked on twice, and the order does not matter. Suppress the
line and give that reason.

## What to do instead

Delete the message when the work is done. What takes longer than the visibility timeout extends it meanwhile
(`change_message_visibility`). Work that must not be done twice remembers what it has done, by the message's own ID.

## Example

The deletion comes first, in a loop and for a single message.

## Options

None.

## Sources

- [Amazon SQS: visibility timeout](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html)
- [Amazon SQS API: DeleteMessage](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Consumer, Severity, Silence
from sqsfifo_lint.rules.base import ConsumerRule, Options, Violation
from sqsfifo_lint.rules.words import code

HELP = (
    "Delete the message when the work is done. What takes longer than the visibility timeout extends it meanwhile with "
    "`change_message_visibility`."
)


def check(consumer: Consumer, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each deletion before the work."""
    for loss in consumer.early:
        yield Violation(
            loss.place,
            f"The message is deleted before the work on it is done ({code(loss.how)}): if that fails, or the process "
            "is stopped, the message is lost.",
            HELP,
            loss.steps,
        )


RULE = ConsumerRule(
    code="SQF605",
    name="deleted-before-handled",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="A message is deleted before the work on it is done, so a failure loses it.",
    check=check,
)
