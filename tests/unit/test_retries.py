"""What runs again for the same message, and what only looks like it."""

from __future__ import annotations

from textwrap import dedent

import pytest

from sqsfifo_lint.model import Lifetime
from sqsfifo_lint.run.analysis import analyze

HEAD = """
import time, uuid
import boto3, tenacity
from botocore.exceptions import ClientError

sqs = boto3.client("sqs")

def send(order, dedup):
    sqs.send_message(
        QueueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo",
        MessageBody=order["body"],
        MessageGroupId=order["customer"],
        MessageDeduplicationId=dedup,
    )
"""

RETRIED = {
    "by a decorator": (
        """
        @tenacity.retry
        def deliver(order):
            send(order, uuid.uuid4().hex)
        """,
        "runs `deliver()` again after an error",
    ),
    "by a loop": (
        """
        def deliver(order):
            while True:
                try:
                    return send(order, uuid.uuid4().hex)
                except ClientError:
                    time.sleep(1)
        """,
        "lets the loop run again after an error, with the same message",
    ),
    "by both: the inner one is told": (
        """
        @tenacity.retry
        def deliver(order):
            while True:
                try:
                    return send(order, uuid.uuid4().hex)
                except ClientError:
                    time.sleep(1)
        """,
        "lets the loop run again after an error, with the same message",
    ),
}

NOT_RETRIED = {
    "nothing runs again": """
        def deliver(order):
            send(order, uuid.uuid4().hex)
        """,
    "the caller makes it, outside of what runs again": """
        @tenacity.retry
        def attempt(order, dedup):
            send(order, dedup)

        def deliver(order):
            attempt(order, uuid.uuid4().hex)
        """,
    "each round sends another message": """
        def deliver(orders):
            for order in orders:
                try:
                    send(order, uuid.uuid4().hex)
                except ClientError:
                    time.sleep(1)
        """,
    "a round that fails goes on with the next message": """
        def deliver(orders):
            for order in orders:
                try:
                    return send(order, uuid.uuid4().hex)
                except ClientError:
                    time.sleep(1)
        """,
    "each round sends again, whether the last one failed or not": """
        def deliver(order):
            while True:
                try:
                    send(order, uuid.uuid4().hex)
                except ClientError:
                    time.sleep(1)
        """,
    "the error leaves the loop": """
        def deliver(order):
            while True:
                try:
                    return send(order, uuid.uuid4().hex)
                except ClientError:
                    raise
        """,
    "the loop catches what something else raises": """
        def deliver(order):
            while True:
                try:
                    time.sleep(1)
                except ClientError:
                    time.sleep(2)
                return send(order, uuid.uuid4().hex)
        """,
}


def retried(program: str) -> set[str | None]:
    """What is reported to make the parts of the program's dedup IDs again."""
    path = "app.py"
    found = analyze([(path, (HEAD + dedent(program)).encode())], [path])
    parts = [part for send in found.sends for message in send.messages for part in message.dedup.parts()]
    assert parts, "the program sends"
    assert all(part.lifetime is Lifetime.MESSAGE for part in parts)
    return {None if part.retried is None else part.retried.text for part in parts}


@pytest.mark.parametrize(("program", "text"), RETRIED.values(), ids=RETRIED)
def test_retried(program: str, text: str) -> None:
    assert retried(program) == {text}


@pytest.mark.parametrize("program", NOT_RETRIED.values(), ids=NOT_RETRIED)
def test_not_retried(program: str) -> None:
    assert retried(program) == {None}
