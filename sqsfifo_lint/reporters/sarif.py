"""SARIF 2.1.0, for code scanning services: the trace of a finding becomes a code flow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import quote

from sqsfifo_lint import __version__, unreadable
from sqsfifo_lint.model import Confidence, Finding, Problem, Severity, Span
from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters import Style
from sqsfifo_lint.reporters.records import dumps, position
from sqsfifo_lint.rules.pages import finding_pages

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

Json = dict[str, object]

RANKS = {Confidence.PROVEN: 100.0, Confidence.LIKELY: 50.0}
"""The `rank` of a result: 0.0 to 100.0, the highest priority (SARIF 2.1.0, 3.27.25)."""


def render(report: Report, style: Style) -> Iterator[str]:
    """The whole log, in printable ASCII."""
    yield dumps(log(report), indent=2)


def log(report: Report) -> Json:
    """The report as a SARIF log. `%SRCROOT%` is the top of the repository."""
    report = report.from_root()
    rules = _rules()
    index = {str(rule["id"]): number for number, rule in enumerate(rules)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "sqsfifo-lint",
                        "version": __version__,
                        "semanticVersion": __version__,
                        "rules": rules,
                        "notifications": [_unreadable_descriptor()],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": not report.problems,
                        "toolExecutionNotifications": [*map(_notification, report.problems), *map(_note, report.links)],
                    }
                ],
                "results": [_result(finding, index) for finding in report.findings],
            }
        ],
    }


def _rules() -> list[Json]:
    return [
        {
            "id": rule.code,
            "name": _pascal(rule.name),
            "shortDescription": {"text": rule.summary},
            "defaultConfiguration": {"level": _level(rule.severity)},
            "help": {"text": f"{rule.summary} Run `sqsfifo-lint rule {rule.code}` for the whole page."},
            "properties": {"tags": ["sqs", "fifo"]},
        }
        for rule in finding_pages()
    ]


def _unreadable_descriptor() -> Json:
    return {
        "id": unreadable.CODE,
        "name": _pascal(unreadable.NAME),
        "shortDescription": {"text": unreadable.SHORT},
        "defaultConfiguration": {"level": "error"},
    }


def _notification(problem: Problem) -> Json:
    line, column = position(problem)
    location = _physical(problem.path, {"startLine": line, "startColumn": column})
    return {
        "level": "error",
        "descriptor": {"id": unreadable.CODE, "index": 0},
        "message": {"text": problem.message},
        "locations": [{"physicalLocation": location}],
    }


def _note(link: str) -> Json:
    return {
        "level": "note",
        "message": {"text": "This link leads out of the project and is not followed."},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(link)}}],
    }


def _result(finding: Finding, index: dict[str, int]) -> Json:
    result: Json = {
        "ruleId": finding.code,
        "level": _level(finding.severity),
        "message": {"text": f"{finding.message} {finding.help}".strip()},
        "locations": [_location(finding.span)],
        "rank": RANKS[finding.confidence],
    }
    sends = (
        []
        if finding.send is None
        else [(finding.send, "the send"), *((send, "also sent here") for send in finding.also)]
    )
    if sends:
        result["relatedLocations"] = [{"id": n, **_location(send, text)} for n, (send, text) in enumerate(sends, 1)]
    if finding.code in index:
        result["ruleIndex"] = index[finding.code]
    if finding.trace:
        steps = [(step.span, step.text) for step in finding.trace]
        result["codeFlows"] = [{"threadFlows": [{"locations": _flow(steps)}]}]
    return result


def _flow(steps: Sequence[tuple[Span, str]]) -> list[Json]:
    return [
        {"location": _location(span, text), "executionOrder": number} for number, (span, text) in enumerate(steps, 1)
    ]


def _location(span: Span, text: str = "") -> Json:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    location: Json = {"physicalLocation": _physical(span.path, region)}
    if text:
        location["message"] = {"text": text}
    return location


def _physical(path: str, region: dict[str, int]) -> Json:
    return {"artifactLocation": _artifact(path), "region": region}


def _artifact(path: str) -> Json:
    if PurePosixPath(path).is_absolute() or path[1:3] == ":/":
        return {"uri": f"file:///{_quoted(path.lstrip('/'), safe='/:')}"}
    return {"uri": _quoted(path, safe="/"), "uriBaseId": "%SRCROOT%"}


def _quoted(path: str, safe: str) -> str:
    try:
        return quote(path, safe=safe, errors="surrogateescape")  # bytes of a file name that is not UTF-8
    except UnicodeEncodeError:
        return quote(path, safe=safe, errors="surrogatepass")


def _level(severity: Severity) -> str:
    return "error" if severity is Severity.ERROR else "warning"


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))
