"""`sqsfifo-lint queue` against the emulator: what it says is so, and no message is touched."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sqsfifo_lint.config import find_config
from tests.commands import Done, run
from tests.emulator.environment import REGION, Emulator, environment_of_programs
from tests.emulator.experiment import create_queue


@pytest.fixture
def ask(emulator: Emulator, tmp_path: Path) -> Callable[..., Done]:
    """Runs the command about a queue, with the options and credentials that the emulator needs."""
    address = emulator.sqs.meta.endpoint_url
    keys = {name: text for name, text in environment_of_programs(address).items() if name.startswith("AWS_ACCESS_")}
    keys |= {"AWS_SECRET_ACCESS_KEY": "emulator", "AWS_MAX_ATTEMPTS": "1", "NO_PROXY": "*"}

    def asked(url: str, *options: str) -> Done:
        return run(tmp_path, "queue", url, "--endpoint-url", address, "--region", REGION, *options, env=keys)

    return asked


@pytest.fixture
def url(sqs: Any) -> Iterator[str]:
    """A queue with three messages of two groups, and a dead-letter queue beside it."""
    dead = create_queue(sqs, "asked-dead.fifo")
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    attributes = {
        "ContentBasedDeduplication": "true",
        "DeduplicationScope": "messageGroup",
        "FifoThroughputLimit": "perMessageGroupId",
        "VisibilityTimeout": "45",
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "4"}),
    }
    queue = create_queue(sqs, "asked.fifo", **attributes)
    for number in range(3):
        sqs.send_message(QueueUrl=queue, MessageBody=f"body {number}", MessageGroupId=f"group-{number % 2}")
    yield queue
    for one in (queue, dead):
        sqs.delete_queue(QueueUrl=one)


def test_what_it_says_is_what_was_set(ask: Callable[..., Done], url: str) -> None:
    done = ask(url, "--no-metrics", "--output-format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["dead_letter_queue"]["arn"].endswith(":asked-dead.fifo")
    assert {key: found[key] for key in found if key in {"fifo", "waiting", "in_flight", "visibility_timeout"}} == {
        "fifo": True,
        "waiting": 3,
        "in_flight": 0,
        "visibility_timeout": 45,
    }
    assert (found["deduplication_scope"], found["throughput_limit"]) == ("messageGroup", "perMessageGroupId")
    assert {one["id"] for one in found["consequences"]} >= {"dedup-by-content", "dedup-per-group", "high-throughput"}
    assert "for up to 3 min before" in next(one["text"] for one in found["consequences"] if one["id"] == "dead-letters")


def test_no_message_is_received_or_deleted(ask: Callable[..., Done], sqs: Any, url: str) -> None:
    for _ in range(3):
        assert '"waiting": 3,' in ask(url, "--output-format", "json").stdout
    received = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["ApproximateReceiveCount"]
    )["Messages"]
    assert [one["Attributes"]["ApproximateReceiveCount"] for one in received] == ["1", "1", "1"]


def test_what_was_found_is_written(ask: Callable[..., Done], url: str, tmp_path: Path) -> None:
    (tmp_path / "sqsfifo-lint.toml").write_text("# ours\nselect = ['SQF1']\n")
    ask(url, "--no-metrics", "--write-config")
    assert find_config(tmp_path).content_based_deduplication == ("asked.fifo",)
    assert (tmp_path / "sqsfifo-lint.toml").read_text().startswith("# ours\nselect = ['SQF1']\n")


def test_a_service_that_is_not_there_does_not_hide_the_rest(ask: Callable[..., Done], url: str) -> None:
    """This emulator runs without CloudWatch."""
    done = ask(url)
    assert done.returncode == 2
    assert done.stderr.startswith("sqsfifo-lint: error: the metrics of asked.fifo cannot be read: ")
    assert done.stderr.count("\n") == 1
    assert "by content, scope messageGroup" in done.stdout


def test_a_queue_that_does_not_exist_is_one_line(ask: Callable[..., Done], url: str) -> None:
    done = ask(url.replace("asked", "nobody"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "(are account, region and name right?)" in done.stderr
    assert done.stderr.count("\n") == 1
