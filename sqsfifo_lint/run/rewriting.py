"""Files that are changed: read with what their text does not show, and replaced in one step."""

from __future__ import annotations

import io
import os
import re
import shutil
import stat
import tempfile
import tokenize
from dataclasses import dataclass
from pathlib import Path

from sqsfifo_lint.config import regular_bytes
from sqsfifo_lint.source.files import MAX_SIZE

_ENDS = re.compile(r"(\r\n|\r|\n)")


def encoding_of(data: bytes) -> str:
    """The encoding of a Python file, which also says whether there is a BOM. Raises SyntaxError for an unknown one."""
    return tokenize.detect_encoding(io.BytesIO(data).readline)[0]


def split(text: str) -> list[tuple[str, str]]:
    """The lines of a text, each with what ends it; the last one has nothing."""
    parts = _ENDS.split(text)
    return list(zip(parts[::2], [*parts[1::2], ""], strict=True))


def replace_file(path: Path, data: bytes) -> None:
    """Put other content in the place of a file in one step, with its mode. Raises OSError."""
    number, name = tempfile.mkstemp(dir=path.parent)
    try:
        with open(number, "wb") as file:
            file.write(data)
        shutil.copymode(path, name)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


@dataclass(frozen=True, slots=True)
class Original:
    """A Python file as it was when it was read."""

    data: bytes
    encoding: str
    text: str
    """With `\\n` at the ends of lines."""
    ends: tuple[str, ...]
    """What ends each line in truth."""

    @classmethod
    def of(cls, data: bytes) -> Original:
        """Raises SyntaxError, LookupError or UnicodeError if it cannot be decoded."""
        encoding = encoding_of(data)
        lines = split(data.decode(encoding))
        return cls(data, encoding, "\n".join(line for line, _ in lines), tuple(end for _, end in lines))

    def encoded(self, text: str) -> bytes:
        """Another text in the same encoding, with the ends of lines that these have in the original.

        Lines that are new get the end that most have. Raises UnicodeError.
        """
        own = self.text.split("\n")
        kinds = sorted({end for end in self.ends if end}, key=self.ends.count, reverse=True) or ["\n"]
        if len(kinds) == 1:
            return text.replace("\n", kinds[0]).encode(self.encoding)
        lines = text.split("\n")
        ends = _matched(own, lines, self.ends, kinds[0])
        return "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True)).encode(self.encoding)


def _matched(own: list[str], lines: list[str], ends: tuple[str, ...], usual: str) -> list[str]:
    """What ends all lines of a text but the last: what ended them where they come from."""
    from difflib import SequenceMatcher  # only where a file mixes the ends of its lines

    found = [usual] * len(lines)
    for a, b, size in SequenceMatcher(None, own, lines, autojunk=False).get_matching_blocks():
        found[b : b + size] = [end or usual for end in ends[a : a + size]]
    return found[:-1]


def unwritable(path: Path) -> str:
    """Why a file should not be written to; empty if it may be."""
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        return error.strerror or "it cannot be read"
    if not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(path, os.W_OK):
        return "it is not writable"
    return "" if os.access(path.parent, os.W_OK) else "its folder is not writable"


def content(path: Path) -> bytes:
    """The content of a file that is not too large to be checked. Raises OSError and ValueError."""
    return regular_bytes(path, MAX_SIZE)
