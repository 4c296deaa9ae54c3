"""reviewdog's rdjson. Its columns count bytes of UTF-8, and an end is behind the last byte.

The format: https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint import unreadable
from sqsfifo_lint.model import Finding, Problem, Severity, Span
from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters import Style
from sqsfifo_lint.reporters.addresses import Paths, homepage, page_url
from sqsfifo_lint.reporters.concise import in_one_line
from sqsfifo_lint.reporters.records import Record, dumps, position
from sqsfifo_lint.rules.pages import all_pages


def render(report: Report, style: Style) -> Iterator[str]:
    """One object, in printable ASCII."""
    yield dumps(_Diagnostics(report).whole(), indent=2)


class _Diagnostics:
    def __init__(self, report: Report) -> None:
        self._report = report
        self._paths = Paths(report)
        self._urls = {page.code: page_url(page) for page in all_pages()}

    def whole(self) -> Record:
        source = {"name": "sqsfifo-lint", **_url(homepage())}
        report = self._report
        diagnostics = [*map(self._problem, report.problems), *map(self._finding, report.findings)]
        return {"source": source, "diagnostics": diagnostics}

    def _problem(self, problem: Problem) -> Record:
        line, column = position(problem)
        return {
            "message": problem.message,
            "location": {
                "path": self._paths.of(problem.path),
                "range": {"start": {"line": line, "column": column}},
            },
            "severity": _severity(Severity.ERROR),
            "code": self._code(unreadable.CODE),
        }

    def _finding(self, finding: Finding) -> Record:
        places = [(finding.send, "the send")] if finding.send is not None else []
        related = [*((step.span, step.text) for step in finding.trace), *places]
        return {
            "message": f"{in_one_line(finding)} {finding.help}".strip(),
            "location": self._location(finding.span),
            "severity": _severity(finding.severity),
            "code": self._code(finding.code),
            "related_locations": [{"message": text, "location": self._location(span)} for span, text in related],
        }

    def _code(self, code: str) -> Record:
        return {"value": code, **_url(self._urls.get(code, ""))}

    def _location(self, span: Span) -> Record:
        start = {"line": span.line, "column": self._bytes(span.path, span.line, span.column)}
        end = {"line": span.end_line, "column": self._bytes(span.path, span.end_line, span.end_column)}
        return {"path": self._paths.of(span.path), "range": {"start": start, "end": end}}

    def _bytes(self, path: str, line: int, column: int) -> int:
        """The column in bytes; in characters, where the line is not known."""
        lines = self._report.lines.get(path, ())
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        before = text[: column - 1]
        return len(before.encode("utf-8", "surrogatepass")) + column - len(before)


def _url(address: str) -> Record:
    return {"url": address} if address else {}


def _severity(severity: Severity) -> str:
    return severity.value.upper()
