"""A body that is the event"""

import json

import boto3

sqs = boto3.client("sqs")


def create() -> str:
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    return sqs.create_queue(QueueName="events.fifo", Attributes=attributes)["QueueUrl"]


def publish(event: dict) -> None:
    queue = boto3.resource("sqs").get_queue_by_name(QueueName="events.fifo")
    queue.send_message(MessageBody=json.dumps(event), MessageGroupId=event["account"])
