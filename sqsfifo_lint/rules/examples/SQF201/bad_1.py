"""A FIFO queue"""

import boto3

sqs = boto3.client("sqs")


def publish(order: dict) -> None:
    sqs.send_message(  # error: SQF201
        QueueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo",
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
    )
