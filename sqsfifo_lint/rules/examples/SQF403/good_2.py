"""A queue whose other attributes are not visible"""

import boto3

sqs = boto3.client("sqs")


def speed_up(queue_url: str) -> None:
    sqs.set_queue_attributes(
        QueueUrl=queue_url, Attributes={"FifoThroughputLimit": "perMessageGroupId"}
    )


def publish(queue_url: str, order: dict) -> None:
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
