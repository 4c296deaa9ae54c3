"""`sqsfifo-lint messages`: are the messages of a queue handled one after the other, and are their IDs right?"""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import get_terminal_size

import click

from sqsfifo_lint.commands.joined import Code, Logs, project_option, with_beside
from sqsfifo_lint.commands.output import FAILED, show
from sqsfifo_lint.commands.progress import shown_progress
from sqsfifo_lint.evidence.reading_messages import read_report
from sqsfifo_lint.evidence.sources import sources
from sqsfifo_lint.options import color_option, colored

WIDTH = 100
"""Columns of what is not printed to a terminal."""


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True), metavar="[FILE|-]...")
@click.option(
    "--output-format",
    type=click.Choice(("full", "json", "html")),
    default="full",
    show_default=True,
    help="What the report looks like.",
)
@project_option
@click.option(
    "--logs",
    "log_paths",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    metavar="PATH",
    help="Compare with these logs of the workers, files or folders; see `sqsfifo-lint logs`.",
)
@click.option("--show-bodies", is_flag=True, help="Show the bodies of messages that came back or repeat.")
@color_option
def messages(
    paths: tuple[Path, ...],
    output_format: str,
    projects: tuple[Path, ...],
    log_paths: tuple[Path, ...],
    show_bodies: bool,
    color: str,
) -> None:
    """Say from messages of a queue whether they can be handled at the same time, and what their IDs are.

    FILE is what `aws sqs receive-message --attribute-names All` prints, events that Lambda gets from SQS, or a dump
    of a dead-letter queue, packed or not. Without FILE, standard input is read. Bodies are never printed unless asked
    for.

    \b
    Exit status: 0 fine or too little data, 1 serial, partly serial or colliding dedup IDs, 2 something could not
    be read.
    """
    if not paths and sys.stdin.isatty():
        raise click.UsageError("Give a FILE, or pipe in what `aws sqs receive-message --attribute-names All` prints.")
    files = sources(paths or (Path("-"),))
    with shown_progress(files) as progress:
        report = read_report(files, progress, bodies=show_bodies)
    others: list[Code | Logs] = [*([Logs(log_paths)] if log_paths else []), *([Code(projects)] if projects else [])]
    report = with_beside(report, others)
    match output_format:
        case "json":
            from sqsfifo_lint.evidence.message_json import as_json  # each format is needed alone

            text = as_json(report, bodies=show_bodies)
        case "html":
            from sqsfifo_lint.evidence.message_html import as_html  # as above

            text = as_html(report, bodies=show_bodies)
        case _:
            from sqsfifo_lint.evidence.message_text import as_text  # rich is slow to import

            width = get_terminal_size().columns if sys.stdout.isatty() else WIDTH
            text = as_text(report, color=colored(color), width=width, bodies=show_bodies)
    show(text)
    sys.exit(report.exit_status() if all(one.complete for one in others) else FAILED)
