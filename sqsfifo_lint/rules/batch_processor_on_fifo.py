"""Powertools' `BatchProcessor` works on the records of a FIFO queue.

## What it does

Finds functions that have Powertools for AWS Lambda work on the records of a FIFO queue with `BatchProcessor` or
`AsyncBatchProcessor`: by `process_partial_response`, by the decorator, or by the processor itself. Reported where a
template or a stack in sight feeds the function from a queue that is known to be FIFO, and gives it more than one
record at a time.

## Why is this bad

Both processors go on with the next record when one has failed, and report only those that failed. Those come again
later, when the records after them in the same group have been done. `AsyncBatchProcessor` works on all records of the
event at the same time besides, so the order within a group is chance even if nothing fails.

## When it is fine

When the messages of a group do not depend on each other, and the group only limits how many are worked on at the same
time. Suppress the line and give that reason.

## What to do instead

Use `SqsFifoPartialProcessor`: it stops at the first record that fails, and reports it and all that follow. With
`skip_group_on_error=True` it stops only with the group of that record. There is no asynchronous processor for FIFO
queues.

## Example

A processor for standard queues, synchronous and asynchronous; right is the one for FIFO queues.

## Options

None.

## Sources

- [Powertools for AWS Lambda: FIFO queues](https://docs.aws.amazon.com/powertools/python/latest/utilities/batch/#fifo-queues)
- [Powertools for AWS Lambda: SqsFifoPartialProcessor](https://docs.aws.amazon.com/powertools/python/2.30.1/api/utilities/batch/sqs_fifo_partial_processor.html)
- [AWS Lambda: partial batch responses of a FIFO queue](https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Consumer, Severity, Silence
from sqsfifo_lint.rules.base import ConsumerRule, Options, Violation
from sqsfifo_lint.rules.words import NOT_KNOWN_AS_FIFO, is_known_fifo, named, steps_of_receive

HELP = (
    "Use `SqsFifoPartialProcessor()`, which stops at the first failure, or with `skip_group_on_error=True` only in the "
    "group of the record that has failed."
)
_AT_ONCE = "AsyncBatchProcessor"


def check(consumer: Consumer, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each processor that does not keep the order."""
    if not is_known_fifo(consumer.queue):
        yield NOT_KNOWN_AS_FIFO
        return
    for loss in consumer.processors:
        what = "works on all records at the same time" if loss.how == _AT_ONCE else "goes on after a record has failed"
        yield Violation(
            loss.place,
            f"The records of the FIFO queue{named(consumer.queue)} are worked on by `{loss.how}`, which {what}: later "
            "records of a group overtake earlier ones.",
            HELP,
            (*steps_of_receive(consumer), *loss.steps),
        )


RULE = ConsumerRule(
    code="SQF602",
    name="batch-processor-on-fifo",
    severity=Severity.WARNING,
    since="0.1.0",
    summary="Powertools' `BatchProcessor` goes on after a failure, which breaks the order of a FIFO queue.",
    check=check,
)
