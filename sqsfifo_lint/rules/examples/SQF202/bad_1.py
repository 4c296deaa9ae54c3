"""A fresh UUID"""

import json
import uuid

import boto3

sqs = boto3.client("sqs")
QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"


def publish_order(order: dict) -> None:
    sqs.send_message(
        QueueUrl=QUEUE_URL,
        MessageBody=json.dumps(order),
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=str(uuid.uuid4()),  # error: SQF202
    )
