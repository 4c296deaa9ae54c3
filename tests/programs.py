"""Small programs that several tests check."""

from __future__ import annotations

from pathlib import Path

CONSTANT_GROUP = """\
import boto3

sqs = boto3.client("sqs")


def publish(order):
    sqs.send_message(
        QueueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo",
        MessageBody=order["body"],
        MessageGroupId="orders",
        MessageDeduplicationId=order["id"],
    )
"""
"""SQF101 at 10:24."""

NO_DEDUP = """\
import boto3

sqs = boto3.client("sqs")


def publish(order):
    sqs.send_message(
        QueueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo",
        MessageBody=order["body"],
        MessageGroupId=order["id"],
    )
"""
"""SQF201 at 7:5."""

CLEAN = CONSTANT_GROUP.replace('"orders",', 'order["id"],')

NO_SEND = "print('hello')\n"


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below `root`, whose folder becomes a project."""
    root.mkdir(parents=True, exist_ok=True)
    if not (root / "pyproject.toml").exists():
        (root / "pyproject.toml").touch()
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root
