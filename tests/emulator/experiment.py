"""Run a program against the emulator, let workers handle what arrives, and say what was observed."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier, Lock
from typing import Any

from tests.emulator.environment import FIFO, STANDARD, Emulator, queue_url

DRAIN_SECONDS = 60
POLL_SECONDS = 0.1
BATCH = 10

QUEUE_NAME = re.compile(r"""(?:amazonaws\.com/\d{12}/|(?:QueueName|queue)=["'])([\w.-]+)""")

HANDED = {FIFO: ("queue_url", "queue_name", "QUEUE_URL"), STANDARD: ("standard_url",)}
"""The queues for programs that name none, and the words that stand for them."""

ENTITY_FIELDS = ("customer_id", "account", "customer", "tenant", "poll", "meter")
ID_FIELDS = ("id", "event_id", "url")
TEXT_FIELDS = ("body", "text", "payload", "document", "choice", "value")
REFUSED_TEXT = "\x0b"
"""A character that XML 1.0 does not have."""


@dataclass(frozen=True, slots=True)
class Run:
    """How an example is called: `call` for each message (`event`), for ten at a time (`events`), or once (neither).

    `start` is executed once beforehand. Both see the program's names and `queue_url`, `queue_name`, `standard_url`.
    """

    call: str
    start: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is sent, and how it is handled.

    The messages belong to `entities` entities (0: each to its own) and are divided among `processes`. Each is sent
    `attempts` times with `pause` seconds in between; `elsewhere`: by another process each time. `batch`: how many
    messages a call that takes several gets. `refused`: how many have a text that SQS refuses. `queue`: in words, why
    the program's queues are not created for it. Then `workers` handle one at a time and take `work` seconds.
    """

    messages: int = 10
    entities: int = 0
    processes: int = 1
    attempts: int = 1
    pause: float = 0
    elsewhere: bool = False
    batch: int = BATCH
    refused: int = 0
    queue: str = ""
    workers: int = 4
    work: float = 0

    def __str__(self) -> str:
        parts = [counted(self.messages, "message") + (" of one entity" if self.entities == 1 else "")]
        if self.batch != BATCH:
            parts[0] += " in one call"
        if self.refused:
            some = f"{self.refused} of them " if self.refused < self.messages else ""
            parts.append(f"{some}rejected by SQS")
        if self.queue:
            parts.append(self.queue)
        if self.attempts > 1:
            parts.append(f"{'each ' if self.messages > 1 else ''}sent {_times(self.attempts)}")
        if self.pause:
            parts.append(f"{self.pause:g} s apart")
        if self.elsewhere:
            parts.append("by another process each time")
        if self.processes > 1:
            parts.append(f"sent by {self.processes} processes")
        if self.work:
            parts += [f"{self.workers} workers", f"{self.work * 1000:.0f} ms of work for each"]
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Observed:
    """The result of a run.

    `errors`: the different codes that calls of the program raised, `reasons`: their messages. `told`: whether any call
    raised or returned something. `groups`: how many there were among the messages that `arrived`. `at_once`: how many
    messages were handled at the same time. `seconds`: how long handling all of them took.
    """

    errors: tuple[str, ...]
    reasons: tuple[str, ...]
    told: bool
    arrived: int
    groups: int
    at_once: int
    seconds: float


@dataclass(slots=True)
class Handled:
    """What the workers did."""

    groups: list[str | None] = field(default_factory=list)
    at_once: int = 0
    seconds: float = 0.0


def observe(emulator: Emulator, program: str, run: Run, setting: Setting) -> Observed:
    """Run the program (its text) as `run` and `setting` say, on queues made for it.

    Raises `AssertionError` if the program does not even start.
    """
    sqs = emulator.sqs
    if not setting.queue:
        for name in sorted(queues_of(program, run)):
            create_queue(sqs, name)
    try:
        answers = send(emulator, program, run, setting)
        handled = [handle(sqs, url, setting.workers, setting.work) for url in existing_queues(sqs)]
    finally:
        for url in existing_queues(sqs):
            sqs.delete_queue(QueueUrl=url)
    groups = [group for queue in handled for group in queue.groups]
    return Observed(
        errors=tuple(sorted({answer["error"] for answer in answers if answer["error"]})),
        reasons=tuple(sorted({answer["reason"] for answer in answers if answer["reason"]})),
        told=any(answer["told"] for answer in answers),
        arrived=len(groups),
        groups=len(set(groups)),
        at_once=max((queue.at_once for queue in handled), default=0),
        seconds=sum(queue.seconds for queue in handled),
    )


def queues_of(program: str, run: Run) -> set[str]:
    """The names of the queues that a program sends to: those in its text, and those that calls pass to it."""
    text = "\n".join([program, run.start, run.call])
    handed = {name for name, words in HANDED.items() if any(word in text for word in words)}
    return handed | {match[1] for match in QUEUE_NAME.finditer(text)}


def existing_queues(sqs: Any) -> list[str]:
    """The URLs of all existing queues."""
    return list(sqs.list_queues().get("QueueUrls", ()))


def create_queue(sqs: Any, name: str, **attributes: str) -> str:
    """Create a queue, FIFO if its name says so, and return its URL. Content-based deduplication is off by default."""
    fifo = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
    url: str = sqs.create_queue(QueueName=name, Attributes={**fifo, **attributes})["QueueUrl"]
    return url


def event(number: int, setting: Setting) -> dict[str, Any]:
    """A made-up event with all fields that examples read. Each number has its own IDs and text."""
    entity = number % setting.entities if setting.entities else number
    text = REFUSED_TEXT if number < setting.refused else f"text {number}"
    return {
        **{name: f"{name}-{entity}" for name in ENTITY_FIELDS},
        **{name: f"{name}-{number}" for name in ID_FIELDS},
        **dict.fromkeys(TEXT_FIELDS, text),
        "tags": ["urgent", "paid", "gift", "new", "large", "export"],
        "taken_at": "2026-01-02T03:04:05+00:00",
    }


def send(emulator: Emulator, program: str, run: Run, setting: Setting) -> list[dict[str, Any]]:
    """Call the program in one process or several, and return the result of each call."""
    answers: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "example.py")
        path.write_text(program, encoding="utf-8")
        for number, order in enumerate(orders(run, setting)):
            if number and setting.elsewhere:
                time.sleep(setting.pause)
            answers += emulator.programs.run({"program": str(path), **order}, number)
    return answers


def orders(run: Run, setting: Setting) -> Iterator[dict[str, Any]]:
    """What each process is asked to do; see `call_programs.py`."""
    events = [event(number, setting) for number in range(setting.messages)]
    share = setting.messages // setting.processes
    shares = [events[first : first + share] for first in range(0, len(events), share)]
    for mine in shares * (setting.attempts if setting.elsewhere else 1):
        yield {
            "start": run.start,
            "call": run.call,
            "events": mine,
            "batch": setting.batch,
            "attempts": 1 if setting.elsewhere else setting.attempts,
            "pause": setting.pause,
            "names": {"queue_url": queue_url(FIFO), "queue_name": FIFO, "standard_url": queue_url(STANDARD)},
        }


def handle(sqs: Any, url: str, workers: int, work: float) -> Handled:
    """Let workers receive, handle and delete all messages of a queue, each one message at a time.

    All make their first receive before any of them goes on, so whatever can be in flight together is, however slow the
    machine.
    """
    waiting = count_waiting(sqs, url)
    handled, lock, all_have_received = Handled(), Lock(), Barrier(workers)
    busy = 0
    started = time.monotonic()

    def take() -> Any:
        nonlocal busy
        received = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=1, MessageSystemAttributeNames=["MessageGroupId"]
        )
        message = next(iter(received.get("Messages", ())), None)
        with lock:
            busy += message is not None
            handled.at_once = max(handled.at_once, busy)
        return message

    def finish(message: dict[str, Any]) -> None:
        nonlocal busy
        time.sleep(work)
        with lock:  # before the delete, which releases the next one of the group
            busy -= 1
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        with lock:
            handled.groups.append(message.get("Attributes", {}).get("MessageGroupId"))

    def work_off() -> None:
        message = take()
        all_have_received.wait(DRAIN_SECONDS)
        while message or (len(handled.groups) < waiting and time.monotonic() - started < DRAIN_SECONDS):
            if message:
                finish(message)
            else:
                time.sleep(POLL_SECONDS)
            message = take()

    with ThreadPoolExecutor(workers) as pool:
        for worker in [pool.submit(work_off) for _ in range(workers)]:
            worker.result()
    handled.seconds = time.monotonic() - started
    return handled


def count_waiting(sqs: Any, url: str) -> int:
    """The number of messages in a queue. LocalStack counts exactly; AWS calls the number approximate."""
    name = "ApproximateNumberOfMessages"
    return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])


def counted(number: int, noun: str) -> str:
    """`1 message`, `2 messages`."""
    return f"{number} {noun}" + ("s" if number != 1 else "")


def _times(number: int) -> str:
    return {2: "twice"}.get(number, f"{number} times")
