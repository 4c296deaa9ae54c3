"""Both are FIFO"""

import json

import boto3

sqs = boto3.client("sqs")
DEAD = "arn:aws:sqs:eu-west-1:123456789012:orders-dead.fifo"


def set_up() -> str:
    sqs.create_queue(QueueName="orders-dead.fifo", Attributes={"FifoQueue": "true"})
    created = sqs.create_queue(
        QueueName="orders.fifo",
        Attributes={
            "FifoQueue": "true",
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": DEAD, "maxReceiveCount": 5}),
        },
    )
    return created["QueueUrl"]


def publish(order: dict) -> None:
    sqs.send_message(
        QueueUrl=set_up(),
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
