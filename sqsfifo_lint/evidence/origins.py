"""From the IDs that were seen to the sends that can have made them: which line made the queue serial?

An ID has no name on it. What is said here is what *could* be: every send of the project whose IDs can look like that,
the best first. What speaks against a send is said, and so is an ID that no send explains.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from sqsfifo_lint.evidence.shapes import Fit, Nature, Often, Sender, Shape, fit

MAX_IDS = 1_000
"""Different IDs of a slot that are matched, those of most messages first: more would say nothing more."""
FEW_PROCESSES = 8
"""IDs, each on one message, that may well have been made at the start of as many processes."""
DELAYED = 5 * 60 * 1_000_000
"""Microseconds from the creation of an ID to its send, more than which no sender takes that creates one each time: SQS
has then forgotten the dedup ID of a first attempt.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
"""
MILLISECOND = 1_000_000
"""Nanoseconds. A clock that moves so often or more often does not give one value to several messages."""


class Seen(NamedTuple):
    """An ID that was seen."""

    text: str
    messages: int
    """Different messages that had it."""
    sent: int | None = None
    """When the first of them was sent, and `made` when the ID says that it was made: microseconds since 1970."""
    made: int | None = None


class Candidate(NamedTuple):
    """A send that can have made an ID."""

    sender: Sender
    shape: Shape
    fit: Fit
    against: str = ""
    """What speaks against it, as a clause; empty: nothing does."""

    @property
    def rank(self) -> tuple[bool, bool, int, bool]:
        """The better, the greater."""
        return (not self.against, *self.fit.rank)


class Source(NamedTuple):
    """IDs that have the same best candidates."""

    candidates: tuple[Candidate, ...]
    """Those that explain the IDs equally well. Empty: nothing that the project sends looks like that."""
    others: int
    """Further candidates, less likely than those."""
    ids: int
    messages: int
    example: str
    """The ID of most messages among them."""

    @property
    def certain(self) -> bool:
        """Whether one send has just this text: as much as can be known from an ID."""
        return len(self.candidates) == 1 and self.candidates[0].fit.exact

    @property
    def known(self) -> bool:
        """Whether the text itself speaks for the candidates: data and changed values can be any text."""
        return any(one.fit.explained and not one.against for one in self.candidates)


class Joined(NamedTuple):
    """Where the IDs that were seen come from."""

    senders: int
    """Messages that the project sends, as the source shows them: to this queue, or to one that is not known."""
    group: tuple[Source, ...]
    """By the messages that had them, most first."""
    dedup: tuple[Source, ...]
    blamed: Source | None = None
    """Where the group comes from that is to blame if the queue works serially; None if no group was seen."""
    beyond: int = 0
    """Different IDs that were not looked at."""


def join(
    senders: Iterable[Sender],
    groups: Iterable[Seen],
    dedups: Iterable[Seen] = (),
    queue: str | None = None,
    blamed: str | None = None,
    *,
    fifo: bool | None = None,
) -> Joined:
    """Where the IDs come from.

    `queue`: the ARN, URL or name of the queue, and `fifo` its type, if they are known. `blamed`: the group that holds
    the others up; None if it is the one of most messages.
    """
    mine = [sender for sender in senders if _may_go_to(sender, queue) and not (sender.standard and fifo)]
    of_groups, beyond_groups = _most(groups)
    of_dedups, beyond_dedups = _most(dedups)
    of_blamed = [one for one in of_groups if one.text == blamed] or of_groups[:1]
    shapes = [(sender, shape) for sender in mine for shape in sender.group]
    once = _once(of_groups)
    return Joined(
        len(mine),
        _sources(of_groups, shapes, once),
        _sources(of_dedups, [(sender, shape) for sender in mine for shape in sender.dedup], _once(of_dedups)),
        next(iter(_sources(of_blamed, shapes, once)), None),
        beyond_groups + beyond_dedups,
    )


def _may_go_to(sender: Sender, queue: str | None) -> bool:
    """Whether a send may go to a queue, by the last part of its name: URLs and ARNs name the same queue."""
    if queue is None or not sender.queues:
        return True
    return any(fnmatchcase(_name(queue), _name(pattern)) for pattern in sender.queues)


def _name(queue: str) -> str:
    return queue.replace(":", "/").rstrip("/").rpartition("/")[2]


def _most(seen: Iterable[Seen]) -> tuple[list[Seen], int]:
    """The IDs of most messages, and how many there are besides."""
    ordered = sorted(seen, key=lambda one: (-one.messages, one.text))
    return ordered[:MAX_IDS], len(ordered[MAX_IDS:])


def _once(seen: Iterable[Seen]) -> int:
    """How many IDs were on one message each."""
    return sum(one.messages == 1 for one in seen)


def _sources(seen: Sequence[Seen], shapes: Sequence[tuple[Sender, Shape]], once: int) -> tuple[Source, ...]:
    """The IDs by their best candidates, those of most messages first; what nothing explains is last."""
    by_best: dict[tuple[tuple[Sender, Shape, bool], ...], Source] = {}
    for one in seen:
        found = list(_candidates(one, shapes, once))
        top = max((candidate.rank for candidate in found), default=None)
        best = tuple(candidate for candidate in found if candidate.rank == top)
        # How much of an ID is explained varies with its length. The send is the same.
        key = tuple((candidate.sender, candidate.shape, bool(candidate.against)) for candidate in best)
        known = by_best.get(key, Source(best, 0, 0, 0, one.text))
        by_best[key] = known._replace(
            others=max(known.others, len(found) - len(best)),
            ids=known.ids + 1,
            messages=known.messages + one.messages,
        )
    return tuple(sorted(by_best.values(), key=lambda source: (not source.candidates, -source.messages)))


def _candidates(seen: Seen, shapes: Sequence[tuple[Sender, Shape]], once: int) -> Iterable[Candidate]:
    for sender, shape in shapes:
        found = fit(seen.text, shape)
        if found is not None:
            yield Candidate(sender, shape, found, _against(seen, shape, found, once))


def _against(seen: Seen, shape: Shape, found: Fit, once: int) -> str:
    """What speaks against a send: how often its value is created, and on how many messages the ID was seen."""
    if found.exact:
        return ""
    for piece in shape.pieces:
        new_each_time = piece.nature is Nature.UNIQUE or (
            piece.nature is Nature.CLOCK and piece.resolution is not None and piece.resolution <= MILLISECOND
        )
        if new_each_time and piece.often is Often.MESSAGE and seen.messages > 1:
            return f"it creates a new one for each message, and {seen.messages} messages have this one"
        if piece.nature is Nature.CLOCK and piece.often is Often.MESSAGE and _is_old(seen):
            return "it creates a new one for each message, and this one is much older than its message"
    if shape.often is Often.IMPORT and seen.messages == 1 and once > FEW_PROCESSES:
        return f"it creates one per process, and {once} IDs were on one message each"
    return ""


def _is_old(seen: Seen) -> bool:
    return seen.made is not None and seen.sent is not None and seen.sent - seen.made > DELAYED
