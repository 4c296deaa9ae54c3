"""Reads files and keeps those that matter: one open and one read per file, shared among processes if there are many."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from typing import BinaryIO

from sqsfifo_lint.cache.ruled_out import RuledOut
from sqsfifo_lint.run.remembered import remembered
from sqsfifo_lint.run.workers import Team, processes
from sqsfifo_lint.source.files import MAX_SIZE

MANY = 4000
"""From this number of files on, a second process is worth its start-up time."""

PORTIONS = 200
"""Portions of a large tree; whichever process is free reads the next one."""

MOST_SEARCHED = 64 * 1024 * 1024
"""Bytes of a file that is too large to be checked, up to which it is searched for a send: a larger one holds data."""

_READ = 1 << 16
_BLOCK = 1 << 20

Contents = list[tuple[str, bytes]]
Problems = list[tuple[str, str]]


def read_all(
    paths: Sequence[str],
    relevant: Callable[[bytes], bool],
    first: Callable[[], object] = lambda: None,
    ruled_out: RuledOut | None = None,
) -> tuple[Contents, Problems]:
    """The contents of those files that can contain a send, and what went wrong, in no particular order.

    `first` may be called once such a file has been found, before all are read, so that the caller can prepare for them
    in the meantime. What an earlier run has `ruled_out` is not read, and what this run does is added.
    """
    if ruled_out is not None:
        paths = ruled_out.unknown(paths)
        if ruled_out.known:
            first = _nothing  # what was found then may still hold, so that there is nothing to prepare for
    if len(paths) >= MANY:
        results = _read_shared(paths, relevant, first, ruled_out)
    else:
        results = [_read_portion(paths, relevant, ruled_out)]
    if ruled_out is not None:
        for _, _, met in results:
            ruled_out.met.extend(met)
    return [content for contents, _, _ in results for content in contents], [
        problem for _, problems, _ in results for problem in problems
    ]


def _nothing() -> None:
    pass


_Portion = tuple[Contents, Problems, Sequence[int]]
"""The third part: the identities of the files that were read and are ruled out."""


def _read_shared(
    paths: Sequence[str], relevant: Callable[[bytes], bool], first: Callable[[], object], ruled_out: RuledOut | None
) -> list[_Portion]:
    here, waiting = os.getpid(), [first]

    def read_portion(portion: Sequence[str]) -> _Portion:
        found = _read_portion(portion, relevant, ruled_out)
        if found[0] and waiting and os.getpid() == here:
            waiting.pop()()
        return found

    with Team([paths[number::PORTIONS] for number in range(PORTIONS)], processes()) as team:
        return team.each(read_portion)


def _read_portion(paths: Sequence[str], relevant: Callable[[bytes], bool], ruled_out: RuledOut | None) -> _Portion:
    problems: Problems = []
    own = RuledOut(now=ruled_out.now) if ruled_out is not None else None  # for another process has a copy only
    contents = [(path, data) for path in paths if (data := read(path, relevant, problems, own)) is not None]
    return contents, problems, own.met if own is not None else ()


def read(
    path: str,
    relevant: Callable[[bytes], bool],
    problems: Problems,
    ruled_out: RuledOut | None = None,
) -> bytes | None:
    """The content of a file, or None if it contains no send, for which it is `ruled_out`, or cannot be read, which is
    noted in `problems`.
    """
    disk = remembered()
    if disk is None:
        return _read(path, relevant, problems, ruled_out)
    known = disk.matters(path, relevant)
    if known is False:
        return None
    data = disk.data(path)
    if data is None and known is None:

        def noted(data: bytes) -> bool:
            disk.note(path, relevant, verdict := relevant(data))
            return verdict

        before = len(problems)
        data = _read(path, noted, problems)
        if data is not None:
            disk.keep(path, data)
        elif len(problems) > before:  # too large, so that parts of it were searched: what was noted is of one of them
            disk.forget(path)
        return data
    if data is None:
        return _read(path, relevant, problems)
    if known is None:
        disk.note(path, relevant, known := relevant(data))
    return data if known else None


def _read(
    path: str,
    relevant: Callable[[bytes], bool],
    problems: Problems,
    ruled_out: RuledOut | None = None,
) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            found = os.fstat(descriptor) if ruled_out is not None else None
            data = os.read(descriptor, _READ)
            if len(data) == _READ:
                size = os.fstat(descriptor).st_size
                if size <= MAX_SIZE:
                    data = _rest(descriptor, data)
                if max(size, len(data)) > MAX_SIZE:  # one that grows, or a device, says less than it holds
                    if _any_block(descriptor, data, relevant, size):
                        problems.append((path, _too_large()))
                    return None
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        problems.append((path, reason(error)))
        return None
    if relevant(data):
        return data
    if ruled_out is not None and found is not None:
        ruled_out.add(found)
    return None


def read_stream(stream: BinaryIO) -> bytes:
    """All that a stream yields. Raises ValueError if it is too much; then no more than the limit has been read."""
    data = stream.read(MAX_SIZE + 1)
    if len(data) > MAX_SIZE:
        raise ValueError(_too_large())
    return data


def _too_large() -> str:
    return f"is too large to be checked (the limit is {MAX_SIZE // 1024 // 1024} MiB)"


def _rest(descriptor: int, data: bytes) -> bytes:
    blocks, size = [data], len(data)
    while size <= MAX_SIZE and (block := os.read(descriptor, MAX_SIZE + 1 - size)):
        blocks.append(block)
        size += len(block)
    return b"".join(blocks)


def _any_block(descriptor: int, data: bytes, relevant: Callable[[bytes], bool], size: int) -> bool:
    """Whether a huge file can contain a send: searched block by block, so that it need not fit into memory.

    `data` is how it begins. Of one of more than `MOST_SEARCHED` bytes, as much is searched as may be checked.
    """
    overlap = 64
    left = MAX_SIZE if size > MOST_SEARCHED else MOST_SEARCHED
    while data:
        if relevant(data):
            return True
        left -= len(data)
        block = os.read(descriptor, _BLOCK) if left > 0 else b""
        data = data[-overlap:] + block if block else b""
    return False


def reason(error: OSError | ValueError) -> str:
    """Why the system refuses a file or folder."""
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return "cannot be read: the symbolic link leads back to itself"
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"
