"""The time in whole seconds"""

import time

import boto3


def vote(queue_url: str, ballot: dict) -> None:
    sqs = boto3.client("sqs")
    now = int(time.time())
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=ballot["choice"],
        MessageGroupId=ballot["poll"],
        MessageDeduplicationId=str(now),  # error: SQF202
    )
