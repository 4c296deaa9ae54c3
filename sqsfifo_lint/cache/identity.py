"""By what a file is known to be unchanged without being read."""

from __future__ import annotations

import os

SETTLED = 2_000_000_000
"""Nanoseconds without a change after which a file's times are trusted: within the clock's tick a second write leaves
them as they are, and some file systems tick once in two seconds."""

_BITS = (1 << 64) - 1

NONE = 0
"""The identity of what is not trusted."""


def identity(found: os.stat_result, now: int) -> int:
    """A number that another content of this or any file does not have; `NONE` if it was changed too near to `now`.

    `now`: nanoseconds, as by `time.time_ns`, not after the content was read. The time of the last change of its status
    cannot be set, so a file with an older modification time, restored or renamed, is another one. What lies in the
    future was written by another clock, and is not trusted.
    """
    if max(found.st_ctime_ns, found.st_mtime_ns) > now - SETTLED:
        return NONE
    # Python's hash of integers is the same in each process.
    return hash((found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)) & _BITS
