"""The caller checks"""

import boto3

sqs = boto3.client("sqs")


def send(queue_url: str, entries: list[dict]) -> dict:
    return sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)


def publish_all(queue_url: str, entries: list[dict]) -> list[str]:
    failed = []
    for start in range(0, len(entries), 10):
        response = send(queue_url, entries[start : start + 10])
        failed += [entry["Id"] for entry in response.get("Failed", [])]
    return failed
