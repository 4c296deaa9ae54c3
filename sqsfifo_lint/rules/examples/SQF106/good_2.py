"""`hash()` of a number"""

import boto3

sqs = boto3.client("sqs")


def publish(queue_url: str, account: int, body: str, event_id: str) -> None:
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=body,
        MessageGroupId=str(hash(account) % 16),
        MessageDeduplicationId=event_id,
    )
