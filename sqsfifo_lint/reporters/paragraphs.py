"""Findings and problems as styled lines for people: what `full` prints."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from sqsfifo_lint import unreadable
from sqsfifo_lint.model import Confidence, Finding, Problem, Related, Severity, Span
from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters import Style
from sqsfifo_lint.reporters.concise import path_shown
from sqsfifo_lint.reporters.records import position
from sqsfifo_lint.run.suppress import how_to_silence
from sqsfifo_lint.terminal import no_commands, visible

FRAME_LINES = 6
"""The maximum number of lines of an argument in a frame."""

MAX_ALSO = 3
"""Further sends with the same finding that are named."""

_COLORS = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}


def paragraphs(report: Report, style: Style) -> Iterator[str]:
    """A paragraph for each problem and each finding."""
    for lines in (*map(partial(_problem, report), report.problems), *map(partial(_finding, report), report.findings)):
        console = Console(
            file=io.StringIO(),
            force_terminal=style.color,
            no_color=not style.color,
            color_system="standard" if style.color else None,
            soft_wrap=True,
            legacy_windows=False,
            emoji=False,
        )
        with console.capture() as capture:
            for line in lines:
                console.print(line, highlight=False, markup=False, soft_wrap=True)
        yield no_commands(capture.get() + "\n")


def _problem(report: Report, problem: Problem) -> list[Text]:
    line, column = position(problem)
    return [
        _text(
            (f"{path_shown(report, problem.path)}:{line}:{column}", "bold"),
            ": ",
            (unreadable.CODE, _COLORS[Severity.ERROR]),
            f" {visible(problem.message)}",
        )
    ]


def _finding(report: Report, finding: Finding) -> list[Text]:
    span = finding.span
    likely = ", likely" if finding.confidence is Confidence.LIKELY else ""
    lines = [
        _text(
            (f"{path_shown(report, span.path)}:{span.line}:{span.column}", "bold"),
            ": ",
            (finding.code, _COLORS[finding.severity]),
            (f" {finding.name}", "bold"),
            (f" ({finding.severity.value}{likely})", "dim"),
        ),
        _text(f"  {visible(finding.message)}"),
        *_frame(report, span, _COLORS[finding.severity]),
    ]
    shown = list(_worth_showing(finding))
    for step in shown:
        lines += _step(report, step)
    if finding.send is not None and not _covers(finding.send, span) and all(s.span != finding.send for s in shown):
        lines += _step(report, Related(finding.send, "the send"))
    if finding.also:
        lines.append(_text(("  also: ", "bold cyan"), _also(report, finding)))
    if finding.help:
        lines.append(_text(("  help: ", "bold cyan"), visible(finding.help)))
    lines.append(_text(("  more: ", "bold cyan"), f"sqsfifo-lint rule {finding.code}"))
    lines.append(_text(("  silence: ", "bold cyan"), visible(how_to_silence(finding))))
    return lines


def _also(report: Report, finding: Finding) -> str:
    """The further sends with the same finding: how many there are, and the first of them."""
    count = len(finding.also)
    shown = [f"{path_shown(report, span.path)}:{span.line}" for span in finding.also[:MAX_ALSO]]
    more = [] if count <= MAX_ALSO else ["..."]
    return f"{count} more send{'s' if count > 1 else ''} ({', '.join([*shown, *more])})"


def _frame(report: Report, span: Span, color: str) -> Iterator[Text]:
    """The lines of the argument, with carets below the argument itself."""
    last = min(span.end_line, span.line + FRAME_LINES - 1)
    width = len(str(last))
    yield _text((f"  {'':{width}} |", "dim"))
    for number in range(span.line, last + 1):
        source = _line(report, span.path, number)
        if not source.strip():
            continue
        indent = len(source) - len(source.lstrip())
        start = span.column - 1 if number == span.line else indent
        end = span.end_column - 1 if number == span.end_line else len(source.rstrip())
        yield _text((f"  {number:{width}} | ", "dim"), visible(source.rstrip()))
        yield _text((f"  {'':{width}} | ", "dim"), " " * _cells(source[:start]), (_carets(source[start:end]), color))
    if last < span.end_line:
        yield _text((f"  {'':{width}} | ...", "dim"))


def _step(report: Report, step: Related) -> Iterator[Text]:
    span = step.span
    place = f"{path_shown(report, span.path)}:{span.line}:{span.column}"
    yield _text(("  --> ", "cyan"), (place, "cyan"), f"  {visible(step.text)}")
    source = visible(_line(report, span.path, span.line).strip())
    if source:
        yield _text(f"      {source}", style="dim")


def _worth_showing(finding: Finding) -> Iterator[Related]:
    """The trace, without a step that the frame has just shown."""
    for step in finding.trace:
        if step.span != finding.span:
            yield step


def _line(report: Report, path: str, number: int) -> str:
    lines = report.lines.get(path, ())
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _carets(source: str) -> str:
    return "^" * max(_cells(source), 1)


def _cells(source: str) -> int:
    """How many terminal columns the text takes once it is made visible: wide characters take two."""
    return cell_len(visible(source))


def _covers(outer: Span, inner: Span) -> bool:
    return outer.path == inner.path and outer.line <= inner.line and inner.end_line <= outer.end_line


def _text(*parts: str | tuple[str, str], style: str = "") -> Text:
    """Styled text from parts that are safe to print. No markup: brackets in the source stay brackets."""
    return Text.assemble(*parts, style=style, no_wrap=True, overflow="ignore", end="")
