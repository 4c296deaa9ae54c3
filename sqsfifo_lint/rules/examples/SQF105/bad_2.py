"""A dedup ID alone, in the entries of a batch"""

import boto3


def publish_all(queue_url: str, events: list[dict]) -> list[dict]:
    sqs = boto3.client("sqs")
    entries = []
    for number, event in enumerate(events[:10]):
        entries.append(
            {  # error: SQF105
                "Id": str(number),
                "MessageBody": event["body"],
                "MessageDeduplicationId": event["id"],
            }
        )
    response = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)
    return response.get("Failed", [])
