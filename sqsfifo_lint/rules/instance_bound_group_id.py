"""A group ID that belongs to the object that sends.

## What it does

Finds sends whose `MessageGroupId` is made, or passed in, when an object is constructed and then used for every send by
that object: an attribute set in `__init__`, a dataclass field, or a `cached_property`.

## Why is this bad

A publisher is usually created once, by a service container, a module or a start-up hook, and lives as long as the
process. Every message it sends then carries the same group ID. While one message of a group is in flight, SQS delivers
no other message of that group, so everything that this object sends is handled one message at a time, however many
workers run. The code looks right in review and in tests, where each test creates its own object.

## When it is fine

When an object is created for each entity or each message and is given that entity's ID. Where the code that constructs
it is visible and shows this, the rule is silent; as it is where the body of the message names the ID that the object
was given. List queues that are meant to be serial under `serial-queues`.

## What to do instead

Take the group ID as an argument of the method that sends, or compute it there from the message: the ID of the entity
whose messages must stay in order.

## Example

The attribute is made in the constructor, or passed to it.

## Options

- `serial-queues`: name patterns of queues that are meant to be serial; the rule is silent for them.
- `audit`: a group that a `Publisher`, `Sender`, `Client` ... is constructed with out of sight is reported, too, if the
  object does not hold the client or queue itself.

## Sources

- [Amazon SQS: FIFO queue delivery logic](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html)
- [Amazon SQS: interleaving multiple ordered message groups](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/interleaving-multiple-ordered-message-groups.html)
- [AWS re:Post: why FIFO messages are not returned](https://repost.aws/knowledge-center/sqs-fifo-messages-not-returned)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Severity, Silence
from sqsfifo_lint.rules.base import CaseRule, Options, Violation, each
from sqsfifo_lint.rules.words import ONE_AT_A_TIME, SERIAL_ON_PURPOSE, how_made
from sqsfifo_lint.verdicts import Case, Judgement, Verdict

HELP = (
    "Take the group ID as an argument of the method that sends, or compute it there from the message: the ID of the "
    "entity whose messages must stay in order, such as the order or customer ID. " + SERIAL_ON_PURPOSE
)


def check(case: Case, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each message whose group ID is as old as the object that sends it."""
    return each(
        case.groups(Verdict.INSTANCE_BOUND, options.serial_queues),
        lambda judgement: Violation(judgement.place, _message(judgement), HELP, judgement.steps),
    )


def _message(judgement: Judgement) -> str:
    these = "messages that this object sends"
    return f"The group ID is {how_made(judgement)}: {ONE_AT_A_TIME.format(these=these)}."


RULE = CaseRule(
    code="SQF103",
    name="instance-bound-group-id",
    severity=Severity.WARNING,
    since="0.1.0",
    summary="The group ID is made or passed in when an object is constructed, then used for every send by that object.",
    check=check,
    slots=("group",),
)
