"""In the URL"""

import boto3

sqs = boto3.client("sqs")


def publish(order: dict) -> None:
    sqs.send_message(  # error: SQF901
        QueueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/invoices.fifo",
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
