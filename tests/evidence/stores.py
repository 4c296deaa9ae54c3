"""Spans of a list as the store that logs are read into."""

from __future__ import annotations

from collections.abc import Iterable

from sqsfifo_lint.evidence.figures import Figures
from sqsfifo_lint.evidence.measure import CLOCK_SKEW, measure
from sqsfifo_lint.evidence.model import Span
from sqsfifo_lint.evidence.spans import Spans


def store(spans: Iterable[Span]) -> Spans:
    """The spans, which may be in any order."""
    kept = Spans()
    for span in spans:
        kept.add(*span)
    return kept


def measured(spans: Iterable[Span], *, clock_skew: int = CLOCK_SKEW) -> Figures:
    """Their figures."""
    return measure(store(spans), clock_skew=clock_skew)
