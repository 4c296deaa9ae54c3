"""Serving: a client at standard input and output, to which nothing but LSP is written."""

from __future__ import annotations

import logging
import os
import sys
from typing import BinaryIO, cast

from sqsfifo_lint.server.features import new_server


def run() -> None:
    """Serve the client at standard input and output until it leaves.

    Whatever else prints, a plugin or what it starts, prints to standard error.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="sqsfifo-lint: %(levelname)s: %(message)s")
    reader, writer = _taken(0, "rb"), _taken(1, "wb")
    server = new_server()
    try:
        server.start_io(reader, writer)
    finally:
        server.schedule.stop()


def _taken(number: int, mode: str) -> BinaryIO:
    """Standard input or output for our own use. In its place, there is nothing to read, or standard error."""
    own = os.dup(number)
    if number == 0:
        empty = os.open(os.devnull, os.O_RDONLY)
        os.dup2(empty, number)
        os.close(empty)
    else:
        sys.stdout.flush()
        os.dup2(2, number)
    return cast(BinaryIO, open(own, mode))
