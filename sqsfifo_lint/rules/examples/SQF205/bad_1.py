"""The number of the iteration"""

import json

import boto3

sqs = boto3.client("sqs")


def publish_all(queue_url: str, orders: list[dict]) -> None:
    for number, order in enumerate(orders):
        sqs.send_message(
            QueueUrl=queue_url,
            MessageBody=json.dumps(order),
            MessageGroupId=order["customer_id"],
            MessageDeduplicationId=f"order-{number}",  # error: SQF205
        )
