"""`sqsfifo-lint logs`: do the workers work at the same time?"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from sqsfifo_lint.commands.joined import Code, project_option
from sqsfifo_lint.commands.log_output import Printed
from sqsfifo_lint.commands.output import FAILED, complain_of, fail, show
from sqsfifo_lint.commands.progress import shown_progress
from sqsfifo_lint.evidence.containers import CONTAINERS
from sqsfifo_lint.evidence.log_report import report_of
from sqsfifo_lint.evidence.measure import CLOCK_SKEW
from sqsfifo_lint.evidence.portable import QueryError
from sqsfifo_lint.evidence.presets import PRESETS, Preset
from sqsfifo_lint.evidence.queries import QUERIES
from sqsfifo_lint.evidence.reading import Reading, Unrecognized, read
from sqsfifo_lint.evidence.results import read_results
from sqsfifo_lint.evidence.sources import Source, sources
from sqsfifo_lint.options import color_option, colored


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True), metavar="[FILE]...")
@click.option(
    "--preset", type=click.Choice(tuple(PRESETS)), help="What the messages say. Found out if not given, nor --start."
)
@click.option("--start", metavar="REGEX", help="Found in messages that tell of the start of work.")
@click.option("--end", metavar="REGEX", help="Found in messages that tell of its end.")
@click.option("--worker", metavar="REGEX", help="Who works. Else the log stream or the file is the worker.")
@click.option("--group", metavar="REGEX", help="The message group, at the start, at the end or between them.")
@click.option("--id", "work_id", metavar="REGEX", help="What joins a start to its end. Else a worker's next end does.")
@click.option("--time", "time_format", metavar="FORMAT", help="iso, epoch, epoch-ms or a format of strptime.")
@click.option("--timezone", metavar="NAME", help="Where times are that name no zone, such as Europe/Berlin. Else UTC.")
@click.option(
    "--clock-skew",
    type=click.FloatRange(0),
    default=CLOCK_SKEW / 1000,
    show_default=True,
    metavar="MS",
    help="By how much the clocks of workers may differ, in milliseconds.",
)
@click.option(
    "--output-format",
    type=click.Choice(("full", "json", "html")),
    default="full",
    show_default=True,
    help="What the report looks like.",
)
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write the report as HTML, too.")
@click.option("--svg", type=click.Path(path_type=Path), metavar="FILE", help="Write the timeline as SVG.")
@color_option
@project_option
@click.option(
    "--query",
    type=click.Choice(tuple(QUERIES)),
    help="Print the query with which AWS itself reduces the logs to spans.",
)
@click.option(
    "--from", "engine", type=click.Choice(tuple(QUERIES)), help="FILE is what that query returned, as CSV or JSON."
)
@click.option("--container", type=click.Choice(tuple(CONTAINERS)), help="What the messages lie in. Else found out.")
def logs(
    paths: tuple[Path, ...],
    preset: str | None,
    start: str | None,
    end: str | None,
    worker: str | None,
    group: str | None,
    work_id: str | None,
    time_format: str | None,
    timezone: str | None,
    container: str | None,
    clock_skew: float,
    output_format: str,
    html: Path | None,
    svg: Path | None,
    color: str,
    projects: tuple[Path, ...],
    query: str | None,
    engine: str | None,
) -> None:
    """Say from the logs of workers whether they work at the same time.

    FILE is a log, as it is or compressed; a folder stands for all files in it, `-` for standard input. An expression
    with a group, `worker=(\\S+)`, gives what the group finds.

    \b
    Exit status: 0 fine or too little data, 1 serial or partly serial, 2 something could not be read.
    """
    chosen = _preset(preset, start, end, worker, group, work_id, time_format)
    if query:
        _print_query(query, chosen, paths)
        return
    if engine and (chosen or container or timezone):
        raise click.UsageError("--from reads what a query returned: what the lines say was said to --query.")
    reading = _read_results(engine, paths) if engine else _read(paths, chosen, container, _zone(timezone))
    report = report_of(reading, clock_skew=round(clock_skew * 1000))
    complain_of(reading.unread, reading.unread_count)
    complete = True
    if projects:
        code = Code(projects)
        report, complete = replace(report, beside=code.of_logs(report)), code.complete
    printed = Printed(output_format, html=html, svg=svg, color=colored(color))
    sys.exit(report.exit_status() if printed.write(report) and complete else FAILED)


def _preset(
    name: str | None,
    start: str | None,
    end: str | None,
    worker: str | None,
    group: str | None,
    work_id: str | None,
    time_format: str | None,
) -> Preset | None:
    """The preset that the options amount to; None to find it out."""
    given = {"worker": worker, "group": group, "id": work_id, "time_format": time_format}
    changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if (start is None) != (end is None):
        raise click.UsageError("--start and --end belong together.")
    if start is not None and end is not None:
        if name is not None:
            raise click.UsageError("Give either --preset or --start and --end.")
        chosen = Preset("custom", "as the options say", start, end)
    elif name is None and not changes:
        return None
    elif name is None:
        raise click.UsageError(
            "--worker, --group, --id and --time change a preset: give --preset, or --start and --end."
        )
    else:
        chosen = PRESETS[name]
    if time_format is not None:
        changes["time"] = ""  # wherever a time of this format is
    chosen = replace(chosen, **changes)
    return chosen if group is None else replace(chosen, during=True, needles=())


def _print_query(engine: str, preset: Preset | None, paths: Sequence[Path]) -> None:
    if paths:
        raise click.UsageError("--query reads no FILE: AWS's engine reads the logs where they are.")
    if preset is None:
        raise click.UsageError("--query cannot find out what the lines say: give --preset, or --start and --end.")
    try:
        show(QUERIES[engine](preset))
    except re.error as error:
        fail(f"{error.pattern!r} is no regular expression: {error}")
    except QueryError as error:
        fail(str(error))


def _read_results(engine: str, paths: Sequence[Path]) -> Reading:
    files = _sources(paths)
    with shown_progress(files) as progress:
        return read_results(engine, files, progress)


def _sources(paths: Sequence[Path]) -> list[Source]:
    if not paths and sys.stdin.isatty():
        raise click.UsageError("Name log files or folders, or pipe a log in.")
    return sources(paths or (Path("-"),))


def _zone(name: str | None) -> tzinfo:
    if name is None:
        return UTC
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        raise click.UsageError(f"There is no time zone {name!r}.") from error


def _read(paths: Sequence[Path], preset: Preset | None, container: str | None, zone: tzinfo) -> Reading:
    files = _sources(paths)
    try:
        with shown_progress(files) as progress:
            return read(files, preset, container=container, zone=zone, progress=progress)
    except Unrecognized as error:
        fail(str(error))
    except re.error as error:
        fail(f"{error.pattern!r} is no regular expression: {error}")
    except ValueError as error:
        fail(str(error))
