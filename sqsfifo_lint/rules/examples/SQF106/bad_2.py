"""An object that defines no text of its own"""

import hashlib

import boto3


class Customer:
    def __init__(self, name: str) -> None:
        self.name = name


def greet(queue_url: str, name: str, event_id: str) -> None:
    customer = Customer(name)
    boto3.client("sqs").send_message(
        QueueUrl=queue_url,
        MessageBody=f"Good morning, {name}",
        MessageGroupId=hashlib.md5(str(customer).encode()).hexdigest(),  # error: SQF106
        MessageDeduplicationId=event_id,
    )
