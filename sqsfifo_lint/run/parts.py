"""How a large analysis is divided into parts that do not lead to each other."""

from __future__ import annotations

from sqsfifo_lint.run.relevance import SEND_WORDS
from sqsfifo_lint.source.project import Project

PARTS = 4
"""Parts of a large analysis, whatever the machine: the same project gives the same findings."""
LARGE = 50_000
"""Bytes of sources that make an analysis large."""

_SEND_EFFORT = 2_000
"""Each place that may send is a start to evaluate, which takes as long as this many other bytes."""


def parts_of(project: Project) -> list[Project]:
    """The project in parts that do not lead to each other, the largest first; the whole if it is small."""
    groups = project.independent() if sum(map(len, project.sources.values())) >= LARGE else []
    if len(groups) < 2:
        return [project]
    efforts = [sum(_effort(project.sources[path]) for path in group) for group in groups]
    parts: list[list[str]] = [[] for _ in range(min(PARTS, len(groups)))]
    filled = [0] * len(parts)
    for effort, group in sorted(zip(efforts, groups, strict=True), reverse=True):
        least = filled.index(min(filled))
        parts[least] += group
        filled[least] += effort
    return [project.part(part) for _, part in sorted(zip(filled, parts, strict=True), reverse=True)]


def _effort(data: bytes) -> int:
    """How long a file takes, relative to others."""
    return len(data) + _SEND_EFFORT * sum(map(data.count, SEND_WORDS))
