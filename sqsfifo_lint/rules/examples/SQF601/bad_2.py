"""Only those that are done are deleted"""

from collections.abc import Callable

import boto3

sqs = boto3.client("sqs")
URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/moves.fifo"


def poll(apply: Callable[[str], None]) -> None:
    received = sqs.receive_message(QueueUrl=URL, MaxNumberOfMessages=10, WaitTimeSeconds=20)
    done = []
    for message in received.get("Messages", []):
        try:
            apply(message["Body"])
            done.append({"Id": message["MessageId"], "ReceiptHandle": message["ReceiptHandle"]})
        except ValueError as error:  # error: SQF601
            print("comes again:", error)
    if done:
        sqs.delete_message_batch(QueueUrl=URL, Entries=done)
