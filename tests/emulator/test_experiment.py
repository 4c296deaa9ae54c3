"""The experiments themselves: each observes what its setting should show for a program whose effect is known."""

from __future__ import annotations

import pytest

from tests.emulator.claims.model import delivered, groups, told
from tests.emulator.environment import Emulator
from tests.emulator.experiment import Run, Setting, observe

PROGRAM = """\
import itertools

import boto3

sqs = boto3.client("sqs")
numbers = itertools.count()


def send(queue_url, order, group, dedup):
    sqs.send_message(
        QueueUrl=queue_url, MessageBody=order["body"], MessageGroupId=str(group), MessageDeduplicationId=str(dedup)
    )
"""


def run(emulator: Emulator, call: str, setting: Setting, start: str = "") -> str:
    """What is observed of a call, in words."""
    return str(delivered(setting, observe(emulator, PROGRAM, Run(call, start), setting)))


def test_processes_salt_hashes_differently(emulator: Emulator) -> None:
    setting = Setting(messages=6, entities=1, processes=3)
    call = "send(queue_url, event, hash(event['account']), event['id'])"
    assert str(groups(setting, observe(emulator, PROGRAM, Run(call), setting))) == "several groups, 3"
    call = "send(queue_url, event, event['account'], event['id'])"
    assert str(groups(setting, observe(emulator, PROGRAM, Run(call), setting))) == "one group"


@pytest.mark.parametrize(("dedup", "count"), [("hash(event['id'])", 20), ("event['id']", 10)])
def test_another_process_sends_the_same_messages_again(emulator: Emulator, dedup: str, count: int) -> None:
    setting = Setting(messages=10, attempts=2, elsewhere=True)
    shown = run(emulator, f"send(queue_url, event, event['account'], {dedup})", setting)
    assert shown == f"every send accepted, {count} delivered"


@pytest.mark.parametrize(("dedup", "count"), [("next(numbers)", 10), ("event['id']", 20)])
def test_several_processes_share_the_messages(emulator: Emulator, dedup: str, count: int) -> None:
    setting = Setting(messages=20, processes=2)
    shown = run(emulator, f"send(queue_url, event, event['account'], {dedup})", setting)
    assert shown == f"every send accepted, {count} delivered"


def test_what_the_caller_gets_to_know(emulator: Emulator) -> None:
    setting = Setting(messages=2, refused=1)
    call = "send(queue_url, event, 'a', event['id'])"
    assert str(told(setting, observe(emulator, PROGRAM, Run(call), setting))) == "1 delivered, the caller is told"
    start = "def quiet(*arguments):\n    try:\n        send(*arguments)\n    except Exception:\n        pass\n"
    seen = observe(emulator, PROGRAM, Run(f"quiet{call.removeprefix('send')}", start), setting)
    assert str(told(setting, seen)) == "1 delivered, the caller is not told"


def test_queues_do_not_outlive_an_experiment(emulator: Emulator) -> None:
    run(emulator, "send(queue_url, event, 'a', 'b')", Setting())
    assert not emulator.sqs.list_queues().get("QueueUrls")


@pytest.mark.parametrize("fault", ["1 / 0", "import os\nos._exit(3)", "event = 1"])
def test_a_program_that_does_not_start_is_no_result(emulator: Emulator, fault: str) -> None:
    with pytest.raises(AssertionError, match="the program failed"):
        observe(emulator, f"{PROGRAM}\n{fault}\n", Run("send(queue_url, event, 'a', 'b')"), Setting())
    assert run(emulator, "send(queue_url, event, 'a', 'b')", Setting()) == "every send accepted, 1 delivered"


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (Setting(messages=20, work=0.05), "20 messages, 4 workers, 50 ms of work for each"),
        (Setting(messages=20, entities=1), "20 messages of one entity"),
        (Setting(messages=100, batch=100), "100 messages in one call"),
        (Setting(messages=10, refused=1), "10 messages, 1 of them rejected by SQS"),
        (Setting(messages=1, refused=1), "1 message, rejected by SQS"),
        (Setting(attempts=2, elsewhere=True), "10 messages, each sent twice, by another process each time"),
        (Setting(messages=1, attempts=3, pause=1.1), "1 message, sent 3 times, 1.1 s apart"),
        (Setting(processes=2), "10 messages, sent by 2 processes"),
    ],
)
def test_a_setting_in_words(setting: Setting, words: str) -> None:
    assert str(setting) == words
