"""Only where the queue is standard"""

import boto3

sqs = boto3.client("sqs")


def publish(queue_url: str, order: dict) -> None:
    params = {"QueueUrl": queue_url, "MessageBody": order["body"]}
    if queue_url.endswith(".fifo"):
        params["MessageGroupId"] = order["customer_id"]
        params["MessageDeduplicationId"] = order["event_id"]
    else:
        params["DelaySeconds"] = 30
    sqs.send_message(**params)
