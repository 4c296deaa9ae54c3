from datetime import datetime

import boto3

sqs = boto3.client("sqs")
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"


def publish(order: dict) -> None:
    sqs.send_message(
        QueueUrl=QUEUE,
        MessageBody=order["body"],
        MessageGroupId=order["id"],
        MessageDeduplicationId=f"{order['id']}-{datetime.now().isoformat()}",
    )
    sqs.send_message(
        QueueUrl=QUEUE,
        MessageBody=order["body"],
        MessageGroupId=order["id"],
        MessageDeduplicationId=order["id"] + datetime.now().strftime("%Y-%m-%dT%H:%M:%S.%f"),
    )
    sqs.send_message(
        QueueUrl=QUEUE,
        MessageBody=order["body"],
        MessageGroupId=order["id"],
        MessageDeduplicationId=order["id"] + datetime.now().isoformat("T"),
    )
