"""`sqsfifo-lint queue`: what is asked of AWS, what follows from the answers, and what happens when there is none."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import ANY, Stubber

from sqsfifo_lint.evidence import queue_live
from sqsfifo_lint.evidence.model import Judgement
from sqsfifo_lint.evidence.queue_consequences import consequences, seconds, verdict
from sqsfifo_lint.evidence.queue_facts import Address, Figure, Metrics, address, queue_of
from tests.commands import Done, run

URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"
STANDARD_URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"
NOW = datetime(2025, 10, 6, 12, 0, 42, tzinfo=UTC)

FIFO: Mapping[str, str] = {
    "QueueArn": "arn:aws:sqs:eu-west-1:123456789012:orders.fifo",
    "ApproximateNumberOfMessages": "120",
    "ApproximateNumberOfMessagesNotVisible": "1",
    "ApproximateNumberOfMessagesDelayed": "0",
    "CreatedTimestamp": "1759737000",
    "LastModifiedTimestamp": "1759737000",
    "VisibilityTimeout": "30",
    "MaximumMessageSize": "262144",
    "MessageRetentionPeriod": "345600",
    "DelaySeconds": "0",
    "ReceiveMessageWaitTimeSeconds": "20",
    "RedrivePolicy": '{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:123456789012:dead.fifo","maxReceiveCount":3}',
    "FifoQueue": "true",
    "ContentBasedDeduplication": "true",
    "DeduplicationScope": "queue",
    "FifoThroughputLimit": "perQueue",
}
"""As in the answer that the API reference shows."""


def without(*keys: str, **more: str) -> dict[str, str]:
    return {key: value for key, value in {**FIFO, **more}.items() if key not in keys}


class Aws:
    """Stubbed clients of boto3. A call that was not announced fails, whatever it is."""

    def __init__(self) -> None:
        options = {"region_name": "eu-west-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
        self.clients = {name: boto3.client(name, **options) for name in ("sqs", "cloudwatch")}
        self.stubs = {name: Stubber(client) for name, client in self.clients.items()}
        self.opened: list[tuple[str | None, str | None, str, str | None]] = []
        for stub in self.stubs.values():
            stub.activate()

    def attributes(self, attributes: Mapping[str, str], url: str = URL) -> None:
        asked = {"QueueUrl": url, "AttributeNames": ["All"]}
        self.stubs["sqs"].add_response("get_queue_attributes", {"Attributes": dict(attributes)}, asked)

    def metrics(self, **series: list[float]) -> None:
        times = [datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=n) for n in range(60, 0, -1)]
        results = [
            {"Id": name, "Timestamps": times[: len(values)], "Values": values, "StatusCode": "Complete"}
            for name, values in series.items()
        ]
        asked = {"MetricDataQueries": ANY, "StartTime": ANY, "EndTime": ANY, "ScanBy": "TimestampAscending"}
        self.stubs["cloudwatch"].add_response("get_metric_data", {"MetricDataResults": results}, asked)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """What the command gets instead of AWS. Every answer that was announced must have been fetched."""
    stubbed = Aws()

    class Session:
        def __init__(self, profile_name: str | None = None, region_name: str | None = None) -> None:
            self.options = profile_name, region_name

        def client(self, name: str, endpoint_url: str | None = None) -> Any:
            stubbed.opened.append((*self.options, name, endpoint_url))
            return stubbed.clients[name]

    monkeypatch.setattr(boto3.session, "Session", Session)
    yield stubbed
    for stub in stubbed.stubs.values():
        stub.assert_no_pending_responses()


def queue(folder: Path, *arguments: str) -> Done:
    return run(folder, "queue", *arguments)


# The command


def test_what_is_said_of_a_serial_queue(aws: Aws, tmp_path: Path) -> None:
    aws.attributes(FIFO)
    aws.metrics(groups=[1.0] * 6, waiting=[100.0] * 6, sent=[10.0] * 6, received=[2.0] * 6, deleted=[2.0] * 6)
    done = queue(tmp_path, URL)
    assert done.returncode == 1
    assert done.stderr == ""
    assert "orders.fifo  FIFO queue\n" in done.stdout
    assert "groups in flight       1 at most, 1.0 on average over 6 minutes\n" in done.stdout
    assert "sent                   60, 10 a minute at most\n" in done.stdout
    assert "Verdict: serial\n" in done.stdout
    assert "In all 6 minutes in which messages waited, only one group was in flight" in done.stdout
    assert "! 60 sent, 12 deleted in the last 24 h: the backlog grows." in done.stdout
    assert "goes to dead.fifo after 3 receives. It blocks its group for up to 90 s before." in done.stdout


def test_a_parallel_queue_is_fine(aws: Aws, tmp_path: Path) -> None:
    aws.attributes(FIFO)
    aws.metrics(groups=[4.0, 3.0, 1.0, 4.0, 5.0], waiting=[9.0] * 5)
    done = queue(tmp_path, URL, "--output-format", "json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert (found["judgement"], found["bad"]) == ("parallel", False)
    assert "in 4 of them (80%) two or more groups were in flight, 5 at once at most" in found["reasons"][0]


def test_the_json_has_what_the_text_says(aws: Aws, tmp_path: Path) -> None:
    aws.attributes(FIFO)
    aws.metrics(groups=[1.0, 3.0], sent=[5.0, 7.0], oldest=[61.0])
    found = json.loads(queue(tmp_path, URL, "--output-format", "json").stdout)
    assert found["url"] == URL
    assert found["name"] == "orders.fifo"
    assert found["dead_letter_queue"] == {"arn": "arn:aws:sqs:eu-west-1:123456789012:dead.fifo", "max_receives": 3}
    assert (found["waiting"], found["in_flight"], found["delayed"]) == (120, 1, 0)
    assert (found["visibility_timeout"], found["retention"], found["receive_wait"]) == (30, 345600, 20)
    assert found["metrics"]["hours"] == 24
    assert found["metrics"]["groups"] == {"minutes": 2, "max": 3, "mean": 2}
    assert found["metrics"]["sent"] == {"minutes": 2, "max": 7, "sum": 12}
    assert found["metrics"]["deleted"] == {"minutes": 0, "max": None, "sum": 0}
    assert (found["judgement"], found["bad"], found["version"]) == ("too little data", False, 1)
    assert {one["about"] for one in found["consequences"]} == {"senders", "workers"}
    assert {*found["consequences"][0]} == {"id", "about", "warning", "text"}


def test_a_queue_that_is_parallel_at_times_is_bad(aws: Aws, tmp_path: Path) -> None:
    aws.attributes(FIFO)
    aws.metrics(groups=[4.0, 1.0, 1.0, 1.0, 1.0], waiting=[9.0] * 5)
    done = queue(tmp_path, URL)
    assert done.returncode == 1
    assert "Verdict: partly\n" in done.stdout


def test_a_standard_queue_has_no_groups(aws: Aws, tmp_path: Path) -> None:
    aws.attributes({key: FIFO[key] for key in ("QueueArn", "VisibilityTimeout", "DelaySeconds")}, STANDARD_URL)
    aws.metrics(sent=[1.0])
    done = queue(tmp_path, STANDARD_URL)
    assert (done.returncode, done.stderr) == (0, "")
    assert "standard queue" in done.stdout
    assert "Verdict" not in done.stdout
    assert "a send with a dedup ID is rejected" in " ".join(done.stdout.split())


def test_a_queue_that_is_meant_to_be_serial_is_fine(aws: Aws, tmp_path: Path) -> None:
    (tmp_path / "sqsfifo-lint.toml").write_text('serial-queues = ["ord*.fifo"]\n')
    aws.attributes(FIFO)
    aws.metrics(groups=[1.0] * 6, waiting=[100.0] * 6)
    done = queue(tmp_path, URL)
    assert done.returncode == 0
    assert "Verdict: serial\n" in done.stdout
    assert "it is meant to be serial (ord*.fifo)" in " ".join(done.stdout.split())


def test_options_reach_boto3(aws: Aws, tmp_path: Path) -> None:
    aws.attributes(FIFO)
    options = ("--region", "us-east-1", "--profile", "ops", "--endpoint-url", "http://127.0.0.1:1")
    queue(tmp_path, URL, "--no-metrics", *options)
    assert aws.opened == [("ops", "us-east-1", name, "http://127.0.0.1:1") for name in ("sqs", "cloudwatch")]


def test_the_region_is_that_of_the_url(aws: Aws, tmp_path: Path) -> None:
    aws.attributes(FIFO)
    queue(tmp_path, URL, "--no-metrics")
    assert aws.opened[0] == (None, "eu-west-1", "sqs", None)


def test_hostile_attributes_are_made_harmless(aws: Aws, tmp_path: Path) -> None:
    policy = json.dumps({"deadLetterTargetArn": "arn:\x1b[31m:dead\n::error::x", "maxReceiveCount": "9"})
    aws.attributes(without(RedrivePolicy=policy, DeduplicationScope="\x1b[0m"))
    done = queue(tmp_path, URL, "--no-metrics")
    assert "\x1b" not in done.stdout
    assert not [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert "\\x1b[31m" in done.stdout


# When AWS does not answer


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("AccessDenied", "(it needs the permission sqs:GetQueueAttributes)"),
        ("AWS.SimpleQueueService.NonExistentQueue", "(are account, region and name right?)"),
        ("ExpiredToken", "(sign in again)"),
        ("ThrottlingException", "slow\\x1b down"),
    ],
)
def test_an_error_of_aws_is_one_line(aws: Aws, tmp_path: Path, code: str, hint: str) -> None:
    aws.stubs["sqs"].add_client_error("get_queue_attributes", code, "slow\x1b\ndown")
    done = queue(tmp_path, URL)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        f"sqsfifo-lint: error: the attributes of orders.fifo cannot be read: {code}: slow\\x1b down"
    )
    assert hint in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_metrics_the_attributes_are_still_told(aws: Aws, tmp_path: Path) -> None:
    aws.attributes(FIFO)
    aws.stubs["cloudwatch"].add_client_error("get_metric_data", "AccessDenied", "no")
    done = queue(tmp_path, URL)
    assert done.returncode == 2
    assert done.stderr == (
        "sqsfifo-lint: error: the metrics of orders.fifo cannot be read: AccessDenied: no "
        "(it needs the permission cloudwatch:GetMetricData)\n"
    )
    assert "deduplication          by content, scope queue\n" in done.stdout
    assert "Verdict: too little data\n" in done.stdout


def test_without_boto3_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    done = queue(tmp_path, URL)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "sqsfifo-lint: error: reading a queue needs boto3: pip install 'sqsfifo-lint[aws]'\n"


@pytest.mark.parametrize(
    ("options", "fragment"),
    [
        (("--profile", "nobody"), "The config profile (nobody) could not be found"),
        (("--endpoint-url", "nonsense"), "Invalid endpoint: nonsense"),
        (("--endpoint-url", "http://127.0.0.1:1"), 'Could not connect to the endpoint URL: "http://127.0.0.1:1/"'),
        ((), "Unable to locate credentials"),
    ],
)
def test_an_error_of_boto3_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: tuple[str, ...], fragment: str
) -> None:
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("NO_PROXY", "*")
    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    for name in keys:
        monkeypatch.setenv(name, "x") if options else monkeypatch.delenv(name, raising=False)
    done = queue(tmp_path, URL, *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert fragment in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_is_not_the_url_of_a_queue(tmp_path: Path) -> None:
    done = queue(tmp_path, "orders.fifo")
    assert done.returncode == 2
    assert (
        "'orders.fifo' is not the URL of a queue; `aws sqs get-queue-url --queue-name NAME` prints it." in done.stderr
    )


def test_a_broken_configuration_is_said_before_aws_is_asked(aws: Aws, tmp_path: Path) -> None:
    (tmp_path / "sqsfifo-lint.toml").write_text("serial-queues = 3\n")
    done = queue(tmp_path, URL)
    assert done.returncode == 2
    assert "serial-queues must be a list" in done.stderr
    assert aws.opened == []


# What is asked


def test_the_metrics_that_are_asked_for() -> None:
    stubbed = Aws()
    found = queue_of(URL, "orders.fifo", FIFO)
    end = NOW.replace(second=0)
    names = {
        "groups": ("ApproximateNumberOfGroupsWithInflightMessages", "Maximum"),
        "waiting": ("ApproximateNumberOfMessagesVisible", "Maximum"),
        "in_flight": ("ApproximateNumberOfMessagesNotVisible", "Maximum"),
        "oldest": ("ApproximateAgeOfOldestMessage", "Maximum"),
        "sent": ("NumberOfMessagesSent", "Sum"),
        "received": ("NumberOfMessagesReceived", "Sum"),
        "deleted": ("NumberOfMessagesDeleted", "Sum"),
        "deduplicated": ("NumberOfDeduplicatedSentMessages", "Sum"),
    }
    dimensions = [{"Name": "QueueName", "Value": "orders.fifo"}]
    queries = [
        {
            "Id": key,
            "MetricStat": {
                "Metric": {"Namespace": "AWS/SQS", "MetricName": name, "Dimensions": dimensions},
                "Period": 60,
                "Stat": statistic,
            },
            "ReturnData": True,
        }
        for key, (name, statistic) in names.items()
    ]
    asked = {
        "MetricDataQueries": queries,
        "StartTime": end - timedelta(hours=3),
        "EndTime": end,
        "ScanBy": "TimestampAscending",
    }
    first, second = end - timedelta(minutes=2), end - timedelta(minutes=1)
    pages = [
        {"MetricDataResults": [{"Id": "sent", "Timestamps": [first], "Values": [3.0]}], "NextToken": "more"},
        {"MetricDataResults": [{"Id": "sent", "Timestamps": [second], "Values": [4.0]}]},
    ]
    stubbed.stubs["cloudwatch"].add_response("get_metric_data", pages[0], asked)
    stubbed.stubs["cloudwatch"].add_response("get_metric_data", pages[1], {**asked, "NextToken": "more"})
    metrics = queue_live.read_metrics(stubbed.clients["cloudwatch"], found, 3, NOW)
    assert metrics.of(Figure.SENT) == {int(first.timestamp()): 3.0, int(second.timestamp()): 4.0}
    assert (metrics.total(Figure.SENT), metrics.most(Figure.SENT), metrics.most(Figure.OLDEST)) == (7.0, 4.0, None)


def test_an_error_that_is_not_an_answer_becomes_one_line() -> None:
    class Broken:
        def get_queue_attributes(self, **_: object) -> None:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1/")

    with pytest.raises(queue_live.LiveError, match=r"^the attributes of q cannot be read: Could not connect") as caught:
        queue_live.read_queue(Broken(), URL, Address("q", "1", None))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (URL, Address("orders.fifo", "123456789012", "eu-west-1")),
        ("https://queue.amazonaws.com/1/q", Address("q", "1", None)),
        ("https://us-west-2.queue.amazonaws.com/1/q", Address("q", "1", "us-west-2")),
        ("https://sqs.cn-north-1.amazonaws.com.cn/1/q", Address("q", "1", "cn-north-1")),
        ("http://localhost:4566/000000000000/orders.fifo", Address("orders.fifo", "000000000000", None)),
        (
            "http://sqs.eu-west-1.localhost.localstack.cloud:4566/000000000000/orders.fifo",
            Address("orders.fifo", "000000000000", "eu-west-1"),
        ),
        ("http://localhost:4566/queue/eu-west-1/000000000000/q", Address("q", "000000000000", None)),
        ("orders.fifo", None),
        ("arn:aws:sqs:eu-west-1:123456789012:orders.fifo", None),
        ("https://sqs.eu-west-1.amazonaws.com/", None),
        (f"{URL}\n", None),
    ],
)
def test_what_a_url_says(url: str, expected: Address | None) -> None:
    assert address(url) == expected


# What follows


def ids(attributes: Mapping[str, str], metrics: Metrics | None = None) -> set[str]:
    return {one.id for one in consequences(queue_of(URL, "orders.fifo", attributes), metrics)}


def warnings(attributes: Mapping[str, str], metrics: Metrics | None = None) -> set[str]:
    return {one.id for one in consequences(queue_of(URL, "orders.fifo", attributes), metrics) if one.warning}


def measured(**values: float) -> Metrics:
    return Metrics(24, {Figure[name.upper()]: {0: value} for name, value in values.items()})


def test_what_follows_for_a_usual_queue() -> None:
    assert ids(FIFO) == {
        *("group-required", "dedup-by-content", "dedup-per-queue", "limited-throughput", "no-delay-per-message"),
        *("visibility-timeout", "dead-letters"),
    }
    assert warnings(FIFO) == set()


@pytest.mark.parametrize(
    ("attributes", "appears", "goes"),
    [
        ({"ContentBasedDeduplication": "false"}, "dedup-required", "dedup-by-content"),
        ({"DeduplicationScope": "messageGroup"}, "dedup-per-group", "dedup-per-queue"),
        ({"DelaySeconds": "60"}, "delayed", "no-delay-per-message"),
        ({"VisibilityTimeout": "0"}, "no-visibility-timeout", "visibility-timeout"),
        ({"RedrivePolicy": ""}, "no-dead-letters", "dead-letters"),
        ({"RedrivePolicy": "{"}, "no-dead-letters", "dead-letters"),
        ({"ReceiveMessageWaitTimeSeconds": "0"}, "short-polling", ""),
        ({"ApproximateNumberOfMessages": "119999"}, "beyond-scan", ""),
        (
            {"DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"},
            "high-throughput",
            "limited-throughput",
        ),
    ],
)
def test_what_an_attribute_changes(attributes: dict[str, str], appears: str, goes: str) -> None:
    found = ids(without(**attributes))
    assert appears in found
    assert appears not in ids(FIFO)
    assert goes not in found


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        (measured(sent=100, received=100, deleted=100), set()),
        (measured(sent=100, received=104, deleted=100), set()),
        (measured(sent=100, received=106, deleted=100), {"delivered-again"}),
        (measured(sent=100), {"no-worker"}),
        (measured(sent=106, received=100, deleted=100), {"falling-behind"}),
        (measured(sent=1000, received=1000, deleted=1000, deduplicated=9), set()),
        (measured(sent=1000, received=1000, deleted=1000, deduplicated=10), {"dropped-as-duplicates"}),
        (measured(oldest=172_799), set()),
        (measured(oldest=172_800), {"messages-expire"}),
    ],
)
def test_what_metrics_warn_of(metrics: Metrics, expected: set[str]) -> None:
    assert warnings(FIFO, metrics) == expected


def series(*values: float) -> dict[int, float]:
    return {minute * 60: value for minute, value in enumerate(values)}


@pytest.mark.parametrize(
    ("waiting", "groups", "expected"),
    [
        ((9, 9, 9, 9, 9), (1, 1, 1, 1, 1), Judgement.SERIAL),
        ((9, 9, 9, 9), (1, 1, 1, 1), Judgement.TOO_LITTLE),
        ((0, 0, 0, 0, 0), (1, 1, 1, 1, 1), Judgement.TOO_LITTLE),  # nothing waited: one group may be all there was
        ((9, 9, 9, 9, 9), (0, 0, 0, 0, 0), Judgement.TOO_LITTLE),  # nobody worked
        ((9, 9, 9, 9, 9, 9), (2, 2, 2, 1, 1, 1), Judgement.PARALLEL),
        ((9, 9, 9, 9, 9), (2, 2, 1, 1, 1), Judgement.PARTLY),
        ((0, 9, 9, 9, 9, 9), (8, 1, 1, 1, 1, 1), Judgement.SERIAL),
    ],
)
def test_the_verdict(waiting: tuple[float, ...], groups: tuple[float, ...], expected: Judgement) -> None:
    metrics = Metrics(24, {Figure.WAITING: series(*waiting), Figure.GROUPS: series(*groups)})
    found = verdict(queue_of(URL, "orders.fifo", FIFO), metrics)
    assert found is not None
    assert found.judgement is expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "0 s"), (60, "1 min"), (90, "90 s"), (150, "2.5 min"), (3600, "1 h"), (43_200, "12 h"), (345_600, "4 days")],
)
def test_durations(number: float, expected: str) -> None:
    assert seconds(number) == expected
