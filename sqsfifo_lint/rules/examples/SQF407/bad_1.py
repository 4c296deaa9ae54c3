"""Flags that are no text"""

import boto3

sqs = boto3.client("sqs")


def set_up() -> str:
    created = sqs.create_queue(
        QueueName="orders.fifo",
        Attributes={
            "FifoQueue": True,  # error: SQF407
            "ContentBasedDeduplication": True,  # error: SQF407
        },
    )
    return created["QueueUrl"]


def publish(order: dict) -> None:
    sqs.send_message(
        QueueUrl=set_up(), MessageBody=order["body"], MessageGroupId=order["customer_id"]
    )
