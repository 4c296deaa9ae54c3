"""What names a queue: the text of a value, the variable that it is read from, and what a test has shown of it."""

from __future__ import annotations

import re

from sqsfifo_lint.flow import Fact, ends_with
from sqsfifo_lint.flow.values import Atom, Piece, TextTest
from sqsfifo_lint.model import Known, Material

SUFFIX = ".fifo"
"""How the name of every FIFO queue and topic ends."""


def is_fifo(atom: Atom, facts: frozenset[Fact]) -> Known:
    """Whether a queue is FIFO: by how its name ends, else by what a test on the way said of it.

    That it does not end in `.fifo` says something only of what can be a name, URL or ARN: a text that somebody has to
    replace says nothing.
    """
    known = ends_with(atom, SUFFIX)
    if known is False and not can_name_a_queue(text_of(atom)):
        known = None
    if known is None:
        told = [holds for holds in (True, False) if (TextTest(SUFFIX), atom.pieces, holds) in facts]
        known = told[0] if told else None
    return {True: Known.YES, False: Known.NO, None: Known.UNKNOWN}[known]


def can_name_a_queue(text: str) -> bool:
    """Whether a text can be the name, URL or ARN of a standard queue or topic; `*` stands for parts out of sight.

    Names: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
    URLs and ARNs: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
    """
    head, _, name = text.replace(":", "/").rpartition("/")
    if not _ADDRESS.fullmatch(text) or not 0 < len(name) <= _LONGEST_NAME or "." in name:
        return False
    scheme, separator, _ = text.partition("://")
    if separator and scheme not in ("http", "https") and "*" not in scheme:
        return False
    account = head.rpartition("/")[2]
    if ".amazonaws." in head and not account.isdecimal() and "*" not in account:
        return False
    if not head and name == name.upper():
        return False  # `ORDERS_QUEUE`, `0`: the name of a variable, a number
    words = set(re.split(r"[-_*\d]+", name.lower())) - {""}
    return bool(words) and words.isdisjoint(_TO_BE_REPLACED)


_ADDRESS = re.compile(r"[\w.:/*-]+", re.ASCII)
_LONGEST_NAME = 256
"""Characters of a topic's name; a queue's has at most 80."""
_TO_BE_REPLACED = frozenset(
    {"your", "url", "arn", "here", "placeholder", "todo", "fixme", "changeme", "change", "replace", "insert", "enter"}
    | {"name", "queuename", "queueurl", "xxx", "xxxx"}
)
"""Words that tell that a text stands for another. A name with one of them proves nothing."""


def text_of(atom: Atom) -> str:
    """The text of an atom; `*` stands for each part that cannot be seen. Empty when there is nothing to see."""
    if atom.known:
        return atom.constant if isinstance(atom.constant, str) else ""
    parts: list[str] = []
    for piece in atom.pieces:
        seen = piece.text if piece.material is Material.CONSTANT and piece.verbatim else "*"
        if not (seen == "*" and parts[-1:] == ["*"]):
            parts.append(seen)
    text = "".join(parts)
    return text if text.strip("*") else ""


def variable_of(atom: Atom) -> str:
    """The environment variable or setting that an atom is the whole value of; empty when it is none."""
    match atom.pieces:
        case (Piece(material=Material.CONFIG, text=variable),):
            return variable
    return ""
