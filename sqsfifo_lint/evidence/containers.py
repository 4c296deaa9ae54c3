"""The kinds of containers, and which of them a file is."""

from __future__ import annotations

from collections.abc import Mapping

from sqsfifo_lint.evidence.formats.container import Container
from sqsfifo_lint.evidence.formats.events_json import EVENTS_JSON
from sqsfifo_lint.evidence.formats.events_text import EVENTS_TEXT
from sqsfifo_lint.evidence.formats.insights_csv import INSIGHTS_CSV
from sqsfifo_lint.evidence.formats.plain import PLAIN
from sqsfifo_lint.evidence.formats.prefixed import PREFIXED
from sqsfifo_lint.evidence.formats.s3_export import S3_EXPORT
from sqsfifo_lint.evidence.formats.tail import SAM, TAIL_DETAILED, TAIL_JSON, TAIL_SHORT

_ALL = (EVENTS_JSON, EVENTS_TEXT, INSIGHTS_CSV, TAIL_JSON, TAIL_DETAILED, S3_EXPORT, TAIL_SHORT, SAM, PREFIXED, PLAIN)

CONTAINERS: Mapping[str, Container] = {container.name: container for container in _ALL}
"""By name, in the order in which they are tried: each fits less than those after it."""


def container_of(head: str) -> Container | None:
    """The container that the head of a file looks like."""
    return next((container for container in _ALL if container.fits(head)), None)
