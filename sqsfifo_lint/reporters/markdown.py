"""Markdown for a job summary (`>> "$GITHUB_STEP_SUMMARY"`): counts by rule, then the findings, each in a fold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from sqsfifo_lint import unreadable
from sqsfifo_lint.model import Finding, Severity
from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters import Style
from sqsfifo_lint.reporters.addresses import Paths, page_url
from sqsfifo_lint.reporters.concise import in_one_line
from sqsfifo_lint.reporters.records import position
from sqsfifo_lint.rules.pages import all_pages
from sqsfifo_lint.terminal import visible

MOST_FOLDS = 200
"""Findings that are shown: GitHub takes no more than a mebibyte for the summary of a step."""

MARKS = {Severity.ERROR: "\N{LARGE RED CIRCLE}", Severity.WARNING: "\N{LARGE YELLOW CIRCLE}"}

_MARKUP = re.compile(r"[^\w\s.,;]|_")


def render(report: Report, style: Style) -> Iterator[str]:
    """The whole summary."""
    yield f"# sqsfifo-lint: {_headline(report)}\n\n"
    yield from _problems(report)
    if report.findings:
        yield from _counts(report)
        paths = Paths(report)
        yield from (_finding(finding, paths) for finding in report.findings[:MOST_FOLDS])
        if len(report.findings) > MOST_FOLDS:
            yield f"\n… and {len(report.findings) - MOST_FOLDS:,} more.\n"


def inert(text: str) -> str:
    """Text that stays text: what could be markup is written as character references, which build no structure.

    https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references
    """
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", visible(text))


def code(text: str) -> str:
    """Text as code: within HTML's tag, a backtick in it ends nothing."""
    return f"<code>{inert(text)}</code>"


def sentence(text: str) -> str:
    """A sentence; what stands between backticks as code, unless a value has a backtick in it."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return inert(text)
    return "".join(code(part) if number % 2 else inert(part) for number, part in enumerate(parts))


def _headline(report: Report) -> str:
    found = len(report.findings)
    errors = sum(finding.severity is Severity.ERROR for finding in report.findings)
    where = f"{report.sends:,} sends in {report.files:,} files"
    problems = f", {len(report.problems):,} files not checked" if report.problems else ""
    if not found:
        return f"nothing found ({where}{problems})"
    return f"{found:,} findings, {errors:,} of them errors ({where}{problems})"


def _problems(report: Report) -> Iterator[str]:
    for problem in report.problems:
        line, column = position(problem)
        yield f"- {code(f'{problem.path}:{line}:{column}')} {unreadable.CODE} {sentence(problem.message)}\n"
    if report.problems:
        yield "\n"


def _counts(report: Report) -> Iterator[str]:
    pages = {page.code: page for page in all_pages()}
    counts = Counter((finding.code, finding.name, finding.severity) for finding in report.findings)
    yield "| | rule | says | findings |\n|---|---|---|---:|\n"
    for (number, name, severity), count in sorted(counts.items(), key=lambda item: (-item[1], item[0][0])):
        page = pages.get(number)
        url = page_url(page) if page else ""
        title = f"[{number} {name}]({url})" if url else f"{number} {name}"
        yield f"| {MARKS[severity]} | {title} | {sentence(page.summary) if page else ''} | {count:,} |\n"
    yield "\n"


def _finding(finding: Finding, paths: Paths) -> str:
    span = finding.span
    place = f"{paths.of(span.path)}:{span.line}:{span.column}"
    steps = [
        f"<li>{code(f'{paths.of(step.span.path)}:{step.span.line}')} {sentence(step.text)}</li>"
        for step in finding.trace
    ]
    parts = [
        f"<details><summary>{MARKS[finding.severity]} {code(place)} {finding.code} {finding.name}</summary>",
        f"<p>{sentence(in_one_line(finding))}</p>",
        *([f"<ol>{''.join(steps)}</ol>"] if steps else ()),
        *([f"<p>{sentence(finding.help)}</p>"] if finding.help else ()),
        "</details>",
    ]
    return "\n".join(parts) + "\n\n"
