"""Orders go out through one FIFO queue: one group for everything, and a clock as the dedup ID."""

import json
import time

import boto3

sqs = boto3.client("sqs")
QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"


def publish_order(order: dict) -> None:
    sqs.send_message(
        QueueUrl=QUEUE_URL,
        MessageBody=json.dumps(order),
        MessageGroupId="orders",
        MessageDeduplicationId=str(int(time.time())),
    )
