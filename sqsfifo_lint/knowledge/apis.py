"""The send APIs, and how their clients are made: tables.

Parameter names are those of the service models that ship in botocore (`sqs/2012-11-05`, `sns/2010-03-31`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SendApi:
    """One method that sends."""

    name: str
    service: str
    """`sqs` or `sns`."""
    receivers: frozenset[str]
    """Kinds of handle that have the method."""
    entries: str | None
    """Keyword of the list of entries of a batch."""
    body: str
    queue: tuple[str, ...]
    """Keywords that name the queue or topic."""
    evidence: frozenset[str]
    """Keywords of which one shows that a call on an unknown object is this API."""
    needs_ids: bool = False
    """The method also sends to targets that have no IDs: without an ID it is not a send that rules look at."""


GROUP = "MessageGroupId"
DEDUP = "MessageDeduplicationId"
DELAY = "DelaySeconds"
ENTRY_ID = "Id"
ID_KEYS = frozenset({GROUP, DEDUP})

SEND_APIS: Mapping[str, SendApi] = {
    api.name: api
    for api in (
        SendApi(
            "send_message",
            "sqs",
            frozenset({"client", "queue"}),
            None,
            "MessageBody",
            ("QueueUrl",),
            frozenset({"QueueUrl", "MessageBody", GROUP, DEDUP}),
        ),
        SendApi(
            "send_message_batch",
            "sqs",
            frozenset({"client"}),
            "Entries",
            "MessageBody",
            ("QueueUrl",),
            frozenset({"QueueUrl", "Entries"}),
        ),
        SendApi(
            "send_messages",
            "sqs",
            frozenset({"queue"}),
            "Entries",
            "MessageBody",
            (),
            frozenset({"Entries"}),
        ),
        SendApi(
            "publish",
            "sns",
            frozenset({"client", "topic"}),
            None,
            "Message",
            ("TopicArn", "TargetArn"),
            frozenset({GROUP, DEDUP}),
            needs_ids=True,
        ),
        SendApi(
            "publish_batch",
            "sns",
            frozenset({"client"}),
            "PublishBatchRequestEntries",
            "Message",
            ("TopicArn",),
            frozenset({"PublishBatchRequestEntries"}),
            needs_ids=True,
        ),
    )
}

CLIENT_METHODS: Mapping[str, str] = {"client": "client", "create_client": "client", "resource": "resource"}
"""Method of a session (or function of boto3) -> kind of what it makes."""

CLIENT_PACKAGES = frozenset({"boto3", "botocore", "aioboto3", "aiobotocore", "aws_xray_sdk"})
"""Packages whose sessions make clients."""

TYPED: Mapping[str, tuple[str, str]] = {
    "SQSClient": ("sqs", "client"),
    "SQSServiceResource": ("sqs", "resource"),
    "SNSClient": ("sns", "client"),
    "SNSServiceResource": ("sns", "resource"),
}
"""Class names of the stub packages (`mypy_boto3_sqs`, `types_boto3_sqs`, `types_aiobotocore_sqs`) -> service, kind."""

TYPED_RESOURCES: Mapping[str, str] = {"Queue": "queue", "Topic": "topic"}
"""The same for resource objects, whose names alone say too little: only from a stub package."""

RESOURCE_METHODS: Mapping[str, str] = {
    "Queue": "queue",
    "get_queue_by_name": "queue",
    "create_queue": "queue",
    "Topic": "topic",
    "create_topic": "topic",
}
"""Method of a service resource -> kind of what it makes; the first argument names it."""

NAME_KEYWORDS = ("QueueName", "url", "QueueUrl", "Name", "arn", "TopicArn")
"""Keywords under which these methods take the queue's or topic's name."""

NAMING_METHODS: Mapping[str, tuple[str, str]] = {
    "get_queue_url": ("QueueName", "QueueUrl"),
    "create_queue": ("QueueName", "QueueUrl"),
    "create_topic": ("Name", "TopicArn"),
}
"""Method of a client -> keyword of the name that goes in, key of the URL or ARN that comes out."""
