"""Messages of one receive from a FIFO queue are worked on at the same time.

## What it does

Finds what hands the messages of one receive, or the records of one Lambda event, to a pool of threads or processes, to
threads, tasks or `gather`: all at once, or one by one in a loop that does not wait for one before it starts the next.
Reported where the queue is known to be FIFO: by its URL, name or ARN, a declaration, or a template that feeds the
function from it. Not reported where the call asks for one message only, or the pool has one worker, nor in code that
reads the group ID of the messages where it hands them out.

## Why is this bad

One receive of a FIFO queue may give several messages of one group, in their order: SQS holds back the rest of the group
until these are deleted, but what is done with those that have been given is up to the consumer. In a pool they are
worked on at the same time, and the later one may well be done first. That is the very order that the queue is there
to keep.

## When it is fine

When no two messages of a receive can be of one group, or their order does not matter. In the second case a standard
queue does the same and costs less.

## What to do instead

Work on the messages of a receive one after the other, and run more consumers instead: SQS gives each of them other
groups. Or put the messages of a receive into lists by their `MessageGroupId`, and work on the lists at the same time.

## Example

A pool and `gather` work on what one receive gave; right are a loop, and lists by group.

## Options

None.

## Sources

- [Amazon SQS: FIFO delivery logic](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html)
- [Amazon SQS API: ReceiveMessage](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Consumer, Severity, Silence
from sqsfifo_lint.rules.base import ConsumerRule, Options, Violation
from sqsfifo_lint.rules.words import NOT_KNOWN_AS_FIFO, code, is_known_fifo, named, steps_of_receive

HELP = (
    "Work on the messages of one receive one after the other, and run more consumers instead; or put them into lists "
    "by their `MessageGroupId` first, and work on the lists at the same time."
)


def check(consumer: Consumer, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each place where messages are handed out."""
    if not is_known_fifo(consumer.queue):
        yield NOT_KNOWN_AS_FIFO
        return
    for loss in consumer.parallel if consumer.several else ():
        yield Violation(
            loss.place,
            f"Messages of one receive of the FIFO queue{named(consumer.queue)} are worked on at the same time "
            f"({code(loss.how)}): several may be of one group, and the later one may be done first.",
            HELP,
            (*steps_of_receive(consumer), *loss.steps),
        )


RULE = ConsumerRule(
    code="SQF603",
    name="parallel-handling",
    severity=Severity.WARNING,
    since="0.1.0",
    summary="Messages of one receive of a FIFO queue are worked on at the same time, so a group loses its order.",
    check=check,
)
