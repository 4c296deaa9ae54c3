"""More than ten entries"""

import boto3

sqs = boto3.client("sqs")


def fill(queue_url: str) -> list[dict]:
    entries = [{"Id": str(number), "MessageBody": f"job {number}"} for number in range(100)]
    response = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)  # error: SQF305
    return response.get("Failed", [])
