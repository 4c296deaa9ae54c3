"""A pool of threads"""

import json
from concurrent.futures import ThreadPoolExecutor

import boto3

sqs = boto3.client("sqs")
URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/lines.fifo"


def send(customer_id: str, line: dict) -> None:
    sqs.send_message(
        QueueUrl=URL,
        MessageBody=json.dumps(line),
        MessageGroupId=customer_id,
        MessageDeduplicationId=line["event_id"],
    )


def publish_all(customer_id: str, lines: list[dict]) -> None:
    with ThreadPoolExecutor(max_workers=10) as pool:
        list(pool.map(lambda line: send(customer_id, line), lines))  # error: SQF107
