"""Findings and problems as LSP's diagnostics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from lsprotocol import types

from sqsfifo_lint import unreadable, useless
from sqsfifo_lint.model import Finding, Problem, Severity, Span
from sqsfifo_lint.reporters.addresses import page_url
from sqsfifo_lint.reporters.concise import in_one_line
from sqsfifo_lint.rules.pages import all_pages
from sqsfifo_lint.server.positions import Positions
from sqsfifo_lint.server.session import Checked
from sqsfifo_lint.terminal import visible

SOURCE = "sqsfifo-lint"
"""Who says it, as editors show it."""

SEVERITIES = {Severity.ERROR: types.DiagnosticSeverity.Error, Severity.WARNING: types.DiagnosticSeverity.Warning}

MOST_RELATED = 50
"""Related places of a finding: editors list them all."""


def diagnostics(checked: Checked, path: Path, positions: Positions) -> list[types.Diagnostic]:
    """What there is to say of a file, in the order of a report."""
    problems = (_of_problem(one, path, positions) for one in checked.problems.get(path, ()))
    findings = (of_finding(one, checked, path, positions) for one in checked.findings.get(path, ()))
    return [*problems, *findings]


def of_finding(finding: Finding, checked: Checked, path: Path, positions: Positions) -> types.Diagnostic:
    """One finding of a file."""
    locations = checked.report.locations
    return types.Diagnostic(
        positions.range(path, finding.span),
        visible(in_one_line(finding)) + (f"\n{visible(finding.help)}" if finding.help else ""),
        severity=SEVERITIES[finding.severity],
        code=finding.code,
        code_description=_description(finding.code),
        source=SOURCE,
        # A comment that silences nothing is greyed out, as editors do with code that nothing needs.
        tags=[types.DiagnosticTag.Unnecessary] if finding.code == useless.CODE else None,
        related_information=[
            types.DiagnosticRelatedInformation(positions.location(locations[span.path], span), visible(text))
            for span, text in related(finding).items()
        ][:MOST_RELATED]
        or None,
        data={"name": finding.name},
    )


def related(finding: Finding) -> Mapping[Span, str]:
    """The other places of a finding, and what is there: the steps of its trace, and the sends."""

    def places() -> Iterator[tuple[Span, str]]:
        yield from ((step.span, step.text) for step in finding.trace)
        if finding.send is not None:
            yield finding.send, "the send"
        yield from ((send, "also sent here") for send in finding.also)

    found: dict[Span, str] = {}
    for span, text in places():
        if span != finding.span:
            found.setdefault(span, text)
    return found


def _of_problem(problem: Problem, path: Path, positions: Positions) -> types.Diagnostic:
    return types.Diagnostic(
        positions.rest_of_line(path, max(problem.line, 1), max(problem.column, 1)),
        visible(problem.message),
        severity=types.DiagnosticSeverity.Error,
        code=unreadable.CODE,
        code_description=_description(unreadable.CODE),
        source=SOURCE,
    )


def _description(code: str) -> types.CodeDescription | None:
    url = _urls().get(code, "")
    return types.CodeDescription(url) if url else None


@cache
def _urls() -> Mapping[str, str]:
    """The addresses of the rules' pages, as far as they have one."""
    return {page.code: page_url(page) for page in all_pages()}
