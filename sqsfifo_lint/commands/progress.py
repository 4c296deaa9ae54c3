"""Shows how much of the input is read."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqsfifo_lint.evidence.sources import Progress, Source


@contextmanager
def shown_progress(files: Sequence[Source]) -> Iterator[Progress]:
    """Show how much is read, if someone is there to see it."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich import progress  # slow to import, and pipes do not need it
    from rich.console import Console  # likewise

    sizes = [file.path.stat().st_size if file.path.is_file() else 0 for file in files]
    columns = (
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=sum(sizes) or None)
        yield lambda read: bar.advance(task, read)
