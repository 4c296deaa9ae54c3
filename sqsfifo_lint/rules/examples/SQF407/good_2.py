"""Pulumi leaves out what is false"""

import os

import boto3
import pulumi_aws as aws

letters = aws.sqs.Queue("letters", fifo_queue=False)


def publish(mail: dict) -> None:
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=mail["body"])
