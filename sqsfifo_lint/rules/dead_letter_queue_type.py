"""A dead-letter queue of the other type.

## What it does

Finds FIFO queues whose dead-letter queue is declared standard, and standard queues whose dead-letter queue is declared
FIFO.

## Why is this bad

The dead-letter queue of a FIFO queue must be FIFO, and that of a standard queue must be standard: SQS rejects the
redrive policy. A queue that ends up without one hands out a message that cannot be handled again and again, and while
it does so, the rest of its group waits.

## When it is fine

Never.

## What to do instead

Declare both queues of one type.

## Example

A FIFO queue with a standard dead-letter queue.

## Options

None.

## Sources

- [Amazon SQS: dead-letter queues](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Declaration, Known, Severity, SpanPlace, Step
from sqsfifo_lint.rules.base import Example, Options, Rule, Violation
from sqsfifo_lint.rules.words import quoted


def check(declaration: Declaration, options: Options) -> Iterator[Violation]:
    """Yield a violation where the types of both queues are known and differ."""
    target = declaration.dead_letter_queue
    if target is None or Known.UNKNOWN in (declaration.fifo, target.fifo) or declaration.fifo is target.fifo:
        return
    named = f" ({quoted(target.name)})" if target.name else ""
    ours, theirs = ("FIFO", "standard") if declaration.fifo is Known.YES else ("standard", "FIFO")
    message = f"The dead-letter queue{named} of this {ours} queue is a {theirs} queue: SQS rejects the redrive policy."
    steps = (Step(SpanPlace(target.span, target.name or ""), f"declared here ({target.source}): {theirs}"),)
    yield Violation(declaration.place("RedrivePolicy"), message, f"Make the dead-letter queue a {ours} queue.", steps)


RULE = Rule(
    code="SQF404",
    name="dead-letter-queue-type",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="A FIFO queue has a standard dead-letter queue, or the reverse, so the redrive policy is rejected.",
    check=check,
    about=Declaration,
    bad=(
        Example(
            "A standard queue behind a FIFO queue",
            """\
import json

import boto3

sqs = boto3.client("sqs")
DEAD = "arn:aws:sqs:eu-west-1:123456789012:orders-dead"


def set_up() -> str:
    sqs.create_queue(QueueName="orders-dead")
    created = sqs.create_queue(
        QueueName="orders.fifo",
        Attributes={
            "FifoQueue": "true",
            "RedrivePolicy": json.dumps(  # error: SQF404
                {"deadLetterTargetArn": DEAD, "maxReceiveCount": 5}
            ),
        },
    )
    return created["QueueUrl"]


def publish(order: dict) -> None:
    sqs.send_message(
        QueueUrl=set_up(),
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
""",
        ),
        Example(
            "A FIFO queue behind a standard one, in a CDK stack",
            """\
import os

import boto3
from aws_cdk import Stack
from aws_cdk import aws_sqs as sqs
from constructs import Construct


class Orders(Stack):
    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name)
        dead = sqs.Queue(self, "Dead", fifo=True)
        sqs.Queue(
            self,
            "Orders",
            queue_name="orders",
            dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=5, queue=dead),  # error: SQF404
        )


def publish(order: dict) -> None:
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=order["body"])
""",
        ),
    ),
    good=(
        Example(
            "Both are FIFO",
            """\
import json

import boto3

sqs = boto3.client("sqs")
DEAD = "arn:aws:sqs:eu-west-1:123456789012:orders-dead.fifo"


def set_up() -> str:
    sqs.create_queue(QueueName="orders-dead.fifo", Attributes={"FifoQueue": "true"})
    created = sqs.create_queue(
        QueueName="orders.fifo",
        Attributes={
            "FifoQueue": "true",
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": DEAD, "maxReceiveCount": 5}),
        },
    )
    return created["QueueUrl"]


def publish(order: dict) -> None:
    sqs.send_message(
        QueueUrl=set_up(),
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
""",
        ),
        Example(
            "Neither is FIFO, in a CDK stack",
            """\
import os

import boto3
from aws_cdk import Stack
from aws_cdk import aws_sqs as sqs
from constructs import Construct


class Orders(Stack):
    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name)
        dead = sqs.Queue(self, "Dead")
        sqs.Queue(
            self,
            "Mail",
            dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=5, queue=dead),
        )


def publish(mail: dict) -> None:
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=mail["body"])
""",
        ),
    ),
)
