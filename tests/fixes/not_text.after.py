import hashlib
import uuid

import boto3

sqs = boto3.client("sqs")
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"


def publish(order: dict, body: bytes) -> None:
    sqs.send_message(
        QueueUrl=QUEUE,
        MessageBody=body.decode(),
        MessageGroupId=str(int(order["customer"])),
        MessageDeduplicationId=hashlib.sha256(body).hexdigest(),
    )


def publish_again(order: dict) -> None:
    entry = {"MessageBody": order["body"], "MessageGroupId": str(uuid.UUID(order["customer"]))}
    sqs.send_message(QueueUrl=QUEUE, MessageDeduplicationId=order["event"], **entry)
