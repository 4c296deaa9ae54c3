"""A module constant in the entries of a batch"""

import boto3

GROUP = "invoices"


def publish_invoices(queue_url: str, invoices: list[dict]) -> list[dict]:
    sqs = boto3.client("sqs")
    entries = [
        {
            "Id": str(number),
            "MessageBody": invoice["document"],
            "MessageGroupId": GROUP,  # error: SQF101
            "MessageDeduplicationId": invoice["id"],
        }
        for number, invoice in enumerate(invoices[:10])
    ]
    response = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)
    return response.get("Failed", [])
