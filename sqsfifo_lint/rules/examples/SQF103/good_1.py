"""The method that sends knows the entity"""

import json

import boto3


class OrderEvents:
    def __init__(self, queue_url: str) -> None:
        self._sqs = boto3.client("sqs")
        self._queue_url = queue_url

    def publish(self, order: dict) -> None:
        self._sqs.send_message(
            QueueUrl=self._queue_url,
            MessageBody=json.dumps(order),
            MessageGroupId=f"customer-{order['customer_id']}",
            MessageDeduplicationId=order["event_id"],
        )
