"""A hash of what identifies the message"""

import hashlib
import json

import boto3

sqs = boto3.client("sqs")


def publish(queue_url: str, change: dict) -> None:
    body = json.dumps(change, sort_keys=True)
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=body,
        MessageGroupId=change["account"],
        MessageDeduplicationId=hashlib.sha256(body.encode()).hexdigest(),
    )
