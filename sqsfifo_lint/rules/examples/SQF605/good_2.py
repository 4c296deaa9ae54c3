"""A single message, deleted when it is done"""

from collections.abc import Callable

import boto3

queue = boto3.resource("sqs").get_queue_by_name(QueueName="moves.fifo")


def poll(apply: Callable[[str], None]) -> None:
    for message in queue.receive_messages(WaitTimeSeconds=20):
        apply(message.body)
        message.delete()
