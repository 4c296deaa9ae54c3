"""Content-based deduplication on a standard queue"""

import boto3

sqs = boto3.client("sqs")


def set_up() -> str:
    created = sqs.create_queue(
        QueueName="orders",
        Attributes={"ContentBasedDeduplication": "true"},  # error: SQF402
    )
    return created["QueueUrl"]


def publish(order: dict) -> None:
    sqs.send_message(QueueUrl=set_up(), MessageBody=order["body"])
