"""A dataclass field"""

import uuid
from dataclasses import dataclass, field
from typing import Any

import boto3


@dataclass
class Outbox:
    queue_url: str
    sqs: Any = field(default_factory=lambda: boto3.client("sqs"))
    group: str = field(default_factory=lambda: uuid.uuid4().hex)

    def relay(self, row: dict) -> None:
        self.sqs.send_message(
            QueueUrl=self.queue_url,
            MessageBody=row["payload"],
            MessageGroupId=self.group,  # error: SQF103
            MessageDeduplicationId=row["id"],
        )
