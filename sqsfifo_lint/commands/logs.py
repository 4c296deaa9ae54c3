"""`sqsfifo-lint logs`: do the workers work at the same time?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sqsfifo_lint.evidence.presets import PRESETS
from sqsfifo_lint.evidence.reading import read


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True), metavar="[FILE]...")
@click.option("--preset", type=click.Choice(tuple(PRESETS)), help="What the lines are. Found out if not given.")
def logs(paths: tuple[Path, ...], preset: str | None) -> None:
    """Say from the logs of the workers whether they work at the same time."""
    reading = read(paths, PRESETS[preset] if preset else None)
    spans = reading.spans
    click.echo(
        f"{len(spans)} spans of {len(spans.workers)} workers;"
        f" {spans.starts_without_end.count} starts without end, {spans.ends_without_start.count} ends without start"
    )
    sys.exit(2 if reading.unread_count else 0)
