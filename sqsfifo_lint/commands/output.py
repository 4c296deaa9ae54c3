"""What all commands about production print in the same way: reports and errors."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

from sqsfifo_lint.evidence.model import Unread
from sqsfifo_lint.terminal import no_commands, visible

FINE, BAD, FAILED = 0, 1, 2
"""Exit statuses: nothing is wrong, the verdict is bad, something could not be read."""


def show(text: str) -> None:
    """Print a text: nothing in it is a command to a CI system, and what the terminal's encoding lacks is replaced."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(no_commands(text).encode(encoding, "replace").decode(encoding))


def complain(message: str) -> None:
    """Print an error on one line; what else there is to do is still done."""
    sys.stderr.write(f"sqsfifo-lint: error: {visible(message)}\n")


def complain_of(unread: Sequence[Unread], count: int) -> None:
    """Print what could not be read: the first few of so many."""
    for one in unread:
        complain(f"{one.source}:{one.line}: {one.message}" if one.line else f"{one.source}: {one.message}")
    if count > len(unread):
        complain(f"{count - len(unread):,} more could not be read")


def fail(message: str) -> NoReturn:
    """Print an error on one line and end with status 2."""
    complain(message)
    sys.exit(FAILED)
