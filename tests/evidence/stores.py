"""Spans of a list as the store that logs are read into."""

from __future__ import annotations

from collections.abc import Iterable

from sqsfifo_lint.evidence.figures import Figures
from sqsfifo_lint.evidence.measure import CLOCK_SKEW, measure
from sqsfifo_lint.evidence.model import Span
from sqsfifo_lint.evidence.spans import Spans


def store(spans: Iterable[Span]) -> Spans:
    """The spans, which may be in any order. Those of the same start and end will be in the order of their workers."""
    kept = Spans()
    for span in sorted(spans, key=lambda span: span.worker):  # the store numbers workers as they come
        kept.add(*span)
    return kept


def measured(spans: Iterable[Span], *, clock_skew: int = CLOCK_SKEW) -> Figures:
    """Their figures."""
    return measure(store(spans), clock_skew=clock_skew)
