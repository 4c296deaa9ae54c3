"""How often Python's garbage collector runs.

Syntax trees are large and live until the end of a check. The collector would search them in vain again and again,
which takes a tenth of a check's time.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

_RARELY = (20_000_000, 50, 1_000)
"""Thresholds: a run over hundreds of files that send stays below; what a run creates, it keeps to the end."""


def collect_rarely() -> None:
    """Let the collector run rarely for the rest of this process."""
    gc.set_threshold(*_RARELY)


@contextmanager
def rare_collection() -> Iterator[None]:
    """Let the collector run rarely inside the block."""
    before = gc.get_threshold()
    collect_rarely()
    try:
        yield
    finally:
        gc.set_threshold(*before)


def leave(status: int) -> NoReturn:
    """End the process. The kernel frees its memory faster than Python frees trees.

    Raises OSError if the output cannot be written.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
