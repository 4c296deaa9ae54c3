"""The number within a file"""

import json

import boto3

sqs = boto3.client("sqs")


def publish_file(queue_url: str, file_id: str, rows: list[dict]) -> None:
    for number, row in enumerate(rows):
        sqs.send_message(
            QueueUrl=queue_url,
            MessageBody=json.dumps(row),
            MessageGroupId=row["account"],
            MessageDeduplicationId=f"{file_id}-{number}",
        )
