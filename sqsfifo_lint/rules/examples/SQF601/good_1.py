"""The first failure ends it"""

import logging
from collections.abc import Callable

import boto3

log = logging.getLogger(__name__)
queue = boto3.resource("sqs").get_queue_by_name(QueueName="moves.fifo")


def poll(apply: Callable[[str], None]) -> None:
    for message in queue.receive_messages(MaxNumberOfMessages=10, WaitTimeSeconds=20):
        try:
            apply(message.body)
        except Exception:
            log.exception("comes again, and so do those after it")
            return
        message.delete()
