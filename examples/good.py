"""How it should be: the entity as the group ID, the event as the dedup ID. Nothing is reported here."""

import json

import boto3

sqs = boto3.client("sqs")
QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"


def publish_order(order: dict) -> None:
    sqs.send_message(
        QueueUrl=QUEUE_URL,
        MessageBody=json.dumps(order),
        MessageGroupId=f"order-{order['id']}",
        MessageDeduplicationId=f"{order['id']}-{order['version']}",
    )
