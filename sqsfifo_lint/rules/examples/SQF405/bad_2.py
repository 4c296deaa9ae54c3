"""A large batch in a CDK stack"""

import os

import boto3
from aws_cdk import Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_event_sources import SqsEventSource
from constructs import Construct


class Orders(Stack):
    def __init__(self, scope: Construct, name: str, function: lambda_.Function) -> None:
        super().__init__(scope, name)
        queue = sqs.Queue(self, "Orders", fifo=True)
        function.add_event_source(SqsEventSource(queue, batch_size=50))  # error: SQF405


def publish(order: dict) -> None:
    boto3.client("sqs").send_message(
        QueueUrl=os.environ["QUEUE_URL"],
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
