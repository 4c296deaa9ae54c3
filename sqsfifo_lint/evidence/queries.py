"""Queries with which AWS's own engines reduce logs that are too many for one machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqsfifo_lint.evidence.athena import athena
from sqsfifo_lint.evidence.insights import insights
from sqsfifo_lint.evidence.presets import Preset

QUERIES: Mapping[str, Callable[[Preset], str]] = {"insights": insights, "athena": athena}
"""By engine: what prints the query for logs of a kind. Each raises QueryError, and `re.error`, for expressions."""
