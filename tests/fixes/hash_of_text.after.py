"""The order's service."""

from __future__ import annotations

import hashlib
import json
import uuid

import boto3

sqs = boto3.client("sqs")
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"


def publish(customer: str, order: dict) -> None:
    sqs.send_message(  # one line of the log
        QueueUrl=QUEUE,
        MessageBody=json.dumps(order),
        MessageGroupId=hashlib.sha256(customer.encode()).hexdigest(),   # kept
        MessageDeduplicationId=order['event'] + hashlib.sha256((customer + '/' + order['event']).encode()).hexdigest(),
    )
