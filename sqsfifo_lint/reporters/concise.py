"""`path:line:col: CODE name (severity): message`, one line each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqsfifo_lint import unreadable
from sqsfifo_lint.model import Confidence, Finding, Severity
from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters import Style
from sqsfifo_lint.reporters.records import position
from sqsfifo_lint.terminal import name_at_start, visible


def render(report: Report, style: Style) -> Iterator[str]:
    """A line for each problem and each finding."""
    for problem in report.problems:
        line, column = position(problem)
        title = f"{unreadable.CODE} {unreadable.NAME} ({Severity.ERROR.value})"
        yield f"{path_shown(report, problem.path)}:{line}:{column}: {title}: {visible(problem.message)}\n"
    for finding in report.findings:
        span = finding.span
        title = f"{finding.code} {finding.name} ({finding.severity.value})"
        text = visible(in_one_line(finding))
        yield f"{path_shown(report, span.path)}:{span.line}:{span.column}: {title}: {text}\n"


def in_one_line(finding: Finding) -> str:
    """The message of a finding; one that is not proven says so."""
    return f"{finding.message} (likely)" if finding.confidence is Confidence.LIKELY else finding.message


def path_shown(report: Report, path: str) -> str:
    """A path that can be opened from the working folder: unchanged, or absolute if the project lies elsewhere."""
    absolute = report.locations.get(path)
    if absolute is not None and Path.cwd() not in absolute.parents and not path.startswith(".."):
        path = absolute.as_posix()
    return name_at_start(path)
