"""A cached function of the entity"""

import functools
import hashlib

import boto3

queue = boto3.resource("sqs").get_queue_by_name(QueueName="jobs.fifo")


@functools.cache
def group_id(customer_id: str) -> str:
    return hashlib.sha256(customer_id.encode()).hexdigest()


def enqueue(job: dict) -> None:
    queue.send_message(
        MessageBody=job["payload"],
        MessageGroupId=group_id(job["customer_id"]),
        MessageDeduplicationId=job["id"],
    )
