"""The number of the iteration, behind the ID of its batch"""

import json

import boto3

sqs = boto3.client("sqs")


def publish_all(queue_url: str, batch_id: str, orders: list[dict]) -> None:
    for number, order in enumerate(orders):
        sqs.send_message(
            QueueUrl=queue_url,
            MessageBody=json.dumps(order),
            MessageGroupId=order["customer_id"],
            MessageDeduplicationId=f"{batch_id}-{number}",
        )
