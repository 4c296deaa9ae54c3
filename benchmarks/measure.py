"""Runs commands in turn, measures the time and memory of each, and prints the results.

A machine with other load is slow at some times and fast at others. So the candidates take turns, round by round, and
what counts is the ratio of their medians in one run, never a figure from another day.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

REPOSITORY = Path(__file__).resolve().parents[1]

MIB = 1024 * 1024


class BenchmarkError(Exception):
    """A benchmark cannot go on, or a candidate did not do its work."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One run of one candidate. Times are in seconds."""

    wall: float
    processor: float
    """User and system time, including that of child processes."""
    memory: float
    """MiB that the largest of its processes used at its peak."""
    output: str = ""


def environment() -> dict[str, str]:
    """The environment of a candidate: this checkout comes first on its path, and is compiled once, as if installed.

    Without a cache: whoever measures that says so (`benchmarks.again`).
    """
    path = [str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])]
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {"SQSFIFO_LINT_NO_CACHE": "1", **inherited, "PYTHONPATH": os.pathsep.join(path), "PYTHONUTF8": "1"}


def run(
    command: Sequence[str],
    cwd: Path,
    statuses: Sequence[int] = (0, 1),
    *,
    keep: bool = False,
    installed: bool = False,
    patience: float = 600,
) -> Sample:
    """Run a command to its end. With `keep`, its output is kept, otherwise discarded.

    With `installed`, it sees only the packages of its own environment, otherwise this checkout first. After `patience`
    seconds it is killed.

    The kernel counts what a process inherits before it execs towards its peak, so this process has to stay small.
    Raises BenchmarkError for an exit status that is not in `statuses`.
    """
    started = time.perf_counter()
    output = subprocess.PIPE if keep else subprocess.DEVNULL
    names = dict(os.environ) if installed else environment()
    process = subprocess.Popen(command, cwd=cwd, env=names, stdout=output, stderr=subprocess.DEVNULL)
    timer = threading.Timer(patience, process.kill)
    timer.start()
    text = process.stdout.read().decode() if process.stdout is not None else ""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.stdout is not None:
        process.stdout.close()
    if process.returncode not in statuses:
        raise BenchmarkError(f"exit status {process.returncode}: {' '.join(command)}")
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text)


def linter(*arguments: str) -> list[str]:
    """The command that checks with this checkout."""
    return [sys.executable, "-P", "-m", "sqsfifo_lint", "check", "--output-format", "concise", *arguments]


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module of this package."""
    return [sys.executable, "-m", f"benchmarks.{name}", *arguments]


def in_turn(candidates: Mapping[str, Callable[[], Sample]], rounds: int) -> dict[str, list[Sample]]:
    """The samples of each candidate, after one round that only warms the file cache.

    Every other round runs in reverse, so that no candidate always follows the same one.
    """
    names = list(candidates)
    samples: dict[str, list[Sample]] = {name: [] for name in names}
    for name, candidate in candidates.items():
        note(f"warming up: {name}")
        candidate()
    for number in range(rounds):
        note(f"round {number + 1} of {rounds}")
        for name in names if number % 2 == 0 else reversed(names):
            samples[name].append(candidates[name]())
    return samples


def note(text: str) -> None:
    """Print the progress of a benchmark."""
    print(text, file=sys.stderr, flush=True)


def wall(samples: Sequence[Sample]) -> float:
    """The median wall time."""
    return median(sample.wall for sample in samples)


def fastest(samples: Sequence[Sample]) -> float:
    """The shortest wall time, for when other load took one of few cores for a while."""
    return min(sample.wall for sample in samples)


def processor(samples: Sequence[Sample]) -> float:
    """The median processor time."""
    return median(sample.processor for sample in samples)


def memory(samples: Sequence[Sample]) -> float:
    """The highest peak."""
    return max(sample.memory for sample in samples)


def figures(samples: Sequence[Sample]) -> list[dict[str, float]]:
    """The JSON objects that the candidate printed, one per run."""
    return [json.loads(sample.output) for sample in samples]


def verdict(what: str, value: float, limit: float, unit: str = "") -> bool:
    """Print how a figure compares with its target, and return whether it is met."""
    met = value <= limit
    print(f"{'met   ' if met else 'MISSED'}  {what}: {value:.2f}{unit} (target: at most {limit:g}{unit})")
    return met


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column has names, the others figures."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        first = cells[0].ljust(widths[0])
        return " | ".join(["| " + first, *(c.rjust(w) for c, w in zip(cells[1:], widths[1:], strict=True))]) + " |"

    ruler = " | ".join(["| " + "-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]) + " |"
    return "\n".join([line(head), ruler, *map(line, rows)])


def total_memory(command: Sequence[str], cwd: Path) -> float:
    """MiB that a command and its child processes used together at their peak, sampled every few milliseconds.

    Pages that processes share are counted once. Linux only; 0 elsewhere.
    """
    process = subprocess.Popen(
        command, cwd=cwd, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(_proportional(number) for number in _family(process.pid)))
        time.sleep(0.005)
    return peak / 1024


def _family(process: int) -> list[int]:
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except OSError:
        return [process]
    return [process, *(number for child in children for number in _family(int(child)))]


def _proportional(process: int) -> int:
    """KiB of memory, with shared memory divided by the number of processes that share it."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
