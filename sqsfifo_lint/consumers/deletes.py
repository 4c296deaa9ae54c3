"""Whether a message is deleted before the work on it is done."""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.consumers.found import Found
from sqsfifo_lint.model import Loss


def deleted_early(found: Found) -> Iterator[Loss]:
    """Where a message is deleted before the work on it."""
    return iter(())
