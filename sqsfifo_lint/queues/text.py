"""Texts with parts that cannot be evaluated, and what follows from them. All readers compute with these."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqsfifo_lint.met import met
from sqsfifo_lint.model import Attribute, Span
from sqsfifo_lint.queues.bounds import MAX_PATTERN

ATTRIBUTES = frozenset(
    {"FifoQueue", "FifoTopic", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"}
    | {"FifoThroughputScope", "DelaySeconds", "RedrivePolicy", "VisibilityTimeout"}
)
"""The attributes of a declaration that are kept, by their names in SQS and SNS."""

_STARS = re.compile(r"\*{2,}")
_DEAD_LETTER = re.compile(r"""deadLetterTargetArn["']?\s*[:=]\s*["']?([^"',}\s]+)""")
_ADDRESS = re.compile(
    r"""
    arn:[^:]+:s[qn]s:                         # an ARN
    | ://(?:[^/]*\.)?(?:sqs[.*]|queue\.)      # sqs.eu-west-1.amazonaws.com, queue.amazonaws.com
    | ://[^/]+/(?:queue|\d{12})/[^/]+$        # an emulator: /queue/NAME, /000000000000/NAME
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Text:
    """What is known about a text."""

    pattern: str
    """`*` stands for each part that cannot be evaluated."""
    key: str = ""
    """The declaration whose URL, ARN or name is the whole text."""
    overridable: bool = False
    """It is the default of a parameter, which a deployment may replace."""

    @property
    def known(self) -> bool:
        """Whether the whole text can be seen."""
        return "*" not in self.pattern


UNKNOWN = Text("*")


def join(parts: Iterable[Text]) -> Text:
    """The parts concatenated. Defaults amid other text count as unknown, since parameters exist to be set."""
    filled = [part for part in parts if part.pattern or part.key]
    if len(filled) == 1:
        return filled[0]
    pattern = "".join("*" if part.overridable else part.pattern for part in filled)
    if len(pattern) > MAX_PATTERN:
        met("MAX_PATTERN")
        return UNKNOWN
    return Text(_STARS.sub("*", pattern))


def either(options: Iterable[Text | None]) -> Text | None:
    """What is common to several values, of which one is used; None stands for a value that is not given."""
    given = list(options)
    texts = [option for option in given if option is not None]
    if not texts:
        return None
    first = texts[0]
    if len(texts) < len(given):
        return UNKNOWN
    if all((option.pattern, option.key) == (first.pattern, first.key) for option in texts):
        return replace(first, overridable=any(option.overridable for option in texts))
    start = _common([option.pattern for option in texts])
    end = _common([option.pattern[len(start) :][::-1] for option in texts])
    return Text(_STARS.sub("*", f"{start}*{end[::-1]}"))


def _common(texts: list[str]) -> str:
    """The common prefix of the texts."""
    columns = itertools.takewhile(lambda column: len(set(column)) == 1, zip(*texts, strict=False))
    return "".join(column[0] for column in columns)


def attribute(text: Text, span: Span) -> Attribute:
    """An attribute with this value."""
    return Attribute(text.pattern if text.known and not text.key else None, span, text.overridable)


def names_queue(text: str) -> bool:
    """Whether a text looks like the URL, ARN or name of a queue or topic."""
    return text.endswith(".fifo") or (text.rpartition("/")[2] != "*" and _ADDRESS.search(text) is not None)


def dead_letter(policy: Text) -> str:
    """The ARN of the dead-letter queue in a redrive policy (JSON, or something close to it); empty when not visible."""
    found = _DEAD_LETTER.search(policy.pattern)
    return "" if found is None or found[1] == "*" else found[1]


def decode(data: bytes) -> str:
    """The text of a file, with `\\n` at the ends of lines.

    Bytes that are not UTF-8 become replacement characters, so that the rest can be read.
    """
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
