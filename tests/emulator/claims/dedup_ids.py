"""SQF2xx."""

from __future__ import annotations

from dataclasses import replace

from tests.emulator.claims.model import Claim, delivered, lost
from tests.emulator.experiment import Run, Setting

SENT = Setting(messages=10)
RETRIED = Setting(messages=10, attempts=2)
CREATED = Setting(messages=10, queue="to a queue that the program creates")

CLAIMS = (
    Claim(
        rule="SQF201",
        says="Without a dedup ID and content-based deduplication the call is rejected.",
        setting=SENT,
        measure=delivered,
        bad={
            "A FIFO queue": Run("publish(event)"),
            "The entries of a batch": Run("publish_all(events)"),
        },
        good={
            "The ID of the event": Run("publish(event)"),
            "A queue that is visibly standard": Run("publish(event)"),
        },
        shows=("rejected: InvalidParameterValue", "every send accepted, 10 delivered"),
    ),
    Claim(
        rule="SQF202",
        says="A retry with a new dedup ID is a second message.",
        setting=RETRIED,
        measure=delivered,
        bad={
            "A fresh UUID": Run("publish_order(event)"),
            "An entity with something random added, in a batch": Run("publish_all(queue_url, events)"),
        },
        good={
            "The ID of the event": Run("publish_order(event)"),
            "A hash of what identifies the message": Run("publish(queue_url, event)"),
        },
        shows=("every send accepted, 20 delivered", "every send accepted, 10 delivered"),
    ),
    Claim(
        rule="SQF202",
        says="A retry after the clock has moved on is a second message.",
        setting=Setting(messages=1, attempts=2, pause=1.1),
        measure=delivered,
        bad={"The time in whole seconds": Run("vote(queue_url, event)")},
        good={"The ID of the event": Run("publish_order(event)")},
        shows=("every send accepted, 2 delivered", "every send accepted, 1 delivered"),
    ),
    Claim(
        rule="SQF202",
        says="A coarse clock as the dedup ID also loses messages.",
        setting=Setting(messages=40),
        measure=lost,
        bad={"The time in whole seconds": Run("vote(queue_url, event)")},
        good={"The ID of the event": Run("publish_order(event)")},
        shows=("every send accepted, messages lost", "every send accepted, none lost"),
    ),
    Claim(
        rule="SQF203",
        says="All messages but the first with one dedup ID are lost, and the sender is told that they were sent.",
        setting=SENT,
        measure=delivered,
        bad={
            "A literal": Run("publish_order(event)"),
            "Made in the constructor": Run("it.publish(event)", start="it = Publisher(queue_name)"),
            "Made before the comprehension that builds the batch": Run("publish_all(queue_url, events)"),
        },
        good={
            "The ID of the event": Run("publish_order(event)"),
            "What the entries share, and what distinguishes them": Run("publish_all(queue_url, 'run-1', events)"),
        },
        shows=("every send accepted, 1 delivered", "every send accepted, 10 delivered"),
    ),
    Claim(
        rule="SQF204",
        says="A retry by another process is a second message.",
        setting=Setting(messages=10, attempts=2, elsewhere=True),
        measure=delivered,
        bad={
            "`hash()` of the payload": Run("publish(queue_url, event)"),
            "A set joined in its own order": Run("publish_tags(queue_url, event)"),
        },
        good={
            "A digest of the payload": Run("publish(queue_url, event)"),
            "A set that is sorted first": Run("publish_tags(queue_url, event)"),
        },
        shows=("every send accepted, 20 delivered", "every send accepted, 10 delivered"),
    ),
    Claim(
        rule="SQF205",
        says="The messages of the next run have the numbers of the first run, and are lost.",
        setting=Setting(messages=20, processes=2),
        measure=delivered,
        bad={
            "The number of the iteration": Run("publish_all(queue_url, events)"),
            "A counter that starts with the process": Run("publish(queue_url, event['account'], event['body'])"),
        },
        good={
            "The number within a file": Run("publish_file(queue_url, events[0]['id'], events)"),
            "A counter that is stored": Run(
                "publish(queue_url, event['account'], counter, event['body'])",
                start="counter = Path('counter')\ncounter.exists() or counter.write_text('0')",
            ),
        },
        shows=("every send accepted, 10 delivered", "every send accepted, 20 delivered"),
    ),
    Claim(
        rule="SQF206",
        says="The second of two messages with one dedup ID is lost, and the sender is told that it was sent.",
        setting=Setting(messages=5),
        measure=delivered,
        bad={
            "Two events of one order": Run("publish(queue_url, event)"),
            "Two entries of one batch": Run("publish(queue_url, event)"),
        },
        good={
            "What tells the two apart is in the ID": Run("publish(queue_url, event)"),
            "An ID for each event": Run("publish(queue_url, event)"),
        },
        shows=("every send accepted, 5 delivered", "every send accepted, 10 delivered"),
    ),
    Claim(
        rule="SQF207",
        says="With content-based deduplication, all messages with one body but the first are lost.",
        setting=CREATED,
        measure=delivered,
        bad={"A body that is always the same": Run("flush(event)", start="create()")},
        good={"A body that is the event": Run("publish(event)", start="create()")},
        shows=("every send accepted, 1 delivered", "every send accepted, 10 delivered"),
    ),
    Claim(
        rule="SQF207",
        says="A retry with a new value in the body is a second message.",
        setting=replace(CREATED, attempts=2),
        measure=delivered,
        bad={"A body with a fresh UUID and the time": Run("publish(event)", start="create()")},
        good={"A dedup ID beside the envelope": Run("publish(event)", start="create()")},
        shows=("every send accepted, 20 delivered", "every send accepted, 10 delivered"),
    ),
)
