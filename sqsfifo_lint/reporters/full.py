"""For people: the source with the bad argument marked, then the trace of the value, then what to do instead."""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters import Style


def render(report: Report, style: Style) -> Iterator[str]:
    """A paragraph for each problem and each finding."""
    if report.problems or report.findings:
        from sqsfifo_lint.reporters.paragraphs import paragraphs  # rich is slow to import, and most reports are empty

        yield from paragraphs(report, style)
