"""`sqsfifo-lint server`: the check in an editor, by the Language Server Protocol."""

from __future__ import annotations

import click

from sqsfifo_lint.commands.output import fail
from sqsfifo_lint.server.streams import taken

MISSING = "the language server needs pygls: install `sqsfifo-lint[lsp]`"


@click.command()
def server() -> None:
    """Serve an editor at standard input and output: findings as you type (LSP)."""
    streams = taken()
    try:
        from sqsfifo_lint.server.run import run  # pygls is an extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        fail(MISSING)
    run(streams)
