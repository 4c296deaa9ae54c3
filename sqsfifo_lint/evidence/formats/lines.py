"""Lines of text: finds those that matter, and takes the time and the log stream off them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from sqsfifo_lint.evidence.extract import Record
from sqsfifo_lint.evidence.formats.container import Reader, Wanted
from sqsfifo_lint.evidence.sources import Complain
from sqsfifo_lint.evidence.times import ISO

LINES_LOOKED_AT = 20
"""Lines at the head of a file that are compared with a format: the first ones may be the rest of a longer message."""

_OWN_TIME = re.compile(r"\[?" + ISO)


def lines(blocks: Iterable[str], wanted: Wanted) -> Iterator[str]:
    """The lines that contain any of the needles, or all lines if there are none.

    Almost all lines of a log are of no interest, and searching a large text for a word costs a fraction of splitting
    it into lines.
    """
    block, at, before = "", 0, 0

    def line() -> int:
        return before + block.count("\n", 0, at) + 1

    wanted.line = line
    for block in blocks:
        for at, end in _bounds(block, wanted.needles) if wanted.needles else _all(block):
            yield block[at : end - 1] if block[end - 1] == "\r" else block[at:end]
        before += block.count("\n")


def headed(header: re.Pattern[str]) -> Reader:
    """A reader of messages that each begin with a header: an expression with groups `time` or `stream`, or both.

    Lines without a header continue a message. What a message tells is in its first line. But a line that begins with a
    time of its own is a message, too: logs of several origins may have been put into one file.
    """
    has_time, has_stream = "time" in header.groupindex, "stream" in header.groupindex

    def records(blocks: Iterable[str], wanted: Wanted, complain: Complain) -> Iterator[Record]:
        for line in lines(blocks, wanted):
            match = header.match(line)
            if match is not None:
                time = match["time"] if has_time else None
                yield Record(line[match.end() :], time, match["stream"] if has_stream else wanted.stream)
            elif _OWN_TIME.match(line):
                yield Record(line, None, wanted.stream)

    return records


def begins(text: str, header: re.Pattern[str]) -> bool:
    """Whether a line near the beginning of a text has a header."""
    return any(header.match(line) for line in text.split("\n", LINES_LOOKED_AT)[:LINES_LOOKED_AT])


def _all(block: str) -> Iterator[tuple[int, int]]:
    # not `splitlines`, which splits at characters that messages contain, such as U+2028
    at, size = 0, len(block)
    while at < size:
        end = block.find("\n", at)
        if end < 0:
            end = size
        if end > at:
            yield at, end
        at = end + 1


def _bounds(block: str, needles: Sequence[str]) -> list[tuple[int, int]]:
    bounds = []
    for needle in needles:
        at = block.find(needle)
        while at >= 0:
            end = block.find("\n", at)
            if end < 0:
                end = len(block)
            bounds.append((block.rfind("\n", 0, at) + 1, end))
            at = block.find(needle, end)
    return bounds if len(needles) == 1 else sorted(set(bounds))
