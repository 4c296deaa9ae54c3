"""Made at import"""

import uuid

import boto3

sqs = boto3.client("sqs")
PROCESS_GROUP = f"worker-{uuid.uuid4()}"


def publish(queue_url: str, event: dict) -> None:
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=event["body"],
        MessageGroupId=PROCESS_GROUP,  # error: SQF102
        MessageDeduplicationId=event["id"],
    )
