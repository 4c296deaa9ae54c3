"""Each group by itself"""

from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import boto3

sqs = boto3.client("sqs")
URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/moves.fifo"


def poll(apply: Callable[[str], None]) -> None:
    def work(group: list[dict]) -> None:
        for message in group:
            apply(message["Body"])
            sqs.delete_message(QueueUrl=URL, ReceiptHandle=message["ReceiptHandle"])

    received = sqs.receive_message(
        QueueUrl=URL,
        MaxNumberOfMessages=10,
        WaitTimeSeconds=20,
        MessageSystemAttributeNames=["MessageGroupId"],
    )
    groups = defaultdict(list)
    for message in received.get("Messages", []):
        groups[message["Attributes"]["MessageGroupId"]].append(message)
    with ThreadPoolExecutor(max_workers=10) as pool:
        list(pool.map(work, groups.values()))
