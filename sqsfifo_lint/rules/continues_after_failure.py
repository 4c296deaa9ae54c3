"""A consumer of a FIFO queue goes on with later messages after one has failed.

## What it does

Finds loops over the messages of one receive, or over the records of a Lambda event, in which a handler catches the
failure of one message and the loop goes on with the next. In a receive loop, the message that failed stays in the queue
while later ones are deleted; in a Lambda function, it is reported in `batchItemFailures`, or raised for after the last,
or not told at all, and so deleted. Reported where the queue is known to be FIFO: by its URL, name or ARN, a
declaration, or a template that feeds the function from it. Not reported where the loop is left, where what the handler
keeps (a flag, a set of groups) may make the loop pass over messages, where the handler does something else
with the message, such as sending it to another queue, or where one receive gives one message.

## Why is this bad

One receive may give several messages of one group. The one that fails comes again later, when those after it have
been done: the payment is booked before the account exists, the old price overwrites the new one. A FIFO queue keeps
the order only as long as the consumer stops at the first failure. Lambda's documentation says so for partial
batches: stop after the first failure, and return it and all that follow.

## When it is fine

When the messages of a group do not depend on each other, and the group only limits how many are worked on at the same
time. Suppress the line and give that reason.

## What to do instead

Stop at the first failure. In a Lambda function, report the failed record and all after it, or keep its group in a set
and report all that follow in that group. In a receive loop, leave the loop, or pass over the group's other messages;
none of them may be deleted. Powertools' `SqsFifoPartialProcessor` does so.

## Example

A function that reports single records, and a worker that logs and goes on; right are those that stop, and that leave
the group alone.

## Options

None.

## Sources

- [AWS Lambda: partial batch responses of a FIFO queue](https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting)
- [Amazon SQS: FIFO queues and Lambda](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/fifo-queue-lambda-behavior.html)
- [Powertools for AWS Lambda: FIFO queues](https://docs.aws.amazon.com/powertools/python/latest/utilities/batch/#fifo-queues)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Consumer, Severity, Silence
from sqsfifo_lint.rules.base import ConsumerRule, Options, Violation
from sqsfifo_lint.rules.words import NOT_KNOWN_AS_FIFO, is_known_fifo, named, steps_of_receive

HELP = (
    "Stop at the first failure: leave the loop, and give back this message and all after it, or all after it of its "
    "group."
)


def check(consumer: Consumer, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each handler behind which a loop goes on."""
    if not is_known_fifo(consumer.queue):
        yield NOT_KNOWN_AS_FIFO
        return
    for loss in consumer.continuing if consumer.several else ():
        yield Violation(
            loss.place,
            f"When a message of the FIFO queue{named(consumer.queue)} fails, this handler {loss.how}: later messages "
            "of its group overtake it.",
            HELP,
            (*steps_of_receive(consumer), *loss.steps),
        )


RULE = ConsumerRule(
    code="SQF601",
    name="continues-after-failure",
    severity=Severity.WARNING,
    since="0.1.0",
    summary="A consumer of a FIFO queue goes on with later messages after one has failed, so these overtake it.",
    check=check,
)
