"""One constant as the group ID of every message.

## What it does

Finds sends whose `MessageGroupId` is a constant on every path that reaches them: a literal, a module or class
constant, a parameter that all visible callers fill with constants.

## Why is this bad

While one message of a group is in flight, SQS delivers no other message of that group. With one group for everything
the queue is worked off one message at a time: more workers, more pods or a higher Lambda concurrency change nothing,
and a message that fails holds up all that were sent after it. A high-throughput FIFO queue is partitioned by the
group ID, so one group also stays on one partition.

## When it is fine

When all messages of the queue really have to be handled one after the other, as AWS's own single-group scenario has
it. Name such a queue in `serial-queues`, or suppress the line with the reason.

## What to do instead

Use the ID of the entity whose messages must stay in order: the order, the customer, the account. Messages of
different entities are then handled side by side, and those of one entity still in order. There is no limit to the
number of groups.

## Example

The group ID stands in the call, in a constant elsewhere in the file, or comes from the only callers there are.

## Options

- `serial-queues`: patterns of the names of queues that are meant to be serial; the rule is silent for them.

## Sources

- [Amazon SQS: FIFO queue delivery logic](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html)
- [Amazon SQS: interleaving multiple ordered message groups](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/interleaving-multiple-ordered-message-groups.html)
- [AWS Lambda: scaling of SQS event sources](https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html)
- [Amazon SQS: message quotas](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Send, Severity
from sqsfifo_lint.rules.base import Example, Options, Rule, Violation
from sqsfifo_lint.rules.words import ENTITY_AS_GROUP, ONE_AT_A_TIME, constants, texts
from sqsfifo_lint.verdicts import Judgement, Verdict, is_serial, judge_group, may_be_fifo


def check(send: Send, options: Options) -> Iterator[Violation]:
    """Yield a violation for each message whose group ID is a constant."""
    if not may_be_fifo(send.queue) or is_serial(send.queue, options.serial_queues):
        return
    for message in send.messages:
        judgement = judge_group(message.group)
        if judgement and judgement.verdict is Verdict.CONSTANT:
            yield Violation(judgement.place, _message(judgement), ENTITY_AS_GROUP, judgement.steps)


def _message(judgement: Judgement) -> str:
    count = len(texts(judgement) or [""])
    these = "these messages" if count == 1 else "the messages of each of them"
    return f"The group ID is {constants(judgement)}: {ONE_AT_A_TIME.format(these=these)}."


RULE = Rule(
    code="SQF101",
    name="constant-group-id",
    severity=Severity.WARNING,
    since="0.1.0",
    summary="The group ID is one constant, so messages are handled one at a time.",
    check=check,
    bad=(
        Example(
            "A literal",
            """\
import json

import boto3

sqs = boto3.client("sqs")
QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"


def publish_order(order: dict) -> None:
    sqs.send_message(
        QueueUrl=QUEUE_URL,
        MessageBody=json.dumps(order),
        MessageGroupId="orders",  # error: SQF101
        MessageDeduplicationId=order["event_id"],
    )
""",
        ),
        Example(
            "A module constant in the entries of a batch",
            """\
import boto3

GROUP = "invoices"


def publish_invoices(queue_url: str, invoices: list[dict]) -> list[dict]:
    sqs = boto3.client("sqs")
    entries = [
        {
            "Id": str(number),
            "MessageBody": invoice["document"],
            "MessageGroupId": GROUP,  # error: SQF101
            "MessageDeduplicationId": invoice["id"],
        }
        for number, invoice in enumerate(invoices[:10])
    ]
    response = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)
    return response.get("Failed", [])
""",
        ),
        Example(
            "A parameter that every caller fills with a constant",
            """\
import boto3

queue = boto3.resource("sqs").get_queue_by_name(QueueName="mail.fifo")


def _send(body: str, event_id: str, group_id: str) -> None:
    queue.send_message(MessageBody=body, MessageGroupId=group_id, MessageDeduplicationId=event_id)


def welcome(event: dict) -> None:
    _send(event["text"], event["id"], group_id="mail")  # error: SQF101
""",
        ),
    ),
    good=(
        Example(
            "The entity whose messages must stay in order",
            """\
import json

import boto3

sqs = boto3.client("sqs")
QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"


def publish_order(order: dict) -> None:
    sqs.send_message(
        QueueUrl=QUEUE_URL,
        MessageBody=json.dumps(order),
        MessageGroupId=f"order-{order['id']}",
        MessageDeduplicationId=order["event_id"],
    )
""",
        ),
        Example(
            "A standard queue has no order to lose",
            """\
import boto3

sqs = boto3.client("sqs")


def ping(body: str) -> None:
    sqs.send_message(
        QueueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/pings",
        MessageBody=body,
        MessageGroupId="tenant-1",
    )
""",
        ),
    ),
)
