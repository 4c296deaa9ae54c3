"""One JSON object a line, in printable ASCII."""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters import Style
from sqsfifo_lint.reporters.records import dumps, records


def render(report: Report, style: Style) -> Iterator[str]:
    """A line for each problem and each finding."""
    for record in records(report):
        yield dumps(record)
