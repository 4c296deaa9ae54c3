"""No group ID on a FIFO queue.

## What it does

Finds sends to a queue or topic that is known to be FIFO, or with a `MessageDeduplicationId`, that give no
`MessageGroupId` on any path. What sends without code counts as well, wherever a project declares it: targets of
EventBridge rules, schedules and pipes, and states of state machines.

## Why is this bad

A FIFO queue accepts no message without a group ID: SQS answers 400 `MissingParameter`, "The request must contain the
parameter MessageGroupId." In a batch, one entry without it fails the whole call. boto3 does not check for it before
sending. Of what a target sends nobody hears of the refusal: AWS takes no target of a rule for a FIFO queue without
`SqsParameters`, and what gets past that, or comes from a pipe or a state machine, never arrives. A dedup ID does not
help: a standard queue rejects it, and a FIFO queue requires the group ID as well, so a send with a dedup ID and no
group ID fails on every queue.

## When it is fine

Never, on a FIFO queue. The rule is silent when not all of the arguments are visible.

## What to do instead

Pass the ID of the entity whose messages must stay in order as `MessageGroupId`. A dedup ID is needed as well unless the
queue deduplicates by content. If the queue is a standard one, leave the dedup ID out.

## Example

The queue's URL ends in `.fifo`, or a dedup ID is given.

## Options

None.

## Sources

- [Amazon SQS API: SendMessage](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html)
- [Amazon SQS API: SendMessageBatch](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html)
- [EventBridge API: SqsParameters](https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_SqsParameters.html)
- [Terraform: a rule's target for a FIFO queue without them is refused](https://github.com/hashicorp/terraform/issues/20263)
- [boto3: a FIFO send without a group ID](https://github.com/boto/boto3/issues/2014)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Send, Severity, Silence, Slot
from sqsfifo_lint.rules.base import Options, SendRule, Violation
from sqsfifo_lint.rules.words import argument, has_no, is_known_fifo, named, rejected, steps_of_queue, target
from sqsfifo_lint.verdicts import group_not_missed, standard

HELP = "Pass the ID of the entity whose messages must stay in order, such as the order or customer ID, as {argument}."
OR_STANDARD = " On a standard queue, leave the dedup ID out."


def check(send: Send, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each message without a group ID that goes to a FIFO queue or has a dedup ID."""
    if (silence := standard(send.queue)) is not None:
        yield silence
        return
    for message in send.messages:
        found = group_not_missed(message, send.queue)
        yield found or Violation(message.place, _message(send), _help(send, message.group), steps_of_queue(send))


def _message(send: Send) -> str:
    if is_known_fifo(send.queue):
        what = has_no(send, "group ID")
        return f"The {target(send)}{named(send.queue)} is FIFO, but {what}: {rejected(send, named_already=True)}."
    return (
        f"This message has a dedup ID but no group ID: {rejected(send)}, because a FIFO {target(send)} requires both "
        "and a standard one accepts no dedup ID."
    )


def _help(send: Send, group: Slot) -> str:
    told = HELP.format(argument=argument(group, "MessageGroupId"))
    return told if is_known_fifo(send.queue) else told + OR_STANDARD


RULE = SendRule(
    code="SQF105",
    name="missing-group-id",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="A message for a FIFO queue has no group ID, so SQS rejects the call.",
    check=check,
    slots=("group",),
    rejected=True,
)
