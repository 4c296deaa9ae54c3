"""What fixes claim about SQS: the twins of `tests/fixes` are run before and after."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.emulator.experiment import count_waiting, create_queue

TWINS = Path(__file__).parent.parent / "fixes"

CAPTURE = """
import json, sys
from unittest.mock import MagicMock
sent = []
def note(**arguments):
    sent.append(arguments)
    return {}
namespace = {"__name__": "twin"}
sys.modules["boto3"] = MagicMock()
exec(sys.argv[1], namespace)
namespace["sqs"].send_message = note
namespace["publish"](**json.loads(sys.argv[2]))
print(json.dumps(sent))
"""
"""Runs a program in a process of its own and prints what it would send."""


@pytest.fixture
def queue(sqs: Any) -> Iterator[str]:
    url = create_queue(sqs, "fixes.fifo")
    yield url
    sqs.delete_queue(QueueUrl=url)


def source(name: str, when: str) -> str:
    return (TWINS / f"{name}.{when}.py").read_text(encoding="utf-8")


def run(name: str, when: str, sqs: Any, queue: str, call: str = "publish", **arguments: Any) -> str:
    """What becomes of a twin: `accepted`, or the error."""
    namespace: dict[str, Any] = {"__name__": "twin"}
    exec(source(name, when).replace('boto3.client("sqs")', "None"), namespace)
    namespace.update(sqs=sqs, QUEUE=queue)
    try:
        namespace[call](**arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    except (BotoCoreError, RuntimeError) as error:
        return type(error).__name__
    return "accepted"


ORDER = {"id": "7", "version": 2, "body": "text", "event": "e-1", "customer": "12"}


@pytest.mark.parametrize(
    ("name", "call", "arguments", "refused"),
    [
        ("delay", "publish", {"order": ORDER}, "InvalidParameterValue"),
        ("json_as_id", "publish", {"order": ORDER}, "InvalidParameterValue"),
        ("times", "publish", {"order": ORDER}, "InvalidParameterValue"),
        ("not_text", "publish", {"order": ORDER, "body": b"text"}, "ParamValidationError"),
        (
            "not_text",
            "publish_again",
            {"order": {**ORDER, "customer": "6fa459ea-ee8a-3ca4-894e-db77e160355e"}},
            "ParamValidationError",
        ),
    ],
)
def test_what_is_refused_is_accepted_once_it_is_fixed(
    sqs: Any, queue: str, name: str, call: str, arguments: dict[str, Any], refused: str
) -> None:
    assert run(name, "before", sqs, queue, call, **arguments) == refused
    assert run(name, "after", sqs, queue, call, **arguments) == "accepted"
    assert count_waiting(sqs, queue) > 0


def test_entries_that_are_refused_are_raised(sqs: Any, queue: str) -> None:
    entries = [
        {"Id": str(n), "MessageBody": body, "MessageGroupId": "a", "MessageDeduplicationId": str(n)}
        for n, body in enumerate(("text", "\x00"))
    ]
    assert run("unsafe_failed", "before", sqs, queue, entries=entries) == "accepted"
    assert run("unsafe_failed", "after", sqs, queue, entries=entries) == "RuntimeError"


@pytest.mark.parametrize(("when", "delivered"), [("before", 2), ("after", 1)])
def test_a_retry_from_another_process_is_recognised(sqs: Any, queue: str, when: str, delivered: int) -> None:
    for seed in ("1", "2"):
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                CAPTURE,
                source("hash_of_text", when),
                json.dumps({"customer": "c", "order": ORDER}),
            ],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        (arguments,) = json.loads(done.stdout)
        sqs.send_message(**{**arguments, "QueueUrl": queue})
    assert count_waiting(sqs, queue) == delivered


@pytest.mark.parametrize(("when", "delivered"), [("before", 2), ("after", 1)])
def test_an_id_from_the_body_is_the_same_at_every_attempt(sqs: Any, queue: str, when: str, delivered: int) -> None:
    namespace: dict[str, Any] = {"__name__": "twin"}
    first = source("unsafe_body", when).split("    sqs.send_message(")
    exec("    sqs.send_message(".join(first[:2]).replace('boto3.client("sqs")', "None"), namespace)
    namespace.update(sqs=sqs, QUEUE=queue)
    for _ in range(2):
        namespace["publish"](ORDER)
    assert count_waiting(sqs, queue) == delivered
