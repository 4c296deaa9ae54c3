"""The picture of the queues: what is drawn, and what is told of it."""

from __future__ import annotations

import re
from pathlib import Path

from sqsfifo_lint.config import Config
from sqsfifo_lint.model import Severity
from sqsfifo_lint.reporters.page_queues import Queue, named, picture, queue_of, table
from sqsfifo_lint.reporters.queues import rows
from sqsfifo_lint.run.engine import overviews
from tests.programs import write

TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: orders.fifo
      FifoQueue: true
      RedrivePolicy:
        deadLetterTargetArn: !GetAtt Dead.Arn
        maxReceiveCount: 5
  Dead:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: dead.fifo
      FifoQueue: true
  Unused:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: unused.fifo
      FifoQueue: true
"""

SCRIPT = "aws sqs create-queue --queue-name orders.fifo --attributes FifoQueue=true,ContentBasedDeduplication=true\n"

SENDER = """\
import boto3

sqs = boto3.client("sqs")


def one(order):
    sqs.send_message(QueueUrl="https://q/1/orders.fifo", MessageBody=order["b"], MessageGroupId=order["id"])


def two(order):
    sqs.send_message(QueueUrl="https://q/1/orders.fifo", MessageBody=order["c"], MessageGroupId=order["id"])
    sqs.send_message(QueueUrl="https://q/1/a&b.fifo", MessageBody=order["c"], MessageGroupId=order["id"])
"""


def queues(folder: Path) -> list[Queue]:
    write(folder, {"template.yaml": TEMPLATE, "setup.sh": SCRIPT, "app/a.py": SENDER, "pyproject.toml": ""})
    return named(row for one in overviews([folder], Config()) for row in rows(one))


def test_declarations_of_one_name_are_one_queue(tmp_path: Path) -> None:
    found = {queue.label: queue for queue in queues(tmp_path)}
    assert [len(found[name].declarations) for name in ("orders.fifo", "dead.fifo", "unused.fifo")] == [2, 1, 1]
    assert [span.line for span in found["orders.fifo"].sends] == [7, 11]


def test_a_queue_is_drawn_with_its_senders_and_dead_letter_queue(tmp_path: Path) -> None:
    several = queues(tmp_path)
    places = queue_of(several)
    first = next(place for place in places if place[1] == 7)
    drawn = picture(several, {first: Severity.WARNING})
    edges = re.findall(r'<path class="edge([^"]*)" [^>]*><title>app/a.py, line ([^<]*) to ([^<]*)</title>', drawn)
    others = [queue.label for queue in several if queue.sends and queue.label != "orders.fifo"]
    assert edges[0] == (" warning", "7, 11", "orders.fifo")
    assert len(edges) == len(others) + 1
    assert drawn.count('class="dead"') == 1
    boxes = re.findall(r'<g data-(?:file|queue)="([^"]*)"', drawn)
    assert boxes[:3] == ["app/a.py", "orders.fifo", "dead.fifo"], "a dead-letter queue is below its queue"
    assert "unused.fifo" not in boxes
    assert "deduplicates by content" in drawn
    assert "a&amp;b.fifo" in drawn


def test_the_table_has_every_queue(tmp_path: Path) -> None:
    text = table(queues(tmp_path))
    assert len(re.findall(r"<tr><td>orders\.fifo", text)) == 2
    for name in ("dead.fifo", "unused.fifo", "app/a.py:7, app/a.py:11"):
        assert name in text


def test_nothing_is_drawn_where_nothing_is_sent() -> None:
    assert picture([], {}) == ""
