"""A scope in a CDK stack, on a queue that is declared not to be FIFO"""

import os

import boto3
from aws_cdk import Stack
from aws_cdk import aws_sqs as sqs
from constructs import Construct


class Orders(Stack):
    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name)
        sqs.CfnQueue(
            self,
            "Orders",
            fifo_queue=False,
            deduplication_scope="messageGroup",  # error: SQF402
        )


def publish(order: dict) -> None:
    boto3.client("sqs").send_message(
        QueueUrl=os.environ["QUEUE_URL"],
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
