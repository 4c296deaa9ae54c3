"""How a large analysis is divided into parts that do not lead to each other."""

from __future__ import annotations

from zlib import crc32

from sqsfifo_lint.run.relevance import SEND_WORDS
from sqsfifo_lint.source.project import Project

PARTS = 32
"""Parts of a large analysis, whatever the machine: the same project gives the same findings. After an edit, only the
part that it is in is analysed again; and to have more than processes costs nothing (`benchmarks/again.py`)."""
BESIDE = 4
"""Portions of the files that may declare queues beside the sources of a large analysis."""
LARGE = 50_000
"""Bytes of sources that make an analysis large."""

_SEND_EFFORT = 2_000
"""Each place that may send is a start to evaluate, which takes as long as this many other bytes."""


def parts_of(project: Project) -> list[Project]:
    """The project in parts that do not lead to each other, the largest first; the whole if it is small."""
    groups = project.independent() if sum(map(len, project.sources.values())) >= LARGE else []
    if len(groups) < 2:
        return [project]
    parts: dict[int, list[str]] = {}
    for group in groups:  # by its first name, which edits do not change
        parts.setdefault(crc32(group[0].encode("utf-8", "surrogatepass")) % PARTS, []).extend(group)
    efforts = {number: sum(_effort(project.sources[path]) for path in part) for number, part in parts.items()}
    return [project.part(parts[number]) for number in sorted(parts, key=lambda one: (-efforts[one], one))]


def _effort(data: bytes) -> int:
    """How long a file takes, relative to others."""
    return len(data) + _SEND_EFFORT * sum(map(data.count, SEND_WORDS))
