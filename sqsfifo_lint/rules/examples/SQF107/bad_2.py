"""`gather`"""

import asyncio
import json

import boto3

sqs = boto3.client("sqs")
URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/lines.fifo"


async def send(customer_id: str, line: dict) -> None:
    await asyncio.to_thread(
        sqs.send_message,
        QueueUrl=URL,
        MessageBody=json.dumps(line),
        MessageGroupId=customer_id,
        MessageDeduplicationId=line["event_id"],
    )


async def publish_all(customer_id: str, lines: list[dict]) -> None:
    await asyncio.gather(*(send(customer_id, line) for line in lines))  # error: SQF107
