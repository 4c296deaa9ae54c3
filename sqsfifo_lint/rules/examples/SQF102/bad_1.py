"""Read from the environment"""

import json
import os

import boto3

sqs = boto3.client("sqs")


def publish_order(order: dict) -> None:
    sqs.send_message(
        QueueUrl=os.environ["QUEUE_URL"],
        MessageBody=json.dumps(order),
        MessageGroupId=os.environ["MESSAGE_GROUP"],  # error: SQF102
        MessageDeduplicationId=order["event_id"],
    )
