"""Finds out what a log message says of the work: does it start, does it end, whose is it?"""

from __future__ import annotations

import re
from datetime import UTC, tzinfo
from typing import NamedTuple

from sqsfifo_lint.evidence import times
from sqsfifo_lint.evidence.model import Event, Mark
from sqsfifo_lint.evidence.presets import Preset


class Record(NamedTuple):
    """One log message, as its container gives it."""

    message: str
    time: int | None = None
    """Microseconds since 1970, UTC; None if only the message itself may tell."""
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
        self._start = re.compile(preset.start).search
        self._end = re.compile(preset.end).search
        self._id = re.compile(preset.id) if preset.id else None
        self._worker = re.compile(preset.worker) if preset.worker else None
        self._group = re.compile(preset.group) if preset.group else None
        self._took = re.compile(preset.took) if preset.took else None
        self._time = re.compile(preset.time) if preset.time else None
        self._read_time = times.reader(preset.time_format)
        self._names: dict[tuple[str, str], str] = {}

    def event(self, record: Record) -> Event | None:
        """The event that a message tells of, if it does. Raises Timeless."""
        message = record.message
        if self._end(message) is not None:
            mark = Mark.END
        elif self._start(message) is not None:
            mark = Mark.START
        else:
            return self._during(record)
        time = record.time if record.time is not None else self._own_time(message)
        took = _first(self._took, message) if mark is Mark.END else None
        return Event(
            time,
            mark,
            self._name(record.stream, _first(self._worker, message) or ""),
            _first(self._id, message) or "",
            _first(self._group, message),
            None if took is None else _duration(took, self.preset.took_unit),
        )

    def _during(self, record: Record) -> Event | None:
        group = _first(self._group, record.message)
        if group is None:
            return None
        worker = self._name(record.stream, _first(self._worker, record.message) or "")
        return Event(record.time or 0, Mark.DURING, worker, _first(self._id, record.message) or "", group)

    def _own_time(self, message: str) -> int:
        try:
            if self._time is None:
                time = times.found(message, self._zone)
            else:
                text = _first(self._time, message)
                time = None if text is None else self._read_time(text, self._zone)
        except (ValueError, OverflowError) as error:
            raise Timeless(f"the time cannot be read: {error}") from error
        if time is None:
            raise Timeless("no time is found")
        return time

    def _name(self, stream: str, worker: str) -> str:
        name = self._names.get((stream, worker))
        if name is None:
            name = self._names[stream, worker] = " ".join(filter(None, (stream, worker)))
        return name


def _first(pattern: re.Pattern[str] | None, text: str) -> str | None:
    """What the capturing group of an expression found; all that the expression found, if it has none."""
    if pattern is None:
        return None
    match = pattern.search(text)
    return None if match is None else match[pattern.groups and 1]


def _duration(text: str, unit: int) -> int | None:
    try:
        return round(float(text.replace(",", "")) * unit)
    except (ValueError, OverflowError):
        return None
