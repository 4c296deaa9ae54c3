"""A service that a container builds once at start-up: its group ID looks random, and is the same for every message."""

import uuid

import boto3


class Notifier:
    def __init__(self, queue_url: str) -> None:
        self.sqs = boto3.client("sqs")
        self.queue_url = queue_url
        self.group_id = str(uuid.uuid4())

    def notify(self, user_id: str, event_id: str, text: str) -> None:
        self.sqs.send_message(
            QueueUrl=self.queue_url,
            MessageBody=text,
            MessageGroupId=self.group_id,
            MessageDeduplicationId=f"{user_id}-{event_id}",
        )
