"""A worker that logs and goes on"""

import logging
from collections.abc import Callable

import boto3

log = logging.getLogger(__name__)
queue = boto3.resource("sqs").get_queue_by_name(QueueName="moves.fifo")


def poll(apply: Callable[[str], None]) -> None:
    for message in queue.receive_messages(MaxNumberOfMessages=10, WaitTimeSeconds=20):
        try:
            apply(message.body)
        except Exception:  # error: SQF601
            log.exception("comes again")
        else:
            message.delete()
