"""The scope of the whole queue, in a CDK stack"""

import os

import boto3
from aws_cdk import Stack
from aws_cdk import aws_sqs as sqs
from constructs import Construct


class Orders(Stack):
    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name)
        sqs.Queue(
            self,
            "Orders",
            fifo=True,
            deduplication_scope=sqs.DeduplicationScope.QUEUE,
            fifo_throughput_limit=sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,  # error: SQF403
        )


def publish(order: dict) -> None:
    boto3.client("sqs").send_message(
        QueueUrl=os.environ["QUEUE_URL"],
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
