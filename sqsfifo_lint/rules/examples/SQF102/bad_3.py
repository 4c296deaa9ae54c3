"""Kept by a cache"""

import functools
import secrets

import boto3

queue = boto3.resource("sqs").get_queue_by_name(QueueName="jobs.fifo")


@functools.cache
def group_id() -> str:
    return secrets.token_hex(8)


def enqueue(job: dict) -> None:
    queue.send_message(
        MessageBody=job["payload"],
        MessageGroupId=group_id(),  # error: SQF102
        MessageDeduplicationId=job["id"],
    )
