"""Slices of ten, numbered"""

import boto3

sqs = boto3.client("sqs")


def fill(queue_url: str) -> list[dict]:
    entries = [{"Id": str(number), "MessageBody": f"job {number}"} for number in range(100)]
    failed = []
    for start in range(0, len(entries), 10):
        response = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries[start : start + 10])
        failed.extend(response.get("Failed", []))
    return failed
