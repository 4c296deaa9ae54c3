"""A dead-letter queue of the other type.

## What it does

Finds FIFO queues whose dead-letter queue is declared standard, and standard queues whose dead-letter queue is declared
FIFO.

## Why is this bad

The dead-letter queue of a FIFO queue must be FIFO, and that of a standard queue must be standard: SQS rejects the
redrive policy. A queue that ends up without one keeps delivering a message that cannot be handled, and meanwhile the
rest of its group waits.

## When it is fine

Never.

## What to do instead

Give both queues the same type.

## Example

A FIFO queue with a standard dead-letter queue.

## Options

None.

## Sources

- [Amazon SQS: dead-letter queues](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Declaration, Known, Severity, SpanPlace, Step
from sqsfifo_lint.rules.base import DeclarationRule, Options, Violation
from sqsfifo_lint.rules.words import quoted


def check(declaration: Declaration, options: Options) -> Iterator[Violation]:
    """Yield a violation where the types of both queues are known and differ."""
    target = declaration.dead_letter_queue
    if target is None or Known.UNKNOWN in (declaration.fifo, target.fifo) or declaration.fifo is target.fifo:
        return
    named = f" ({quoted(target.name)})" if target.name else ""
    ours, theirs = ("FIFO", "standard") if declaration.fifo is Known.YES else ("standard", "FIFO")
    message = f"The dead-letter queue{named} of this {ours} queue is a {theirs} queue: SQS rejects the redrive policy."
    steps = (Step(SpanPlace(target.span, target.name or ""), f"declared here ({target.source}): {theirs}"),)
    yield Violation(declaration.place("RedrivePolicy"), message, f"Make the dead-letter queue a {ours} queue.", steps)


RULE = DeclarationRule(
    code="SQF404",
    name="dead-letter-queue-type",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="A FIFO queue has a standard dead-letter queue, or the reverse, so the redrive policy is rejected.",
    check=check,
    rejected=True,
)
