"""Log events in JSON: answers of the CloudWatch Logs API, subscriptions, and exports of Logs Insights.

* `aws logs filter-log-events` and `get-log-events`: `{"events": [{"timestamp", "message", "logStreamName"?}]}`.
  https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
* Subscriptions, as Firehose stores them: `{"logStream", "logEvents": [{"timestamp", "message"}]}`.
  https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
* `aws logs get-query-results`: `{"results": [[{"field", "value"}]]}`.
  https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html
* The JSON that the console exports from Logs Insights: `[{"@timestamp", "@message", "@logStream"}]`, where a message
  that is JSON may be an object.

Documents may follow one another, as pages do, be one a line, or lack their end. Each event is decoded by itself, so
that memory is bounded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqsfifo_lint.evidence.extract import Record
from sqsfifo_lint.evidence.formats.container import Container, Wanted
from sqsfifo_lint.evidence.sources import MAX_LINE, Complain

_VALUE = r'(?:"(?:[^"\\]|\\.)*"|\[[^\[\]{}]*\]|[0-9.eE+-]+|null|true|false)'
_BEFORE = (
    "queryLanguage|status|encryptionKey|nextToken|nextForwardToken|nextBackwardToken|searchedLogStreams|messageType|"
    "owner|logGroup|logStream|subscriptionFilters"
)
_WRAPPER = re.compile(
    rf'\{{\s*(?:"(?:{_BEFORE})"\s*:\s*{_VALUE}\s*,\s*)*"(?:events|Events|results|logEvents)"\s*:\s*\['
)
"""The beginning of a document, up to its first event."""

_WRAPPER_STREAM = re.compile(r'"logStream"\s*:\s*"((?:[^"\\]|\\.)*)"')

_ROW = re.compile(r'\[\s*\{\s*"(?:field|value)"')
_NEXT = re.compile(r"[\[{]")
_RESUME = re.compile(
    rf'\{{\s*"(?:{_BEFORE}|events|results|logEvents|logStreamName|timestamp|message|eventId|@\w+)"\s*:'
)

_AROUND = frozenset({"searchedCompletely", "recordsMatched", "recordsScanned", "bytesScanned"})
"""Keys of objects that stand around the events."""

MAX_WRAPPER = 1 << 16
"""Characters before the first event of a document: tokens and names, a few thousand at most."""

_DECODER = json.JSONDecoder(strict=False)  # people paste messages with tabs and line ends in them


def _fits(head: str) -> bool:
    text = head.lstrip("\ufeff \t\r\n")
    if not text.startswith(("{", "[")):
        return False
    if _WRAPPER.match(text):
        return True
    own = re.search(r'"timestamp"\s*:\s*[0-9]{12,13}\b', text) and re.search(r'"message"\s*:', text)
    return bool(own or re.search(r'"@message"\s*:', text) or re.search(r'"field"\s*:\s*"@message"', text))


class _Scanner:
    """Finds one event after the other in text that comes in pieces."""

    def __init__(self, blocks: Iterable[str], complain: Complain) -> None:
        self._blocks = iter(blocks)
        self._complain = complain
        self._text = ""
        self._at = 0
        self._lines = 0
        self._ended = False
        self.stream = ""
        """The log stream of the document, where that says it once for all events."""

    def values(self) -> Iterator[Any]:
        """The events, as objects, or rows of fields."""
        while True:
            found = _NEXT.search(self._text, self._at)
            if found is None:
                self._at = len(self._text)
                if not self._more():
                    return
                continue
            self._at = found.start()
            if len(self._text) - self._at < MAX_WRAPPER and self._more():
                continue
            wrapper = _WRAPPER.match(self._text, self._at)
            if wrapper is not None:
                stream = _WRAPPER_STREAM.search(wrapper[0])
                self.stream = json.loads(f'"{stream[1]}"', strict=False) if stream else ""
                self._at = wrapper.end()
            elif self._text[self._at] == "[" and not _ROW.match(self._text, self._at):
                self._at += 1
            else:
                yield from self._decoded()

    def _decoded(self) -> Iterator[Any]:
        while True:
            try:
                value, self._at = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                self._skip("is nested too deeply")
            except json.JSONDecodeError as error:
                cut_off = error.msg.startswith("Unterminated") or error.pos > len(self._text) - 16
                if cut_off and len(self._text) - self._at < MAX_LINE and self._more():
                    continue
                self._skip("ends in the middle of an event" if cut_off else f"an event is not JSON: {error.msg}")
            else:
                yield value
            return

    def _skip(self, message: str) -> None:
        self._complain(self.line(), message)
        resume = _RESUME.search(self._text, self._at + 1)
        while resume is None and self._more():
            resume = _RESUME.search(self._text, self._at + 1)
        self._at = len(self._text) if resume is None else resume.start()

    def line(self) -> int:
        """The line that is read, from 1."""
        return self._lines + self._text.count("\n", 0, self._at) + 1

    def _more(self) -> bool:
        """Read one more block, and forget what is done with."""
        block = "" if self._ended else next(self._blocks, "")
        if not block:
            self._ended = True
            return False
        self._lines += self._text.count("\n", 0, self._at)
        self._text = self._text[self._at :] + block
        self._at = 0
        return True


def _records(blocks: Iterable[str], wanted: Wanted, complain: Complain) -> Iterator[Record]:
    scanner = _Scanner(blocks, complain)
    wanted.line = scanner.line
    for value in scanner.values():
        match value:
            case {"message": str(message), "timestamp": int(time)}:
                stream = value.get("logStreamName")
                yield Record(message.rstrip(), time * 1000, str(stream or scanner.stream or wanted.stream))
            case {"@message": message, "@timestamp": time}:
                yield insights_record(value, wanted.stream)
            case [{"field": _, "value": _}, *_]:
                row = {str(field.get("field")): field.get("value") for field in value if isinstance(field, dict)}
                if "@message" in row and "@timestamp" in row:
                    yield insights_record(row, wanted.stream)
                else:
                    complain(scanner.line(), "a result without @message and @timestamp")
            case dict() if value.keys() & _AROUND or not value:
                continue
            case _:
                complain(scanner.line(), "JSON that is no log event: it has no message and timestamp")


def insights_record(row: dict[str, Any], stream: str) -> Record:
    """The message in a row of Logs Insights."""
    message = row["@message"]
    text = message if isinstance(message, str) else json.dumps(message)
    return Record(text.rstrip(), str(row["@timestamp"]), str(row.get("@logStream") or stream))


EVENTS_JSON = Container("events-json", "log events in JSON", _fits, _records)
