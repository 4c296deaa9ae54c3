"""What tells the two apart is in the ID"""

import json

import boto3

sqs = boto3.client("sqs")


def publish(queue_url: str, order: dict) -> None:
    for event in ("created", "paid"):
        sqs.send_message(
            QueueUrl=queue_url,
            MessageBody=json.dumps({"event": event, "order": order["id"]}),
            MessageGroupId=order["customer_id"],
            MessageDeduplicationId=f"{order['id']}-{event}",
        )
