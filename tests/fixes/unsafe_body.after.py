import hashlib
import json
import uuid

import boto3

sqs = boto3.client("sqs")
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"


def publish(order: dict) -> None:
    sqs.send_message(
        QueueUrl=QUEUE,
        MessageBody=json.dumps(order),
        MessageGroupId=order["id"],
        MessageDeduplicationId=hashlib.sha256(json.dumps(order).encode()).hexdigest(),
    )
    sqs.send_message(
        QueueUrl=QUEUE,
        MessageBody=order["text"],
        MessageDeduplicationId=hashlib.sha256(order["text"].encode()).hexdigest(),
        MessageGroupId=order["id"],
    )
    sqs.send_message(
        QueueUrl=QUEUE,
        MessageBody=order["body"],
        MessageGroupId=order["id"],
        MessageDeduplicationId=hashlib.sha256(str(order["event"]).encode()).hexdigest(),
    )
