"""The HTTP status is 200 either way"""

import boto3

sqs = boto3.client("sqs")


def publish_all(queue_url: str, entries: list[dict]) -> None:
    response = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)  # error: SQF301
    if response["ResponseMetadata"]["HTTPStatusCode"] != 200:
        raise RuntimeError("the batch was not sent")
