"""Returned to a caller that throws it away"""

import boto3

sqs = boto3.client("sqs")


def send(queue_url: str, entries: list[dict]) -> dict:
    return sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)


def publish_all(queue_url: str, entries: list[dict]) -> None:
    for start in range(0, len(entries), 10):
        send(queue_url, entries[start : start + 10])  # error: SQF301
