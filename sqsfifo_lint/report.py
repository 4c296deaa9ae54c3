"""What comes out: of a check, of a question about one send, of one about queues."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sqsfifo_lint.model import Finding, Infrastructure, Problem, Send, Span


class Judged(NamedTuple):
    """What there is to say of a project, or of a part of it, before anything is silenced or left out."""

    findings: Sequence[Finding] = ()
    problems: Sequence[Problem] = ()
    sends: int = 0
    """Those in files that somebody asked for."""


def together(several: Iterable[Judged]) -> Judged:
    """What there is to say of all parts. What two of them found of one cause is one finding."""
    parts = list(several)
    return Judged(
        distinct(finding for part in parts for finding in part.findings),
        [problem for part in parts for problem in part.problems],
        sum(part.sends for part in parts),
    )


def distinct(findings: Iterable[Finding]) -> list[Finding]:
    """The findings; of several with one cause (one code at one place), the first in order."""
    found: dict[tuple[str, Span], Finding] = {}
    for finding in findings:
        key = (finding.code, finding.span)
        if key not in found or finding.rank < found[key].rank:
            found[key] = finding
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Report:
    """What came out of a check.

    Paths in `findings` and `problems` have `/` and are relative: to the working folder when the project lies in it or
    around it, else to the project's root. `locations` tells for each of them the absolute path.
    """

    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    files: int = 0
    """Python files that were looked at and asked for."""
    sends: int = 0
    """Sends in these files."""
    suppressed: int = 0
    """Findings silenced by a comment."""
    ignored: int = 0
    """Findings silenced by `per-file-ignores`."""
    locations: Mapping[str, Path] = field(default_factory=dict)
    lines: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The source lines of each file that a finding or its trace names."""
    relevant: frozenset[str] = frozenset()
    """Absolute paths of the files that can hold a send, asked for or not."""

    def exit_status(self, *, exit_zero: bool = False) -> int:
        """2 when something could not be done, else 1 when there are findings (0 with `exit_zero`), else 0."""
        if self.problems:
            return 2
        return 1 if self.findings and not exit_zero else 0


def merged(reports: Sequence[Report]) -> Report:
    """One report on several projects."""
    if len(reports) == 1:
        return reports[0]
    return Report(
        findings=tuple(sorted((f for report in reports for f in report.findings), key=lambda finding: finding.rank)),
        problems=tuple(sorted((p for report in reports for p in report.problems), key=lambda problem: problem.rank)),
        files=sum(report.files for report in reports),
        sends=sum(report.sends for report in reports),
        suppressed=sum(report.suppressed for report in reports),
        ignored=sum(report.ignored for report in reports),
        locations={name: path for report in reports for name, path in report.locations.items()},
        lines={name: lines for report in reports for name, lines in report.lines.items()},
        relevant=frozenset().union(*(report.relevant for report in reports)),
    )


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of the sends at a line: `problems` are files that could not be read on the way."""

    sends: tuple[Send, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """What a project says of its queues, and what it sends to them. Paths are relative to the project's root."""

    infrastructure: Infrastructure
    sends: tuple[Send, ...]
    problems: tuple[Problem, ...]
    asked: Callable[[str], bool]
    """Whether a file is one of those that somebody asked for."""
    shown: Callable[[str], str]
    """How a file is called in a report; see `Report`."""


def described(error: Exception) -> str:
    """How a problem tells of an error that nobody foresaw."""
    if isinstance(error, RecursionError):
        return "nested too deeply"
    name = f"internal error: {type(error).__name__}"
    return f"{name}: {error}" if str(error) else name
