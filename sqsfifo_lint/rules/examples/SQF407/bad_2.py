"""A scope that does not exist, in Pulumi"""

import os

import boto3
import pulumi_aws as aws

orders = aws.sqs.Queue(
    "orders",
    fifo_queue=True,
    deduplication_scope="message_group",  # error: SQF407
    fifo_throughput_limit="perMessageGroupId",
)


def publish(order: dict) -> None:
    boto3.client("sqs").send_message(
        QueueUrl=os.environ["QUEUE_URL"],
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
