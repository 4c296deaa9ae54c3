"""The time of the event, not of the send"""

from datetime import datetime

import boto3

sqs = boto3.client("sqs")


def publish(queue_url: str, reading: dict) -> None:
    day = datetime.fromisoformat(reading["taken_at"]).date().isoformat()
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=reading["value"],
        MessageGroupId=f"{reading['meter']}-{day}",
        MessageDeduplicationId=reading["id"],
    )
