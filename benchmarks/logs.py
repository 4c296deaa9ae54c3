"""`sqsfifo-lint logs` over a gigabyte of log lines, beside `grep -c` and `wc -l` over the same file.

    python -m benchmarks.logs --work /tmp/benchmarks

The logs are generated: eight workers, each with one message after the other, and lines of the program between. Speed is
judged by processor time, since the target is one core's; reading is one process with one thread.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from benchmarks.measure import MIB, BenchmarkError, Sample, in_turn, memory, note, processor, run, table, verdict

AT_LEAST = 40.0
"""The limit for the speed with a preset, in MB (10⁶ bytes) a second."""

AT_MOST = 200.0
"""The limit for memory, in MiB."""

WORKERS = 8
"""Enough for a realistic mixture of lines; their number changes nothing."""

CHATTER = 'level=info logger=orders.handler msg="order line accepted" order=%d sku=AB-%06d quantity=%d price=%d.99\n'
"""What programs print between the start and the end of their work."""


class Step(NamedTuple):
    """One message that a worker handled."""

    number: int
    worker: int
    start: datetime
    end: datetime
    chatter: int
    """How many lines the program prints meanwhile."""

    @property
    def id(self) -> str:
        """A request, task or message ID."""
        return str(UUID(int=(self.number * 0x9E3779B97F4A7C15F39CC0605CEDC835) % (1 << 128), version=4))

    def lines(self) -> Iterator[str]:
        """What the program prints."""
        for line in range(self.chatter):
            yield CHATTER % (self.number, self.number * 7 % 1_000_000, line + 1, self.number % 90)


def steps(chatter: int) -> Iterator[Step]:
    """Messages without end, handled by turns."""
    began = datetime(2025, 10, 6, 8, 2, 7, 98000, UTC)
    for number in range(1 << 40):
        start = began + timedelta(milliseconds=11 * number)
        yield Step(number, number % WORKERS, start, start + timedelta(milliseconds=70), chatter)


def as_lambda(step: Step) -> str:
    """As `aws logs tail` prints Lambda's log."""
    stream = f"2025/10/06/[$LATEST]{step.worker:032x}"
    before, after = (f"{time.isoformat(timespec='microseconds')} {stream} " for time in (step.start, step.end))
    report = f"REPORT RequestId: {step.id}\tDuration: 69.12 ms\tBilled Duration: 70 ms\tMemory Size: 256 MB\t"
    return "".join(
        [
            f"{before}START RequestId: {step.id} Version: $LATEST\n",
            *(before + line for line in step.lines()),
            f"{after}END RequestId: {step.id}\n",
            f"{after}{report}Max Memory Used: 81 MB\t\n",
        ]
    )


def as_celery(step: Step) -> str:
    """As Celery's worker logs."""
    before, after = (time.strftime("%Y-%m-%d %H:%M:%S,") + f"{time.microsecond // 1000:03}" for time in step[2:4])
    process = f"ForkPoolWorker-{step.worker + 1}"
    return "".join(
        [
            f"[{before}: INFO/MainProcess] Task orders.tasks.handle[{step.id}] received\n",
            *(f"[{before}: INFO/{process}] {line}" for line in step.lines()),
            f"[{after}: INFO/{process}] Task orders.tasks.handle[{step.id}] succeeded in 0.06912s: None\n",
        ]
    )


def as_plain(step: Step) -> str:
    """As Python's `logging` may be set up to."""
    before, after = (time.strftime("%Y-%m-%d %H:%M:%S,") + f"{time.microsecond // 1000:03}" for time in step[2:4])
    return "".join(
        [
            f"{before} INFO worker-{step.worker} start message {step.id} group=g{step.number % 50}\n",
            *(f"{before} INFO worker-{step.worker} {line}" for line in step.lines()),
            f"{after} INFO worker-{step.worker} done message {step.id}\n",
        ]
    )


def as_events(step: Step) -> str:
    """As `aws logs filter-log-events` prints Lambda's log, page after page."""
    events = []
    for line in as_lambda(step).splitlines(keepends=True):
        time, stream, message = line.split(" ", 2)
        stamp = int(datetime.fromisoformat(time).timestamp() * 1000)
        events.append(
            {
                "logStreamName": stream,
                "timestamp": stamp,
                "message": message,
                "ingestionTime": stamp + 900,
                "eventId": f"{step.number:056}",
            }
        )
    return json.dumps({"events": events, "searchedLogStreams": [], "nextToken": step.id}, indent=4) + "\n"


class Corpus(NamedTuple):
    """A log to generate, and what is looked for in it."""

    write: Callable[[Step], str]
    chatter: int
    options: tuple[str, ...]
    word: str
    """What `grep -c` counts."""
    judged: bool
    """Whether the speed has to meet the target."""


CORPORA = {
    "Lambda, `aws logs tail`": Corpus(as_lambda, 4, (), "REPORT RequestId: ", True),
    "Lambda, only START, END and REPORT": Corpus(as_lambda, 0, (), "REPORT RequestId: ", True),
    "Celery": Corpus(as_celery, 4, (), "succeeded in", True),
    "Lambda, `filter-log-events`": Corpus(as_events, 4, (), "REPORT RequestId: ", False),
    "plain": Corpus(as_plain, 4, (), "done message", False),
    "`--start` and `--end`": Corpus(
        as_plain,
        4,
        ("--start", "start message", "--end", "done message", "--worker", r"(worker-\d+)", "--id", r"message (\S+)"),
        "done message",
        False,
    ),
}


def main() -> int:
    """Measure and print; 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--work", type=Path, default=Path("/tmp/sqsfifo-lint-benchmarks"), help="where logs are kept")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--megabytes", type=int, default=1000, help="the size of each log")
    parser.add_argument("--only", default="", help="only logs with this text in their name")
    options = parser.parse_args()
    folder = options.work.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    met = True
    for name, corpus in CORPORA.items():
        if options.only in name:
            met = measured(name, corpus, folder, options.megabytes, options.rounds) and met
    return 0 if met else 1


def measured(name: str, corpus: Corpus, folder: Path, megabytes: int, rounds: int) -> bool:
    """Measure one log, print a table, and return whether the targets are met. The log is removed again."""
    path = folder / "benchmark.log"
    note(f"generating {megabytes:,} MB: {name}")
    spans = generate(path, corpus, megabytes * 1_000_000)
    size = path.stat().st_size / 1_000_000
    command = [sys.executable, "-P", "-m", "sqsfifo_lint", "logs", *corpus.options, str(path)]
    seen = run([*command, "--output-format", "json"], folder, (0, 1), keep=True).output
    if json.loads(seen)["spans"] != spans:
        raise BenchmarkError(f"{name}: not all of {spans:,} spans were found")
    samples = in_turn(
        {
            "`sqsfifo-lint logs`": partial(run, command, folder),
            # without a reader of its output, GNU grep ends at the first match
            "`grep -c`": partial(run, ["grep", "-c", corpus.word, str(path)], folder, keep=True),
            "`wc -l`": partial(run, ["wc", "-l", str(path)], folder),
        },
        rounds,
    )
    path.unlink()
    own, grep, wc = samples.values()
    print(f"\n**{name}**: {size:,.0f} MB, {spans:,} spans\n")
    print(
        table(("", "processor (s)", "MB/s", "to grep", "to wc", "peak (MiB)"), [*rows(samples, size, grep, wc)]),
        end="\n\n",
    )
    light = verdict("peak", memory(own), AT_MOST, " MiB")
    if not corpus.judged:
        return light
    fastest = min(sample.processor for sample in own)
    return verdict("processor time for 1,000 MB", fastest / size * 1000, 1000 / AT_LEAST, " s") and light


def rows(
    samples: dict[str, list[Sample]], size: float, grep: list[Sample], wc: list[Sample]
) -> Iterator[tuple[str, ...]]:
    """The rows of the table."""
    for name, taken in samples.items():
        seconds = processor(taken)
        yield (
            name,
            f"{seconds:.2f}",
            f"{size / seconds:,.0f}",
            f"{seconds / processor(grep):.1f}",
            f"{seconds / processor(wc):.1f}",
            f"{memory(taken):.0f}",
        )


def generate(path: Path, corpus: Corpus, size: int) -> int:
    """Write a log of about `size` bytes, and return the number of spans in it."""
    written = 0
    with path.open("w", encoding="utf-8", newline="\n", buffering=MIB) as file:
        for step in steps(corpus.chatter):
            if written >= size:
                return step.number
            written += file.write(corpus.write(step))
    raise AssertionError("steps have no end")


if __name__ == "__main__":
    sys.exit(main())
