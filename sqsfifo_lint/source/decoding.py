"""Bytes to the text of a Python file."""

from __future__ import annotations

import io
import tokenize


class SyntaxProblem(Exception):
    """A file that cannot be decoded or parsed; `line` and `column` count from 1, 0 when unknown."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


def decode(data: bytes) -> str:
    """The text of a Python file, by its BOM or PEP 263 declaration, UTF-8 otherwise. Newlines become `\\n`.

    Raises SyntaxProblem when the bytes are not text in that encoding.
    """
    if b"\0" in data:
        raise SyntaxProblem("source contains a NUL byte", data[: data.index(b"\0")].count(b"\n") + 1, 1)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except Exception as error:  # a codec may raise anything: `undefined` raises a plain UnicodeError
        line = data[: error.start].count(b"\n") + 1 if isinstance(error, UnicodeDecodeError) else 1
        raise SyntaxProblem(f"cannot be decoded: {error}", line, 1) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")
