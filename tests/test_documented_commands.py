"""docs/trace-and-queues.md lists every field that `trace` and `queues` print for programs, and no other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import ROOT, run
from tests.evidence.fields import fields_of
from tests.programs import write

PAGE = ROOT / "docs" / "trace-and-queues.md"

APP = """\
import os
from uuid import uuid4

import boto3

sqs = boto3.client("sqs")


def push(order, key):
    sqs.send_message(
        QueueUrl=os.environ["ORDERS_URL"],
        MessageBody=order.body,
        MessageGroupId=key,
        MessageDeduplicationId=str(uuid4()),
        DelaySeconds=order.delay,
    )


def on_order(order):
    push(order, "orders")
"""
TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties: {QueueName: orders.fifo, FifoQueue: true}
  Shop:
    Type: AWS::Serverless::Function
    Properties:
      Environment: {Variables: {ORDERS_URL: !Ref Orders}}
"""

Promises = dict[str, set[tuple[str, str]]]
"""By section of the page: each object that it describes, with a field of it. The document itself is the empty text."""


def promised() -> Promises:
    found: Promises = {}
    section, owners = "", list[str]()
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section, owners = line[3:], []
        elif line.startswith("### "):
            owners = [""] if line == "### The document" else re.findall("`([^`]+)`", line)
        elif line.startswith("| `"):
            names = re.findall("`([^`]+)`", line.split("|")[1])
            found.setdefault(section, set()).update((owner, name) for owner in owners for name in names)
    return found


def printed(document: object) -> Iterator[tuple[str, str]]:
    """The fields of a document, each with the object that has it; the names of bounds are no fields."""
    for field in fields_of(document):
        owner, _, name = field.rpartition(".")
        if owner != "bounds":
            yield owner.rpartition(".")[2].removeprefix("[]"), name.removeprefix("[]")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    files = {"app.py": APP, "template.yaml": TEMPLATE, "broken.py": "sqs.send_message(QueueUrl=\n"}
    return write(tmp_path / "shop", {**files})


@pytest.mark.parametrize("typed", [("trace", "app.py:10"), ("queues",)], ids=["trace", "queues"])
def test_every_field_is_promised_and_every_promise_kept(shop: Path, typed: tuple[str, ...]) -> None:
    document = json.loads(run(shop, *typed, "--output-format", "json").stdout)
    assert set(printed(document)) == promised()[typed[0]]
