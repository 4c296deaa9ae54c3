"""JSON as people have it: documents one after another, lines, lists, `//` comments, a broken line, a missing end.

Whatever lists and wrappers there are, what comes out is the objects inside, one after another, and a note on each part
that could not be read. The text is read piece by piece, so memory does not grow with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqsfifo_lint.evidence.model import Unread

LONGEST_ITEM = 16 * 1024 * 1024
"""Characters that one object may have. SQS bodies are 1 MiB at most, of which JSON's escapes can make six times that; a
longer object is one that holds the messages, and is entered.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
"""

LOOK_AHEAD = 64 * 1024
"""Characters that are kept ready behind the position, so that what begins an object or a list is seen whole."""


class Item(NamedTuple):
    """An object that was found."""

    value: dict[str, Any]
    line: int
    """Where it begins; from 1."""
    member: bool = False
    """It is beside a list, in the object that holds that: `ResponseMetadata` and the like."""


def items(pieces: Iterable[str], source: str) -> Iterator[Item | Unread]:
    """The objects in a text. `pieces`: the text, in pieces of any length; `source`: its name, for what is unread."""
    return _Reader(_Text(pieces), source).items()


_STRING = r'"(?:[^"\\]++|\\.)*+"'
_COMMENT = r"//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/"
_SPACE = rf"(?:\s++|{_COMMENT})*+"

_BETWEEN = re.compile(rf"(?:[\s,\[\]}}\ufeff]++|{_COMMENT})*+")
_NO_BRACKETS = re.compile(rf"{_COMMENT}|[^\[\]}}/]++|/")
_MEMBER = re.compile(rf"{_STRING}{_SPACE}:", re.DOTALL)
_SCALAR = re.compile(rf"{_STRING}|[-+.\w]++", re.DOTALL)
_TOKEN = re.compile(rf'{_STRING}|{_COMMENT}|[{{}}\[\]]|"', re.DOTALL)
_CLEANED = re.compile(rf"({_STRING})|{_COMMENT}|,(?={_SPACE}[}}\]])", re.DOTALL)

_WRAPPER = re.compile(rf"\{{{_SPACE}{_STRING}{_SPACE}:{_SPACE}\[{_SPACE}(?=\{{)", re.DOTALL)
"""The start of an object whose first member is a list of objects, as in `{"Messages": [{`."""

_INNER_LIST = re.compile(rf"{_STRING}{_SPACE}:{_SPACE}\[{_SPACE}(?=\{{)", re.DOTALL)

_RESTART = re.compile(r'^[ \t]*(?=[\[{])|(?=\{\s*"(?:[Mm]essageId|Messages|Records)"\s*:)', re.MULTILINE)
"""Where reading goes on behind something broken: at a line that begins an object, or at what begins a message. Inside a
string, quotes have a backslash before them, so the latter is never in a body.
"""

_RESTART_LENGTH = 100
"""Characters that are looked at again when more is read, since `_RESTART` may begin in them."""

_DECODER = json.JSONDecoder(strict=False)


class _Text:
    """Text that is read as it is needed; `ready[at:]` is what is there of the rest."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = iter(pieces)
        self.ready, self.at, self.line, self.ended = "", 0, 1, False

    def more(self, least: int) -> bool:
        """Read on, by at least so many characters where there are; whether anything came."""
        if self.ended:
            return False
        gathered, length = [self.ready[self.at :]], 0
        self.at = 0
        for piece in self._pieces:
            gathered.append(piece)
            length += len(piece)
            if length >= least:
                break
        else:
            self.ended = True
        self.ready = "".join(gathered)
        return length > 0

    def look(self) -> None:
        """See to it that `LOOK_AHEAD` characters are ready, or all there are."""
        if len(self.ready) - self.at < LOOK_AHEAD:
            self.more(LOOK_AHEAD)

    def go_to(self, position: int) -> None:
        """Go on, to a position in `ready`."""
        self.line += self.ready.count("\n", self.at, position)
        self.at = position


class _Reader:
    def __init__(self, text: _Text, source: str) -> None:
        self._text, self._source = text, source
        self._open = 0
        """Lists and objects that were entered and not left."""
        self._member = False

    def items(self) -> Iterator[Item | Unread]:
        text = self._text
        while self._at_something():
            if text.ready[text.at] == "{":
                yield from self._object()
            elif match := _MEMBER.match(text.ready, text.at):
                text.go_to(match.end())
                self._member = True
                continue
            elif self._member and (match := _SCALAR.match(text.ready, text.at)):
                text.go_to(match.end())
            else:
                yield self._skipped("this is not JSON")
            self._member = False
        if self._open > 0:
            yield Unread(self._source, text.line, "it ends before its list is closed: what followed here is lost")

    def _at_something(self) -> bool:
        """Go to what comes next; whether there is anything."""
        text = self._text
        while True:
            text.look()
            match = _BETWEEN.match(text.ready, text.at)
            assert match is not None  # it matches nothing at all, too
            whole = match.end() < len(text.ready) or text.ended
            if whole or "/" not in match[0]:
                brackets = _NO_BRACKETS.sub("", match[0])
                if brackets:
                    self._member = False
                closed = self._open + 2 * brackets.count("[") - len(brackets)
                self._open = max(closed, 0)
                text.go_to(match.end())
            elif not text.more(len(match[0])):
                return False
            if text.at < len(text.ready):
                return True
            if text.ended:
                return False

    def _object(self) -> Iterator[Item | Unread]:
        text = self._text
        while True:
            if match := _WRAPPER.match(text.ready, text.at):
                return self._enter(match.end())
            value, end = _decoded(text.ready, text.at)
            if end is None and (end := _balanced(text.ready, text.at)) is not None:
                value, problem = _cleaned(text.ready[text.at : end])
                if value is None:
                    yield from self._broken(end, problem)
                    return None
            if end is not None:
                if isinstance(value, dict):
                    yield Item(value, text.line, self._member)
                text.go_to(end)
                return None
            length = len(text.ready) - text.at
            if length > LONGEST_ITEM or not text.more(max(length, LOOK_AHEAD)):
                yield from self._broken(None, "the input ends in the middle of it" if text.ended else "it is too long")
                return None

    def _enter(self, position: int) -> None:
        """Go on inside an object that holds a list: what is in it comes one by one."""
        self._text.go_to(position)
        self._open += 2

    def _broken(self, end: int | None, problem: str) -> Iterator[Unread]:
        """Go on behind an object that cannot be read, or inside of it if it holds a list of objects."""
        text = self._text
        if inner := _INNER_LIST.search(text.ready, text.at + 1, len(text.ready) if end is None else end):
            return self._enter(inner.end())
        yield self._skipped(problem, end)
        return None

    def _skipped(self, problem: str, end: int | None = None) -> Unread:
        """Go on where something begins again, at `end` at the latest, and tell what was left out."""
        text, line, length = self._text, self._text.line, 0
        while True:
            stop = len(text.ready) if end is None else end
            match = _RESTART.search(text.ready, text.at + 1, stop)
            to = match.end() if match else stop
            if match is None and end is None and not text.ended:
                to = max(stop - _RESTART_LENGTH, text.at)
            length += to - text.at
            text.go_to(to)
            if match or to == stop or not text.more(LOOK_AHEAD):
                return Unread(self._source, line, f"{problem}; {length:,} characters are left out")


def _decoded(text: str, at: int) -> tuple[Any, int | None]:
    """The value that begins there, and where it ends: None if it is broken, or goes on beyond the text."""
    try:
        return _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None, None


def _balanced(text: str, at: int) -> int | None:
    """Where the brackets that open there are closed; None if they are not."""
    depth = 0
    for token in _TOKEN.finditer(text, at):
        match token[0]:
            case "{" | "[":
                depth += 1
            case "}" | "]":
                depth -= 1
                if not depth:
                    return token.end()
            case '"':
                return None
    return None


def _cleaned(text: str) -> tuple[Any, str]:
    """The value of a text with comments and commas too many; None and what is wrong if it has none."""
    try:
        return _DECODER.decode(_CLEANED.sub(lambda match: match[1] or "", text)), ""
    except json.JSONDecodeError as error:
        return None, f"this is not JSON: {error.msg}"
    except (ValueError, RecursionError):
        return None, "this cannot be read as JSON: a number too long, or too deep a nesting"
