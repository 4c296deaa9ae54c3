"""Patterns in the syntax of .gitignore, with the meaning that git gives them: `dir.c` and `wildmatch.c` in its source.

Each becomes a regular expression without nested quantifiers over the same text. Between two `*` the first fit is the
best one, since the next `*` takes whatever is left of the segment: so what has fitted is never tried again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import NamedTuple

MOST_BYTES = 4096
"""Bytes of a pattern. A path is not longer on any system, and a longer pattern matches nothing."""

_SPECIAL = re.compile(rb"[*?\[\\]")
_STARS = re.compile(rb"\*+")
_NAMED = {
    b"alnum": rb"0-9A-Za-z",
    b"alpha": rb"A-Za-z",
    b"blank": rb" \t",
    b"cntrl": rb"\x00-\x1f\x7f",
    b"digit": rb"0-9",
    b"graph": rb"!-~",
    b"lower": rb"a-z",
    b"print": rb" -~",
    b"punct": rb"!-/:-@\[-`{-~",
    b"space": rb" \t\n\v\f\r",
    b"upper": rb"A-Z",
    b"xdigit": rb"0-9A-Fa-f",
}
_STAR = b"*"
"""Stands among regular expressions for any text within a segment of a path."""


class _Pattern(NamedTuple):
    """What one line says."""

    includes: bool
    """The files are ignored; False after `!`."""
    folders_only: bool
    by_name: bool
    """It is about the last segment of a path, and not about the whole path."""
    plain: bytes
    """The text that must fit literally: all of it, or what comes before `rest`."""
    rest: re.Pattern[bytes] | None

    def fits(self, path: bytes, name: bytes) -> bool:
        text = name if self.by_name else path
        if self.rest is None:
            return text == self.plain
        return text.startswith(self.plain) and self.rest.fullmatch(text, len(self.plain)) is not None


class Ignoring:
    """The patterns of one file or key, in order: the last one that fits decides."""

    def __init__(self, lines: Iterable[bytes | str]) -> None:
        encoded = (os.fsencode(line) if isinstance(line, str) else line for line in lines)
        self._patterns = [found for line in encoded if (found := _pattern(line)) is not None][::-1]
        self._known: dict[bytes, bool] = {b"": False}

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def verdict(self, path: str) -> bool | None:
        """Whether a path is ignored, or None if no pattern fits. Of a folder it ends in `/`.

        The path is relative to the folder of the patterns. The folders that it lies in are not looked at: whoever walks
        down to it has asked about them.
        """
        return self._verdict(os.fsencode(path))

    def covers(self, path: str) -> bool:
        """Whether a path, or a folder that it lies in, is ignored: what is in an ignored folder stays so."""
        encoded = os.fsencode(path)
        folder = encoded.rstrip(b"/").rpartition(b"/")[0]
        return self._covers_folder(folder) or bool(self._verdict(encoded))

    def _covers_folder(self, folder: bytes) -> bool:
        above = []
        while folder not in self._known:
            above.append(folder)
            folder = folder.rpartition(b"/")[0]
        known = self._known[folder]
        for one in reversed(above):
            known = self._known[one] = known or bool(self._verdict(one + b"/"))
        return known

    def _verdict(self, path: bytes) -> bool | None:
        is_folder = path.endswith(b"/")
        path = path.rstrip(b"/")
        name = path.rpartition(b"/")[2]
        for pattern in self._patterns:
            if (is_folder or not pattern.folders_only) and pattern.fits(path, name):
                return pattern.includes
        return None


def lines_of(data: bytes) -> list[bytes]:
    """The lines of a file of patterns; git knows a BOM and CRLF."""
    return data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").split(b"\n")


def _pattern(line: bytes) -> _Pattern | None:
    """The meaning of a line; None if it matches nothing."""
    if not line or line.startswith(b"#") or len(line) > MOST_BYTES:
        return None
    line = _without_trailing_spaces(line)
    includes = not line.startswith(b"!")
    line = line if includes else line[1:]
    folders_only = line.endswith(b"/")
    line = line[:-1] if folders_only else line
    by_name = b"/" not in line
    line = line.removeprefix(b"/")
    special = _SPECIAL.search(line)
    if special is None:
        return _Pattern(includes, folders_only, by_name, line, None) if line else None
    # Git compares what is before the first special character, and hands the rest on: `**` at its start is at the
    # start of a segment, wherever that is.
    rest = _translated(line[special.start() :], by_name=by_name)
    return None if rest is None else _Pattern(includes, folders_only, by_name, line[: special.start()], rest)


def _without_trailing_spaces(line: bytes) -> bytes:
    """A line without the spaces at its end, unless the first one is escaped."""
    kept = line.rstrip(b" ")
    backslashes = len(kept) - len(kept.rstrip(b"\\"))
    return line[: len(kept) + 1] if backslashes % 2 and len(kept) < len(line) else kept


def _translated(text: bytes, *, by_name: bool) -> re.Pattern[bytes] | None:
    """A pattern as a regular expression; None if git finds it wrong, so that it matches nothing."""
    spans: list[list[bytes]] = [[]]
    """Pieces and `_STAR`s between the `**` that reach over several segments."""
    joints: list[bytes] = []
    position = 0
    while position < len(text):
        character = text[position : position + 1]
        if character == b"*":
            end = _STARS.match(text, position).end()  # type: ignore[union-attr]
            starts = position == 0 or text[position - 1 : position] == b"/"
            if not by_name and end - position > 1 and starts and (end == len(text) or _is_slash(text, end)):
                # `**/` may stand for nothing at all; with an escaped slash it does not.
                nothing = text[end : end + 1] == b"/"
                joints.append(b"(?:.*/)?" if nothing else b".*")
                spans.append([])
                end += nothing
            elif spans[-1][-1:] != [_STAR]:
                spans[-1].append(_STAR)
            position = end
            continue
        if character == b"[":
            found = _set(text, position)
            if found is None:
                return None
            piece, position = found
        elif character == b"?":
            piece, position = b"[^/]", position + 1
        else:
            position += character == b"\\"
            piece = re.escape(text[position : position + 1])
            if not piece:
                return None
            position += 1
        spans[-1].append(piece)
    return re.compile(_joined([_span(one, last=one is spans[-1]) for one in spans], joints), re.DOTALL)


def _is_slash(text: bytes, position: int) -> bool:
    return text.startswith((b"/", b"\\/"), position)


def _joined(spans: list[bytes], joints: list[bytes]) -> bytes:
    """The first span, then for each of the others the first place that it fits; the last one reaches to the end."""
    found = spans[0]
    for number, (joint, span) in enumerate(zip(joints, spans[1:], strict=True), 1):
        lazy = joint.replace(b"*", b"*?").replace(b")?", b")??")
        found += joint + span if number == len(joints) else b"(?>" + lazy + span + b")"
    return found


def _span(pieces: list[bytes], *, last: bool) -> bytes:
    groups: list[bytes] = [b""]
    for piece in pieces:
        if piece == _STAR:
            groups.append(b"")
        else:
            groups[-1] += piece
    found = groups[0]
    for group in groups[1:-1]:
        found += b"(?>[^/]*?" + group + b")"
    if len(groups) > 1:
        found += b"[^/]*" + groups[-1] if last else b"(?>[^/]*?" + groups[-1] + b")"
    return found


def _set(text: bytes, start: int) -> tuple[bytes, int] | None:
    """A regular expression for the set whose `[` is at `start`, and where it ends; None if it is not closed."""
    position = start + 1
    negated = text[position : position + 1] in (b"!", b"^")
    position += negated
    parts: list[bytes] = []
    before = b""
    first = True
    while first or text[position : position + 1] != b"]":
        first = False
        character = text[position : position + 1]
        after = text[position + 1 : position + 2]
        if not character:
            return None
        if character == b"-" and before and after and after != b"]":
            position += 1 + (after == b"\\")
            high = text[position : position + 1]
            if not high:
                return None
            if before <= high:
                parts.append(_quoted(before) + b"-" + _quoted(high))
            before = b""
        elif character == b"[" and after == b":":
            end = text.find(b"]", position + 2)
            if end < 0:
                return None
            name = text[position + 2 : end - 1]
            if end - position < 3 or text[end - 1 : end] != b":":
                parts.append(_quoted(b"["))
                before = b"["
            elif name not in _NAMED:
                return None
            else:
                parts.append(_NAMED[name])
                before, position = b"", end
        else:
            position += character == b"\\"
            before = text[position : position + 1]
            if not before:
                return None
            parts.append(_quoted(before))
        position += 1
    inner = b"".join(parts)
    if negated:
        return b"[^/" + inner + b"]", position + 1
    return (b"(?!/)[" + inner + b"]" if inner else b"(?!)"), position + 1


def _quoted(character: bytes) -> bytes:
    return b"\\x%02x" % character[0]
