"""A counter that starts with the process"""

import itertools

import boto3

sqs = boto3.client("sqs")
numbers = itertools.count(1)


def publish(queue_url: str, customer_id: str, body: str) -> None:
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=body,
        MessageGroupId=customer_id,
        MessageDeduplicationId=str(next(numbers)),  # error: SQF205
    )
