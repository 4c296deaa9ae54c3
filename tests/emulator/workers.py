"""Workers as a team has them: each writes a log, and what it received as `aws sqs receive-message` prints it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier
from typing import Any

from tests.emulator.environment import ACCOUNT, REGION, environment_of_programs, queue_url
from tests.emulator.experiment import DRAIN_SECONDS, POLL_SECONDS, count_waiting, create_queue

ROOT = Path(__file__).parent.parent.parent
QUEUE = "jobs.fifo"
"""The queue of the examples."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is left of a run."""

    messages: list[Path]
    """One file for each worker: documents of `aws sqs receive-message`, one after the other."""
    logs: list[Path]
    """One file for each worker."""


def run_example(sqs: Any, example: Path, folder: Path, *, accounts: int, workers: int, work: float) -> Evidence:
    """Have the scheduler of an example push a job for each account, and workers handle all of them.

    `work`: the seconds that a job takes.
    """
    create_queue(sqs, QUEUE)
    try:
        _dispatch(sqs, example, accounts)
        url = queue_url(QUEUE)
        assert count_waiting(sqs, url) == accounts
        return work_off(sqs, url, folder, jobs=accounts, workers=workers, work=work)
    finally:
        sqs.delete_queue(QueueUrl=queue_url(QUEUE))


def _dispatch(sqs: Any, example: Path, accounts: int) -> None:
    """Run the scheduler as its service does: in a process of its own, which imports everything once."""
    due = [{"id": number, "due": "2026-01-02"} for number in range(accounts)]
    subprocess.run(
        [sys.executable, "-c", f"from scheduler import dispatch_due; dispatch_due({due!r})"],
        cwd=example,
        env={
            **environment_of_programs(sqs.meta.endpoint_url),
            "SQS_PREFIX": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        check=True,
    )


def work_off(sqs: Any, url: str, folder: Path, *, jobs: int, workers: int, work: float) -> Evidence:
    """Let workers receive, handle and delete all messages of a queue, each one message at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    finished: list[str] = []
    ready = Barrier(workers)

    def run(number: int) -> tuple[Path, Path]:
        dump, log = folder / f"messages-{number}.json", folder / f"worker-{number}.log"
        logger = _logger(f"worker-{number}", log)
        started = time.monotonic()
        ready.wait(DRAIN_SECONDS)
        with dump.open("w", encoding="utf-8") as output:
            while len(finished) < jobs and time.monotonic() - started < DRAIN_SECONDS:
                received = _receive(sqs, url)
                if not received["Messages"]:
                    time.sleep(POLL_SECONDS / 10)
                    continue
                output.write(json.dumps(received, indent=4) + "\n")
                (message,) = received["Messages"]
                told = f"message={message['MessageId']} group={message['Attributes']['MessageGroupId']}"
                logger.info("start %s", told)
                time.sleep(work)
                logger.info("done %s", told)
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                finished.append(message["MessageId"])
                time.sleep(POLL_SECONDS / 5)  # longer than others pause, or the same worker would be first each time
        return dump, log

    with ThreadPoolExecutor(workers) as pool:
        files = list(pool.map(run, range(1, workers + 1)))
    assert len(finished) == jobs
    return Evidence([dump for dump, _ in files], [log for _, log in files])


def _receive(sqs: Any, url: str) -> dict[str, Any]:
    """What the command prints for `receive-message --attribute-names All`."""
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1, AttributeNames=["All"])
    return {"Messages": found.get("Messages", [])}


def _logger(name: str, path: Path) -> logging.Logger:
    """A logger of its own that writes to a file, in UTC."""
    handler = logging.FileHandler(path, encoding="utf-8")
    formatter = logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logger = logging.Logger(name)
    logger.addHandler(handler)
    return logger
