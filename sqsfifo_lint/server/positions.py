"""Positions: ours count lines and characters from 1, an editor's count from 0, in units that it has chosen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from lsprotocol import types
from pygls.uris import from_fs_path
from pygls.workspace import PositionCodec

from sqsfifo_lint.model import Span
from sqsfifo_lint.report import Edit

_ENDS = re.compile(r"\r\n|\r|\n")


def lines_of(text: str) -> list[str]:
    """The lines of a text, without what ends them: what LSP takes for one, and no form feed or U+2028."""
    return _ENDS.split(text)


def ends_of(text: str) -> str:
    """What ends the first line of a text, and so lines that are added to it."""
    found = _ENDS.search(text)
    return found[0] if found is not None else "\n"


class Positions:
    """Turns positions round, in files whose lines `lines` knows."""

    def __init__(self, codec: PositionCodec, lines: Callable[[Path], Sequence[str]]) -> None:
        self._codec = codec
        self._lines = lines

    def position(self, path: Path, line: int, column: int) -> types.Position:
        """The position of a column, both counted from 1, as the editor counts."""
        return self._codec.position_to_client_units(self._lines(path), types.Position(line - 1, max(column - 1, 0)))

    def range(self, path: Path, span: Span | Edit) -> types.Range:
        """The region as the editor counts."""
        start = self.position(path, span.line, span.column)
        return types.Range(start, self.position(path, span.end_line, span.end_column))

    def rest_of_line(self, path: Path, line: int, column: int) -> types.Range:
        """From a position to the end of its line."""
        lines = self._lines(path)
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        end = self.position(path, line, max(len(text) + 1, column))
        return types.Range(self.position(path, line, min(column, len(text) + 1)), end)

    def place(self, path: Path, position: types.Position) -> tuple[int, int]:
        """Line and column, counted from 1, of an editor's position; one behind the end of a line is at its end."""
        lines = self._lines(path)
        if not 0 <= position.line < len(lines):
            return position.line + 1, 1
        units = self._codec.client_num_units(lines[position.line])
        within = types.Position(position.line, min(position.character, units))
        return position.line + 1, self._codec.position_from_client_units(lines, within).character + 1

    def location(self, path: Path, span: Span) -> types.Location:
        """A region of a file."""
        return types.Location(uri_of(path), self.range(path, span))


def uri_of(path: Path) -> str:
    """The address of a file."""
    return from_fs_path(str(path)) or path.as_uri()


def covers(span: Span, line: int, column: int) -> bool:
    """Whether a region holds a position, counted from 1; right behind it counts, since a cursor may stand there."""
    return (span.line, span.column) <= (line, column) <= (span.end_line, span.end_column)
