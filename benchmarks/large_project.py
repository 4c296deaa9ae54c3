"""A large project with wrappers: what it costs to find who calls a send through three other files.

    python -m benchmarks.large_project --work /tmp/benchmarks

One file in twenty-five sends. Each send is wrapped three times, each time in another file, and the last file passes a
group ID that is always the same, so every chain has one finding that only the whole chain shows. The methods are called
`send`, `push` and `publish`, and a fifth of all files have methods and calls with these names that lead nowhere.

The files that matter are the senders, their wrappers and the wrappers' callers. The time of a check is compared with
the time that `libcst.parse_module` takes for these files, in one process each.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import time
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.measure import Sample, figures, in_turn, memory, module, run, table, verdict, wall

AT_MOST = 3.0
"""Limit as a multiple of the time to parse the files that matter."""
AT_MOST_GROWTH = 2.5
"""Limit as a multiple of the cost, for twice the files."""

SENDER = '''
"""Access to the {name} queue."""

from __future__ import annotations

import json
import logging
from typing import Any

import boto3

logger = logging.getLogger(__name__)


class {Name}Queue:
    """The queue that {name} messages go to."""

    def __init__(self, queue_url: str, region: str = "eu-west-1") -> None:
        self.queue_url = queue_url
        self.client = boto3.client("sqs", region_name=region)

    def send(self, payload: dict[str, Any], group: str, dedup: str) -> str:
        """Send one message."""
        logger.debug("sending to %s", self.queue_url)
        response = self.client.send_message(
            QueueUrl=self.queue_url,
            MessageBody=json.dumps(payload),
            MessageGroupId=group,
            MessageDeduplicationId=dedup,
        )
        return str(response["MessageId"])

'''

FIRST = '''
"""Publishes {name} events."""

from __future__ import annotations

from typing import Any

from {package}.queues.{name} import {Name}Queue


class {Name}Publisher:
    """Makes messages of {name} events."""

    def __init__(self, queue: {Name}Queue) -> None:
        self.queue = queue

    def publish(self, event: dict[str, Any], group: str) -> str:
        """Publish one event."""
        payload = {{"type": "{name}", "event": event}}
        return self.queue.send(payload, group=group, dedup=str(event["id"]))

'''

SECOND = '''
"""The {name} service."""

from __future__ import annotations

from typing import Any

from {package}.publishers.{name} import {Name}Publisher
from {package}.queues.{name} import {Name}Queue


class {Name}Service:
    """What can be done with {name}."""

    def __init__(self, queue_url: str) -> None:
        self.publisher = {Name}Publisher({Name}Queue(queue_url))

    def push(self, event: dict[str, Any], group: str) -> None:
        """Hand an event on."""
        if event.get("draft"):
            return
        self.publisher.publish(event, group)

'''

THIRD = '''
"""The {name} job."""

from __future__ import annotations

from typing import Any

from {package}.services.{name} import {Name}Service


def run_{name}(queue_url: str, events: list[dict[str, Any]]) -> int:
    """Work off events."""
    service = {Name}Service(queue_url)
    for event in events:
        service.push(event, "{name}-events")
    return len(events)

'''

NAMESAKE = '''
"""Channel {name}."""

from __future__ import annotations

from typing import Any


class {Name}Channel:
    """Something that has the same method names, and sends nothing."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.stack: list[Any] = []

    def push(self, item: Any) -> None:
        """Keep an item."""
        self.stack.append(item)

    def send(self, data: bytes) -> int:
        """Write to the socket."""
        return int(self.socket.send(data))

    def publish(self, topic: str, item: Any) -> None:
        """Tell the others."""
        self.push(item)
        self.send(f"{{topic}}: {{item}}".encode())


def announce_{name}(bus: Any, channel: {Name}Channel) -> None:
    """Call them all."""
    bus.publish("{name}", 1)
    channel.publish("{name}", 2)
    bus.push("{name}")
    bus.send(b"{name}")

'''

OTHER = '''
"""Calculations for {name}."""

from __future__ import annotations

import math
from dataclasses import dataclass

'''

FILLER = '''
@dataclass
class Figures{number}:
    """Figures of one kind."""

    count: int
    amount: float

    def rounded(self) -> float:
        """The amount, to cents."""
        return round(self.amount, 2)


def combined_{number}(left: Figures{number}, right: Figures{number}, factor: float = {factor}) -> Figures{number}:
    """Both together."""
    if left.count + right.count == 0:
        return Figures{number}(0, 0.0)
    amount = math.sqrt(left.amount**2 + right.amount**2) * factor
    return Figures{number}(left.count + right.count, amount)

'''

HEAD = "import math\nfrom dataclasses import dataclass\n"


def main() -> int:
    """Measure and print; 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--work", type=Path, default=Path("/tmp/sqsfifo-lint-benchmarks"), help="where trees are kept")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--parse", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--check", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.parse or options.check:
        print(json.dumps(parse(options.parse) if options.parse else check(options.check)))
        return 0

    sizes = (options.files // 2, options.files)
    projects = {size: generate(options.work.resolve() / f"large_project_{size}", size) for size in sizes}
    commands = {
        f"{what}, {size} files": (module("large_project", f"--{option}", str(folder)), folder)
        for size, folder in projects.items()
        for what, option in (("parse what matters", "parse"), ("check", "check"))
    }
    samples = in_turn({name: partial(run, it[0], it[1], keep=True) for name, it in commands.items()}, options.rounds)
    rows = []
    for name, taken in samples.items():
        base = samples[f"parse what matters, {name.partition(', ')[2]}"]
        last = figures(taken)[-1]
        rows.append(
            (
                name,
                f"{wall(taken):.2f}",
                f"{wall(taken) / wall(base):.2f}",
                f"{work(taken):.2f}",
                f"{work(taken) / work(base):.2f}",
                f"{memory(taken):.0f}",
                f"{last['findings']:.0f} of {last['chains']:.0f}",
            )
        )
    print(f"\n{options.rounds} rounds, medians\n")
    head = ("", "process (s)", "ratio", "without imports (s)", "ratio", "peak (MiB)", "findings")
    print(table(head, rows), end="\n\n")
    half, whole = (samples[f"check, {size} files"] for size in sizes)
    base = samples[f"parse what matters, {sizes[1]} files"]
    complete = all(one["findings"] == one["chains"] for one in figures(whole))
    if not complete:
        print("MISSED  not every chain is found, so the time is that of less work")
    met = [
        complete,
        verdict("check to parsing what matters", wall(whole) / wall(base), AT_MOST),
        verdict("the same, without imports", work(whole) / work(base), AT_MOST),
        verdict("twice the files, times the work", work(whole) / work(half), AT_MOST_GROWTH),
        verdict("twice the files, times the memory", memory(whole) / memory(half), AT_MOST_GROWTH),
    ]
    return 0 if all(met) else 1


def work(samples: list[Sample]) -> float:
    """The median of the time after the imports."""
    return median(one["work"] for one in figures(samples))


def generate(folder: Path, files: int) -> Path:
    """Write the project, which is the same every time."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").touch()
    chance = random.Random(files)
    chains, namesakes = files // 25, files // 5
    count = 0
    for number in range(chains):
        for kind, text in (("queues", SENDER), ("publishers", FIRST), ("services", SECOND), ("jobs", THIRD)):
            write(folder, kind, f"topic_{number}", text, chance, number % 20)
            count += 1
    for number in range(namesakes):
        write(folder, "channels", f"channel_{number}", NAMESAKE, chance, number % 20)
        count += 1
    for number in range(files - count):
        write(folder, "figures", f"figure_{number}", OTHER, chance, number % 20)
    return folder


def write(folder: Path, kind: str, name: str, text: str, chance: random.Random, part: int) -> None:
    """Write one module, of about a hundred lines."""
    package = f"part_{part}"
    path = folder / package / kind / f"{name}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    title = name.title().replace("_", "")
    own = text.format(name=name, Name=title, package=package).lstrip("\n")
    own = own if text is OTHER else own.replace("annotations\n", f"annotations\n\n{HEAD}", 1)
    filler = "\n".join(
        FILLER.format(number=number, factor=chance.randint(2, 99)) for number in range(chance.randint(2, 5))
    )
    path.write_text(f"{own}{filler}".rstrip("\n") + "\n", encoding="utf-8")


def that_matter(folder: Path) -> list[Path]:
    """Senders, wrappers and their callers."""
    return sorted(p for kind in ("queues", "publishers", "services", "jobs") for p in folder.glob(f"*/{kind}/*.py"))


def parse(folder: Path) -> dict[str, float]:
    """Read and parse every file that matters, and keep no tree."""
    started = time.perf_counter()
    import libcst

    imported = time.perf_counter()
    paths = that_matter(folder)
    for path in paths:
        libcst.parse_module(path.read_bytes())
    took = time.perf_counter() - imported
    return {"imports": imported - started, "work": took, "findings": 0, "chains": len(paths) // 4}


def check(folder: Path) -> dict[str, float]:
    """Check the project as the command line does."""
    started = time.perf_counter()
    from sqsfifo_lint import rules
    from sqsfifo_lint.run import checking, engine

    rules.load_rules()
    assert checking
    imported = time.perf_counter()
    report = engine.check([folder])
    took = time.perf_counter() - imported
    assert not report.problems, report.problems
    right = {finding.span.path for finding in report.findings if finding.code == "SQF101"}
    found = sum("/jobs/" in path for path in right)
    return {"imports": imported - started, "work": took, "findings": found, "chains": len(that_matter(folder)) // 4}


if __name__ == "__main__":
    sys.exit(main())
