"""Rejected entries raise an error"""

import boto3

sqs = boto3.client("sqs")


def publish_all(queue_url: str, mails: list[dict]) -> None:
    entries = [
        {"Id": str(number), "MessageBody": mail["body"]} for number, mail in enumerate(mails[:10])
    ]
    response = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)
    if failed := response.get("Failed"):
        raise RuntimeError(f"{len(failed)} messages were rejected")
