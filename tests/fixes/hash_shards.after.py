#!/usr/bin/env python
# Shards.
import boto3
import zlib

sqs = boto3.client("sqs")
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"


class Publisher:
    def publish(self, customer: str, body: str, event: str) -> None:
        shard = hash(customer) % 16
        sqs.send_message(
            QueueUrl=QUEUE, MessageBody=body, MessageGroupId=f"shard-{zlib.crc32(customer.encode()) % 16}", MessageDeduplicationId=event
        )
        print(shard)
