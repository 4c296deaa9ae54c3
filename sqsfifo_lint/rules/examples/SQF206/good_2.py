"""An ID for each event"""

import boto3

sqs = boto3.client("sqs")


def publish(queue_url: str, order: dict) -> None:
    send(queue_url, "created", order, order["event_id"])
    send(queue_url, "paid", order, order["id"])


def send(queue_url: str, body: str, order: dict, event_id: str) -> None:
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=body,
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=event_id,
    )
