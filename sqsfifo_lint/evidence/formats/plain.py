"""A program's own log: each line is a message, and has the time somewhere in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC

from sqsfifo_lint.evidence import times
from sqsfifo_lint.evidence.extract import Record
from sqsfifo_lint.evidence.formats.container import Container, Wanted
from sqsfifo_lint.evidence.formats.lines import LINES_LOOKED_AT, lines
from sqsfifo_lint.evidence.sources import Complain


def _fits(head: str) -> bool:
    return any(map(_has_time, head.split("\n", LINES_LOOKED_AT)[:LINES_LOOKED_AT]))


def _has_time(line: str) -> bool:
    try:
        return times.found(line, UTC) is not None
    except (ValueError, OverflowError):
        return False


def _records(blocks: Iterable[str], wanted: Wanted, complain: Complain) -> Iterator[Record]:
    for line in lines(blocks, wanted):
        yield Record(line, None, wanted.stream)


PLAIN = Container("plain", "lines with a time", _fits, _records)
