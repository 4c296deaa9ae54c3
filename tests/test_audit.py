"""An audit reports what is likely too, whichever door it comes in by; what is proven stays as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sqsfifo_lint.model import Confidence
from sqsfifo_lint.run.engine import check, explain
from tests import commands
from tests.programs import write

PROGRAM = """\
import boto3
from acme.settings import settings

sqs = boto3.client("sqs")
URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"


def publish(order):
    sqs.send_message(
        QueueUrl=URL,
        MessageBody=order["body"],
        MessageGroupId=settings.group,
        MessageDeduplicationId="order",
    )
"""

PROVEN = [(13, "SQF203", "proven")]
ALL = [(12, "SQF102", "likely"), *PROVEN]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "project", {"app.py": PROGRAM, "pyproject.toml": ""})


def command(project: Path, *arguments: str) -> list[tuple[int, str, str]]:
    done = commands.run(project, "check", "--output-format", "jsonl", *arguments)
    found = map(json.loads, done.stdout.splitlines())
    return [(finding["line"], finding["code"], finding["confidence"]) for finding in found]


def test_the_command(project: Path) -> None:
    assert command(project) == PROVEN
    assert command(project, "--audit") == ALL


def test_the_configuration(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.sqsfifo-lint]\naudit = true\n")
    assert command(project) == ALL
    (project / "pyproject.toml").write_text("[tool.sqsfifo-lint]\naudit = 'yes'\n")
    done = commands.run(project, "check")
    assert done.returncode == 2
    assert "audit must be true or false, not the text 'yes'" in done.stderr


def test_flake8(project: Path) -> None:
    assert "SQF102" not in commands.flake8(project, "--select=SQF").stdout
    shown = commands.flake8(project, "--select=SQF", "--sqsfifo-audit").stdout
    assert "app.py:12:24: SQF102 " in shown
    assert shown.count(" (likely) ") == 1
    (project / ".flake8").write_text("[flake8]\nsqsfifo-audit = true\n")
    assert "SQF102" in commands.flake8(project, "--select=SQF").stdout


def test_a_comment_silences_what_is_likely(project: Path) -> None:
    silenced = PROGRAM.replace("settings.group,", "settings.group,  # noqa: SQF102")
    (project / "app.py").write_text(silenced)
    assert command(project, "--audit") == PROVEN


def test_what_is_proven_of_one_send_outweighs_what_is_likely_of_another(tmp_path: Path) -> None:
    program = """\
import boto3
from acme.ids import short_uid

sqs = boto3.client("sqs")


def one(url, order):
    push(url, order, "lane")


def other(url, order):
    push(url, order, short_uid())


def push(url, order, lane):
    sqs.send_message(QueueUrl=url, MessageBody=order["a"], MessageGroupId=lane, MessageDeduplicationId=order["id"])
    sqs.send_message(QueueUrl=url, MessageBody=order["b"], MessageGroupId=lane, MessageDeduplicationId=order["no"])
"""
    project = write(tmp_path / "project", {"app.py": program})
    report = check([project], audit=True)
    assert [(f.span.line, f.code, f.confidence) for f in report.findings] == [
        (8, "SQF101", Confidence.PROVEN),
        (12, "SQF104", Confidence.LIKELY),
    ]
    assert [(f.send and f.send.line, [send.line for send in f.also]) for f in report.findings] == [(16, [17])] * 2


def test_trace_shows_what_is_likely(project: Path) -> None:
    (send,) = explain(project / "app.py", 9).sends
    (part,) = send.messages[0].group.parts()
    assert part.likely is not None
    shown = commands.run(project, "trace", "app.py:9").stdout
    assert "configuration, read once per process, as an audit takes it" in shown
