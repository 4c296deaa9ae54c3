"""Slices of ten, numbered"""

import boto3

sqs = boto3.client("sqs")


def publish_all(queue_url: str, mails: list[dict]) -> list[dict]:
    failed = []
    for start in range(0, len(mails), 10):
        entries = [
            {"Id": str(number), "MessageBody": mail["body"]}
            for number, mail in enumerate(mails[start : start + 10])
        ]
        response = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)
        failed.extend(response.get("Failed", []))
    return failed
