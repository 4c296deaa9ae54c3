"""The kinds of files that may say something about queues: a table, one row per kind. Parsers are imported on use."""

from __future__ import annotations

import posixpath
import re
from functools import cache
from typing import NamedTuple

from sqsfifo_lint.queues.bounds import MAX_CONFIGURATION, MAX_SOURCE, MAX_TEMPLATE

WORDS = (b"sqs", b"SQS", b"fifo", b"Fifo", b"AWS::SNS::Topic", b"aws_sns_topic", b"create-topic", b"000000000000")
"""Words of which a file about queues contains one, whatever its kind; the last is the account of emulators."""


class Kind(NamedTuple):
    """Files of one language."""

    reader: str
    """The module of this package that reads them: its `read_files` takes their contents by path."""
    suffixes: tuple[str, ...]
    """Their names' suffixes, in lower case."""
    max_size: int
    """Bytes. A larger one is not read."""
    bound: str
    """The name of that bound."""
    paths: re.Pattern[str] | None = None
    """A pattern for other names."""
    parts: bytes = b""
    """A regular expression for lines that say something about queues without one of `WORDS`."""


KINDS = (
    Kind(
        "terraform",
        suffixes=(".tf", ".tf.json", ".tofu", ".tofu.json"),
        max_size=MAX_SOURCE,
        bound="MAX_SOURCE",
        # Files of a module that need not name a queue
        parts=rb"^[ \t]*(?:module|variable|output)[ \t]+\"|^[ \t]*locals[ \t]*\{",
    ),
    Kind(
        "templates",
        suffixes=(".yml", ".yaml", ".json", ".template"),
        max_size=MAX_TEMPLATE,
        bound="MAX_TEMPLATE",
    ),
    Kind(
        "shell",
        suffixes=(".sh", ".bash", ".env"),
        max_size=MAX_SOURCE,
        bound="MAX_SOURCE",
        # `.env.local`, and the scripts that the containers of emulators run
        paths=re.compile(
            r"(?:^|/)\.(?i:env)(?:\.[^/]*)?$|(?:^|/)(?:ready|boot|start|init|docker-entrypoint-initaws)\.d/[^/.]+$"
        ),
    ),
    Kind(
        "elasticmq",
        suffixes=(".conf", ".hocon"),
        max_size=MAX_CONFIGURATION,
        bound="MAX_CONFIGURATION",
        parts=rb"^[ \t]*queues\b",
    ),
)
"""If two match, the first counts: `main.tf.json`."""

_PARTS = re.compile(b"|".join(kind.parts for kind in KINDS if kind.parts), re.MULTILINE)


def kind_of(path: str) -> Kind | None:
    """The kind of a file with this name or path (with `/`)."""
    name = posixpath.basename(path).lower()
    for kind in KINDS:
        if name.endswith(kind.suffixes) or (kind.paths is not None and kind.paths.search(path)):
            return kind
    return None


def names_queues(data: bytes) -> bool:
    """Whether a file's content has one of the words that every file about queues contains."""
    return any(word in data for word in WORDS)


def may_connect(data: bytes) -> bool:
    """Whether a file with this content may connect a FIFO queue with a service."""
    return (b"fifo" in data or b"Fifo" in data) and _connecting().search(data) is not None


@cache
def _connecting() -> re.Pattern[bytes]:
    """Types of resources, commands of the CLI, an event of serverless.yml, and a state of a state machine."""
    # Most runs need no table of them.
    from sqsfifo_lint.knowledge.connections import CALLS, RESOURCES, STATE_RESOURCE

    commands = [call.partition(".")[2].replace("_", "-") for call in CALLS]
    names = [*(kind for kind in RESOURCES if " " not in kind), *commands, STATE_RESOURCE]
    return re.compile("|".join([*map(re.escape, sorted({*names})), r"-\s+[\"']?sqs[\"']?\s*:"]).encode())


def may_declare(data: bytes) -> bool:
    """Whether a file with this content may say anything about queues. Needs one pass over the bytes, and no parser."""
    return names_queues(data) or _PARTS.search(data) is not None
