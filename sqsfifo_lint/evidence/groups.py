"""What follows from the messages of a queue: can they be handled at the same time, and are their IDs right?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from sqsfifo_lint.evidence.group_verdict import verdict
from sqsfifo_lint.evidence.id_columns import Collisions, Ids, collisions, ids_of
from sqsfifo_lint.evidence.ids import Window
from sqsfifo_lint.evidence.model import Judgement, Message, Unread, Verdict
from sqsfifo_lint.evidence.sections import NOTHING_BESIDE, Beside
from sqsfifo_lint.evidence.tally import Tally

DEDUPLICATED = 5 * 60 * 1000
"""Milliseconds in which SQS drops a message with a dedup ID that it has seen.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
"""

COLLIDING = 0.001
"""Share of messages dropped from which dedup IDs count as colliding: one in a thousand."""

SHOWN = 5
"""Examples that are kept of each kind of trouble."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How long messages lay in the queue before they were received for the first time, in milliseconds."""

    messages: int
    """For how many it is known."""
    oldest: int
    """Of the message that was sent first."""
    median: int
    longest: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """A group whose first message came back."""

    group: str
    message: Message
    behind: int
    """Messages of its group that were sent after it, among those read."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A dedup ID, or a body, that several messages have."""

    messages: tuple[Message, ...]
    """In the order of sending."""
    apart: int | None
    """The shortest time between two of them, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """All of one kind; the first few are kept."""

    count: int
    first: tuple[Repeat, ...]


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """What the messages of one queue show. Times are in milliseconds since 1970, UTC."""

    queue: str | None
    """ARN or URL; None if the export does not tell."""
    dead_letter_sources: tuple[str, ...]
    """ARNs of the queues that the messages were in before, if this is a dead-letter queue."""
    via: tuple[str, ...]
    """What put the contents into envelopes."""
    deliveries: int
    messages: int
    kept: int
    """Messages that were looked at one by one; the others were only counted."""
    first_sent: int | None
    last_sent: int | None
    fifo: bool | None
    """Whether the queue is FIFO; None if nothing shows it."""
    groups: Ids
    dedups: Ids
    waits: Waits | None
    returned: int
    """Messages that were received more than once."""
    most_received: int | None
    blocked: tuple[Blocked, ...]
    """Groups whose first message came back, the most waiting behind it first."""
    content_based: int
    """Messages whose dedup ID is the SHA-256 of their body."""
    dedup_is_message_id: int
    dedup_is_group: int
    collisions: Collisions | None
    reused: Repeats
    """Dedup IDs that messages with different bodies have."""
    resent: Repeats
    """Dedup IDs that messages with equal bodies have."""
    unrecognized: Repeats
    """Equal bodies that were sent within five minutes of each other in one group with different dedup IDs."""
    verdict: Verdict
    beside: Beside = NOTHING_BESIDE

    @property
    def largest(self) -> float | None:
        """The largest group's share of the messages that have a group; None if there is none."""
        return self.groups.values[0].use.messages / self.groups.messages if self.groups.values else None

    @property
    def colliding(self) -> bool:
        """Whether dedup IDs come out equal for what is not the same message."""
        clock = self.collisions
        lost = clock is not None and (clock.full or (clock.share is not None and clock.share >= COLLIDING))
        return lost or bool(self.reused.count)

    @property
    def bad(self) -> bool:
        """Whether somebody should look at it: messages wait for each other, or dedup IDs collide."""
        waiting = self.verdict.judgement in (Judgement.SERIAL, Judgement.PARTLY)
        return waiting or self.colliding or self.beside.bad


@dataclass(frozen=True, slots=True)
class MessagesReport:
    """What all messages that were read show."""

    queues: tuple[QueueFacts, ...]
    unread_count: int
    unread: tuple[Unread, ...]
    """The first few parts that could not be read."""

    def exit_status(self) -> int:
        """2 if something could not be read, else 1 if a queue is serial or partly so or dedup IDs collide, else 0."""
        if self.unread_count:
            return 2
        return int(any(queue.bad for queue in self.queues))


def facts(queue: str | None, tally: Tally) -> QueueFacts:
    """What a queue's messages show."""
    window = None
    if tally.first_sent is not None and tally.last_sent is not None:
        window = Window(tally.first_sent * 1000, tally.last_sent * 1000)
    groups = ids_of(tally.groups, window, tally.with_group)
    dedups = ids_of(tally.dedups, window, tally.with_dedup)
    received = [message.receive_count for message in tally.kept if message.receive_count is not None]
    sources = _different(message.dead_letter_source for message in tally.kept)
    reused, resent = _same_dedup(tally.kept)
    fifo = _is_fifo(queue, tally)
    return QueueFacts(
        queue=queue,
        dead_letter_sources=sources,
        via=_different(message.via for message in tally.kept),
        deliveries=tally.deliveries,
        messages=tally.messages,
        kept=len(tally.kept),
        first_sent=tally.first_sent,
        last_sent=tally.last_sent,
        fifo=fifo,
        groups=groups,
        dedups=dedups,
        waits=_waits(tally.kept),
        returned=sum(count > 1 for count in received),
        most_received=max(received, default=None),
        blocked=_blocked(tally.kept) if fifo is not False else (),
        content_based=sum(message.dedup_is_digest is True for message in tally.kept),
        dedup_is_message_id=sum(
            message.dedup is not None and message.dedup == message.message_id for message in tally.kept
        ),
        dedup_is_group=sum(message.dedup is not None and message.dedup == message.group for message in tally.kept),
        collisions=collisions(dedups, window),
        reused=reused,
        resent=resent,
        unrecognized=_same_body(tally.kept),
        verdict=verdict(groups, tally.messages, fifo=fifo, dead_letters=bool(sources)),
    )


def _different(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value is not None}))


def _is_fifo(queue: str | None, tally: Tally) -> bool | None:
    """A queue is FIFO if its name ends in `.fifo`; messages of other queues have neither a sequence number nor a dedup
    ID. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-fifo.html
    """
    if queue is not None and re.match(r"arn:[^:]+:sqs:|https?://", queue):
        return queue.endswith(".fifo")
    if tally.with_dedup or any(message.sequence_number is not None for message in tally.kept):
        return True
    return None


def _waits(messages: Sequence[Message]) -> Waits | None:
    known = [
        (message.sent, message.first_received - message.sent)
        for message in messages
        if message.sent is not None and message.first_received is not None
    ]
    if not known:
        return None
    waits = [wait for _, wait in known]
    return Waits(len(known), min(known)[1], round(median(waits)), max(waits))


def _sending_order(message: Message) -> tuple[int, int]:
    """By sequence number, which grows with each message of a group; else by the time of sending."""
    number = message.sequence_number
    return int(number) if number and number.isascii() and number.isdigit() and len(
        number
    ) < 40 else 0, message.sent or 0


def _blocked(messages: Sequence[Message]) -> tuple[Blocked, ...]:
    by_group: defaultdict[str, list[Message]] = defaultdict(list)
    for message in messages:
        if message.group is not None:
            by_group[message.group].append(message)
    found = []
    for group, several in by_group.items():
        first = min(several, key=_sending_order)
        if first.receive_count is not None and first.receive_count > 1:
            found.append(Blocked(group, first, len(several) - 1))
    return tuple(sorted(found, key=lambda one: (-one.behind, one.group)))


def _same_dedup(messages: Sequence[Message]) -> tuple[Repeats, Repeats]:
    """Dedup IDs of several messages of a group: those with different bodies, and the others."""
    by_dedup: defaultdict[tuple[str, str | None], list[Message]] = defaultdict(list)
    for message in messages:
        if message.dedup is not None:
            by_dedup[message.dedup, message.group].append(message)
    several = [each for each in by_dedup.values() if len(each) > 1]
    different = [each for each in several if len({message.body_digest for message in each} - {None}) > 1]
    return _repeats(different), _repeats([each for each in several if each not in different])


def _same_body(messages: Sequence[Message]) -> Repeats:
    """Equal bodies in one group, sent within five minutes of each other, with different dedup IDs."""
    by_body: defaultdict[tuple[str, str | None], list[Message]] = defaultdict(list)
    for message in messages:
        if message.body_digest is not None and message.dedup is not None and message.dedup != message.message_id:
            by_body[message.body_digest, message.group].append(message)
    several = [each for each in by_body.values() if len({message.dedup for message in each}) > 1]
    return _repeats([each for each in several if (apart := _apart(each)) is not None and apart < DEDUPLICATED])


def _repeats(several: Sequence[Sequence[Message]]) -> Repeats:
    most = sorted(several, key=len, reverse=True)[:SHOWN]
    return Repeats(len(several), tuple(Repeat(tuple(sorted(each, key=_sending_order)), _apart(each)) for each in most))


def _apart(messages: Sequence[Message]) -> int | None:
    sent = sorted(message.sent for message in messages if message.sent is not None)
    return min((later - earlier for earlier, later in pairwise(sent)), default=None)
