"""What a change amounts to in a file."""

from __future__ import annotations

from typing import NamedTuple

from sqsfifo_lint.report import Edit


class Proposal(NamedTuple):
    """The edits of a change, without that of an import."""

    edits: tuple[Edit, ...]
    module: str = ""
    """What has to be imported."""
    safe: bool = True
    """False if it is not certain, although such changes are otherwise."""
