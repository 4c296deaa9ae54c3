"""Differences that guises show and that are mistakes of the linter, not of the guise: `known.txt`.

A line that begins with `#` is the reason for those below it, each of which names a guise and cases in which it shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Known(NamedTuple):
    """A pair that shows a mistake."""

    reason: str
    guise: str
    case: str


def read(text: str) -> Iterator[Known]:
    """The pairs that such a text lists."""
    reason = ""
    for line in text.splitlines():
        if line.startswith("#"):
            reason = line.removeprefix("#").strip()
        elif line.strip():
            guise, *cases = line.split()
            yield from (Known(reason, guise, case) for case in cases)


KNOWN = tuple(read(Path(__file__).with_name("known.txt").read_text(encoding="utf-8")))
