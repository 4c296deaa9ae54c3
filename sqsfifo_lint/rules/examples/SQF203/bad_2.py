"""Made in the constructor"""

import uuid

import boto3


class Publisher:
    def __init__(self, queue_name: str) -> None:
        self.queue = boto3.resource("sqs").get_queue_by_name(QueueName=queue_name)
        self.dedup_id = uuid.uuid4().hex

    def publish(self, event: dict) -> None:
        self.queue.send_message(
            MessageBody=event["body"],
            MessageGroupId=event["account"],
            MessageDeduplicationId=self.dedup_id,  # error: SQF203
        )
