"""Shards by a hash that is the same everywhere"""

import json
import zlib

import boto3

sqs = boto3.client("sqs")
SHARDS = 16


def publish(queue_url: str, order: dict) -> None:
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=json.dumps(order),
        MessageGroupId=f"shard-{zlib.crc32(order['customer_id'].encode()) % SHARDS}",
        MessageDeduplicationId=order["event_id"],
    )
