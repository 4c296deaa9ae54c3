"""How often Python's garbage collector runs.

Syntax trees are large and live to the end of a check. The collector would find nothing in them, again and again: a
tenth of the time of a check.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

_RARELY = (20_000_000, 50, 1_000)
"""Thresholds: a run over hundreds of files that send stays below; what a run makes, it keeps to its end."""


def collect_rarely() -> None:
    """Let the collector run seldom in what is left of this process."""
    gc.set_threshold(*_RARELY)


@contextmanager
def rare_collection() -> Iterator[None]:
    """Let the collector run seldom for a while."""
    before = gc.get_threshold()
    collect_rarely()
    try:
        yield
    finally:
        gc.set_threshold(*before)


def leave(status: int) -> NoReturn:
    """End the process. The kernel takes its memory faster than Python takes trees apart.

    Raises OSError when what was printed cannot be written.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
