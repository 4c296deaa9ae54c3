"""A counter that is stored"""

from pathlib import Path

import boto3

sqs = boto3.client("sqs")


def publish(queue_url: str, account: str, counter: Path, body: str) -> None:
    number = int(counter.read_text()) + 1
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=body,
        MessageGroupId=account,
        MessageDeduplicationId=str(number),
    )
    counter.write_text(str(number))
