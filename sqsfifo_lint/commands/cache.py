"""`sqsfifo-lint cache`: where earlier results are kept, how much that is, and how to be rid of it."""

from __future__ import annotations

import os
import sys

import click

from sqsfifo_lint.cache.store import FOLDER_VARIABLE, OFF_VARIABLE, Store, folder_of_user
from sqsfifo_lint.terminal import visible
from sqsfifo_lint.told import FAILED, fail


@click.command()
@click.option("--info", "wanted", flag_value="info", default="info", help="Say where it is and how much (default).")
@click.option("--clear", "wanted", flag_value="clear", help="Remove it.")
def cache(wanted: str) -> None:
    """Tell about what earlier checks have left behind to make later ones quick, or remove it.

    \b
    SQSFIFO_LINT_CACHE_DIR says where it is kept; with SQSFIFO_LINT_NO_CACHE set, or `check --no-cache`, none is used.
    """
    store = Store(folder_of_user())
    if wanted == "clear":
        try:
            removed = store.clear()
        except OSError as error:
            fail(f"{visible(str(store.file))}: cannot be removed: {error.strerror or error}")
        click.echo(f"Removed {visible(str(store.file))}." if removed else "There is no cache.")
        return
    contents = store.contents()
    click.echo(
        f"file:    {visible(str(contents.file))}" + (f" (by {FOLDER_VARIABLE})" * bool(os.environ.get(FOLDER_VARIABLE)))
    )
    click.echo(f"entries: {contents.entries:,}")
    click.echo(f"size:    {contents.size / 1024 / 1024:.1f} MiB")
    if os.environ.get(OFF_VARIABLE):
        click.echo(f"It is not used: {OFF_VARIABLE} is set.")
    if contents.problem:
        click.echo(f"It is not used: {visible(contents.problem)}.")
        sys.exit(FAILED)
