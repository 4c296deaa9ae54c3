"""`sqsfifo-lint queue`: what AWS says of a queue, and what follows for those who send and those who work."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from shutil import get_terminal_size

import click

from sqsfifo_lint.commands import config_file
from sqsfifo_lint.commands.output import BAD, FAILED, FINE, complain, fail
from sqsfifo_lint.config import Config, ConfigError
from sqsfifo_lint.evidence import queue_live
from sqsfifo_lint.evidence.queue_consequences import consequences, verdict
from sqsfifo_lint.evidence.queue_facts import Metrics, Queue, address
from sqsfifo_lint.evidence.queue_printed import Report, as_json, as_text
from sqsfifo_lint.options import color_option, colored, config_option


@click.command()
@click.argument("queue_url", metavar="QUEUE_URL")
@click.option(
    "--hours",
    type=click.IntRange(1, queue_live.MAX_HOURS),
    default=24,
    show_default=True,
    help="How far back the metrics go.",
)
@click.option("--no-metrics", is_flag=True, help="Do not ask CloudWatch.")
@click.option("--write-config", is_flag=True, help="Add what was found to the configuration file.")
@config_option
@click.option("--region", metavar="REGION", help="For boto3; by default the one in the URL.")
@click.option("--profile", metavar="PROFILE", help="For boto3.")
@click.option("--endpoint-url", metavar="URL", help="For boto3: the address of an emulator, for example.")
@click.option(
    "--output-format", type=click.Choice(("full", "json")), default="full", show_default=True, help="How to print."
)
@color_option
def queue(
    queue_url: str,
    hours: int,
    no_metrics: bool,
    write_config: bool,
    config_path: Path | None,
    region: str | None,
    profile: str | None,
    endpoint_url: str | None,
    output_format: str,
    color: str,
) -> None:
    """Ask AWS about the queue at QUEUE_URL, and say what follows for senders and workers.

    It reads attributes and CloudWatch metrics (sqs:GetQueueAttributes, cloudwatch:GetMetricData), and never receives
    or deletes a message.

    \b
    Exit status: 0 fine or too little data, 1 groups wait for each other, 2 something could not be read.
    """
    found = address(queue_url)
    if found is None:
        raise click.UsageError(
            f"{queue_url!r} is not the URL of a queue; `aws sqs get-queue-url --queue-name NAME` prints it."
        )
    try:
        config, file = config_file.configured(config_path, Path.cwd())
        clients = queue_live.connect(queue_live.Options(region or found.region, profile, endpoint_url))
        attributes = queue_live.read_queue(clients.sqs, queue_url, found)
    except (ConfigError, queue_live.LiveError) as error:
        fail(str(error))
    metrics, failed = (None, False) if no_metrics else _metrics(clients, attributes, hours)
    lines = _said(config, attributes)
    if write_config:
        done, refused = _written(file, config, attributes)
        lines, failed = (*lines, *done), failed or refused
    report = Report(
        attributes,
        metrics,
        verdict(attributes, metrics),
        consequences(attributes, metrics),
        lines,
        config_file.matching(config.serial_queues, attributes.name) is not None,
    )
    if output_format == "json":
        sys.stdout.write(as_json(report))
    else:
        width = get_terminal_size().columns if sys.stdout.isatty() else None
        sys.stdout.write(as_text(report, color=colored(color), width=width))
    sys.exit(FAILED if failed else BAD if report.bad else FINE)


def _metrics(clients: queue_live.Clients, queue: Queue, hours: int) -> tuple[Metrics | None, bool]:
    """The metrics, and whether they could not be read, which is printed; the attributes are worth a report alone."""
    try:
        return queue_live.read_metrics(clients.cloudwatch, queue, hours, datetime.now(UTC)), False
    except queue_live.LiveError as error:
        complain(str(error))
        return None, True


def _written(file: Path, config: Config, queue: Queue) -> tuple[tuple[str, ...], bool]:
    """What was done to the configuration file, and whether that failed, which is printed."""
    try:
        return (config_file.add_queue(file, config, queue.name, queue.content_based_deduplication),), False
    except ConfigError as error:
        complain(str(error))
        return (), True


def _said(config: Config, queue: Queue) -> tuple[str, ...]:
    """What the configuration says of the queue, as far as it is worth a line."""
    lines = []
    pattern = config_file.matching(config.serial_queues, queue.name)
    if pattern is not None:
        lines.append(f"{config.origin}: serial-queues says that it is meant to be serial ({pattern}).")
    wrong = config_file.disagreement(config, queue.name, queue.content_based_deduplication)
    return (*lines, wrong) if wrong else tuple(lines)
