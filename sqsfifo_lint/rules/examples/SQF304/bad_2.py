"""The text of a value that may be missing"""

import json

import boto3

sqs = boto3.client("sqs")


def publish(queue_url: str, record: dict) -> None:
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=json.dumps(record),
        MessageGroupId=record["account"],
        MessageDeduplicationId=str(record.get("id")),  # error: SQF304
    )
