"""Counts messages by queue as they are read, in memory that does not grow without bound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqsfifo_lint.evidence.id_columns import Use
from sqsfifo_lint.evidence.model import Message

KEPT = 100_000
"""Messages of a queue, and different group and dedup IDs, that are kept: about 100 MB. More messages are counted only.

A FIFO queue has at most 120,000 in flight, so more than this is not one look at a queue.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-fifo.html
"""


@dataclass(slots=True)
class Tally:
    """The messages of one queue. Each counts once, however often it was received."""

    deliveries: int = 0
    """Messages, with those that come more than once."""
    messages: int = 0
    kept: list[Message] = field(default_factory=list)
    groups: dict[str, Use] = field(default_factory=dict)
    dedups: dict[str, Use] = field(default_factory=dict)
    with_group: int = 0
    with_dedup: int = 0
    first_sent: int | None = None
    last_sent: int | None = None
    _numbers: dict[str, int] = field(default_factory=dict)
    """Of the kept messages, by message ID."""

    def add(self, message: Message) -> None:
        """Count a message."""
        self.deliveries += 1
        number = None if message.message_id is None else self._numbers.get(message.message_id)
        if number is not None:
            self.kept[number] = _both(self.kept[number], message)
            return
        self.messages += 1
        if message.sent is not None:
            self.first_sent = message.sent if self.first_sent is None else min(self.first_sent, message.sent)
            self.last_sent = message.sent if self.last_sent is None else max(self.last_sent, message.sent)
        if message.group is not None:
            self.with_group += 1
            _use(self.groups, message.group, message.sent)
        if message.dedup is not None:
            self.with_dedup += 1
            _use(self.dedups, message.dedup, message.sent)
        if len(self.kept) < KEPT:
            if message.message_id is not None:
                self._numbers[message.message_id] = len(self.kept)
            self.kept.append(message)


def _use(uses: dict[str, Use], value: str, sent: int | None) -> None:
    use = uses.get(value)
    if use is None:
        if len(uses) < KEPT:
            uses[value] = Use(1, sent, sent)
        return
    first, last = use.first_sent, use.last_sent
    if sent is not None:
        first = sent if first is None else min(first, sent)
        last = sent if last is None else max(last, sent)
    uses[value] = Use(use.messages + 1, first, last)


def _both(one: Message, other: Message) -> Message:
    """Two deliveries of one message: what either tells, with the later count and the earlier first receive."""
    received = [count for count in (one.receive_count, other.receive_count) if count is not None]
    first = [time for time in (one.first_received, other.first_received) if time is not None]
    known = {name: value for name, value in one._asdict().items() if value is not None}
    merged = other._replace(**known)
    return merged._replace(receive_count=max(received, default=None), first_received=min(first, default=None))


class Tallies:
    """The messages of all queues in the input."""

    def __init__(self) -> None:
        self._by_queue: dict[str | None, Tally] = {}

    def add(self, message: Message) -> None:
        """Count a message."""
        tally = self._by_queue.get(message.queue)
        if tally is None:
            tally = self._by_queue[message.queue] = Tally()
        tally.add(message)

    def __iter__(self) -> Iterator[tuple[str | None, Tally]]:
        return iter(self._by_queue.items())
