"""The configured value is only a prefix"""

import json
import os

import boto3

sqs = boto3.client("sqs")
STAGE = os.environ["STAGE"]


def publish_order(order: dict) -> None:
    sqs.send_message(
        QueueUrl=os.environ["QUEUE_URL"],
        MessageBody=json.dumps(order),
        MessageGroupId=f"{STAGE}-{order['customer_id']}",
        MessageDeduplicationId=order["event_id"],
    )
