"""Which files can hold a send, or declare a queue: a byte search, so that nearly every file is dismissed unparsed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_SQS_SIGN = re.compile(rb"QueueUrl|Message(?:Body|GroupId|DeduplicationId)|Entries|[sS][qQ][sS]|boto|Queue\(")

_PUBLISH = re.compile(
    rb"""publish_batch|PublishOperator|(?<=\.)publish|(?<=s[nq]s_)publish|(?<=")publish(?=")|(?<=')publish(?=')"""
)
_SNS_SIGNS = (
    b"MessageGroupId",
    b"MessageDeduplicationId",
    b"TopicArn",
    b"TargetArn",
    b"boto",
    b"sns",
    b"SNS",
    b"SqsPublish",
    b"SQSPublish",
)

_FRAMEWORK_SIGN = re.compile(
    rb"[cC]elery|kombu|apply_async|send_task|signature|periodic_task|schedule|\.set\(|\.delay\("
    rb"|airflow|sqs_workers|taskiq|tomodachi|aiosqs|aws_sdk_sqs|\b_group_id\s*=|with_labels\("
)


def is_relevant(data: bytes) -> bool:
    """Whether a file with this content may hold a send to SQS or SNS FIFO.

    The first searches decide for nearly every file, and cost about what reading the file costs.
    """
    if b"send_message" in data and _SQS_SIGN.search(data) is not None:
        return True
    # Searches for plain bytes, one after the other: many times as fast as one regular expression for them all.
    if b"ublish" in data and _publishes(data) and any(word in data for word in _SNS_SIGNS):
        return True
    return (b"MessageGroupId" in data or b".fifo" in data) and _FRAMEWORK_SIGN.search(data) is not None


def _publishes(data: bytes) -> bool:
    position = data.find(b"ublish", 1)
    while position >= 0:
        if _PUBLISH.match(data, position - 1):
            return True
        position = data.find(b"ublish", position + 6)
    return False


def or_calls(names: Iterable[str]) -> Callable[[bytes], bool]:
    """The same, or whether a file may call a function of one of these qualified names (of a class: one of its methods).

    Such a file holds the function's name, and the name of what it is taken from.
    """
    wanted = [tuple(part.encode() for part in name.split(".")[-2:]) for name in names]
    if not wanted:
        return is_relevant
    return lambda data: is_relevant(data) or any(all(part in data for part in parts) for parts in wanted)


_DECLARING = (
    *(b"create_queue", b"create_topic", b"set_queue_attributes"),
    *(b"aws_sqs", b"aws_sns", b"pulumi_aws", b"troposphere"),
)


def may_declare(data: bytes) -> bool:
    """Whether a Python file with this content may declare a queue or topic, or belongs to code that does."""
    return any(word in data for word in _DECLARING)
