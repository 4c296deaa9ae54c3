"""What the rules claim about SQS: a row for each claim, with the rule's own examples that show it.

A row names the rule, says the claim, the setting and what is measured, and how each bad and each good example is called
(by its title). What a run shows is a short text, and all bad examples of a row show the same, as do all good ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqsfifo_lint.rules import load_rules
from sqsfifo_lint.rules.base import Example, Rule
from tests.emulator.experiment import Observed, Run, Setting


class Shown(NamedTuple):
    """What was observed, in words: the `effect` is compared, the `detail` varies from run to run and is only told."""

    effect: str
    detail: str = ""

    def __str__(self) -> str:
        return ", ".join(filter(None, self))


Measure = Callable[[Setting, Observed], Shown]


def at_once(setting: Setting, seen: Observed) -> Shown:
    """How many messages were handled at the same time, when all arrived."""
    if seen.arrived != setting.messages:
        return delivered(setting, seen)
    return Shown(f"{seen.at_once} at once", f"{seen.seconds:.1f} s")


def groups(setting: Setting, seen: Observed) -> Shown:
    """Into how many groups the messages went."""
    return Shown(f"{seen.groups} group" + ("s" if seen.groups != 1 else ""))


def delivered(setting: Setting, seen: Observed) -> Shown:
    """What the sender was answered, and how many messages then arrived."""
    if seen.errors and not seen.arrived:
        return Shown(f"rejected: {', '.join(seen.errors)}")
    answer = ", ".join(seen.errors) or "every send accepted"
    return Shown(f"{answer}, {seen.arrived} delivered")


def told(setting: Setting, seen: Observed) -> Shown:
    """How many messages arrived, and whether the caller of the program gets to know of those that did not."""
    return Shown(f"{seen.arrived} delivered, the caller is {'told' if seen.told else 'not told'}")


def lost(setting: Setting, seen: Observed) -> Shown:
    """Whether messages of which every send was accepted are lost; how many is a matter of time."""
    if seen.errors:
        return delivered(setting, seen)
    loss = setting.messages - seen.arrived
    if not loss:
        return Shown("every send accepted, none lost")
    return Shown("every send accepted, messages lost", f"{loss} of {setting.messages}")


@dataclass(frozen=True, slots=True)
class Claim:
    """A row: what a rule `says` about SQS, and what running its examples shows.

    `bad` and `good` give the call of an example by its title. `shows`: the effect of bad ones, and of good ones.
    """

    rule: str
    says: str
    setting: Setting
    measure: Measure
    bad: Mapping[str, Run]
    good: Mapping[str, Run]
    shows: tuple[str, str]


PARALLEL = Setting(messages=20, work=0.05)
ONE_ENTITY = Setting(messages=20, entities=1, work=0.05)
SENT = Setting(messages=10)
RETRIED = Setting(messages=10, attempts=2)

CLAIMS = (
    Claim(
        rule="SQF101",
        says="One group is handled one message at a time, however many workers there are.",
        setting=PARALLEL,
        measure=at_once,
        bad={
            "A literal": Run("publish_order(event)"),
            "A module constant in the entries of a batch": Run("publish_invoices(queue_url, events)"),
            "A parameter that every caller fills with a constant": Run("welcome(event)"),
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
        says="A group that is made with the object serialises all that the object sends.",
        setting=PARALLEL,
        measure=at_once,
        bad={
            "Made in the constructor": Run("it.publish(event)", start="it = OrderEvents(queue_url)"),
            "Handed to the constructor of the publisher": Run(
                "it.publish(event)", start="it = Publisher(queue_name, 'a')"
            ),
            "A dataclass field": Run("it.relay(event)", start="it = Outbox(queue_url)"),
        },
        good={
            "The method that sends knows the entity": Run("it.publish(event)", start="it = OrderEvents(queue_url)"),
            "An entity that sends itself": Run("Order(event['id'], 1).announce(queue_url)"),
        },
        shows=("1 at once", "4 at once"),
    ),
    Claim(
        rule="SQF104",
        says="Messages of one entity in groups of their own are handled side by side, in no order.",
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
            "A queue that visibly is a standard one": Run("publish(event)"),
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
            "A hash of what makes the message this message": Run("publish(queue_url, event)"),
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
        says="All messages but the first with one dedup ID are lost, and the sender is told of success.",
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
)

NOT_RUN: Mapping[str, str] = {}
"""The codes of the rules whose examples no row runs, and why not."""


def rule_of(claim: Claim) -> Rule:
    """The rule that makes the claim. Raises `StopIteration` when there is none."""
    return next(rule for rule in load_rules() if rule.code == claim.rule)


def example(examples: tuple[Example, ...], title: str) -> Example:
    """The example of that title. Raises `KeyError` when there is none."""
    return {example.title: example for example in examples}[title]
