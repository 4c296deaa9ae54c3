"""Finds out what a log message says of the work: does it start, does it end, whose is it?"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import NamedTuple

from sqsfifo_lint.evidence import times
from sqsfifo_lint.evidence.model import Event, Mark
from sqsfifo_lint.evidence.presets import Preset

MAX_TIME = 1 << 62
"""Microseconds: the year 148108. What is later is no time, and does not fit into 64 bits once something is added."""


class Record(NamedTuple):
    """One log message, as its container gives it."""

    message: str
    time: int | str | None = None
    """Microseconds since 1970, UTC; or ISO 8601, as it stands there; None if only the message itself may tell."""
    stream: str = ""
    """The log stream, or whatever else tells those who wrote it apart."""


class Timeless(ValueError):
    """A message tells of a start or an end, but its time cannot be read."""


class Extractor:
    """Turns the messages of one kind of worker into events."""

    def __init__(self, preset: Preset, zone: tzinfo = UTC) -> None:
        """Raises `re.error` for an expression that is none, and ValueError for an unknown time format."""
        self.preset = preset
        self._zone = zone
        self._start = _search(preset.start)
        self._end = _search(preset.end)
        self._id = _compiled(preset.id)
        self._worker = _compiled(preset.worker)
        self._group = _compiled(preset.group)
        self._during = self._group if preset.during else None
        self._took = _compiled(preset.took)
        self._time = _compiled(preset.time)
        self._read_time = times.reader(preset.time_format)
        if preset.time_format != "iso" and not preset.time:
            self._time, self._read_time = times.finder(preset.time_format)
        self._names: dict[tuple[str, str | None], str] = {}

    def mark(self, message: str) -> Mark | None:
        """Which end of work a message tells of. One with the words of both tells of the end: "finished processing"."""
        if self._end(message) is not None:
            return Mark.END
        if self._start(message) is not None:
            return Mark.START
        if self._during is not None and self._during.search(message) is not None:
            return Mark.DURING
        return None

    def event(self, record: Record) -> Event | None:
        """The event that a message tells of, if it does. Raises Timeless."""
        message = record.message
        mark = self.mark(message)
        if mark is None:
            return None
        try:
            time = self.time(record)
        except Timeless:
            if mark is Mark.DURING:
                return None
            raise
        took = None
        if mark is Mark.END and self._took is not None:
            took = _duration(_first(self._took, message), self.preset.took_unit)
        worker = record.stream if self._worker is None else self._name(record.stream, _first(self._worker, message))
        work_id = _first(self._id, message)
        group = None if self._group is None else _first(self._group, message)
        return Event(time, mark, worker, work_id or "", group, took)

    def time(self, record: Record) -> int:
        """When it was logged, in microseconds since 1970, UTC. Raises Timeless.

        The container's time counts; but where that has whole seconds only, what the message itself says is better.
        """
        given = record.time
        try:
            if given is None:
                time = self._own_time(record.message)
            elif isinstance(given, int):
                time = given
            elif "." in given or self._time is None or self._time.search(record.message) is None:
                time = times.iso(given, UTC)
            else:
                time = self._own_time(record.message)
        except (ValueError, OverflowError) as error:
            raise Timeless(f"the time cannot be read: {error}") from error
        if not 0 <= time < MAX_TIME:
            raise Timeless("the time cannot be read: it is out of range")
        return time

    def _own_time(self, message: str) -> int:
        if self._time is None:
            time = times.found(message, self._zone)
        else:
            text = _first(self._time, message)
            time = None if text is None else self._read_time(text, self._zone)
        if time is None:
            raise ValueError("there is none")
        return time

    def _name(self, stream: str, worker: str | None) -> str:
        name = self._names.get((stream, worker))
        if name is None:
            name = self._names[stream, worker] = " ".join(filter(None, (stream, worker)))
        return name


def _search(expression: str) -> Callable[[str], re.Match[str] | None]:
    """Searches for an expression.

    For one that begins at the boundary of a word, Python tries every character. Without the boundary, it skips to those
    that the expression can begin with, which is several times as fast, and finds all places there are, and more.
    """
    search = re.compile(expression).search
    if not expression.startswith(r"\b"):
        return search
    nearly = re.compile(expression.removeprefix(r"\b")).search

    def searched(message: str) -> re.Match[str] | None:
        found = nearly(message)
        return None if found is None else search(message, found.start())

    return searched


def _compiled(expression: str) -> re.Pattern[str] | None:
    return re.compile(expression) if expression else None


def _first(pattern: re.Pattern[str] | None, text: str) -> str | None:
    """What the capturing group of an expression found; all that the expression found, if it has none."""
    if pattern is None:
        return None
    match = pattern.search(text)
    return None if match is None else match[pattern.groups and 1]


def _duration(text: str | None, unit: int) -> int | None:
    if text is None:
        return None
    try:
        took = round(float(text.replace(",", "")) * unit)
    except (ValueError, OverflowError):
        return None
    return took if 0 <= took < MAX_TIME else None
