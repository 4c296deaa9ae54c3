"""A standard queue in a CDK stack"""

import os

import boto3
from aws_cdk import Duration, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_event_sources import SqsEventSource
from constructs import Construct


class Mails(Stack):
    def __init__(self, scope: Construct, name: str, function: lambda_.Function) -> None:
        super().__init__(scope, name)
        queue = sqs.Queue(self, "Mails")
        source = SqsEventSource(queue, batch_size=50, max_batching_window=Duration.seconds(30))
        function.add_event_source(source)


def publish(mail: dict) -> None:
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=mail["body"])
