"""FIFO by its name only"""

import boto3

queue = boto3.resource("sqs").create_queue(QueueName="orders.fifo")  # error: SQF401


def publish(order: dict) -> None:
    queue.send_message(
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
