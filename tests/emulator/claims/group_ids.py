"""SQF1xx."""

from __future__ import annotations

from tests.emulator.claims.model import Claim, at_once, delivered, groups
from tests.emulator.experiment import Run, Setting

PARALLEL = Setting(messages=20, work=0.05)
ONE_ENTITY = Setting(messages=20, entities=1, work=0.05)
SENT = Setting(messages=10)
SHARED_OUT = Setting(messages=9, entities=1, processes=3)

CLAIMS = (
    Claim(
        rule="SQF101",
        says="One group is handled one message at a time, however many workers there are.",
        setting=PARALLEL,
        measure=at_once,
        bad={
            "A literal": Run("publish_order(event)"),
            "A module constant in the entries of a batch": Run("publish_invoices(queue_url, events)"),
            "A parameter to which every caller passes a constant": Run("welcome(event)"),
        },
        good={
            "The entity whose messages must stay in order": Run("publish_order(event)"),
            "A standard queue has no order to lose": Run("ping(event['body'])"),
        },
        shows=("1 at once", "4 at once"),
    ),
    Claim(
        rule="SQF102",
        says="A group that is made once for the process is handled one message at a time.",
        setting=PARALLEL,
        measure=at_once,
        bad={
            "Read from the environment": Run("publish_order(event)"),
            "Made at import": Run("publish(queue_url, event)"),
            "Kept by a cache": Run("enqueue(event)"),
        },
        good={
            "The configured value is only a prefix": Run("publish_order(event)"),
            "A cached function of the entity": Run("enqueue(event)"),
        },
        shows=("1 at once", "4 at once"),
    ),
    Claim(
        rule="SQF103",
        says="A group that is made with the object serialises everything that the object sends.",
        setting=PARALLEL,
        measure=at_once,
        bad={
            "Made in the constructor": Run("it.publish(event)", start="it = OrderEvents(queue_url)"),
            "Passed to the constructor of the publisher": Run(
                "it.publish(event)", start="it = Publisher(queue_name, 'a')"
            ),
            "A dataclass field": Run("it.relay(event)", start="it = Outbox(queue_url)"),
        },
        good={
            "The method that sends knows the entity": Run("it.publish(event)", start="it = OrderEvents(queue_url)"),
            "An entity that announces itself": Run("Order(event['id'], 1).announce(queue_url)"),
        },
        shows=("1 at once", "4 at once"),
    ),
    Claim(
        rule="SQF104",
        says="Messages of one entity in groups of their own are handled in parallel, in no order.",
        setting=ONE_ENTITY,
        measure=at_once,
        bad={
            "A fresh UUID": Run("publish_order(event)"),
            "An entity and the time of day": Run("publish(queue_url, event)"),
        },
        good={
            "The entity alone": Run("publish_order(event)"),
            "The time of the event, not of the send": Run("publish(queue_url, event)"),
        },
        shows=("4 at once", "1 at once"),
    ),
    Claim(
        rule="SQF105",
        says="A send to a FIFO queue without a group ID is rejected.",
        setting=SENT,
        measure=delivered,
        bad={"A FIFO queue": Run("publish(event)")},
        good={
            "Both IDs": Run("publish(event)"),
            "A standard queue needs neither": Run("publish(standard_url, event)"),
        },
        shows=("rejected: MissingParameter", "every send accepted, 10 delivered"),
    ),
    Claim(
        rule="SQF105",
        says="A batch whose entries have no group ID is rejected as a whole.",
        setting=SENT,
        measure=delivered,
        bad={"A dedup ID alone, in the entries of a batch": Run("publish_all(queue_url, events)")},
        good={"Both IDs": Run("publish(event)")},
        shows=("rejected: InvalidParameterValue", "every send accepted, 10 delivered"),
    ),
    Claim(
        rule="SQF106",
        says="The group of one entity differs from process to process.",
        setting=SHARED_OUT,
        measure=groups,
        bad={
            "Shards by `hash()`": Run("publish(queue_url, event)"),
            "An object that defines no text of its own": Run("greet(queue_url, event['account'], event['id'])"),
        },
        good={
            "Shards by a hash that is the same everywhere": Run("publish(queue_url, event)"),
            "`hash()` of a number": Run("publish(queue_url, 42, event['body'], event['id'])"),
        },
        shows=("several groups", "one group"),
    ),
)
