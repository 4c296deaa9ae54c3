"""`--output-format acme-csv`: a line for each finding, for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters import Readers, Style
from sqsfifo_lint.terminal import visible

READERS = Readers.PROGRAMS
"""Nothing else is printed to the same stream. (This is what holds if it is left out.)"""


def render(report: Report, style: Style) -> Iterator[str]:
    """Yield the report in pieces. Text of checked files is made `visible`: it may hold control characters."""
    yield _row("code", "severity", "file", "line", "message")
    for problem in report.problems:
        yield _row("SQF001", "error", problem.path, problem.line, problem.message)
    for finding in report.findings:
        yield _row(finding.code, finding.severity.value, finding.span.path, finding.span.line, finding.message)


def _row(*cells: object) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([visible(str(cell)) for cell in cells])
    return line.getvalue()
