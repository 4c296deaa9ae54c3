"""Two events of one order, each with an ID"""

import json

import boto3

sqs = boto3.client("sqs")


def publish(queue_url: str, order: dict) -> None:
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=json.dumps({"event": "created", "order": order["id"]}),
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=f"{order['id']}-created",
    )
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=json.dumps({"event": "paid", "order": order["id"]}),
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=f"{order['id']}-paid",
    )
