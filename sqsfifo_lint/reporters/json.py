"""One JSON array, in printable ASCII, of the objects that `jsonl` prints."""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters import Style
from sqsfifo_lint.reporters.records import dumps, records


def render(report: Report, style: Style) -> Iterator[str]:
    """The whole array; `[]` when there is nothing to report."""
    yield dumps(list(records(report)), indent=2)
