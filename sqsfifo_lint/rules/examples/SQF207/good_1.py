"""A dedup ID beside the envelope"""

import json
import time
import uuid

import boto3

sqs = boto3.client("sqs")


def create() -> str:
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    return sqs.create_queue(QueueName="events.fifo", Attributes=attributes)["QueueUrl"]


def publish(event: dict) -> None:
    queue = boto3.resource("sqs").get_queue_by_name(QueueName="events.fifo")
    body = json.dumps({"id": str(uuid.uuid4()), "sent_at": time.time(), "text": event["body"]})
    queue.send_message(
        MessageBody=body,
        MessageGroupId=event["account"],
        MessageDeduplicationId=event["id"],
    )
