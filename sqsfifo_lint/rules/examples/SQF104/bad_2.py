"""An entity and the time of day"""

from datetime import datetime, timezone

import boto3


def publish(queue_url: str, event: dict) -> None:
    sqs = boto3.client("sqs")
    moment = datetime.now(timezone.utc).isoformat()
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=event["body"],
        MessageGroupId=f"{event['customer_id']}-{moment}",  # error: SQF104
        MessageDeduplicationId=event["id"],
    )
