"""The send APIs, and how their clients are made: tables.

Parameter names are those of the service models that ship in botocore (`sqs/2012-11-05`, `sns/2010-03-31`).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

MAX_ID_LENGTH = 128
"""Characters of a group or dedup ID (SQS quotas, "Quotas for messages"; SendMessage)."""

GROUP = "MessageGroupId"
DEDUP = "MessageDeduplicationId"
DELAY = "DelaySeconds"
ENTRY_ID = "Id"
ID_KEYS = frozenset({GROUP, DEDUP})


class Reuse(enum.Enum):
    """How often the arguments of one call are sent, if not once per call."""

    NONE = "the call sends"
    KEPT = "the call makes an object that sends; one that is made at import is used again and again"
    SCHEDULED = "the call makes an entry of a schedule, which is sent again and again"
    OWN_PROCESS = "each send has a process of its own, which imports the file again"


class SendApi(NamedTuple):
    """One method or function that sends. Not a dataclass: every run creates this class, and fields cost time."""

    name: str
    service: str
    """`sqs` or `sns`."""
    body: str = ""
    """Keyword of the message; empty if the call takes none. The same for the next three."""
    group: str = GROUP
    dedup: str = DEDUP
    delay: str = DELAY
    queue: tuple[str, ...] = ()
    """Keywords that name the queue or topic."""
    entries: str | None = None
    """Keyword of the list of entries of a batch."""
    more_body: tuple[str, ...] = ()
    """Other keywords that say what the message is about."""
    more_delay: tuple[str, ...] = ()
    """Other keywords that delay the message."""
    parameters: tuple[str, ...] = ()
    """Keywords of the positional arguments."""
    needs_ids: bool = False
    """The method also sends to targets that have no IDs: without an ID it is not a send that rules examine."""
    elsewhere: frozenset[str] = frozenset()
    """Keywords of such targets: with one of them, IDs have no effect."""

    # What shows that a call is this one
    receivers: frozenset[str] = frozenset()
    """Kinds of handle of the AWS SDK that have the method."""
    evidence: frozenset[str] = frozenset()
    """Keywords, one of which shows that a call on an unknown object is this API."""
    packages: frozenset[str] = frozenset()
    """Top-level packages whose objects have the method."""
    path: str = ""
    """The end of its qualified name there: `SqsHook.send_message`."""
    decorators: frozenset[str] = frozenset()
    """Ends of the qualified names of decorators, from these packages, that give a function the method."""
    inherited: frozenset[str] = frozenset()
    """Keywords of such a decorator that also apply to the call, unless it has its own."""
    routed: bool = False
    """Settings of the project may say to which queue the message goes."""
    words: Mapping[str, str] | None = None
    """Words, one of which is in every function with the call, and a text that its file also has; else the name."""

    # What its library does
    library: str = ""
    """The library that sends, by its usual name; empty for the AWS SDK."""
    filled: Mapping[str, str] = MappingProxyType({})
    """Slot -> what the library uses if it is left out; such a slot is never missing."""
    reuse: Reuse = Reuse.NONE
    templated: bool = False
    """Text that contains `{{ }}` is a template that is filled in at the send."""
    verbatim: bool = True
    """The IDs go to botocore as given. Otherwise they may be converted to text, left out or refused before that."""


_APIS = (
    SendApi(
        "send_message",
        service="sqs",
        body="MessageBody",
        queue=("QueueUrl",),
        receivers=frozenset({"client", "queue"}),
        evidence=frozenset({"QueueUrl", "MessageBody", GROUP, DEDUP}),
    ),
    SendApi(
        "send_message_batch",
        service="sqs",
        body="MessageBody",
        queue=("QueueUrl",),
        entries="Entries",
        receivers=frozenset({"client"}),
        evidence=frozenset({"QueueUrl", "Entries"}),
    ),
    SendApi(
        "send_messages",
        service="sqs",
        body="MessageBody",
        entries="Entries",
        receivers=frozenset({"queue"}),
        evidence=frozenset({"Entries"}),
    ),
    SendApi(
        "publish",
        service="sns",
        body="Message",
        queue=("TopicArn", "TargetArn"),
        needs_ids=True,
        elsewhere=frozenset({"PhoneNumber"}),
        receivers=frozenset({"client", "topic"}),
        evidence=frozenset({GROUP, DEDUP}),
    ),
    SendApi(
        "publish_batch",
        service="sns",
        body="Message",
        queue=("TopicArn",),
        entries="PublishBatchRequestEntries",
        needs_ids=True,
        receivers=frozenset({"client"}),
        evidence=frozenset({"PublishBatchRequestEntries"}),
    ),
)
SEND_APIS: Mapping[str, SendApi] = {api.name: api for api in _APIS}
"""Those of the AWS SDK, by name."""

SDK_KEYS = frozenset({"QueueUrl", "MessageBody"})
"""Keys that only a dict of what these take has."""

CLIENT_METHODS: Mapping[str, str] = {"client": "client", "create_client": "client", "resource": "resource"}
"""Method of a session (or function of boto3) -> kind of what it makes."""

AWS_PACKAGES = frozenset({"boto3", "botocore", "aioboto3", "aiobotocore"})

CLIENT_PACKAGES = AWS_PACKAGES | {"aws_xray_sdk", "sqs_extended_client"}
"""Packages whose sessions make clients. amazon-sqs-extended-client 1.0.1 sends with the arguments of boto3."""

TYPED: Mapping[str, tuple[str, str]] = {
    f"{service.upper()}{end}": (service, kind)
    for service in sorted({api.service for api in _APIS})
    for end, kind in (("Client", "client"), ("ServiceResource", "resource"))
}
"""Class names of the stub packages (`SQSClient` of `mypy_boto3_sqs`, `types_aiobotocore_sqs`) -> service, kind."""

TYPED_RESOURCES: Mapping[str, str] = {"Queue": "queue", "Topic": "topic"}
"""The same for resource objects, whose names alone are too unspecific: only from a stub package."""

STUB_PACKAGES = ("mypy_boto3", "types_boto3", "types_aiobotocore")
"""How the names of the packages begin that hold these classes, and the typed dicts of what the calls take."""

RESOURCE_METHODS: Mapping[str, str] = {
    "Queue": "queue",
    "get_queue_by_name": "queue",
    "create_queue": "queue",
    "Topic": "topic",
    "create_topic": "topic",
}
"""Method of a service resource -> kind of what it makes; the first argument names it."""

NAME_KEYWORDS = ("QueueName", "url", "QueueUrl", "Name", "arn", "TopicArn")
"""Keywords of these methods for the queue's or topic's name."""

NAMING_METHODS: Mapping[str, tuple[str, str]] = {
    "get_queue_url": ("QueueName", "QueueUrl"),
    "create_queue": ("QueueName", "QueueUrl"),
    "create_topic": ("Name", "TopicArn"),
}
"""Method of a client -> keyword of the name, key of the URL or ARN in the result."""
