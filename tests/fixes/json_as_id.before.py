import hashlib, json

import boto3

sqs = boto3.client("sqs")
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"


def publish(order: dict) -> None:
    key = json.dumps({"id": order["id"], "version": order["version"]})
    sqs.send_message(
        QueueUrl=QUEUE, MessageBody=order["body"], MessageGroupId=order["id"], MessageDeduplicationId=key
    )
