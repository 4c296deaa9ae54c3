"""The lines that a message mentions: ` on line 12 of app/ids.py`, which is another line after the next edit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sqsfifo_lint.model import Finding, Span


def replaced(finding: Finding, message: str, name: Callable[[Span], str]) -> str:
    """`message`, that of the finding, with each mention of a line replaced by a space and the `name` of where it is.

    What stands between quotes or backticks is code, or a value, and stays as it is. Of a line of a file that nothing
    else in the finding names, only "elsewhere" is said.
    """

    def mention(match: re.Match[str]) -> str:
        if match["line"] is None:
            return match[0]
        span = _place(finding, int(match["line"]), match["path"])
        return f" {name(span)}" if span is not None else " elsewhere"

    return _expression(finding).sub(mention, message)


def _expression(finding: Finding) -> re.Pattern[str]:
    paths = sorted({re.escape(span.path) for span in spans(finding)}, key=len, reverse=True)
    known = "|".join([*paths, r"\S+?(?=[),;:]|\s|$)"])
    quoted = r"""`[^`]*`|(?<!\w)'(?:[^'\\]|\\.)*'|(?<!\w)"(?:[^"\\]|\\.)*\""""
    return re.compile(rf"(?:{quoted})| on line (?P<line>\d+)(?: of (?P<path>{known}))?")


def spans(finding: Finding) -> Iterator[Span]:
    """Every place that a finding names, its own first."""
    yield finding.span
    if finding.send is not None:
        yield finding.send
    yield from finding.also
    for step in finding.trace:
        yield step.span


def _place(finding: Finding, line: int, path: str | None) -> Span | None:
    """The place of a mention. A message names a file from the project's root, a finding as the report shows it."""
    steps = [step.span for step in finding.trace]  # a step says best what is there
    for span in (*steps, *spans(finding)):
        if span.line == line and _same(span.path, path or finding.span.path):
            return span
    return Span(finding.span.path, line, 1, line, 1) if path is None else None


def _same(one: str, other: str) -> bool:
    return one == other or f"/{one}".endswith(f"/{other}") or f"/{other}".endswith(f"/{one.lstrip('./')}")
