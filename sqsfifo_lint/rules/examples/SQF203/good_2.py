"""What the entries share, and what distinguishes them"""

import boto3


def publish_all(queue_url: str, run_id: str, orders: list[dict]) -> list[dict]:
    sqs = boto3.client("sqs")
    entries = [
        {
            "Id": str(number),
            "MessageBody": order["body"],
            "MessageGroupId": order["customer_id"],
            "MessageDeduplicationId": f"{run_id}-{order['id']}",
        }
        for number, order in enumerate(orders[:10])
    ]
    response = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)
    return response.get("Failed", [])
