"""Which files can hold a send at all: a byte search, so that nearly every file is dismissed without being parsed."""

from __future__ import annotations

import re

_SQS_SIGN = re.compile(rb"QueueUrl|Message(?:Body|GroupId|DeduplicationId)|Entries|[sS][qQ][sS]|boto|Queue\(")


def is_relevant(data: bytes) -> bool:
    """Whether a file with this content may hold a send to SQS or SNS FIFO.

    The first two searches decide for nearly every file, and cost about what reading the file costs.
    """
    if b"send_message" in data and _SQS_SIGN.search(data) is not None:
        return True
    if b"publish" not in data:
        return False
    return b"MessageGroupId" in data or b"MessageDeduplicationId" in data or b"sns" in data.lower()
