"""Findings and problems as styled lines for people: what `full` prints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from sqsfifo_lint import unreadable
from sqsfifo_lint.model import Confidence, Finding, Problem, Related, Span
from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters import Style
from sqsfifo_lint.reporters.causes import Cause, by_cause
from sqsfifo_lint.reporters.concise import path_shown
from sqsfifo_lint.reporters.frames import Mark, frame
from sqsfifo_lint.reporters.records import position
from sqsfifo_lint.reporters.styled import Ink, linked, printed, text, wrapped
from sqsfifo_lint.run.suppress import how_to_silence
from sqsfifo_lint.terminal import visible

MAX_ALSO = 3
"""Further sends with the same finding that are named."""

MOST_ALIKE = 5
"""Findings of one cause that are named below the first."""

CALL_LINES = 8
"""Lines of a call that are shown whole; of a longer one, the first, and those that are marked."""

MOST_KEPT = 2
"""Steps of a trace in a row that only keep a value: of more, the last is shown, and names the others."""

_KEPT = re.compile(r"kept in (`[^`]*`)")


def paragraphs(report: Report, style: Style) -> Iterator[str]:
    """A paragraph for each problem and each cause of findings, errors first."""
    for problem in report.problems:
        yield printed([*_problem(report, problem, style), text()], style)
    for cause in by_cause(report.findings, apart=style.everything):
        yield printed([*_finding(report, cause, style), text()], style)


def _problem(report: Report, problem: Problem, style: Style) -> Iterator[Text]:
    line, column = position(problem)
    place = _place(report, Span(problem.path, line, column, line, column), style, Ink.STRONG)
    head = Text.assemble(place, ": ", (unreadable.CODE, Ink.ERROR.value), " ", end="")
    yield from wrapped(text(visible(problem.message)), style, indent=head, hanging=2)


def _finding(report: Report, cause: Cause, style: Style) -> Iterator[Text]:
    finding = cause.finding
    ink = Ink.of(finding.severity)
    likely = ", likely" if finding.confidence is Confidence.LIKELY else ""
    head = text(
        (finding.code, ink),
        (f" {finding.name}", Ink.STRONG),
        (f" ({finding.severity.value}{likely})", Ink.FAINT),
    )
    place = Text.assemble(_place(report, finding.span, style, Ink.STRONG), ": ", end="")
    yield from wrapped(head, style, indent=place, hanging=2)
    yield from wrapped(text(visible(finding.message)), style, indent="  ")
    yield from _frames(report, finding, style)
    if finding.also:
        yield from _labelled("also", _also(report, finding), style)
    if cause.others:
        yield from _alike(report, cause.others, style)
    if finding.help:
        yield from _labelled("help", visible(finding.help), style)
    yield from _labelled("more", f"sqsfifo-lint rule {finding.code}", style)
    yield from _labelled("silence", visible(how_to_silence(finding)), style)


def _labelled(label: str, words: str, style: Style) -> Iterator[Text]:
    return wrapped(text(words), style, indent=text((f"  {label}: ", Ink.LABEL)))


def _place(report: Report, span: Span, style: Style, ink: Ink) -> Text:
    shown = f"{path_shown(report, span.path)}:{span.line}:{span.column}"
    return linked(shown, ink, report.locations.get(span.path), style)


def _also(report: Report, finding: Finding) -> str:
    """The further sends with the same finding: how many there are, and the first of them."""
    count = len(finding.also)
    shown = [f"{path_shown(report, span.path)}:{span.line}" for span in finding.also[:MAX_ALSO]]
    more = [] if count <= MAX_ALSO else ["..."]
    return f"{count} more send{'s' if count > 1 else ''} ({', '.join([*shown, *more])})"


def _alike(report: Report, others: Sequence[Finding], style: Style) -> Iterator[Text]:
    """How many more there are of one cause, and where the first of them are."""
    yield text((f"  and {len(others)} more like this", Ink.LABEL), (" (--all shows each):", Ink.FAINT))
    for other in others[:MOST_ALIKE]:
        yield Text.assemble("    ", _place(report, other.span, style, Ink.PLACE), end="")
    if len(others) > MOST_ALIKE:
        yield text((f"    ... and {len(others) - MOST_ALIKE} more", Ink.FAINT))


# -- frames: the source, with the way that the value took


@dataclass(frozen=True, slots=True)
class _Point:
    """A numbered way point of a value, or the send."""

    span: Span
    label: str


def _frames(report: Report, finding: Finding, style: Style) -> Iterator[Text]:
    """A frame for each file: first that of the finding, then the others in the order in which the value passes them."""
    points = list(_points(finding))
    main = Mark(finding.span, "", Ink.of(finding.severity), "^", whole=True)
    for path in dict.fromkeys([finding.span.path, *(point.span.path for point in points)]):
        here = [point for point in points if point.span.path == path]
        marks = [Mark(point.span, point.label, beside=_end_of_call(finding, point.span)) for point in here]
        if path == finding.span.path:
            marks = [main, *marks]
        else:
            yield Text.assemble(("  --> ", Ink.PLACE.value), _place(report, here[0].span, style, Ink.PLACE), end="")
        yield from frame(report.lines.get(path, ()), marks, style)


def _points(finding: Finding) -> Iterator[_Point]:
    """The trace, numbered if it has several steps, and the send where nothing else has shown it."""
    steps = list(_without_keeping(finding.trace))
    for number, step in enumerate(steps, 1):
        before = f"{number}: " if len(steps) > 1 else ""
        yield _Point(step.span, before + visible(step.text))
    send = finding.send
    if send is not None and send != finding.span and all(step.span != send for step in steps):
        yield _Point(send, "the send")


def _without_keeping(steps: Iterable[Related]) -> Iterator[Related]:
    """The steps, with those in a row that only keep the value as one."""
    waiting: list[Related] = []
    for step in (*steps, None):
        if step is not None and _KEPT.fullmatch(step.text):
            waiting.append(step)
            continue
        yield from waiting if len(waiting) <= MOST_KEPT else [_kept(waiting)]
        waiting = []
        if step is not None:
            yield step


def _kept(steps: Sequence[Related]) -> Related:
    """One step for several that keep a value: where it is kept in the end, and how often before."""
    found = _KEPT.fullmatch(steps[0].text)
    first = found[1] if found is not None else ""
    others = len(steps) - 2
    between = f" and {others} more name{'s' if others > 1 else ''}"
    return Related(steps[-1].span, f"{steps[-1].text}, by way of {first}{between}")


def _end_of_call(finding: Finding, span: Span) -> int:
    """The last line of the send, if it is this span and short enough to be shown whole."""
    return span.end_line if span == finding.send and span.end_line - span.line < CALL_LINES else 0
