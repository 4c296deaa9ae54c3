"""What `aws logs filter-log-events` and `get-log-events` print with `--output text`.

Each event is a line of its values in the order of their names, with tabs between: `EVENTS`, the event ID, the time at
which it came in, the log stream, the message, the time. `get-log-events` has neither ID nor stream. A message stands
there as it is, with tabs and line ends in it, most often one at its end: so an event ends with the line that ends with
a tab and the time.
https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-output-format.html#text-output
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sqsfifo_lint.evidence.extract import Record
from sqsfifo_lint.evidence.formats.container import Container, Wanted
from sqsfifo_lint.evidence.formats.lines import begins
from sqsfifo_lint.evidence.sources import MAX_LINE, Complain

_BEGIN = re.compile(r"EVENTS\t(?:(?P<id>[0-9]{30,})\t)?[0-9]{13}\t", re.ASCII)
"""Only what tells the event's ID tells its stream, too."""

_STREAM = re.compile(r"([^\t\n:*]+)\t")
"""Names of log streams have no `:` or `*`:
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html"""

_END = re.compile(r"\t([0-9]{13})\r?$", re.ASCII)


def _fits(head: str) -> bool:
    return begins(head, _BEGIN)


def _records(blocks: Iterable[str], wanted: Wanted, complain: Complain) -> Iterator[Record]:
    event: list[str] = []
    size = number = begun = 0
    wanted.line = lambda: begun
    for block in blocks:
        for text in block.removesuffix("\n").split("\n"):
            number += 1
            if _BEGIN.match(text):
                if event:
                    complain(begun, "an event has no time at its end")
                event, size, begun = [], 0, number
            elif not event:
                continue  # tokens of pages, and the streams that were searched
            event.append(text)
            size += len(text)
            if (end := _END.search(text)) is not None:
                yield _record("\n".join(event), int(end[1]), wanted.stream)
                event = []
            elif size > MAX_LINE:
                complain(begun, f"an event is longer than {MAX_LINE:,} characters, and is left out")
                event = []
    if event:
        complain(begun, "ends in the middle of an event")


def _record(event: str, time: int, stream: str) -> Record:
    begin = _BEGIN.match(event)
    assert begin is not None
    at = begin.end()
    named = _STREAM.match(event, at) if begin["id"] else None
    if named is not None:
        at, stream = named.end(), named[1]
    return Record(event[at : event.rindex("\t")].rstrip(), time * 1000, stream)


EVENTS_TEXT = Container("events-text", "`aws logs filter-log-events --output text`", _fits, _records)
