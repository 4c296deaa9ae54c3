"""The summary after the findings: what it counts, and in which words."""

from __future__ import annotations

from dataclasses import replace

from sqsfifo_lint.model import Finding, Problem, Severity, Span
from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters.summary import one_line, summary

WARNING = Finding(Span("a.py", 1, 1, 1, 2), "SQF101", "constant-group-id", Severity.WARNING, "m", "h", None)
ERROR = replace(WARNING, code="SQF203", name="fixed-dedup-id", severity=Severity.ERROR)
PROBLEM = Problem("b.py", "cannot be parsed", 1, 1)


def test_rules_are_counted_errors_first_then_the_most() -> None:
    rare = replace(WARNING, code="SQF102", name="module-level-group-id")
    found = Report((rare, WARNING, WARNING, ERROR), files=2083, sends=44, sending=31, suppressed=2, ignored=1)
    assert list(summary(found, 4.24)) == [
        "Found 4 findings (1 error and 3 warnings) in 2,083 files; 2 suppressed; 1 ignored for their files",
        "    1 error     SQF203 fixed-dedup-id",
        "    2 warnings  SQF101 constant-group-id",
        "    1 warning   SQF102 module-level-group-id",
        "  read: 2,083 files, 31 of them with 44 sends, in 4.2 s",
        "  next: `sqsfifo-lint rule SQF203` says what is wrong and what to do instead;",
        "        `sqsfifo-lint trace FILE:LINE` shows where the IDs of a send come from",
    ]


def test_files_that_could_not_be_checked_are_told_first() -> None:
    twice = replace(PROBLEM, line=2)
    assert one_line(Report(problems=(PROBLEM, twice), files=1)) == (
        "1 file could not be checked; no findings in the others (0 sends in 1 file)"
    )
    assert one_line(Report((WARNING,), (PROBLEM,), files=3)) == (
        "Found 1 finding (1 warning) in 3 files; 1 file could not be checked"
    )
    whole = Problem(".", "values are not followed across files")
    assert one_line(Report(problems=(whole,))).startswith("1 problem kept files from being checked; no findings")


def test_all_clear() -> None:
    assert list(summary(Report(files=1, sends=2), 75)) == ["All clear: 2 sends in 1 file (75 s)"]
