"""Reads log files into spans."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path

from sqsfifo_lint.evidence.extract import Extractor, Record, Timeless
from sqsfifo_lint.evidence.formats.lines import lines
from sqsfifo_lint.evidence.matching import Matcher
from sqsfifo_lint.evidence.model import Unread
from sqsfifo_lint.evidence.presets import PRESETS, Preset
from sqsfifo_lint.evidence.spans import Spans


@dataclass(slots=True)
class Reading:
    """What was read of some log files."""

    spans: Spans
    preset: Preset
    files: int = 0
    lines: int = 0
    unread_count: int = 0
    unread: list[Unread] = field(default_factory=list)
    """The first few of them."""


def read(paths: Iterable[Path], preset: Preset | None = None, zone: tzinfo = UTC) -> Reading:
    """Read log files. Without a preset, it is found out. Raises OSError."""
    preset = preset or PRESETS["plain"]
    extractor, matcher = Extractor(preset, zone), Matcher()
    reading = Reading(matcher.spans, preset)
    for path in paths:
        reading.files += 1
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in lines([file.read()], preset.needles):
                try:
                    event = extractor.event(Record(line))
                except Timeless as error:
                    reading.unread_count += 1
                    reading.unread.append(Unread(str(path), 0, str(error)))
                    continue
                if event is not None:
                    matcher.add(event)
        matcher.end_of_file()
    matcher.finish()
    return reading
