"""An entity that announces itself"""

import boto3

sqs = boto3.client("sqs")


class Order:
    def __init__(self, order_id: str, version: int) -> None:
        self.order_id = order_id
        self.version = version

    def announce(self, queue_url: str) -> None:
        sqs.send_message(
            QueueUrl=queue_url,
            MessageBody=self.order_id,
            MessageGroupId=self.order_id,
            MessageDeduplicationId=f"{self.order_id}-{self.version}",
        )
