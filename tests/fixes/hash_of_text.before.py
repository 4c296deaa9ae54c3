"""The order's service."""

from __future__ import annotations

import json
import uuid

import boto3

sqs = boto3.client("sqs")
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"


def publish(customer: str, order: dict) -> None:
    sqs.send_message(  # one line of the log
        QueueUrl=QUEUE,
        MessageBody=json.dumps(order),
        MessageGroupId=str( hash(customer) ),   # kept
        MessageDeduplicationId=order['event'] + hex(abs(hash(customer + '/' + order['event']))),
    )
