"""Both agree"""

import boto3

queue = boto3.resource("sqs").create_queue(
    QueueName="orders.fifo", Attributes={"FifoQueue": "true"}
)


def publish(order: dict) -> None:
    queue.send_message(
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
