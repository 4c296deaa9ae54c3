"""Text, without spaces"""

import uuid

import boto3

sqs = boto3.client("sqs")


def publish(queue_url: str, order: dict) -> None:
    name = uuid.uuid5(uuid.NAMESPACE_URL, order["url"])
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=order["body"],
        MessageGroupId=f"orders/{order['customer']}",
        MessageDeduplicationId=str(name),
    )
