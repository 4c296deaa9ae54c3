"""Opens log files: plain or compressed, in whichever encoding, from a folder or standard input, in bounded memory."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Protocol

Complain = Callable[[int, str], None]
"""Takes what cannot be read: the line, from 1, or 0 for the whole file; and what is wrong."""

Progress = Callable[[int], None]
"""Takes the number of bytes, as they are stored, that were read since the last call."""

BLOCK = 1 << 20
"""Bytes that are read at once: large enough to search quickly, small enough to stay in the processor's cache."""

MAX_LINE = 8 << 20
"""Characters of a line. An event of CloudWatch Logs has 1 MiB at most, which JSON's escapes may make six times as long:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html. What is longer is cut in two."""

WRITE_TEST = "aws-logs-write-test"
"""A file that an export to S3 leaves beside the logs, to test its permission."""

_COLOURS = re.compile("\x1b\\[[0-9;]*m")


class Stream(Protocol):
    """Whatever decompresses."""

    def read1(self, size: int, /) -> bytes:
        """Up to `size` bytes, as many as are there; none at the end."""


class _Zstd:
    """zstandard's reader says nothing when a file ends early. What the file says of its size tells."""

    def __init__(self, raw: io.BufferedReader[_Counted]) -> None:
        try:
            import zstandard  # an extra: most logs are not compressed with it
        except ImportError as error:
            raise OSError("compressed with zstd: install sqsfifo-lint[zstd] to read it") from error
        self._error = zstandard.ZstdError
        try:
            self._missing = zstandard.frame_content_size(raw.peek(18)[:18])
        except zstandard.ZstdError as error:
            raise EOFError(str(error)) from error
        self._reader = zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True)

    def read1(self, size: int, /) -> bytes:
        try:
            data: bytes = self._reader.read1(size)
        except self._error as error:
            raise EOFError(str(error)) from error
        if not data and self._missing > 0:
            raise EOFError(f"{self._missing:,} bytes are missing")
        self._missing -= len(data)
        return data


_COMPRESSIONS: Mapping[bytes, Callable[[Any], Stream]] = {
    b"\x1f\x8b": lambda raw: gzip.GzipFile(fileobj=raw),
    b"\x28\xb5\x2f\xfd": _Zstd,
    b"BZh": lambda raw: bz2.BZ2File(raw),
    b"\xfd7zXZ\x00": lambda raw: lzma.LZMAFile(raw),  # noqa: SIM115 - it ends with the file that it reads
}
"""By the first bytes of the file, since names lie."""

_BYTE_ORDER_MARKS: Mapping[bytes, str] = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",  # what PowerShell's `>` writes
    codecs.BOM_UTF16_BE: "utf-16",
}

_BROKEN = (EOFError, OSError, zlib.error, lzma.LZMAError)


@dataclass(slots=True)
class Source:
    """One log file."""

    path: Path
    """`-` for standard input."""
    stream: str = ""
    """What tells those who wrote it apart from those who wrote other files; empty if nothing does."""
    _first: str | None = None
    """The head of standard input, which can be read only once."""
    _rest: Iterator[str] | None = None
    _kept: list[tuple[int, str]] = field(default_factory=list)
    """What is complained about meanwhile."""

    @property
    def name(self) -> str:
        """As it is shown."""
        return "<stdin>" if self.path == Path("-") else str(self.path)

    def head(self, complain: Complain) -> str:
        """Its first lines, up to about 1 MiB. Raises OSError."""
        if self.path != Path("-"):
            return next(self.blocks(complain, _no_progress), "")
        if self._first is None:
            self._rest = _blocks(sys.stdin.buffer, self._keep, _no_progress)
            self._first = next(self._rest, "")
        return self._first

    def _keep(self, line: int, message: str) -> None:
        self._kept.append((line, message))

    def blocks(self, complain: Complain, progress: Progress) -> Iterator[str]:
        """Its text, in pieces that end at the end of a line. What is broken is complained about. Raises OSError."""
        if self.path == Path("-"):
            yield self.head(complain)
            yield from self._rest or ()
            for line, message in self._kept:
                complain(line, message)
            return
        with self.path.open("rb") as raw:
            yield from _blocks(raw, complain, progress)

    def text(self, complain: Complain, progress: Progress) -> Iterator[str]:
        """Its text, in pieces that end anywhere: for what is no log, and may have no lines. Raises OSError."""
        if self.path == Path("-"):
            yield from _text(sys.stdin.buffer, complain, progress)
            return
        with self.path.open("rb") as raw:
            yield from _text(raw, complain, progress)


def sources(paths: Iterable[Path]) -> list[Source]:
    """The files of these paths, `-` for standard input; of a folder, all that lie in it.

    In an export to S3 each log stream has a folder of its own, with files like `000000.gz`:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3ExportTasksConsole.html
    """
    files = [file for path in paths for file in _files(path)]
    streams = [_stream(file) for file in files]
    several = len(set(streams)) > 1
    return [Source(file, stream if several else "") for file, stream in zip(files, streams, strict=True)]


def _files(path: Path) -> Sequence[Path]:
    if not path.is_dir():
        return [path]
    found = (file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
    return sorted(file for file in found if file.name != WRITE_TEST)


_EXPORTED = re.compile(r"[0-9]{6}(?:\.gz)?")

_ROTATED = re.compile(r"(?:\.(?:gz|zst|zstd|bz2|xz)|[.-][0-9]{1,10}|[.-][0-9]{4}-[0-9]{2}-[0-9]{2}|\.old)+$")
"""What log rotation, and compression, add to a file's name: `app.log.2.gz` was written by who writes `app.log`."""


def _stream(file: Path) -> str:
    if _EXPORTED.fullmatch(file.name):
        return file.parent.name
    return _ROTATED.sub("", file.name) or file.name


def _text(raw: BinaryIO, complain: Complain, progress: Progress) -> Iterator[str]:
    counted = io.BufferedReader(_Counted(raw, progress), BLOCK)
    start = counted.peek(8)[:8]
    opened = next((opening for magic, opening in _COMPRESSIONS.items() if start.startswith(magic)), None)
    stream: Stream = counted if opened is None else opened(counted)
    return _decoded(stream, complain)


def _blocks(raw: BinaryIO, complain: Complain, progress: Progress) -> Iterator[str]:
    rest = ""
    lines = 0
    for text in _text(raw, complain, progress):
        block = rest + text if rest else text
        cut = block.rfind("\n") + 1
        if cut == 0 and len(block) > MAX_LINE:
            complain(lines + 1, f"a line is longer than {MAX_LINE:,} characters, and is cut in two")
            cut = len(block)
        rest = block[cut:]
        if cut:
            block = block[:cut]
            lines += block.count("\n")
            yield _COLOURS.sub("", block) if "\x1b" in block else block
    if rest:
        yield _COLOURS.sub("", rest)


def _decoded(stream: Stream, complain: Complain) -> Iterator[str]:
    """The text. What is no text in its encoding becomes U+FFFD."""
    decoder: codecs.IncrementalDecoder | None = None
    for data in chain(_pieces(stream, complain), (b"",)):
        if decoder is None:
            encoding = next((name for mark, name in _BYTE_ORDER_MARKS.items() if data.startswith(mark)), "utf-8")
            decoder = codecs.getincrementaldecoder(encoding)("replace")
        text = decoder.decode(data, final=not data)
        if text:
            yield text


def _pieces(stream: Stream, complain: Complain) -> Iterator[bytes]:
    """The content in blocks. A broken file gives all that comes before the break."""
    block = bytearray()
    while True:
        try:
            data = stream.read1(BLOCK - len(block))
        except _BROKEN as error:
            yield bytes(block)
            complain(0, f"is broken, and was read up to there: {error}")
            return
        block += data
        if len(block) >= BLOCK or not data:
            yield bytes(block)
            block.clear()
        if not data:
            return


class _Counted(io.RawIOBase):
    """Tells how much is read."""

    def __init__(self, raw: BinaryIO, progress: Progress) -> None:
        super().__init__()
        self._raw = raw
        self._progress = progress

    def readable(self) -> bool:
        """As a reader has to say."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read into `buffer`."""
        read = getattr(self._raw, "read1", self._raw.read)
        data = read(len(buffer))
        buffer[: len(data)] = data
        self._progress(len(data))
        return len(data)


def _no_progress(read: int) -> None:
    """Heads do not count."""
