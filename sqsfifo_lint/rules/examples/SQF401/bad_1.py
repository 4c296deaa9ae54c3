"""FIFO by its attribute only"""

import boto3

sqs = boto3.client("sqs")


def set_up() -> str:
    created = sqs.create_queue(
        QueueName="orders",  # error: SQF401
        Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"},
    )
    return created["QueueUrl"]


def publish(order: dict) -> None:
    sqs.send_message(
        QueueUrl=set_up(), MessageBody=order["body"], MessageGroupId=order["customer_id"]
    )
