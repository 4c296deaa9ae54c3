"""Deleted first"""

from collections.abc import Callable

import boto3

sqs = boto3.client("sqs")
URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/moves.fifo"


def poll(apply: Callable[[str], None]) -> None:
    received = sqs.receive_message(QueueUrl=URL, MaxNumberOfMessages=10)
    for message in received.get("Messages", []):
        sqs.delete_message(  # error: SQF605
            QueueUrl=URL, ReceiptHandle=message["ReceiptHandle"]
        )
        apply(message["Body"])
