"""Serving one client, until it leaves."""

from __future__ import annotations

import logging
import sys

from sqsfifo_lint.server.features import new_server
from sqsfifo_lint.server.streams import Streams


def run(streams: Streams) -> None:
    """Serve the client; what there is to log goes to standard error."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="sqsfifo-lint: %(levelname)s: %(message)s")
    server = new_server()
    try:
        server.start_io(*streams)
    finally:
        server.schedule.stop()
