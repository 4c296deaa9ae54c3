"""A group ID that is made once for the whole process.

## What it does

Finds sends whose `MessageGroupId` is made when the module is imported, read from the environment or from settings, kept
by a caching decorator, or built only from such values and constants.

## Why is this bad

The value looks variable, but every message that the process sends carries the same one. While one message of a group is
in flight, SQS delivers no other message of that group, so what one process sends is handled one message at a time,
however many workers run. A value from the configuration is even shared by all processes of a deployment. And since
nothing in the group ID says which messages belong together, an entity's messages lose their order when processes with
different values send them.

## When it is fine

When everything that a process sends must be handled one message after another. List such a queue under `serial-queues`,
or suppress the line and give the reason.

## What to do instead

Use the ID of the entity whose messages must stay in order. If you need the configured value, use it as a prefix:
`f"{PREFIX}-{order_id}"`.

## Example

The value is read from the environment, or made by `uuid4()` at import.

## Options

- `serial-queues`: name patterns of queues that are meant to be serial; the rule is silent for them.
- `audit`: what is likely one value for the process is reported, too: attributes and items of settings out of sight
  (`settings.group`, `self.config["group"]`, `Schema().load(os.environ)`), options of the command line if a run sends
  several messages, and the name of the host.

## Sources

- [Amazon SQS: FIFO queue delivery logic](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html)
- [Amazon SQS: interleaving multiple ordered message groups](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/interleaving-multiple-ordered-message-groups.html)
- [AWS re:Post: why FIFO messages are not returned](https://repost.aws/knowledge-center/sqs-fifo-messages-not-returned)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Severity, Silence
from sqsfifo_lint.rules.base import CaseRule, Options, Violation, each
from sqsfifo_lint.rules.words import ENTITY_AS_GROUP, ONE_AT_A_TIME, how_made
from sqsfifo_lint.verdicts import Case, Judgement, Verdict


def check(case: Case, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each message whose group ID is as old as the process."""
    return each(
        case.groups(Verdict.MODULE_LEVEL, options.serial_queues),
        lambda judgement: Violation(judgement.place, _message(judgement), ENTITY_AS_GROUP, judgement.steps),
    )


def _message(judgement: Judgement) -> str:
    these = "messages that this process sends"
    return f"The group ID is {how_made(judgement)}: {ONE_AT_A_TIME.format(these=these)}."


RULE = CaseRule(
    code="SQF102",
    name="module-level-group-id",
    severity=Severity.WARNING,
    since="0.1.0",
    summary="The group ID is made at import or read from the configuration, so messages are handled one at a time.",
    check=check,
    slots=("group",),
)
