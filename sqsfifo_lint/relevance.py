"""Which files can hold a send, or declare a queue: a byte search, so that nearly every file is dismissed unparsed."""

from __future__ import annotations

import re

_SQS_SIGN = re.compile(rb"QueueUrl|Message(?:Body|GroupId|DeduplicationId)|Entries|[sS][qQ][sS]|boto|Queue\(")

_PUBLISHES = (b".publish", b"publish_batch", b'"publish"', b"'publish'")
_SNS_SIGNS = (b"MessageGroupId", b"MessageDeduplicationId", b"TopicArn", b"TargetArn", b"boto", b"sns", b"SNS")


def is_relevant(data: bytes) -> bool:
    """Whether a file with this content may hold a send to SQS or SNS FIFO.

    The first two searches decide for nearly every file, and cost about what reading the file costs.
    """
    if b"send_message" in data and _SQS_SIGN.search(data) is not None:
        return True
    # Searches for plain bytes, one after the other: many times as fast as one regular expression for them all.
    if b"publish" not in data or not any(word in data for word in _PUBLISHES):
        return False
    return any(word in data for word in _SNS_SIGNS)


_DECLARING = (
    *(b"create_queue", b"create_topic", b"set_queue_attributes"),
    *(b"aws_sqs", b"aws_sns", b"pulumi_aws", b"troposphere"),
)


def may_declare(data: bytes) -> bool:
    """Whether a Python file with this content may declare a queue or topic, or belongs to code that does."""
    return any(word in data for word in _DECLARING)
