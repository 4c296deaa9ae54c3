"""Values in words; see also the `reveal` comments in `tests/fixtures/flow`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixture_runner import outcome_of

PROGRAM = """\
import functools
import os
import uuid

import boto3

sqs = boto3.client("sqs")
RUN = uuid.uuid4()


class Sender:
    def push(self):
        pass


def send(orders, url, wanted, *rest):
    once = uuid.uuid4()
    own = [0]
    own.append(own)
    both = {"a": 1}
    if wanted:
        both["b"] = 2
    for order in orders:
        reveal(EXPRESSION)  # reveal: WORDS
        sqs.send_message(QueueUrl=url, MessageBody=order, MessageGroupId=order["g"], MessageDeduplicationId=order["d"])
"""


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("'a'", "constant 'a'"),
        ("None", "constant None"),
        ("'a' if wanted else 'b'", "constant 'a' | constant 'b'"),
        ("order['id']", "data, per message"),
        ("wanted", "data, per call"),
        ("f'x-{once}-{RUN}'", "'x-' + unique value, per call + '-' + unique value, per import"),
        ("os.environ['A']", "configuration, per message"),
        ("('a', order)", "(constant 'a', data, per message)"),
        ("(1,)", "(constant 1,)"),
        ("[1, 'a' if wanted else 'b']", "[constant 1, constant 'a' or constant 'b']"),
        ("[*orders, 1]", "[data, per call, constant 1, ...]"),
        ("{'a': order, **order}", "{'a': data, per message, **data, per message}"),
        ("both", "{'a': constant 1, 'b'?: constant 2}"),
        ("own", "[constant 0, [constant 0, [constant 0, [constant 0, [constant 0, [..., ...]]]]]]"),
        ("Sender", "class Sender"),
        ("Sender()", "object of Sender"),
        ("Sender().push", "method push"),
        ("send", "function send"),
        ("uuid.uuid4", "external uuid.uuid4"),
        ("functools.partial(send, 1)", "partial of function send"),
        ("sqs", "sqs client"),
        ("'-'.join", "method join"),
    ],
)
def test_words(expression: str, words: str) -> None:
    program = PROGRAM.replace("EXPRESSION", expression).replace("WORDS", words)
    assert outcome_of(Path("/nowhere"), [("a.py", program.encode())]).faults == []
