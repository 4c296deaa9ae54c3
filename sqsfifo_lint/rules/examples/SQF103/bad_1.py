"""Made in the constructor"""

import json
import uuid

import boto3


class OrderEvents:
    def __init__(self, queue_url: str) -> None:
        self._sqs = boto3.client("sqs")
        self._queue_url = queue_url
        self._group_id = str(uuid.uuid4())

    def publish(self, order: dict) -> None:
        self._sqs.send_message(
            QueueUrl=self._queue_url,
            MessageBody=json.dumps(order),
            MessageGroupId=self._group_id,  # error: SQF103
            MessageDeduplicationId=order["event_id"],
        )
