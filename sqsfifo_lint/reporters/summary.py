"""What comes after the findings: how many there are, of which rules, in how much, and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqsfifo_lint import unreadable
from sqsfifo_lint.model import Finding, Severity
from sqsfifo_lint.report import Report

Rule = tuple[str, str]
"""Code and name."""

_WHOLE = "."
"""The path of a problem that is about the project and not about one of its files."""


def summary(report: Report, seconds: float) -> Iterator[str]:
    """For people: how many findings, the rules that have them, what was read in how long, and the next step."""
    if not report.findings:
        yield f"{one_line(report)} ({_took(seconds)})"
        return
    yield one_line(report, fixes=False)
    for (severity, code, name), count in _by_rule(report.findings):
        yield f"{count:>5} {severity.value + ('s' if count > 1 else ''):<8}  {code} {name}"
    sends = counted(report.sends, "send")
    yield f"  read: {counted(report.files, 'file')}, {report.sending:,} of them with {sends}, in {_took(seconds)}"
    if report.fixes:
        yield f"  fixes: {', '.join(_fixable(report))}"
    first = min(report.findings, key=lambda finding: (finding.severity is not Severity.ERROR, finding.rank))
    yield f"  next: `sqsfifo-lint rule {first.code}` says what is wrong and what to do instead;"
    yield "        `sqsfifo-lint trace FILE:LINE` shows where the IDs of a send come from"


def one_line(report: Report, *, fixes: bool = True) -> str:
    """How many findings there are, in how much, and what was left out."""
    errors = sum(finding.severity is Severity.ERROR for finding in report.findings)
    warnings = len(report.findings) - errors
    files = counted(report.files, "file")
    notes = [*(_fixable(report) if fixes else ()), *_left_out(report)]
    unread = _unread(report)
    if report.findings:
        kinds = " and ".join(counted(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n)
        start = f"Found {counted(len(report.findings), 'finding')} ({kinds}) in {files}"
        return "; ".join([start, *([unread] if unread else []), *notes])
    if unread:
        return "; ".join([unread, f"no findings in the others ({counted(report.sends, 'send')} in {files})", *notes])
    return "; ".join([f"All clear: {counted(report.sends, 'send')} in {files}", *notes])


def by_code(report: Report) -> Iterator[tuple[Rule, int]]:
    """How many findings each rule has, the most first; SQF001 is how many problems there are."""
    counts: Counter[Rule] = Counter((finding.code, finding.name) for finding in report.findings)
    if report.problems:
        counts[unreadable.CODE, unreadable.NAME] = len(report.problems)
    yield from sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def statistics_of(report: Report) -> Iterator[str]:
    """What `--statistics` adds, in lines: the findings of each rule, and the bounds that were met."""
    for (code, name), count in by_code(report):
        yield f"{count:>5}  {code}  {name}\n"
    for bound, count in sorted(report.bounds.items()):
        yield f"{count:>5}  {bound}  a bound of the analysis: what lies beyond it is unknown, and silent\n"


def _by_rule(findings: tuple[Finding, ...]) -> Iterator[tuple[tuple[Severity, str, str], int]]:
    """How many findings each rule has: errors first, then the most first."""
    counts = Counter((finding.severity, finding.code, finding.name) for finding in findings)
    yield from sorted(counts.items(), key=lambda item: (item[0][0] is not Severity.ERROR, -item[1], item[0][1]))


def _fixable(report: Report) -> Iterator[str]:
    """How many findings have a fix."""
    safe = sum(fix.safe for fix in report.fixes.values())
    if safe:
        yield f"{safe:,} fixable with `--fix`"
    if len(report.fixes) > safe:
        yield f"{len(report.fixes) - safe:,}{' more' if safe else ' fixable'} with `--fix --unsafe-fixes`"


def _left_out(report: Report) -> Iterator[str]:
    if report.suppressed:
        yield f"{report.suppressed} suppressed"
    if report.baselined:
        yield f"{report.baselined} in the baseline"
    if report.ignored:
        yield f"{report.ignored} ignored for their files"


def _unread(report: Report) -> str:
    """What kept files from being checked; empty if nothing did."""
    files = len({problem.path for problem in report.problems} - {_WHOLE})
    if files:
        return f"{counted(files, 'file')} could not be checked"
    return f"{counted(len(report.problems), 'problem')} kept files from being checked" if report.problems else ""


def _took(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:,.0f} s"


def counted(number: int, word: str) -> str:
    """A number with its noun: `1 file`, `2 files`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
