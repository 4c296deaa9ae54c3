"""Logged, and raised again"""

import logging

import boto3
from botocore.exceptions import ClientError

logger = logging.getLogger(__name__)
sqs = boto3.client("sqs")


def publish(queue_url: str, order: dict) -> None:
    try:
        sqs.send_message(
            QueueUrl=queue_url,
            MessageBody=order["body"],
            MessageGroupId=order["customer_id"],
            MessageDeduplicationId=order["event_id"],
        )
    except ClientError:
        logger.exception("could not publish order %s", order["id"])
        raise
