"""An entity with something random added, in a batch"""

import secrets

import boto3


def publish_all(queue_url: str, orders: list[dict]) -> list[dict]:
    sqs = boto3.client("sqs")
    response = sqs.send_message_batch(
        QueueUrl=queue_url,
        Entries=[
            {
                "Id": str(number),
                "MessageBody": order["body"],
                "MessageGroupId": order["customer_id"],
                "MessageDeduplicationId": f"{order['id']}-{secrets.token_hex(4)}",  # error: SQF202
            }
            for number, order in enumerate(orders[:10])
        ],
    )
    return response.get("Failed", [])
