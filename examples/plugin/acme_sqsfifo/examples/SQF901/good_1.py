"""A name that says whose it is"""

import boto3

sqs = boto3.client("sqs")


def publish(order: dict) -> None:
    sqs.send_message(
        QueueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/acme-invoices.fifo",
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
