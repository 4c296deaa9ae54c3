"""An attribute of FIFO queues on a standard queue.

## What it does

Finds declarations of standard queues and topics with content-based deduplication, a deduplication scope or a FIFO
throughput limit.

## Why is this bad

These attributes exist only on FIFO queues: SQS rejects the call that creates the queue. If the declaration is applied
anyway, by an emulator or a tool that drops what does not fit, the author counts on deduplication that does not happen.

## When it is fine

When the value is false: then nothing is asked for, and nothing is reported.

## What to do instead

Declare the queue FIFO (`FifoQueue`, and a name that ends in `.fifo`), or remove the attribute.

## Example

Content-based deduplication without `FifoQueue`.

## Options

None.

## Sources

- [Amazon SQS API: SetQueueAttributes](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html)
- [Amazon SNS API: CreateTopic](https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import FIFO_ATTRIBUTES, Attribute, Declaration, Known, Severity
from sqsfifo_lint.rules.base import DeclarationRule, Options, Violation
from sqsfifo_lint.rules.words import kind_of

ATTRIBUTES = ("ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit", "FifoThroughputScope")


def check(declaration: Declaration, options: Options) -> Iterator[Violation]:
    """Yield a violation for the first attribute that only FIFO queues have."""
    if declaration.fifo is not Known.NO:
        return
    for name in ATTRIBUTES:
        if _asked_for(declaration.attributes.get(name)):
            noun = kind_of(declaration)
            message = f"`{name}` is set on a standard {noun}: only FIFO {noun}s have it, so the {noun} is rejected."
            fifo = FIFO_ATTRIBUTES[declaration.service]
            instead = f"Set `{fifo}` to true and end the name in '.fifo', or remove `{name}`."
            yield Violation(declaration.place(name), message, instead)
            return


def _asked_for(attribute: Attribute | None) -> bool:
    return attribute is not None and attribute.value is not None and attribute.value.lower() not in ("false", "")


RULE = DeclarationRule(
    code="SQF402",
    name="fifo-attribute-of-standard-queue",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="A standard queue is declared with an attribute that only FIFO queues have, so it is rejected.",
    check=check,
    rejected=True,
)
