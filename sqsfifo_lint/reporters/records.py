"""Findings and problems as plain data: the objects of `jsonl` and `json`. Their format is promised: docs/reports.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from sqsfifo_lint import unreadable
from sqsfifo_lint.model import Confidence, Finding, Problem, Severity, Span
from sqsfifo_lint.report import Fix, Report

Record = dict[str, object]


def records(report: Report) -> Iterator[Record]:
    """Problems first, then findings, each in order of position."""
    yield from map(problem_record, report.problems)
    for finding in report.findings:
        yield finding_record(finding, report.fixes.get(finding))


def dumps(data: object, indent: int | None = None) -> str:
    """JSON in printable ASCII, with a trailing newline; without `##`, with which commands to CI systems begin.

    A lone surrogate, from a file's name that is not UTF-8, becomes the text of its escape: it is no text to strict
    parsers, which refuse the whole document.
    """
    # The standard library escapes every other control character.
    text = json.dumps(data, indent=indent).replace("\x7f", "\\u007f").replace("##", "#\\u0023")
    return (_ESCAPES.sub(_told, text) if "\\ud" in text else text) + "\n"


_ESCAPES = re.compile(r"\\\\|\\ud[89ab]..\\ud[c-f]..|(?P<lone>\\ud[89a-f]..)")


def _told(escape: re.Match[str]) -> str:
    return f"\\{escape[0]}" if escape["lone"] else escape[0]


def finding_record(finding: Finding, fix: Fix | None = None) -> Record:
    """One finding as JSON data, with its fix."""
    return {
        "path": finding.span.path,
        "line": finding.span.line,
        "column": finding.span.column,
        "end_line": finding.span.end_line,
        "end_column": finding.span.end_column,
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "help": finding.help,
        "send": _start(finding.send) if finding.send is not None else None,
        "trace": [{**_start(step.span), "text": step.text} for step in finding.trace],
        "confidence": finding.confidence.value,
        "also": list(map(_start, finding.also)),
        "fix": _fix_record(fix) if fix is not None else None,
    }


def _fix_record(fix: Fix) -> Record:
    """A fix as JSON data: each edit puts a text, with `\n` at the ends of its lines, in the place of a region."""
    edits = [
        {"line": e.line, "column": e.column, "end_line": e.end_line, "end_column": e.end_column, "text": e.text}
        for e in fix.edits
    ]
    return {"title": fix.title, "safe": fix.safe, "note": fix.note, "edits": edits}


def _start(span: Span) -> Record:
    return {"path": span.path, "line": span.line, "column": span.column}


def problem_record(problem: Problem) -> Record:
    """One problem as JSON data; a problem of the whole file is reported at its start."""
    line, column = position(problem)
    return {
        "path": problem.path,
        "line": line,
        "column": column,
        "end_line": line,
        "end_column": column,
        "code": unreadable.CODE,
        "name": unreadable.NAME,
        "severity": Severity.ERROR.value,
        "message": problem.message,
        "help": unreadable.HELP,
        "send": None,
        "trace": [],
        "confidence": Confidence.PROVEN.value,
        "also": [],
        "fix": None,
    }


def position(problem: Problem) -> tuple[int, int]:
    """Line and column of a problem, counted from 1."""
    return max(problem.line, 1), max(problem.column, 1)
