"""The words of the evidence: message, event, span, verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Message(NamedTuple):
    """What is known about one delivery of a message. Times are in milliseconds since 1970, UTC, as SQS gives them.

    Whatever an export leaves out is None. Attributes:
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
    """

    message_id: str | None = None
    group: str | None = None
    dedup: str | None = None
    sent: int | None = None
    first_received: int | None = None
    receive_count: int | None = None
    sequence_number: str | None = None
    body_digest: str | None = None
    """Equal for equal bodies (for equal contents, if they came in envelopes of SNS or EventBridge). The body itself is
    people's data, and kept only when asked for.
    """
    body: str | None = None
    queue: str | None = None
    """ARN or URL."""
    dead_letter_source: str | None = None
    """ARN of the queue that it was in before, if it comes from a dead-letter queue."""
    via: str | None = None
    """What put the content into an envelope: the ARN of an SNS topic, or `EventBridge (source)`."""
    dedup_is_digest: bool | None = None
    """Whether the dedup ID is the SHA-256 of the body, as content-based deduplication makes it."""


class Mark(Enum):
    """Which end of a span of work a log line tells of."""

    START = "start"
    END = "end"
    DURING = "during"
    """Neither: a line between them, that tells the group."""


class Event(NamedTuple):
    """A log line that tells of the start or the end of work."""

    time: int
    """Microseconds since 1970, UTC."""
    mark: Mark
    worker: str
    """Whoever does the work: a log stream, process, thread or host. Empty if the log does not tell."""
    work_id: str = ""
    """What joins a start to its end: a request, task or message ID. Empty: the worker's next end ends it."""
    group: str | None = None
    took: int | None = None
    """How long it took, in microseconds, where the line that ends it tells."""


class Span(NamedTuple):
    """One piece of work of one worker. Times are in microseconds since 1970, UTC."""

    start: int
    end: int
    worker: str
    group: str | None = None
    work_id: str = ""


class Judgement(Enum):
    """Whether work was done at the same time."""

    SERIAL = "serial"
    PARALLEL = "parallel"
    PARTLY = "partly"
    TOO_LITTLE = "too little data"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement on some evidence, with what it rests on."""

    judgement: Judgement
    reasons: tuple[str, ...]
    """Sentences, the weightiest first."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of the input that could not be read."""

    source: str
    """The file's name, or `<stdin>`."""
    line: int
    """From 1; 0 for the whole file."""
    message: str
