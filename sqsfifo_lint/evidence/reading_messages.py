"""Reads files of messages into a report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from sqsfifo_lint.evidence.groups import MessagesReport, facts
from sqsfifo_lint.evidence.messages import read_messages
from sqsfifo_lint.evidence.model import Unread
from sqsfifo_lint.evidence.sources import Progress, Source
from sqsfifo_lint.evidence.tally import Tallies

FIRST_UNREAD = 5
"""Parts that could not be read that a report lists; the others are counted."""


@dataclass(slots=True)
class _Unread:
    count: int = 0
    first: list[Unread] = field(default_factory=list)

    def add(self, unread: Unread) -> None:
        self.count += 1
        if len(self.first) < FIRST_UNREAD:
            self.first.append(unread)


def _complain(unread: _Unread, name: str, line: int, words: str) -> None:
    unread.add(Unread(name, line, words))


def read_report(inputs: Iterable[Source], progress: Progress, *, bodies: bool = False) -> MessagesReport:
    """What the messages in all files show; a file that cannot be opened is told as unread.

    `progress` takes the bytes read since the last call; `bodies`: whether to keep the bodies.
    """
    tallies, unread = Tallies(), _Unread()
    for source in inputs:
        name = source.name
        pieces = source.text(partial(_complain, unread, name), progress)
        try:
            for found in read_messages(pieces, name, bodies=bodies):
                match found:
                    case Unread():
                        unread.add(found)
                    case _:
                        tallies.add(found)
        except OSError as error:
            unread.add(Unread(name, 0, f"cannot be read: {error.strerror or error}"))
    return MessagesReport(tuple(facts(queue, tally) for queue, tally in tallies), unread.count, tuple(unread.first))
