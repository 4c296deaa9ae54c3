"""Findings in the order in which people read them: errors first, and those of one cause together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqsfifo_lint.model import Finding, Severity


@dataclass(slots=True)
class Cause:
    """A finding that is shown, and others that would be shown in the same words or begin at the same place."""

    finding: Finding
    others: list[Finding] = field(default_factory=list)


def by_cause(findings: Iterable[Finding], *, apart: bool = False) -> list[Cause]:
    """The causes, errors first, each where its first finding is. With `apart`, each finding is its own."""
    ordered = sorted(findings, key=lambda finding: finding.severity is not Severity.ERROR)  # stable
    if apart:
        return [Cause(finding) for finding in ordered]
    found: list[Cause] = []
    known: dict[object, Cause] = {}
    for finding in ordered:
        keys = list(_keys(finding))
        cause = next((known[key] for key in keys if key in known), None)
        if cause is None:
            cause = Cause(finding)
            found.append(cause)
        else:
            cause.others.append(finding)
        known.update((key, cause) for key in keys if key not in known)
    return found


def _keys(finding: Finding) -> Iterator[object]:
    """What two findings of one cause have in common: what is said of them, or where the value comes from."""
    sure = (finding.code, finding.severity, finding.confidence)
    yield (*sure, finding.message)
    if finding.trace and finding.trace[0].span not in (finding.span, finding.send):
        yield (*sure, finding.trace[0].span)
