"""Shards by `hash()`"""

import json

import boto3

sqs = boto3.client("sqs")
SHARDS = 16


def publish(queue_url: str, order: dict) -> None:
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=json.dumps(order),
        MessageGroupId=f"shard-{hash(order['customer_id']) % SHARDS}",  # error: SQF106
        MessageDeduplicationId=order["event_id"],
    )
