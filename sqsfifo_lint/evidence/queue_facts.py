"""What AWS tells of a queue without touching its messages: its attributes, and its metrics by the minute."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

MINUTE = 60
"""Seconds. CloudWatch has the metrics of an active queue for each minute, and keeps them for 15 days:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html
"""

_URL = re.compile(
    r"https?://(?P<host>[^/:\s]+)(?::\d+)?/(?:queue/[\w-]+/)?(?P<account>\w+)/(?P<name>[\w-]+(?:\.fifo)?)/?"
)
_REGION = re.compile(
    r"(?:sqs|queue)\.(?P<region>[a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|localhost\.localstack\.cloud)"
    r"|(?P<old>[a-z0-9-]+)\.queue\.amazonaws\.com"
)


class Figure(Enum):
    """A metric of SQS: its name, the statistic that is asked for, and whether only FIFO queues have it.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    """

    GROUPS = ("ApproximateNumberOfGroupsWithInflightMessages", "Maximum", True)
    WAITING = ("ApproximateNumberOfMessagesVisible", "Maximum", False)
    IN_FLIGHT = ("ApproximateNumberOfMessagesNotVisible", "Maximum", False)
    OLDEST = ("ApproximateAgeOfOldestMessage", "Maximum", False)
    SENT = ("NumberOfMessagesSent", "Sum", False)
    RECEIVED = ("NumberOfMessagesReceived", "Sum", False)
    DELETED = ("NumberOfMessagesDeleted", "Sum", False)
    DEDUPLICATED = ("NumberOfDeduplicatedSentMessages", "Sum", True)

    @property
    def metric(self) -> str:
        """The name in CloudWatch."""
        return self.value[0]

    @property
    def statistic(self) -> str:
        """Which statistic of a minute counts."""
        return self.value[1]

    @property
    def fifo_only(self) -> bool:
        """Whether standard queues do not have it."""
        return self.value[2]


Series = Mapping[int, float]
"""Values by minute. A minute is named by the second, since 1970, with which it begins."""


class DeadLetter(NamedTuple):
    """Where a message goes that has been received too often."""

    arn: str
    max_receives: int | None


class Address(NamedTuple):
    """What a queue's URL says."""

    name: str
    account: str
    region: str | None
    """None for a URL that does not tell."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The attributes of a queue; None for what AWS does not tell. Times are in seconds, sizes in bytes.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
    """

    url: str
    name: str
    fifo: bool
    arn: str | None = None
    content_based_deduplication: bool = False
    deduplication_scope: str | None = None
    """`queue` or `messageGroup`; None for a standard queue."""
    throughput_limit: str | None = None
    """`perQueue` or `perMessageGroupId`; None for a standard queue."""
    visibility_timeout: int | None = None
    delay: int | None = None
    receive_wait: int | None = None
    retention: int | None = None
    maximum_size: int | None = None
    dead_letter: DeadLetter | None = None
    waiting: int | None = None
    in_flight: int | None = None
    delayed: int | None = None


@dataclass(frozen=True, slots=True)
class Metrics:
    """What CloudWatch has about a queue."""

    hours: int
    """How far back was asked."""
    series: Mapping[Figure, Series] = field(default_factory=dict)

    def of(self, figure: Figure) -> Series:
        """The values of one metric by minute; empty if there are none."""
        return self.series.get(figure, {})

    def total(self, figure: Figure) -> float:
        """The sum over all minutes."""
        return sum(self.of(figure).values())

    def most(self, figure: Figure) -> float | None:
        """The largest value; None if there is none."""
        return max(self.of(figure).values(), default=None)


def address(url: str) -> Address | None:
    """What a queue's URL says, or None if it is not one.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
    """
    found = _URL.fullmatch(url)
    if found is None:
        return None
    region = _REGION.fullmatch(found["host"])
    return Address(found["name"], found["account"], (region["region"] or region["old"]) if region else None)


def queue_of(url: str, name: str, attributes: Mapping[str, str]) -> Queue:
    """A queue from the answer to GetQueueAttributes. Values that cannot be read count as not told."""

    def number(key: str) -> int | None:
        value = attributes.get(key, "")
        return int(value) if value.isascii() and value.isdigit() else None

    fifo = attributes.get("FifoQueue") == "true"
    return Queue(
        url=url,
        name=name,
        fifo=fifo,
        arn=attributes.get("QueueArn"),
        content_based_deduplication=attributes.get("ContentBasedDeduplication") == "true",
        deduplication_scope=attributes.get("DeduplicationScope", "queue") if fifo else None,
        throughput_limit=attributes.get("FifoThroughputLimit", "perQueue") if fifo else None,
        visibility_timeout=number("VisibilityTimeout"),
        delay=number("DelaySeconds"),
        receive_wait=number("ReceiveMessageWaitTimeSeconds"),
        retention=number("MessageRetentionPeriod"),
        maximum_size=number("MaximumMessageSize"),
        dead_letter=_dead_letter(attributes.get("RedrivePolicy", "")),
        waiting=number("ApproximateNumberOfMessages"),
        in_flight=number("ApproximateNumberOfMessagesNotVisible"),
        delayed=number("ApproximateNumberOfMessagesDelayed"),
    )


def _dead_letter(policy: str) -> DeadLetter | None:
    """The redrive policy, which is JSON. The count in it is a number or, as older tools wrote it, the text of one."""
    try:
        match json.loads(policy or "null"):
            case {"deadLetterTargetArn": str() as arn, **rest}:
                count = str(rest.get("maxReceiveCount", ""))
                return DeadLetter(arn, int(count) if count.isascii() and count.isdigit() else None)
    except ValueError:
        pass
    return None
