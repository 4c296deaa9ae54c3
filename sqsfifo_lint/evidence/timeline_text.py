"""A timeline for a terminal: a row of cells for each worker, coloured or lettered by group."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from sqsfifo_lint.evidence.moments import moment
from sqsfifo_lint.evidence.timeline import Bar, Timeline, levels
from sqsfifo_lint.evidence.wording import shortened
from sqsfifo_lint.terminal import visible

COLORS = ("blue", "yellow", "green", "magenta", "cyan", "red", "bright_blue", "bright_magenta")
"""Colours of groups: those that every terminal has."""

LETTERS = "ABCDEFGH"
"""What stands for groups where there are no colours."""

FULL, PART, MARK = "█", "▌", "^"
LABELS = 24
"""The widest column of names, in cells."""

FEWEST_CELLS = 24
"""The narrowest timeline, in cells: as wide as a time."""


def as_rows(picture: Timeline, *, width: int, color: bool) -> Iterator[Text]:
    """The lines of a timeline that is `width` cells wide."""
    names = [visible(name) or "(no name)" for name in picture.lanes]
    label = min(max(map(cell_len, [*names, "hand-overs"])), LABELS)
    cells = max(width - label - 2, FEWEST_CELLS)
    scale = _Cells(picture, cells)
    yield _row("at once", scale.levels(), label)
    for lane, name in enumerate(names):
        row = Text(f"{_fit(name, label)}  ")
        for text, style in scale.lane(lane, color):
            row.append(text, style)
        yield row
    if picture.passings:
        yield _row("hand-overs", scale.marks(), label)
    begin, end = moment(picture.begin), moment(picture.end)
    room = cells - len(begin) - len(end)
    yield Text(" " * (label + 2) + (f"{begin}{' ' * room}{end}" if room > 0 else begin), "dim")
    yield from _legend(picture, color)


class _Cells:
    """Cuts the stretch into as many equal parts as there are cells."""

    def __init__(self, picture: Timeline, cells: int) -> None:
        self._picture = picture
        self._cells = cells
        self._length = max(picture.end - picture.begin, 1)

    def _at(self, time: int) -> int:
        return min((time - self._picture.begin) * self._cells // self._length, self._cells - 1)

    def levels(self) -> str:
        """The most that are at work, per cell."""
        most = [0] * self._cells
        for since, until, level in levels(self._picture):
            for cell in range(self._at(since), self._at(max(until - 1, since)) + 1):
                most[cell] = max(most[cell], level)
        return "".join("·" if not level else str(level) if level < 10 else "+" for level in most)

    def marks(self) -> str:
        """Where work passes from one worker to another."""
        marked = {self._at(one.started) for one in self._picture.passings}
        return "".join(MARK if cell in marked else " " for cell in range(self._cells))

    def lane(self, lane: int, color: bool) -> Iterator[tuple[str, str]]:
        """The cells of a worker, each with its style: full if it is at work for half of the cell or more."""
        busy: list[dict[str, int]] = [{} for _ in range(self._cells)]
        for bar in self._picture.bars:
            if bar.lane == lane:
                for cell in range(self._at(bar.start), self._at(max(bar.end - 1, bar.start)) + 1):
                    key = _key(bar, color)
                    busy[cell][key] = busy[cell].get(key, 0) + self._share(bar, cell)
        for keys in busy:
            if not keys:
                yield " ", ""
                continue
            key = max(keys, key=lambda one: keys[one])
            full = sum(keys.values()) * 2 >= self._length
            if not color and key:
                yield key if full else key.lower(), ""
            else:
                yield FULL if full else PART, key

    def _share(self, bar: Bar, cell: int) -> int:
        """How much of the cell's time a span takes, in microseconds times cells."""
        begin = cell * self._length
        start, end = ((time - self._picture.begin) * self._cells for time in (bar.start, bar.end))
        return max(min(end, begin + self._length) - max(start, begin), 0)


def _key(bar: Bar, color: bool) -> str:
    if bar.span.group is None:
        return COLORS[0] if color else ""
    if bar.color is None:
        return "bright_black" if color else "X"
    return COLORS[bar.color] if color else LETTERS[bar.color]


def _row(title: str, cells: str, label: int) -> Text:
    return Text.assemble((f"{_fit(title, label)}  ", "dim"), (cells, "dim"))


def _fit(name: str, width: int) -> str:
    return set_cell_size(name if cell_len(name) <= width else shortened(name, width), width)


def _legend(picture: Timeline, color: bool) -> Iterator[Text]:
    if not picture.colored:
        return
    legend = Text.assemble(("groups: ", "dim"))
    for one in picture.colored:
        legend.append(FULL if color else LETTERS[one.color], COLORS[one.color] if color else "")
        legend.append(f" {shortened(visible(one.group), LABELS)} ({one.spans:,})  ")
    if picture.other_groups:
        legend.append(FULL if color else "X", "bright_black" if color else "")
        legend.append(f" {picture.other_groups:,} others")
    yield legend
