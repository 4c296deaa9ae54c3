"""Passed to the constructor of the publisher"""

import boto3


class Publisher:
    def __init__(self, queue_name: str, group_id: str) -> None:
        self.queue = boto3.resource("sqs").get_queue_by_name(QueueName=queue_name)
        self.group_id = group_id

    def publish(self, event: dict) -> None:
        self.queue.send_message(
            MessageBody=event["body"],
            MessageGroupId=self.group_id,  # error: SQF103
            MessageDeduplicationId=event["id"],
        )
