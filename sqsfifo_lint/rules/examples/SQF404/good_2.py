"""Neither is FIFO, in a CDK stack"""

import os

import boto3
from aws_cdk import Stack
from aws_cdk import aws_sqs as sqs
from constructs import Construct


class Orders(Stack):
    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name)
        dead = sqs.Queue(self, "Dead")
        sqs.Queue(
            self,
            "Mail",
            dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=5, queue=dead),
        )


def publish(mail: dict) -> None:
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=mail["body"])
