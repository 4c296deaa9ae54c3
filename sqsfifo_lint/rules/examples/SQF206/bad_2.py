"""Two entries of one batch"""

import boto3


def publish(queue_url: str, order: dict) -> list[dict]:
    sqs = boto3.client("sqs")
    shared = {
        "MessageGroupId": order["customer_id"],
        "MessageDeduplicationId": order["id"],  # error: SQF206
    }
    entries = [
        {"Id": "1", "MessageBody": "created", **shared},
        {"Id": "2", "MessageBody": "paid", **shared},
    ]
    return sqs.send_message_batch(QueueUrl=queue_url, Entries=entries).get("Failed", [])
