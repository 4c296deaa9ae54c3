"""What a reader of one kind of file returns, and when it reports that a file cannot be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from sqsfifo_lint.model import Binding, Connection, Declaration, Feed, Problem, Span, Worker


class Answer(NamedTuple):
    """What some files declare, set and connect."""

    declarations: Sequence[Declaration] = ()
    bindings: Sequence[Binding] = ()
    problems: Sequence[Problem] = ()
    connections: Sequence[Connection] = ()
    workers: Sequence[Worker] = ()
    feeds: Sequence[Feed] = ()


_CLEARLY = re.compile(
    rb"AWS::SQS::Queue\b|AWS::SNS::Topic\b|resource\"?[\s:{]+\"aws_(?:sqs_queue|sns_topic)\"|\bsqs\s+create-queue\b"
)
_TEMPLATE = re.compile(rb"\{\{|\{%|<%")
"""A file for a template engine, which need not be valid in its language before it is filled in."""


def clearly_declares(data: bytes) -> bool:
    """Whether a file certainly declares queues or topics: then it is worth reporting if it cannot be read."""
    return _CLEARLY.search(data) is not None


def unreadable(path: str, data: bytes, message: str, line: int = 0, column: int = 0) -> list[Problem]:
    """The problem of a file that its parser refuses; none if the file's owner need not know."""
    if not clearly_declares(data) or _TEMPLATE.search(data):
        return []
    return [Problem(path, f"declares queues and cannot be read: {message}", line, column)]


def broken(path: str, data: bytes, where: Span | None) -> list[Problem]:
    """The same for the first place that cannot be parsed; `where` is None if there is no such place."""
    return [] if where is None else unreadable(path, data, "syntax error", where.line, where.column)
