"""What a container is: that which log messages lie in, whatever they say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqsfifo_lint.evidence.extract import Record
from sqsfifo_lint.evidence.sources import Complain


@dataclass(slots=True)
class Wanted:
    """What is to be read, and where the reader is."""

    needles: Sequence[str] = ()
    """Only messages with one of these texts are wanted; all, if there are none. A container may give others, too."""
    stream: str = ""
    """The stream of messages for which the container tells none."""
    line: Callable[[], int] = lambda: 0
    """The line of the last message, from 1. Readers set it: a line is counted only when someone asks."""


Reader = Callable[[Iterable[str], Wanted, Complain], Iterator[Record]]
"""Takes text in pieces that end at the end of a line, and gives messages."""


@dataclass(frozen=True, slots=True)
class Container:
    """One kind of container."""

    name: str
    about: str
    """As it is said to people: "no ... "."""
    fits: Callable[[str], bool]
    """Whether the head of a file looks like it."""
    records: Reader
