import datetime as hashlib
import json
import time

import boto3

sqs = boto3.client("sqs")
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"


def shown(customer: str, body: str, event: str) -> None:
    number = str(hash(customer))
    print(number)
    sqs.send_message(QueueUrl=QUEUE, MessageBody=body, MessageGroupId=number, MessageDeduplicationId=event)


def other_hashlib(customer: str, body: str, event: str) -> None:
    sqs.send_message(QueueUrl=QUEUE, MessageBody=body, MessageGroupId=str(hash(customer)), MessageDeduplicationId=event)


def number_wanted(customer: str, body: str, event: str) -> None:
    sqs.send_message(
        QueueUrl=QUEUE, MessageBody=body, MessageGroupId=str(int(str(hash(customer))) + 1), MessageDeduplicationId=event
    )


def acts(body: str, group: str, event: str) -> None:
    sqs.send_message(
        QueueUrl=QUEUE, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=event, DelaySeconds=min(9, 5)
    )


def perhaps_none(body: str, event: str, number: int, known: bool) -> None:
    group = int(number) if known else None
    sqs.send_message(QueueUrl=QUEUE, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=event)


def silenced(body: str, group: str, event: str) -> None:
    sqs.send_message(QueueUrl=QUEUE, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=event, DelaySeconds=5)  # noqa: SQF303
