"""How messages are received and deleted, and what a received message holds: tables.

Parameter and attribute names are those of the service model that ships in botocore (`sqs/2012-11-05`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class ReceiveApi(NamedTuple):
    """A method that receives messages. Not a dataclass, as `SendApi`."""

    name: str
    receivers: frozenset[str]
    """Kinds of handle of the AWS SDK that have the method."""
    evidence: frozenset[str]
    """Keywords, one of which shows that a call on an unknown object is this API."""
    listed: bool
    """It gives the messages themselves, and not a dict that holds them."""


_KEYWORDS = frozenset(
    {"MaxNumberOfMessages", "WaitTimeSeconds", "MessageAttributeNames", "MessageSystemAttributeNames"}
)

RECEIVE_APIS: Mapping[str, ReceiveApi] = {
    api.name: api
    for api in (
        ReceiveApi("receive_message", frozenset({"client"}), frozenset({"QueueUrl", *_KEYWORDS}), listed=False),
        ReceiveApi("receive_messages", frozenset({"queue"}), _KEYWORDS, listed=True),
    )
}

QUEUE = "QueueUrl"
LIMIT = "MaxNumberOfMessages"
"""How many messages one call gives at most; one if it is left out (ReceiveMessage)."""
ASKED = ("AttributeNames", "MessageSystemAttributeNames")
"""Keywords that name the system attributes to be given; without them there are none (ReceiveMessage)."""
ALL = "All"

SYSTEM_ATTRIBUTES = frozenset(
    {"AWSTraceHeader", "ApproximateFirstReceiveTimestamp", "ApproximateReceiveCount", "DeadLetterQueueSourceArn"}
    | {"MessageDeduplicationId", "MessageGroupId", "SenderId", "SentTimestamp", "SequenceNumber"}
)
"""Attributes that SQS itself gives to a message (ReceiveMessage, `MessageSystemAttributeNames`)."""

DELETING: Mapping[str, str] = {
    "delete_message": "ReceiptHandle",
    "delete_message_batch": "Entries",
    "delete_messages": "Entries",
}
"""Methods that delete, and the keyword by which they are told what."""

POSTPONING = frozenset({"change_message_visibility", "change_message_visibility_batch", "change_visibility"})
"""Methods that say when a message is delivered again."""

KEEPING = frozenset({"append", "add", "extend", "appendleft", "update", "insert", "setdefault"})
"""Methods that put something into a container."""

PROCESSORS: Mapping[str, str] = {
    f"aws_lambda_powertools.utilities.batch.{module}{name}": name
    for module in ("", "base.", "processor.")
    for name in ("BatchProcessor", "AsyncBatchProcessor")
}
"""By qualified name, the batch processors of Powertools that go on after a failure."""

PROCESSING = "aws_lambda_powertools.utilities.batch."
PROCESSING_CALLS: Mapping[str, int] = {
    "process_partial_response": 2,
    "async_process_partial_response": 2,
    "batch_processor": 3,
    "async_batch_processor": 3,
}
"""Functions and decorators of Powertools that run a processor, and the number of its parameter, `processor`."""

EVENTS = ("SQSEvent",)
"""Classes that wrap the event of a Lambda function: Powertools' data classes, and Chalice's."""

CHALICE = "on_sqs_message"
"""The decorator of Chalice that feeds a function from a queue."""

RECORDS = "Records"
"""The key of the records in the event of a Lambda function."""

FAILURES = "batchItemFailures"
"""The key of the answer of a Lambda function that names the records that have failed."""

RECEIVE_WORDS: Mapping[str, str] = {
    "receive_message": "",
    "receive_messages": "",
    RECORDS: "body",
    "records": "SQSEvent",
    CHALICE: "",
    **dict.fromkeys(PROCESSING_CALLS, "aws_lambda_powertools"),
    **dict.fromkeys(("BatchProcessor", "AsyncBatchProcessor"), "aws_lambda_powertools"),
}
"""Words by which functions that receive are found, each with a text that their file holds besides."""
