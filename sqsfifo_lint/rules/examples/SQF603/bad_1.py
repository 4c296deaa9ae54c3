"""A pool of threads"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import boto3

sqs = boto3.client("sqs")
URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/moves.fifo"


def poll(apply: Callable[[str], None]) -> None:
    def work(message: dict) -> None:
        apply(message["Body"])
        sqs.delete_message(QueueUrl=URL, ReceiptHandle=message["ReceiptHandle"])

    received = sqs.receive_message(QueueUrl=URL, MaxNumberOfMessages=10, WaitTimeSeconds=20)
    with ThreadPoolExecutor(max_workers=10) as pool:
        list(pool.map(work, received.get("Messages", [])))  # error: SQF603
