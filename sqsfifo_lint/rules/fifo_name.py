"""A FIFO queue whose name does not end in `.fifo`, or a standard one whose name does.

## What it does

Finds declarations of queues and topics (`create_queue`, CloudFormation, SAM, Terraform, CDK, Pulumi ...) in which the
name and `FifoQueue` or `FifoTopic` contradict each other, and names of Celery's `predefined_queues` that contradict the
URL of the queue.

## Why is this bad

The name of a FIFO queue must end in `.fifo`, and the name of a standard queue cannot: a dot is not allowed there. SQS
rejects the call that creates the queue, so the deployment fails. If an emulator or a script creates the queue anyway,
it is a standard queue, with neither order nor deduplication. Celery refuses a predefined queue whose name and URL
disagree: its transport goes by the name.

## When it is fine

Never. Libraries that add the suffix themselves (an SNS `Topic` of AWS CDK), or take a queue to be FIFO by its name (a
`Queue` of AWS CDK), are treated accordingly.

## What to do instead

Add the suffix to the name, or set the attribute.

## Example

The attribute without the suffix, and the suffix without the attribute.

## Options

None.

## Sources

- [Amazon SQS: FIFO queue quotas](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-fifo.html)
- [kombu: predefined queues are checked](https://github.com/celery/kombu/blob/v5.7.0/kombu/transport/SQS/__init__.py)
- [Amazon SQS API: CreateQueue](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.knowledge.frameworks import PREDEFINED
from sqsfifo_lint.model import FIFO_ATTRIBUTES, NAME_ATTRIBUTES, Declaration, Known, Severity
from sqsfifo_lint.rules.base import DeclarationRule, Options, Violation
from sqsfifo_lint.rules.words import kind_of, quoted

ENDING = ".fifo"


def check(declaration: Declaration, options: Options) -> Iterator[Violation]:
    """Yield a violation where the name and the attribute contradict each other."""
    name = declaration.name
    if not name or name.endswith("*"):
        return
    attribute = FIFO_ATTRIBUTES[declaration.service]
    says, noun = declaration.flag(attribute), kind_of(declaration)
    refused = f"{declaration.service.upper()} rejects it:"
    place = declaration.place(NAME_ATTRIBUTES[declaration.service])
    if declaration.source == PREDEFINED and (says is Known.YES) != name.endswith(ENDING):
        kind, end = ("FIFO", "must end") if says is Known.YES else ("standard", "may not end")
        message = f"By its URL, the predefined queue {quoted(name)} is a {kind} queue: its name {end} in '{ENDING}'."
        yield Violation(place, message, "Celery goes by the name, and refuses it where the two disagree. Rename it.")
    elif says is Known.YES and not name.endswith(ENDING):
        message = f"The name of this FIFO {noun} is {quoted(name)}. {refused} FIFO {noun} names must end in '{ENDING}'."
        yield Violation(place, message, f"Name it {quoted(name + ENDING)}.")
    elif says is Known.NO and name.endswith(ENDING):
        named = f"The name of this standard {noun} is {quoted(name)}"
        message = f"{named}. {refused} only FIFO {noun} names may end in '{ENDING}'."
        yield Violation(place, message, f"Set `{attribute}` to true, or remove the suffix.")


RULE = DeclarationRule(
    code="SQF401",
    name="fifo-name",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="A queue's name ends in `.fifo` but it is not declared FIFO, or the reverse, so it is rejected.",
    check=check,
    rejected=True,
)
