"""A default that nobody overrides"""

import boto3

queue = boto3.resource("sqs").get_queue_by_name(QueueName="orders.fifo")


def send(body: str, group_id: str, dedup_id: str, delay: int = 5) -> None:  # error: SQF303
    queue.send_message(
        MessageBody=body,
        MessageGroupId=group_id,
        MessageDeduplicationId=dedup_id,
        DelaySeconds=delay,
    )


def publish(order: dict) -> None:
    send(order["body"], order["customer_id"], order["event_id"])
