"""From the code to production and back: what workers leave behind shows whether they really work at the same time.

The scheduler of an example pushes jobs, several workers handle them, and the tool reads their messages and logs.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sqsfifo_lint.commands.senders import senders
from sqsfifo_lint.evidence.origins import Seen, join
from sqsfifo_lint.rules import load_rules
from tests.commands import run
from tests.emulator.claims import dedup_ids, group_ids
from tests.emulator.claims.model import Claim
from tests.emulator.environment import Emulator
from tests.emulator.experiment import Run, Setting, create_queue, existing_queues, queues_of, send
from tests.emulator.workers import ROOT, Evidence, run_example
from tests.programs import write

EXAMPLES = ROOT / "examples" / "start_up_group"
JOBS, WORKERS, WORK = 24, 4, 0.08
"""As many jobs as the verdict needs, workers, and the seconds that a job takes: longer than a receive takes."""


class Production(NamedTuple):
    """What is left of a service: its code, and what its workers wrote."""

    code: Path
    evidence: Evidence


@pytest.fixture(scope="module")
def services(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Production]:
    """The example with one group for all, and the one with a group for each account."""
    found = {}
    for name in ("trapped", "mended"):
        folder = tmp_path_factory.mktemp(name)
        code = shutil.copytree(EXAMPLES / name, folder / "code", ignore=shutil.ignore_patterns("__pycache__"))
        evidence = run_example(emulator.sqs, code, folder / "left", accounts=JOBS, workers=WORKERS, work=WORK)
        found[name] = Production(write(code, {}), evidence)
    return found


def told(production: Production, command: str, files: list[Path], *options: str) -> tuple[int, dict[str, Any]]:
    """The exit status of a command, and what it prints for programs."""
    done = run(production.code, command, *map(str, files), *options, "--output-format", "json")
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return done.returncode, found


def of_messages(production: Production, *options: str) -> tuple[int, dict[str, Any]]:
    status, found = told(production, "messages", production.evidence.messages, *options)
    (queue,) = found["queues"]
    return status, queue


SERIAL = pytest.param("trapped", 1, "serial", id="one group")
PARALLEL = pytest.param("mended", 0, "parallel", id="many groups")


@pytest.mark.parametrize(("service", "status", "judgement"), [SERIAL, PARALLEL])
def test_the_messages_tell(services: dict[str, Production], service: str, status: int, judgement: str) -> None:
    found, queue = of_messages(services[service])
    assert (found, queue["judgement"], queue["messages"]) == (status, judgement, JOBS)


@pytest.mark.parametrize(("service", "status", "judgement"), [SERIAL, PARALLEL])
def test_the_logs_tell(services: dict[str, Production], service: str, status: int, judgement: str) -> None:
    found, report = told(services[service], "logs", services[service].evidence.logs)
    assert (found, report["judgement"], report["spans"]) == (status, judgement, JOBS)
    assert report["worker_count"] == WORKERS
    most = report["at_once"]["maximum"]
    assert most == 1 if judgement == "serial" else most > 1


@pytest.mark.parametrize(("service", "status", "judgement"), [SERIAL, PARALLEL])
def test_both_agree(services: dict[str, Production], service: str, status: int, judgement: str) -> None:
    logs = [argument for path in services[service].evidence.logs for argument in ("--logs", str(path))]
    found, queue = of_messages(services[service], *logs)
    assert (found, queue["logs"]["agree"]) == (status, True)
    assert queue["logs"]["together"]["judgement"] == judgement


@pytest.mark.parametrize("command", ["messages", "logs"])
def test_the_line_that_makes_the_queue_serial_is_named(services: dict[str, Production], command: str) -> None:
    production = services["trapped"]
    files = production.evidence.messages if command == "messages" else production.evidence.logs
    _, found = told(production, command, files, "--project", ".")
    code = found["queues"][0]["code"] if command == "messages" else found["code"]
    (candidate,) = code["blamed_group"]["candidates"]
    assert (candidate["path"], candidate["line"]) == ("sqs_queue.py", 27)
    assert (candidate["given"]["path"], candidate["given"]["line"]) == ("connector.py", 17)
    assert candidate["often"] == "import"
    assert (candidate["trace"][0]["path"], candidate["trace"][0]["line"]) == ("ids.py", 8)


def test_the_groups_of_the_mended_service_are_the_accounts(services: dict[str, Production]) -> None:
    _, queue = of_messages(services["mended"], "--project", ".")
    (source,) = queue["code"]["group_ids"]
    assert (source["ids"], source["match"]) == (JOBS, "form")
    assert [piece["text"] or piece["kind"] for piece in source["candidates"][0]["made_of"]] == ["account-", "data"]


# What rules' examples really send is explained by their own code


def sent_ids(emulator: Emulator, program: str, how: Run, setting: Setting) -> list[dict[str, str]]:
    """The attributes of the messages that a program sends."""
    sqs, found = emulator.sqs, list[dict[str, str]]()
    for name in () if setting.queue else sorted(queues_of(program, how)):
        create_queue(sqs, name)
    try:
        send(emulator, program, how, setting)
        for url in existing_queues(sqs):
            while received := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"]).get(
                "Messages"
            ):
                for message in received:
                    found.append(message["Attributes"])
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    finally:
        for url in existing_queues(sqs):
            sqs.delete_queue(QueueUrl=url)
    return found


def seen(messages: list[dict[str, str]], name: str) -> list[Seen]:
    """The values of an attribute, each with the number of messages that have it."""
    return [Seen(*item) for item in Counter(message[name] for message in messages if name in message).items()]


@pytest.mark.parametrize("kind", ["bad", "good"])
@pytest.mark.parametrize("claim", [*group_ids.CLAIMS, *dedup_ids.CLAIMS], ids=lambda claim: claim.rule)
def test_what_an_example_sends_is_what_its_code_says(
    emulator: Emulator, tmp_path: Path, claim: Claim, kind: str
) -> None:
    (rule,) = (rule for rule in load_rules() if rule.code == claim.rule)
    title, how = next(iter(getattr(claim, kind).items()))
    (code,) = (example.code for example in getattr(rule, kind) if example.title == title)
    messages = sent_ids(emulator, code, how, claim.setting)
    (tmp_path / "app.py").write_text(code)
    joined = join(
        senders([tmp_path]).senders, seen(messages, "MessageGroupId"), seen(messages, "MessageDeduplicationId")
    )
    for source in (*joined.group, *joined.dedup):
        assert source.candidates, f"nothing in the code makes {source.example!r}"
        assert all(not one.against for one in source.candidates), source.candidates[0].against
        assert any(one.fit.strict for one in source.candidates), source.example
