"""A FIFO queue for the failures of a function, in a CDK stack"""

import os

import boto3
from aws_cdk import Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_destinations import SqsDestination
from constructs import Construct


class Orders(Stack):
    def __init__(self, scope: Construct, name: str, function: lambda_.Function) -> None:
        super().__init__(scope, name)
        failed = sqs.Queue(self, "Failed", fifo=True)
        function.configure_async_invoke(on_failure=SqsDestination(failed))  # error: SQF406


def publish(order: dict) -> None:
    boto3.client("sqs").send_message(
        QueueUrl=os.environ["QUEUE_URL"],
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
