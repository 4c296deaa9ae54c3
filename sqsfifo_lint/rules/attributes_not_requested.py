"""A system attribute of a message is read, but the receive call does not ask for it.

## What it does

Finds calls of `receive_message` and `receive_messages` behind which `MessageGroupId`, `MessageDeduplicationId`,
`ApproximateReceiveCount`, `SentTimestamp` or another system attribute is read from a message, in the same function or
in one that gets the message, though neither `MessageSystemAttributeNames` nor `AttributeNames` names it. Standard
queues count too. A call whose attributes cannot be seen is not reported.

## Why is this bad

SQS gives only those attributes that a receive asks for, and without either argument none at all. The message then has
no `Attributes` (with the resource, `message.attributes` is None), so the read raises, or a default stands in for it:
every message has the group `None`, or has been received for the first time. Tools that move messages back from a
dead-letter queue lose group and dedup ID this way.

## When it is fine

Never, unless the code is meant to live without the attribute. Then leave the read out.

## What to do instead

Ask for the attributes that are read, or for `All`. `MessageAttributeNames` is about something else: the attributes that
the sender has given to the message.

## Example

A tool that moves messages on reads their group; a worker counts how often a message has come.

## Options

None.

## Sources

- [Amazon SQS API: ReceiveMessage](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html)
- [boto3: SQS.Client.receive_message](https://boto3.amazonaws.com/v1/documentation/api/latest/reference/services/sqs/client/receive_message.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Consumer, Severity, Silence
from sqsfifo_lint.rules.base import ConsumerRule, Options, Violation
from sqsfifo_lint.rules.words import one_or_more


def check(consumer: Consumer, options: Options) -> Iterator[Violation | Silence]:
    """Yield one violation for a call, for all attributes that are read and not asked for."""
    if not consumer.unasked:
        return
    names = list(dict.fromkeys(loss.how for loss in consumer.unasked))
    shown = one_or_more((f"`{name}`" for name in names), "and")
    listed = ", ".join(f'"{name}"' for name in names)
    yield Violation(
        consumer.place,
        f"This receive does not ask for {shown}, which the code reads from its messages: SQS gives only the system "
        "attributes that a receive asks for, so the value is never there.",
        f"Add `MessageSystemAttributeNames=[{listed}]`; older versions of boto3 know only `AttributeNames`.",
        tuple(step for loss in consumer.unasked for step in loss.steps),
    )


RULE = ConsumerRule(
    code="SQF604",
    name="attributes-not-requested",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="A system attribute of a message is read that the receive call does not ask for.",
    check=check,
)
