"""Standard input and output, taken from whatever else reads and prints: a plugin, or what it starts."""

from __future__ import annotations

import os
import sys
from typing import BinaryIO, NamedTuple, cast


class Streams(NamedTuple):
    """What belongs to the client alone."""

    reader: BinaryIO
    writer: BinaryIO


def taken() -> Streams:
    """The two streams. In their places, there is nothing to read, and what is printed goes to standard error."""
    reader, writer = os.dup(0), os.dup(1)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    sys.stdout.flush()
    os.dup2(2, 1)
    return Streams(cast(BinaryIO, open(reader, "rb")), cast(BinaryIO, open(writer, "wb")))
