"""Suppressed"""

import contextlib

import boto3

queue = boto3.resource("sqs").get_queue_by_name(QueueName="mail")


def publish(body: str) -> None:
    with contextlib.suppress(Exception):  # error: SQF302
        queue.send_message(MessageBody=body)
