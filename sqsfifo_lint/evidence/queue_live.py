"""Asks AWS about a queue through boto3. It calls GetQueueAttributes and GetMetricData, and nothing else.

Credentials are boto3's business. No message is ever received, sent or deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any, NamedTuple, TypeVar

from sqsfifo_lint.evidence.queue_facts import MINUTE, Address, Figure, Metrics, Queue, queue_of

INSTALL = "reading a queue needs boto3: pip install 'sqsfifo-lint[aws]'"

MAX_HOURS = 15 * 24
"""Hours that can be asked for: CloudWatch keeps values by the minute for 15 days.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
"""

Answer = TypeVar("Answer")

_PERMISSIONS = {"GetQueueAttributes": "sqs:GetQueueAttributes", "GetMetricData": "cloudwatch:GetMetricData"}

_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "AuthorizationError"})
_NO_QUEUE = frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"})
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})


class LiveError(Exception):
    """AWS, or boto3, did not answer. The message is one line that says which question, and what can be done."""


class Options(NamedTuple):
    """What is passed on to boto3 unchanged; None leaves it to boto3's own configuration."""

    region: str | None = None
    profile: str | None = None
    endpoint_url: str | None = None


class Clients(NamedTuple):
    """The two clients of boto3."""

    sqs: Any
    cloudwatch: Any


def connect(options: Options) -> Clients:
    """The clients. Raises `LiveError` if boto3 is not installed, or finds its configuration wrong."""
    boto3 = _boto3()

    def create() -> Clients:
        session = boto3.session.Session(profile_name=options.profile, region_name=options.region)
        sqs, cloudwatch = (session.client(name, endpoint_url=options.endpoint_url) for name in ("sqs", "cloudwatch"))
        return Clients(sqs, cloudwatch)

    return _answer("boto3 cannot be set up", create)


def read_queue(sqs: Any, url: str, address: Address) -> Queue:
    """The queue's attributes. Raises `LiveError`."""

    def ask() -> Mapping[str, str]:
        found: Mapping[str, str] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"]).get("Attributes", {})
        return found

    attributes = _answer(f"the attributes of {address.name} cannot be read", ask)
    return queue_of(url, address.name, attributes)


def read_metrics(cloudwatch: Any, queue: Queue, hours: int, now: datetime) -> Metrics:
    """The queue's metrics of the last hours, by the minute. `now` has a time zone. Raises `LiveError`."""
    figures = [figure for figure in Figure if queue.fifo or not figure.fifo_only]
    end = now.replace(second=0, microsecond=0)
    queries = [_query(figure, queue.name) for figure in figures]

    def ask() -> Metrics:
        series: dict[Figure, dict[int, float]] = {figure: {} for figure in figures}
        pages = cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries, StartTime=end - timedelta(hours=hours), EndTime=end, ScanBy="TimestampAscending"
        )
        for page in pages:
            for figure, minute, value in _values(page):
                series[figure][minute] = value
        return Metrics(hours, series)

    return _answer(f"the metrics of {queue.name} cannot be read", ask)


def _query(figure: Figure, name: str) -> dict[str, object]:
    metric = {
        "Namespace": "AWS/SQS",
        "MetricName": figure.metric,
        "Dimensions": [{"Name": "QueueName", "Value": name}],
    }
    return {
        "Id": figure.name.lower(),
        "MetricStat": {"Metric": metric, "Period": MINUTE, "Stat": figure.statistic},
        "ReturnData": True,
    }


def _values(page: Mapping[str, Any]) -> Iterator[tuple[Figure, int, float]]:
    for result in page.get("MetricDataResults", ()):
        figure = Figure[result["Id"].upper()]
        for time, value in zip(result.get("Timestamps", ()), result.get("Values", ()), strict=True):
            yield figure, int(time.timestamp()), float(value)


def _boto3() -> ModuleType:
    try:
        import boto3  # an extra: needed by this command alone
    except ImportError:
        raise LiveError(INSTALL) from None
    found: ModuleType = boto3
    return found


def _answer(what: str, ask: Callable[[], Answer]) -> Answer:
    """The answer to a question. Whatever goes wrong in boto3 becomes a `LiveError` of one line."""
    # They come with boto3, which is there by now.
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return ask()
    except ClientError as error:
        reason = _reason(error.response.get("Error", {}), error.operation_name)
        raise LiveError(f"{what}: {reason}") from error
    except (BotoCoreError, ValueError, KeyError, OSError) as error:
        # ValueError: what botocore raises for an endpoint that is no URL, and for an answer that is not in its form.
        raise LiveError(f"{what}: {' '.join(str(error).split()) or type(error).__name__}") from error


def _reason(error: Mapping[str, str], operation: str) -> str:
    code, said = error.get("Code", "unknown"), " ".join(error.get("Message", "").split())
    told = f"{code}: {said}" if said else code
    if code in _DENIED:
        return f"{told} (it needs the permission {_PERMISSIONS.get(operation, operation)})"
    if code in _NO_QUEUE:
        return f"{told} (are account, region and name right?)"
    if code in _EXPIRED:
        return f"{told} (sign in again)"
    return told
