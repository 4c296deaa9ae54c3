"""The entries of a batch"""

import boto3

queue = boto3.resource("sqs").get_queue_by_name(QueueName="orders.fifo")


def publish_all(orders: list[dict]) -> list[dict]:
    response = queue.send_messages(
        Entries=[
            {  # error: SQF201
                "Id": str(number),
                "MessageBody": order["body"],
                "MessageGroupId": order["customer_id"],
            }
            for number, order in enumerate(orders[:10])
        ]
    )
    return response.get("Failed", [])
