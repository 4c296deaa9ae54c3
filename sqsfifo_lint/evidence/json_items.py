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

MOST_EFFORT = 4 * LONGEST_ITEM
"""Characters that are looked through in vain, for the end of an object or its depth. No real input comes near that; of
input that is made to take forever, the rest is not read from then on, which is told.
"""

LOOK_AHEAD = 32 * 1024
"""Characters that are kept ready behind the position, so that what begins an object or a list is seen whole. Not more
than needed: what the parser stumbles over costs as much as is ready.
"""


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


_STRING = r'"(?:[^"\\\n]++|\\.)*+"'  # JSON has no line end inside, so a missing quote costs one line
_COMMENT = r"//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/"
_SPACE = rf"(?:\s++|{_COMMENT})*+"

_BETWEEN = re.compile(rf"(?:[\s,\[\]}}\ufeff]++|{_COMMENT})*+")
_NO_BRACKETS = re.compile(rf"{_COMMENT}|[^\[\]}}/]++|/")
_MEMBER = re.compile(rf"{_STRING}{_SPACE}:", re.DOTALL)
_SCALAR = re.compile(rf"{_STRING}|[-+.\w]++", re.DOTALL)
_TOKEN = re.compile(rf'{_STRING}|{_COMMENT}|[{{}}\[\]]|"', re.DOTALL)
_CLEANED = re.compile(rf"({_STRING})|{_COMMENT}|,(?={_SPACE}[}}\]])", re.DOTALL)

_WRAPPER = re.compile(rf'\{{{_SPACE}"(?:[Mm]essages|[Rr]ecords)"{_SPACE}:{_SPACE}\[{_SPACE}(?=\{{)')
"""The start of what SQS and Lambda put around messages."""

_RESTART_HERE = r'^[ \t]*(?=[\[{])|(?=\{\s*"(?:[Mm]essageId|Messages|Records)"\s*:)'

_RESTART = re.compile(_RESTART_HERE, re.MULTILINE)
"""Where reading goes on behind something broken: at a line that begins an object, or at what begins a message. Inside a
string, quotes have a backslash before them, so the latter is never in a body.
"""

_RESTART_OR_LIST = re.compile(
    rf'{_RESTART_HERE}|(?P<list>"[^"\\\n]{{1,64}}+"{_SPACE}:{_SPACE}\[{_SPACE}(?=\{{))', re.MULTILINE
)
"""The same, or a list of objects."""

_RESTART_LENGTH = 100
"""Characters that are looked at again when more is read, since `_RESTART` may begin in them."""

_FORGIVEN = re.compile(r"[\s,]*(?:/[/*]|[}\]])")
"""What the parser stumbles over and people write: a comment, or a comma before a bracket."""

_STRICT, _TOLERANT = json.JSONDecoder(), json.JSONDecoder(strict=False)


class _Text:
    """Text that is read as it is needed; `ready[at:]` is what is there of the rest."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = (piece[at : at + LOOK_AHEAD] for piece in pieces for at in range(0, len(piece), LOOK_AHEAD))
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
        self._effort = 0

    def items(self) -> Iterator[Item | Unread]:
        text = self._text
        while self._at_something():
            if self._effort > MOST_EFFORT:
                yield self._rest()
            elif text.ready[text.at] == "{":
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
            whole = match.end() < len(text.ready) or text.ended or len(match[0]) > LONGEST_ITEM
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
            attempt = _decoded(text.ready, text.at)
            if attempt.end is None and attempt.forgivable:
                attempt = _cleaned(text.ready, text.at)
            if attempt.end is not None:
                yield Item(attempt.value, text.line, self._member)
                text.go_to(attempt.end)
                return None
            length = len(text.ready) - text.at
            self._effort += length if attempt.costly or not attempt.conclusive else 0
            if attempt.conclusive or length > LONGEST_ITEM:
                yield from self._broken(attempt.problem if attempt.conclusive else "this is too long for a message")
                return None
            if not text.more(max(length, LOOK_AHEAD)):
                yield from self._broken("the input ends in the middle of this")
                return None

    def _enter(self, position: int) -> None:
        """Go on inside an object that holds a list: what is in it comes one by one."""
        self._text.go_to(position)
        self._open += 2

    def _broken(self, problem: str) -> Iterator[Unread]:
        """Go on behind an object that cannot be read, or inside of it if it holds a list of objects."""
        text = self._text
        onward = _RESTART_OR_LIST.search(text.ready, text.at + 1)
        if onward and onward["list"]:
            return self._enter(onward.end())
        stop = onward.start() if onward else len(text.ready)
        yield self._skipped(problem, _balanced(text.ready, text.at, stop))
        return None

    def _rest(self) -> Unread:
        """Give up."""
        text, line = self._text, self._text.line
        length = len(text.ready) - text.at
        text.go_to(len(text.ready))
        while text.more(LOOK_AHEAD):
            length += len(text.ready)
            text.go_to(len(text.ready))
        self._open = 0
        return Unread(
            self._source, line, f"so much is broken that the rest is not read; {length:,} characters are left out"
        )

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
                if text.ended and text.at == len(text.ready):
                    self._open = 0  # that lists are not closed goes without saying
                return Unread(self._source, line, f"{problem}; {length:,} characters are left out")


class _Attempt(NamedTuple):
    """What came of reading an object."""

    value: dict[str, Any]
    end: int | None
    """Where it ends; None if it could not be read."""
    problem: str = ""
    conclusive: bool = False
    """More text would not help."""
    costly: bool = False
    """To find that out took as long as the text is."""
    forgivable: bool = False
    """It may be read without comments and the like."""


_LONGEST_WORD = 16
"""Characters in which the parser may stumble over what is only cut off: `fals`, `\\ud83d\\ude0`."""


def _decoded(text: str, at: int) -> _Attempt:
    """The object that begins there."""
    try:
        return _Attempt(*_STRICT.raw_decode(text, at))
    except json.JSONDecodeError as error:
        problem, where = f"this is not JSON: {error.msg}", error.pos
    except (ValueError, RecursionError):
        return _Attempt({}, None, "a number in this is too long, or its nesting too deep", conclusive=True, costly=True)
    if problem.endswith("control character at"):
        problem = "this is not JSON: a line ends inside of a text"
        return _Attempt({}, None, problem, text[where] == "\n", forgivable=text[where] != "\n")
    forgivable = _FORGIVEN.match(text, where) is not None
    open_end = "Unterminated string" in problem or where + _LONGEST_WORD >= len(text)
    return _Attempt({}, None, problem, not open_end and not forgivable, forgivable=forgivable)


def _cleaned(text: str, at: int) -> _Attempt:
    """The same, without comments, and commas too many."""
    end = _balanced(text, at, len(text))
    if end is None:
        return _Attempt({}, None)
    try:
        return _Attempt(_TOLERANT.decode(_CLEANED.sub(lambda match: match[1] or "", text[at:end])), end)
    except json.JSONDecodeError as error:
        return _Attempt({}, None, f"this is not JSON: {error.msg}", conclusive=True)
    except (ValueError, RecursionError):
        return _Attempt({}, None, "a number in this is too long, or its nesting too deep", conclusive=True, costly=True)


def _balanced(text: str, at: int, stop: int) -> int | None:
    """Where the brackets that open there are closed; None if they are not, before `stop`."""
    depth = 0
    for token in _TOKEN.finditer(text, at, stop):
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
