"""`sqsfifo-lint queues`: what is declared, what is sent to it, and what could not be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands import run
from tests.programs import write

TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: orders.fifo
      FifoQueue: true
      ContentBasedDeduplication: true
      DeduplicationScope: messageGroup
      RedrivePolicy:
        deadLetterTargetArn: !GetAtt Dead.Arn
        maxReceiveCount: 5
  Dead:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: dead.fifo
      FifoQueue: true
  Shop:
    Type: AWS::Serverless::Function
    Properties:
      Environment:
        Variables:
          ORDERS_URL: !Ref Orders
"""

APP = """\
import os

import boto3

sqs = boto3.client("sqs")


def publish(order):
    sqs.send_message(QueueUrl=os.environ["ORDERS_URL"], MessageBody=order["body"], MessageGroupId=order["customer"])


def remind(order):
    sqs.send_message(QueueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/mail", MessageBody=order["body"])
"""


def listed(cwd: Path, *arguments: str) -> list[dict[str, Any]]:
    """The rows of the JSON output, if all went well."""
    done = run(cwd, "queues", "--output-format", "json", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write(tmp_path / "shop", {"pyproject.toml": "", "template.yaml": TEMPLATE, "src/app.py": APP})


def test_a_row_says_what_is_declared_and_sent(shop: Path) -> None:
    orders, dead, mail = listed(shop)
    assert orders == {
        "queue": "orders.fifo",
        "service": "sqs",
        "fifo": "yes",
        "content_based_deduplication": "yes",
        "deduplication_scope": "messageGroup",
        "delay_seconds": None,
        "dead_letter_queue": "dead.fifo",
        "source": "CloudFormation",
        "declared": {"path": "template.yaml", "line": 2, "column": 3},
        "variables": ["ORDERS_URL"],
        "sends": [{"path": "src/app.py", "line": 9, "column": 5}],
    }
    assert (dead["queue"], dead["content_based_deduplication"], dead["sends"]) == ("dead.fifo", "no", [])
    assert (mail["queue"], mail["source"]) == ("https://sqs.eu-west-1.amazonaws.com/123456789012/mail", None)


def test_only_what_is_asked_for_is_listed(shop: Path) -> None:
    write(shop, {"other/queue.tf": 'resource "aws_sqs_queue" "bulk" {\n  name = "bulk"\n}\n'})
    assert [row["queue"] for row in listed(shop, "other")] == ["bulk"]
    assert listed(shop, "src")[0]["queue"] == "orders.fifo", "it is sent to from there"


def test_every_project_that_is_named_is_listed(tmp_path: Path, shop: Path) -> None:
    terraform = 'resource "aws_sqs_queue" "bulk" {\n  name = "bulk"\n}\n'
    write(tmp_path / "bulk", {"pyproject.toml": "", "queue.tf": terraform})
    names = [row["queue"] for row in listed(tmp_path, "shop", "bulk")]
    assert {"orders.fifo", "bulk"} <= {*names}


def test_configured_senders_count(shop: Path) -> None:
    senders = '[tool.sqsfifo-lint.senders]\n"bus.push" = { queue = "queue", group = "key" }\n'
    code = "import bus\n\n\ndef f(order):\n    bus.push(queue='orders.fifo', key=order['id'])\n"
    write(shop, {"pyproject.toml": senders, "src/bus_user.py": code})
    assert {"path": "src/bus_user.py", "line": 5, "column": 5} in listed(shop)[0]["sends"]


def test_what_cannot_be_read_is_said(shop: Path) -> None:
    write(shop, {"broken.yaml": "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties: {QueueName: [a\n"})
    done = run(shop, "queues")
    assert done.returncode == 2
    assert "orders.fifo" in done.stdout, "the others are listed all the same"
    assert done.stderr.startswith("broken.yaml:")


def test_a_missing_path_is_said_at_once(tmp_path: Path) -> None:
    done = run(tmp_path, "queues", str(tmp_path / "nowhere" / "else"))
    assert done.returncode == 2
    assert "does not exist" in done.stderr


def test_a_wrong_configuration_is_said(shop: Path) -> None:
    write(shop, {"pyproject.toml": '[tool.sqsfifo-lint.senders]\n"a.b" = { gruop = 1 }\n'})
    done = run(shop, "queues")
    assert done.returncode == 2
    assert "senders.'a.b' has no slot 'gruop' (did you mean 'group'?)" in done.stderr
