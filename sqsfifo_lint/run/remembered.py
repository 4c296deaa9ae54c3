"""What a process that checks again and again remembers of files on disk: a server, which looks round at each key.

    with remembering(disk):
        ...  # files are read as usual, those that have not changed from memory

A file is what it was as long as its size, times and number are. One that was written a moment ago is read again, since
another change need not show in its times.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeVar

R = TypeVar("R")

MAX_REMEMBERED = 64 * 1024 * 1024
"""Bytes of files that are kept: those of ten thousand files of a usual size. Of others it is known whether they
matter."""

MOST_FILES = 200_000
"""Files that are remembered; beyond it, all are forgotten. An entry takes half a kilobyte."""

RECENT = 50_000_000
"""Nanoseconds after a change in which another one may have the same time: five ticks of a slow clock."""

Stamp = tuple[int, int, int, int] | None
"""What changes with a file; None if it cannot be said."""


@dataclass(slots=True)
class _File:
    stamp: Stamp
    data: bytes | None = None
    verdicts: dict[Hashable, bool] = field(default_factory=dict)


class Disk:
    """Files as they were read."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}
        self._stamps: dict[str, Stamp] = {}
        self._size = 0
        self._last: dict[Hashable, tuple[object, object]] = {}

    def look_round(self) -> None:
        """From now on, files may have changed."""
        self._stamps.clear()
        if len(self._files) > MOST_FILES:
            self._files.clear()
            self._size = 0

    def stamp(self, path: str) -> Stamp:
        """What differs whenever the content of a file does; looked at once in a round."""
        if path not in self._stamps:
            self._stamps[path] = _stamp(path)
        return self._stamps[path]

    def matters(self, path: str, relevant: Callable[[bytes], bool]) -> bool | None:
        """What `relevant` has said of a file; None if that is not known."""
        return self._file(path).verdicts.get(getattr(relevant, "key", relevant))

    def data(self, path: str) -> bytes | None:
        """The content of a file, if it is kept."""
        return self._file(path).data

    def keep(self, path: str, data: bytes) -> None:
        """Remember what was read."""
        file = self._file(path)
        if file.stamp is not None and file.data is None and self._size + len(data) <= MAX_REMEMBERED:
            file.data = data
            self._size += len(data)

    def note(self, path: str, relevant: Callable[[bytes], bool], verdict: bool) -> None:
        """Remember what `relevant` says of a file."""
        file = self._file(path)
        if file.stamp is not None:
            file.verdicts[getattr(relevant, "key", relevant)] = verdict

    def forget(self, path: str) -> None:
        """Remember nothing of a file."""
        file = self._files.pop(path, None)
        if file is not None and file.data is not None:
            self._size -= len(file.data)

    def same(self, key: Hashable, given: object, work_out: Callable[[], R]) -> R:
        """What was worked out of the same the last time, or else what `work_out` returns."""
        last = self._last.get(key)
        if last is None or last[0] != given:
            last = self._last[key] = given, work_out()
        found: R = last[1]  # type: ignore[assignment]  # of the same key
        return found

    def _file(self, path: str) -> _File:
        stamp, file = self.stamp(path), self._files.get(path)
        if file is not None and file.stamp == stamp and stamp is not None:
            return file
        if file is not None and file.data is not None:
            self._size -= len(file.data)
        file = self._files[path] = _File(stamp)
        return file


def _stamp(path: str) -> Stamp:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    if time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) < RECENT:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


_disk: ContextVar[Disk | None] = ContextVar("_disk", default=None)


@contextmanager
def remembering(disk: Disk) -> Iterator[None]:
    """In the block, read what has not changed from memory."""
    disk.look_round()
    token = _disk.set(disk)
    try:
        yield
    finally:
        _disk.reset(token)


def remembered() -> Disk | None:
    """What is remembered; None if nobody remembers anything."""
    return _disk.get()
