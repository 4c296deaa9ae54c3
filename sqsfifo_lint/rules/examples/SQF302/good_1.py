"""Logged, and raised again"""

import logging

import boto3
from botocore.exceptions import ClientError

logger = logging.getLogger(__name__)
sqs = boto3.client("sqs")


def publish(queue_url: str, body: str) -> None:
    try:
        sqs.send_message(QueueUrl=queue_url, MessageBody=body)
    except ClientError:
        logger.exception("could not publish")
        raise
