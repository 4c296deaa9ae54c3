"""GitLab's Code Quality report: a finding is the same in two runs if its fingerprint is, which is that of `sarif`.

The format: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint import unreadable
from sqsfifo_lint.fingerprints import identities, of_problems
from sqsfifo_lint.model import Confidence, Finding, Problem, Severity
from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters import Style
from sqsfifo_lint.reporters.addresses import Paths
from sqsfifo_lint.reporters.concise import in_one_line
from sqsfifo_lint.reporters.records import Record, dumps, position

SEVERITIES = {
    (Severity.ERROR, Confidence.PROVEN): "critical",
    (Severity.ERROR, Confidence.LIKELY): "major",
    (Severity.WARNING, Confidence.PROVEN): "major",
    (Severity.WARNING, Confidence.LIKELY): "minor",
}
"""Of GitLab's `info`, `minor`, `major`, `critical` and `blocker`. What is only likely is one step down."""


def render(report: Report, style: Style) -> Iterator[str]:
    """One array, in printable ASCII; `[]` when there is nothing to report."""
    paths = Paths(report)
    yield dumps([*_problems(report, paths), *_findings(report, paths)], indent=2)


def _problems(report: Report, paths: Paths) -> Iterator[Record]:
    for problem, fingerprint in zip(report.problems, of_problems(report.problems), strict=True):
        yield _problem(problem, fingerprint, paths)


def _problem(problem: Problem, fingerprint: str, paths: Paths) -> Record:
    line, column = position(problem)
    return {
        "check_name": unreadable.CODE,
        "description": problem.message,
        "content": {"body": unreadable.HELP},
        "categories": ["Bug Risk"],
        "type": "issue",
        "severity": SEVERITIES[Severity.ERROR, Confidence.PROVEN],
        "fingerprint": fingerprint,
        "location": {
            "path": paths.of(problem.path),
            "positions": {"begin": {"line": line, "column": column}, "end": {"line": line, "column": column}},
        },
    }


def _findings(report: Report, paths: Paths) -> Iterator[Record]:
    known = identities(report.findings, lambda path: report.lines.get(path, ()))
    for finding, identity in zip(report.findings, known, strict=True):
        yield _finding(finding, identity.fingerprint, paths)


def _finding(finding: Finding, fingerprint: str, paths: Paths) -> Record:
    span = finding.span
    return {
        "check_name": f"{finding.code} {finding.name}",
        "description": in_one_line(finding),
        "content": {"body": finding.help},
        "categories": ["Bug Risk"],
        "type": "issue",
        "severity": SEVERITIES[finding.severity, finding.confidence],
        "fingerprint": fingerprint,
        "location": {
            "path": paths.of(span.path),
            "positions": {
                "begin": {"line": span.line, "column": span.column},
                "end": {"line": span.end_line, "column": span.end_column},
            },
        },
    }
