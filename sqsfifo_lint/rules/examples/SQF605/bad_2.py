"""A single message"""

from collections.abc import Callable

import boto3

queue = boto3.resource("sqs").get_queue_by_name(QueueName="moves.fifo")


def poll(apply: Callable[[str], None]) -> None:
    received = queue.receive_messages(WaitTimeSeconds=20)
    if received:
        message = received[0]
        message.delete()  # error: SQF605
        apply(message.body)
