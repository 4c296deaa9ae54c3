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
    assert done.returncode == 0, "there is an answer"
    assert "orders.fifo" in done.stdout, "the others are listed all the same"
    assert done.stderr.startswith("broken.yaml:")
    assert done.stderr.endswith("note: 1 file could not be read, and the answer is without\n")


def test_a_missing_path_is_said_at_once(tmp_path: Path) -> None:
    done = run(tmp_path, "queues", str(tmp_path / "nowhere" / "else"))
    assert done.returncode == 2
    assert "no such file or folder" in done.stderr
    assert done.stdout == ""


def test_a_wrong_configuration_is_said(shop: Path) -> None:
    write(shop, {"pyproject.toml": '[tool.sqsfifo-lint.senders]\n"a.b" = { gruop = 1 }\n'})
    done = run(shop, "queues")
    assert done.returncode == 2
    assert "senders.'a.b' has no slot 'gruop' (did you mean 'group'?)" in done.stderr


NAMELESS = """\
from aws_cdk import Stack, aws_sqs as sqs


class Infra(Stack):
    def __init__(self, scope, id):
        super().__init__(scope, id)
        sqs.Queue(self, "Parcels", fifo=True)
        sqs.Queue(self, f"{id}-letters")
"""
TERRAFORM = 'resource "aws_sqs_queue" "jobs" {\n  name       = var.jobs\n  fifo_queue = true\n}\n'
LOGICAL = "Resources:\n  Invoices:\n    Type: AWS::SQS::Queue\n    Properties:\n      FifoQueue: true\n"


def names(cwd: Path, *arguments: str) -> list[str]:
    """The first column of the table."""
    table = run(cwd, "queues", *arguments).stdout.partition("\n\n")[0].splitlines()
    return [line.split("  ")[0] for line in table[1:]]


def test_a_queue_without_a_visible_name_goes_under_its_logical_id(tmp_path: Path) -> None:
    write(tmp_path, {"infra.py": NAMELESS, "jobs.tf": TERRAFORM, "t.yaml": LOGICAL})
    assert names(tmp_path) == ["Parcels", "*-letters", "aws_sqs_queue.jobs", "Invoices"]
    assert run(tmp_path, "queues").stdout.startswith("queue or logical ID  ")
    assert [row["queue"] for row in listed(tmp_path)] == [None, None, "*", None], "programs are told no name"


def test_only_fifo_queues(tmp_path: Path, shop: Path) -> None:
    write(shop, {"infra.py": NAMELESS})
    assert names(shop, "--fifo") == ["Parcels", "orders.fifo", "dead.fifo"]
    assert {row["queue"] for row in listed(shop, "--fifo")} == {None, "orders.fifo", "dead.fifo"}


SENDS = """\
import boto3


class Sender:
    def __init__(self, queue):
        self.queue = queue
        self.client = boto3.client("sqs")

    def by_object(self, order):
        self.queue.send_message(MessageBody=order.body, MessageGroupId=order.customer)

    def by_itself(self, order):
        self.client.send_message(QueueUrl=self, MessageBody=order.body, MessageGroupId=order.customer)

    def by_pattern(self, order, stage):
        self.client.send_message(
            QueueUrl=f"https://sqs.eu-west-1.amazonaws.com/1/{stage}-mail.fifo",
            MessageBody=order.body,
            MessageGroupId=order.customer,
        )
"""


def test_what_is_sent_to_is_called_by_what_is_visible_of_it(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": SENDS})
    assert names(tmp_path) == ["*-mail.fifo", "not given in the call", "self.queue"]


def test_nothing_is_cut_where_there_is_no_terminal(tmp_path: Path) -> None:
    long = "/".join(["a_folder_with_a_long_name"] * 8) + "/app.py"
    write(tmp_path, {long: APP, "template.yaml": TEMPLATE})
    assert f"{long}:9\n" in run(tmp_path, "queues").stdout
    narrow = run(tmp_path, "queues", env={"COLUMNS": "80"}).stdout
    assert "…" in narrow
    assert "app.py:9\n" in narrow, "the end of a path is what one looks for"


def test_the_summary_says_where_sends_go(tmp_path: Path, shop: Path) -> None:
    assert run(shop, "queues").stdout.endswith(
        "\n2 queues declared; sends go to 1 more, whose declaration could not be found\n"
    )
    write(tmp_path / "quiet", {"t.yaml": LOGICAL})
    assert run(tmp_path / "quiet", "queues").stdout.endswith("\n1 queue declared; no sends\n")
