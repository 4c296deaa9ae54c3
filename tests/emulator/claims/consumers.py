"""SQF6xx, and SQF107: what is done at the same time."""

from __future__ import annotations

from tests.emulator.claims.model import Claim, Shown
from tests.emulator.experiment import Observed, Run, Setting

MOVES = Setting(messages=10, entities=1)

FILLED = """
import time as clock
import boto3 as sdk
url = sdk.client("sqs").get_queue_url(QueueName="moves.fifo")["QueueUrl"]
sdk.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "2"})
for number in range(10):
    sdk.client("sqs").send_message(
        QueueUrl=url, MessageBody=str(number), MessageGroupId="g", MessageDeduplicationId=str(number)
    )
done = []
"""
"""Ten messages of one group wait, and `done` is for the numbers of those that have been worked on, in their order."""

FAILING = (
    FILLED
    + """
def work(body):
    if body == "3":
        raise ValueError("not now")
    done.append(int(body))
"""
)
SLOW = (
    FILLED
    + """
def work(body):
    clock.sleep(0.3 if body == "3" else 0)
    done.append(int(body))

async def work_later(body):
    await asyncio.sleep(0.3 if body == "3" else 0)
    done.append(int(body))
"""
)
ALWAYS_FAILING = (
    FILLED
    + """
def work(body):
    raise ValueError("not now")

def poll_and_wait():
    try:
        poll(work)
    finally:
        clock.sleep(3)
"""
)
PASSED = "[number for number in done if number > 3 and 3 not in done[:done.index(number)]]"
"""Those that were worked on before the fourth message."""


def overtaken(setting: Setting, seen: Observed) -> Shown:
    """Whether messages of a group were worked on before one that stands before them."""
    if seen.errors:
        return Shown(f"failed: {', '.join(seen.errors)}")
    return Shown("later messages of the group are worked on before it" if seen.told else "none overtakes it")


def in_order(setting: Setting, seen: Observed) -> Shown:
    """Whether messages came in the order in which the program has them."""
    if seen.errors:
        return Shown(f"failed: {', '.join(seen.errors)}")
    return Shown("another order than in the program" if seen.told else "the order of the program")


def kept(setting: Setting, seen: Observed) -> Shown:
    """Whether the message on which the work has failed comes again."""
    lost = setting.messages - seen.arrived
    return Shown("it is lost" if lost else "it comes again", f"{seen.arrived} of {setting.messages} left")


def there(setting: Setting, seen: Observed) -> Shown:
    """Whether the program found what it reads."""
    return Shown("the value is not there", ", ".join(seen.errors)) if seen.errors else Shown("the value is there")


SENDING = """
import time as clock
import threading
import boto3 as sdk

url = sdk.client("sqs").get_queue_url(QueueName="lines.fifo")["QueueUrl"]
plain, lines = sqs.send_message, [{"number": number, "event_id": str(number)} for number in range(10)]

def slowly(**arguments):
    if arguments["MessageDeduplicationId"] == "3":
        clock.sleep(0.3)
    return plain(**arguments)

sqs.send_message = slowly

def order():
    found = []
    while len(found) < 10:
        received = sdk.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        for message in received.get("Messages", ()):
            found.append(json.loads(message["Body"])["number"])
            sdk.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found
"""
"""The request of the fourth message takes longer than the others."""
OTHER_ORDER = "(order() != [*range(10)] or None)"

CLAIMS = (
    Claim(
        rule="SQF107",
        says="Messages of one group that are sent at the same time are delivered in the order in which they arrive.",
        setting=MOVES,
        measure=in_order,
        bad={
            "A pool of threads": Run(f"publish_all('c', lines) or {OTHER_ORDER}", SENDING),
            "`gather`": Run(f"asyncio.run(publish_all('c', lines)) or {OTHER_ORDER}", SENDING),
        },
        good={
            "Each customer by itself": Run(f"publish_all({{'c': lines}}) or {OTHER_ORDER}", SENDING),
            "One after the other": Run(f"asyncio.run(publish_all('c', lines)) or {OTHER_ORDER}", SENDING),
        },
        shows=("another order than in the program", "the order of the program"),
    ),
    Claim(
        rule="SQF601",
        says="When one message of a group fails and the loop goes on, those after it are worked on before it.",
        setting=MOVES,
        measure=overtaken,
        bad={
            "A worker that logs and goes on": Run(f"poll(work) or {PASSED}", FAILING),
            "Only those that are done are deleted": Run(f"poll(work) or {PASSED}", FAILING),
        },
        good={
            "The first failure ends it": Run(f"poll(work) or {PASSED}", FAILING),
            "The rest of its group is left alone": Run(f"poll(work) or {PASSED}", FAILING),
        },
        shows=("later messages of the group are worked on before it", "none overtakes it"),
    ),
    Claim(
        rule="SQF603",
        says="When messages of one receive are worked on at the same time, later ones of a group are done first.",
        setting=MOVES,
        measure=overtaken,
        bad={
            "A pool of threads": Run(f"poll(work) or {PASSED}", SLOW),
            "`gather`": Run(f"asyncio.run(poll(work_later)) or {PASSED}", SLOW),
        },
        good={
            "One after the other": Run(f"poll(work) or {PASSED}", SLOW),
            "Each group by itself": Run(f"poll(work) or {PASSED}", SLOW),
        },
        shows=("later messages of the group are worked on before it", "none overtakes it"),
    ),
    Claim(
        rule="SQF604",
        says="A message has no system attribute that the receive did not ask for.",
        setting=MOVES,
        measure=there,
        bad={
            "A tool that moves messages on": Run("move(url, queue_url)", FILLED),
            "`MessageAttributeNames` asks for something else": Run("attempts(url)", FILLED),
        },
        good={
            "Asked for by name": Run("move(url, queue_url)", FILLED),
            "All of them": Run("attempts(url)", FILLED),
        },
        shows=("the value is not there", "the value is there"),
    ),
    Claim(
        rule="SQF605",
        says="A message that is deleted before the work on it is lost when that fails.",
        setting=MOVES,
        measure=kept,
        bad={
            "Deleted first": Run("poll_and_wait()", ALWAYS_FAILING),
            "A single message": Run("poll_and_wait()", ALWAYS_FAILING),
        },
        good={
            "Deleted when it is done": Run("poll_and_wait()", ALWAYS_FAILING),
            "A single message, deleted when it is done": Run("poll_and_wait()", ALWAYS_FAILING),
        },
        shows=("it is lost", "it comes again"),
    ),
)
