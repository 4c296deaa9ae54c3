"""`gather`"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import boto3

queue = boto3.resource("sqs").get_queue_by_name(QueueName="moves.fifo")


async def poll(apply: Callable[[str], Awaitable[None]]) -> None:
    async def work(message: Any) -> None:
        await apply(message.body)
        message.delete()

    messages = queue.receive_messages(MaxNumberOfMessages=10, WaitTimeSeconds=20)
    await asyncio.gather(*(work(message) for message in messages))  # error: SQF603
