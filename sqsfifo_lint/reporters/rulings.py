"""What `sqsfifo-lint trace` prints about rules: what each says of a send, and what becomes of that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqsfifo_lint.model import Span
from sqsfifo_lint.report import Fate, Ruling
from sqsfifo_lint.terminal import name_at_start

_FATES = {
    Fate.REPORTED: "reported",
    Fate.LIKELY: "likely, reported by check --audit",
    Fate.SUPPRESSED: "suppressed",
    Fate.IGNORED: "ignored for its file by per-file-ignores",
    Fate.BASELINED: "accepted by the baseline",
    Fate.OFF: "off",
}


def about(rulings: Sequence[Ruling], slots: Sequence[str]) -> list[Ruling]:
    """The rulings of rules that judge one of the slots; all if none is named."""
    return [one for one in rulings if not slots or not set(slots).isdisjoint(one.slots)]


def findings(rulings: Sequence[Ruling]) -> Iterator[str]:
    """A line for each finding, whatever becomes of it."""
    for one in rulings:
        if one.fate not in (Fate.SILENT, Fate.OFF):
            yield f"  {_fate(one)}: {one.code} {one.name}{_at(one.span)}"


def reasons(rulings: Sequence[Ruling]) -> Iterator[str]:
    """A line for each reason of rules that find nothing."""
    same: dict[tuple[Fate, str, Span | None], list[str]] = {}
    for one in rulings:
        if one.fate in (Fate.SILENT, Fate.OFF):
            same.setdefault((one.fate, one.text, one.span), []).append(one.code)
    if same:
        yield "  silent, and why:"
    for (_, text, span), codes in same.items():
        yield f"    {', '.join(codes)}: {text}{_at(span)}"


def _fate(one: Ruling) -> str:
    if one.fate is not Fate.SUPPRESSED:
        return _FATES[one.fate]
    return f"suppressed by line {one.comment}" if one.comment else "suppressed by a comment on the whole file"


def _at(span: Span | None) -> str:
    return f", {name_at_start(span.path)}:{span.line}:{span.column}" if span is not None else ""


def record(one: Ruling) -> dict[str, Any]:
    """One ruling as JSON data."""
    span = one.span
    return {
        "code": one.code,
        "name": one.name,
        "verdict": one.fate.value,
        "text": one.text,
        "slots": list(one.slots),
        "comment": one.comment,
        "place": {"path": span.path, "line": span.line, "column": span.column} if span is not None else None,
    }
