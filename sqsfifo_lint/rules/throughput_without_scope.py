"""Throughput per message group on a queue that deduplicates over all groups.

## What it does

Finds declarations of FIFO queues with the throughput limit `perMessageGroupId` and without the deduplication scope
`messageGroup`.

## Why is this bad

The limit `perMessageGroupId` is allowed only together with the scope `messageGroup`: SQS rejects the call that creates
or changes the queue. Whoever wants high throughput and gets the queue without it is throttled at 300 calls a second.

## When it is fine

Never. A call that changes the one attribute of a queue which has the other already is not reported.

## What to do instead

Give both. With the scope `messageGroup`, the same dedup ID in two groups is two messages.

## Example

The limit alone.

## Options

None.

## Sources

- [Amazon SQS API: SetQueueAttributes](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html)
- [Amazon SQS: throttling of FIFO queues](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/troubleshooting-fifo-throttling-issues.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Declaration, Severity
from sqsfifo_lint.rules.base import Example, Options, Rule, Violation

LIMIT, SCOPE = "FifoThroughputLimit", "DeduplicationScope"


def check(declaration: Declaration, options: Options) -> Iterator[Violation]:
    """Yield a violation where the limit is by group and the scope visibly is not."""
    limit, scope = declaration.attributes.get(LIMIT), declaration.attributes.get(SCOPE)
    if limit is None or limit.value != "perMessageGroupId":
        return
    if (scope is None and declaration.complete) or (scope is not None and scope.value == "queue"):
        found = "the deduplication scope is the whole queue" if scope is not None else "there is no deduplication scope"
        message = f"The throughput limit is `perMessageGroupId` and {found}: SQS rejects the queue."
        yield Violation(declaration.place(LIMIT), message, "Set `DeduplicationScope` to `messageGroup` as well.")


RULE = Rule(
    code="SQF403",
    name="throughput-without-scope",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="The throughput limit is per message group and the deduplication scope is not, so the queue is rejected.",
    check=check,
    about=Declaration,
    bad=(
        Example(
            "The limit alone",
            """\
import boto3

queue = boto3.resource("sqs").create_queue(
    QueueName="orders.fifo",
    Attributes={
        "FifoQueue": "true",
        "FifoThroughputLimit": "perMessageGroupId",  # error: SQF403
    },
)


def publish(order: dict) -> None:
    queue.send_message(
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
""",
        ),
        Example(
            "The scope of the whole queue, in a CDK stack",
            """\
import os

import boto3
from aws_cdk import Stack
from aws_cdk import aws_sqs as sqs
from constructs import Construct


class Orders(Stack):
    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name)
        sqs.Queue(
            self,
            "Orders",
            fifo=True,
            deduplication_scope=sqs.DeduplicationScope.QUEUE,
            fifo_throughput_limit=sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,  # error: SQF403
        )


def publish(order: dict) -> None:
    boto3.client("sqs").send_message(
        QueueUrl=os.environ["QUEUE_URL"],
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
""",
        ),
    ),
    good=(
        Example(
            "Both",
            """\
import boto3

queue = boto3.resource("sqs").create_queue(
    QueueName="orders.fifo",
    Attributes={
        "FifoQueue": "true",
        "DeduplicationScope": "messageGroup",
        "FifoThroughputLimit": "perMessageGroupId",
    },
)


def publish(order: dict) -> None:
    queue.send_message(
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
""",
        ),
        Example(
            "A queue whose other attributes are not in sight",
            """\
import boto3

sqs = boto3.client("sqs")


def speed_up(queue_url: str) -> None:
    sqs.set_queue_attributes(
        QueueUrl=queue_url, Attributes={"FifoThroughputLimit": "perMessageGroupId"}
    )


def publish(queue_url: str, order: dict) -> None:
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
""",
        ),
    ),
)
