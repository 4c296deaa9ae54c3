"""Kept, to be sent again"""

import logging

import boto3

logger = logging.getLogger(__name__)
sqs = boto3.client("sqs")


def publish_all(queue_url: str, outbox: list[dict]) -> None:
    for row in outbox:
        try:
            sqs.send_message(QueueUrl=queue_url, MessageBody=row["body"])
            row["sent"] = True
        except Exception:
            logger.exception("row %s stays in the outbox", row["id"])
