"""`hash()` of the payload"""

import json

import boto3

sqs = boto3.client("sqs")


def publish(queue_url: str, order: dict) -> None:
    payload = json.dumps(order, sort_keys=True)
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=payload,
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=str(hash(payload)),  # error: SQF204
    )
