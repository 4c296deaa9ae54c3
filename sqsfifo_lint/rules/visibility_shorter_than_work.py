"""A visibility timeout that is shorter than the function may work.

## What it does

Finds FIFO queues that feed a Lambda function whose timeout is longer than the queue's visibility timeout, where both
are declared in sight. A queue that says nothing has 30 seconds, a function 3 (in serverless.yml 6).

## Why is this bad

While a function works on a message, the message is invisible only for as long as the queue's visibility timeout. After
that it is delivered again, with the rest of its batch: two functions work on the same messages of one group, the order
is lost, and the first can no longer delete what it has handled. AWS refuses to create such an event source mapping,
but a timeout that is raised later is not refused.

## When it is fine

Never. If one of the two cannot be seen, or is a parameter, the rule is silent.

## What to do instead

Set the visibility timeout to six times the function's timeout, as AWS advises: Lambda also needs time to try again when
it is throttled. Or give the function less time.

## Example

A function with a timeout of a minute, and a queue with the default of 30 seconds.

## Options

None.

## Sources

- [AWS Lambda: configuring a queue for a function](https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html)
- [Amazon SQS: visibility timeout](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.knowledge.connections import ADVISED, DEFAULT_VISIBILITY, VISIBILITY
from sqsfifo_lint.model import Attribute, Connection, Connects, Declaration, Known, Severity, SpanPlace, Step
from sqsfifo_lint.rules.base import ConnectionRule, Options, Violation
from sqsfifo_lint.rules.words import end_of


def check(connection: Connection, options: Options) -> Iterator[Violation]:
    """Yield a violation where the timeouts of queue and function are known, and the queue's is shorter."""
    if connection.kind is not Connects.FEEDS or connection.fifo is not Known.YES or connection.timeout is None:
        return
    if len(connection.declarations) != 1:
        return
    work, declaration = _seconds(connection.timeout), connection.declarations[0]
    visible = _visibility(declaration)
    if work is None or visible is None or visible >= work:
        return
    message = f"Messages of {end_of(connection)} are invisible for {visible:g} s, and the function that it feeds may "
    message += f"work for {work:g} s: what takes longer is delivered again while it is still being worked on."
    help = f"Set `{VISIBILITY}` to {ADVISED} times the function's timeout, {ADVISED * work:g} s, or lower that."
    step = Step(SpanPlace(connection.timeout.span), f"the function may work for {work:g} s")
    yield Violation(declaration.place(VISIBILITY), message, help, (step,))


def _visibility(declaration: Declaration) -> float | None:
    found = declaration.attributes.get(VISIBILITY)
    if found is None:
        return DEFAULT_VISIBILITY if declaration.complete else None
    return _seconds(found)


def _seconds(attribute: Attribute) -> float | None:
    if attribute.value is None or attribute.overridable:
        return None
    try:
        return float(attribute.value)
    except ValueError:
        return None


RULE = ConnectionRule(
    code="SQF408",
    name="visibility-shorter-than-work",
    severity=Severity.WARNING,
    since="0.1.0",
    summary="A FIFO queue's visibility timeout is below the timeout of the function it feeds: messages come twice.",
    check=check,
    rejected=True,
)
