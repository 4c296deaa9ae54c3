"""The rest of its group is left alone"""

import logging
from collections.abc import Callable

import boto3

log = logging.getLogger(__name__)
queue = boto3.resource("sqs").get_queue_by_name(QueueName="moves.fifo")


def poll(apply: Callable[[str], None]) -> None:
    stopped = set()
    for message in queue.receive_messages(
        MaxNumberOfMessages=10, WaitTimeSeconds=20, MessageSystemAttributeNames=["MessageGroupId"]
    ):
        group = message.attributes["MessageGroupId"]
        if group in stopped:
            continue
        try:
            apply(message.body)
        except Exception:
            log.exception("comes again")
            stopped.add(group)
            continue
        message.delete()
