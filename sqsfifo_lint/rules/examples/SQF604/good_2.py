"""All of them"""

import boto3

sqs = boto3.resource("sqs")


def attempts(queue_url: str) -> list[int]:
    queue = sqs.Queue(queue_url)
    received = queue.receive_messages(AttributeNames=["All"])
    return [int(message.attributes["ApproximateReceiveCount"]) for message in received]
