"""Given for both, in Pulumi"""

import os

import boto3
import pulumi_aws as aws

orders = aws.sqs.Queue(
    "orders",
    fifo_queue=True,
    visibility_timeout_seconds=60,  # error: SQF408
)
handler = aws.lambda_.Function("orders", timeout=300, handler="orders.handle", runtime="python3.13")
aws.lambda_.EventSourceMapping("orders", event_source_arn=orders.arn, function_name=handler.arn)


def publish(order: dict) -> None:
    boto3.client("sqs").send_message(
        QueueUrl=os.environ["QUEUE_URL"],
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
