"""A standard queue needs neither"""

import boto3

sqs = boto3.client("sqs")


def publish(queue_url: str, order: dict) -> None:
    sqs.send_message(QueueUrl=queue_url, MessageBody=order["body"])
