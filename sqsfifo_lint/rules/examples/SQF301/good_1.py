"""Rejected entries raise an error"""

import boto3

sqs = boto3.client("sqs")


def publish_all(queue_url: str, entries: list[dict]) -> None:
    response = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)
    if failed := response.get("Failed"):
        raise RuntimeError(f"{len(failed)} messages were rejected")
