"""Deleted when it is done"""

from collections.abc import Callable

import boto3

sqs = boto3.client("sqs")
URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/moves.fifo"


def poll(apply: Callable[[str], None]) -> None:
    received = sqs.receive_message(QueueUrl=URL, MaxNumberOfMessages=10)
    for message in received.get("Messages", []):
        apply(message["Body"])
        sqs.delete_message(QueueUrl=URL, ReceiptHandle=message["ReceiptHandle"])
