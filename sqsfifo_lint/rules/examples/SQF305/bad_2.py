"""One ID for all entries"""

import uuid

import boto3

sqs = boto3.client("sqs")


def publish_all(queue_url: str, mails: list[dict]) -> list[dict]:
    batch_id = str(uuid.uuid4())
    entries = []
    for mail in mails[:10]:
        entries.append(
            {
                "Id": batch_id,  # error: SQF305 "the same `Id`"
                "MessageBody": mail["body"],
            }
        )
    response = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)
    return response.get("Failed", [])
