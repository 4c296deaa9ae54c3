"""Six times as long as the function may work"""

import os

import boto3
from aws_cdk import Duration, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_event_sources import SqsEventSource
from constructs import Construct


class Orders(Stack):
    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name)
        queue = sqs.Queue(self, "Orders", fifo=True, visibility_timeout=Duration.minutes(6))
        function = lambda_.Function(
            self,
            "Handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="orders.handle",
            code=lambda_.Code.from_asset("src"),
            timeout=Duration.minutes(1),
        )
        function.add_event_source(SqsEventSource(queue))


def publish(order: dict) -> None:
    boto3.client("sqs").send_message(
        QueueUrl=os.environ["QUEUE_URL"],
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
