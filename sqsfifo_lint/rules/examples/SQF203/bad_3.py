"""Made before the comprehension that builds the batch"""

import uuid

import boto3


def publish_all(queue_url: str, orders: list[dict]) -> list[dict]:
    sqs = boto3.client("sqs")
    batch_id = str(uuid.uuid4())
    entries = [
        {
            "Id": str(number),
            "MessageBody": order["body"],
            "MessageGroupId": order["customer_id"],
            "MessageDeduplicationId": batch_id,  # error: SQF203
        }
        for number, order in enumerate(orders[:10])
    ]
    response = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)
    return response.get("Failed", [])
