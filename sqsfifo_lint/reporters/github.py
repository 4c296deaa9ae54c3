"""Workflow commands that GitHub Actions shows as annotations."""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint import unreadable
from sqsfifo_lint.model import Finding
from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters import Style
from sqsfifo_lint.reporters.concise import in_one_line
from sqsfifo_lint.reporters.records import position
from sqsfifo_lint.terminal import visible


def render(report: Report, style: Style) -> Iterator[str]:
    """A command for each problem and each finding. GitHub takes names from the top of the repository."""
    report = report.from_root()
    for problem in report.problems:
        line, column = position(problem)
        properties: dict[str, str | int] = {
            "file": problem.path,
            "line": line,
            "col": column,
            "title": f"{unreadable.CODE} {unreadable.NAME}",
        }
        yield _command("error", properties, problem.message)
    for finding in report.findings:
        yield _command(finding.severity.value, _properties(finding), f"{in_one_line(finding)}\n{finding.help}".strip())


def _properties(finding: Finding) -> dict[str, str | int]:
    span = finding.span
    properties: dict[str, str | int] = {
        "file": span.path,
        "line": span.line,
        "col": span.column,
        "endLine": span.end_line,
    }
    if span.end_line == span.line:  # GitHub takes an end column only within one line
        properties["endColumn"] = span.end_column
    return {**properties, "title": f"{finding.code} {finding.name}"}


def _command(kind: str, properties: dict[str, str | int], message: str) -> str:
    shown = ",".join(f"{key}={_escaped_property(str(value))}" for key, value in properties.items())
    return f"::{kind} {shown}::{_escaped(message)}\n"


def _escaped(text: str) -> str:
    """Message text: the runner interprets only `%` and line ends; other control characters are made visible."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "%0A".join(visible(line.replace("\r", " ").replace("%", "%25")) for line in lines)


def _escaped_property(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A").replace(":", "%3A").replace(",", "%2C")
    return visible(escaped)
