"""A body that is always the same, and the ID of the event"""

import boto3

sqs = boto3.client("sqs")


def create() -> str:
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    return sqs.create_queue(QueueName="caches.fifo", Attributes=attributes)["QueueUrl"]


def flush(event: dict) -> None:
    queue = boto3.resource("sqs").get_queue_by_name(QueueName="caches.fifo")
    queue.send_message(
        MessageBody="flush",
        MessageGroupId=event["account"],
        MessageDeduplicationId=event["id"],
    )
