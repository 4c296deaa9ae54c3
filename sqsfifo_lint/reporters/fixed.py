"""What fixes did, or would do: for people, beside the report."""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.reporters.summary import counted
from sqsfifo_lint.run.fixing import Fixing


def summary(fixing: Fixing, *, would: bool) -> Iterator[str]:
    """What is still wrong where something was fixed, and how much was, or would be: lines."""
    for finding, fix in fixing.made:
        if fix.note:
            place = f"{finding.span.path}:{finding.span.line}:{finding.span.column}"
            yield f"note: {place} {'would be' if would else 'is'} fixed ({finding.code}), but {fix.note}"
    files = len({finding.span.path for finding, _ in fixing.made})
    verb = "Would fix" if would else "Fixed"
    yield f"{verb} {counted(len(fixing.made), 'finding')} in {counted(files, 'file')}" if files else _nothing(would)


def _nothing(would: bool) -> str:
    return "Nothing would be fixed" if would else "Nothing was fixed"


def refusals(fixing: Fixing) -> Iterator[str]:
    """Why files are not changed: lines."""
    for name, why in sorted(fixing.refused.items()):
        yield f"error: {name} is not fixed: {why}"
