"""An event source mapping that Lambda does not have for FIFO queues.

## What it does

Finds event source mappings of a queue that is known to be FIFO with a batch size over 10, or with a batching window
other than 0. They are read wherever a project declares them: `create_event_source_mapping`, `SqsEventSource` and the
mappings of AWS CDK, Pulumi and troposphere, Chalice, CloudFormation, SAM, serverless.yml, Terraform, the AWS CLI.

## Why is this bad

From a FIFO queue Lambda takes at most ten messages at a time, and waits for no more: larger batches and a batching
window are for standard queues only. AWS refuses the mapping, usually in the middle of a deployment, and what is in the
queue is not handled.

## When it is fine

Never, on a FIFO queue. A queue that is not known to be FIFO, and a value that cannot be seen, are not reported.

## What to do instead

Take a batch size of at most 10, and leave the window out. Messages of one group come one batch after the other in any
case; what makes a FIFO queue faster is more groups.

## Example

The mapping is made by a call, or by a construct of AWS CDK.

## Options

None.

## Sources

- [AWS Lambda: parameters of SQS event source mappings](https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html)
- [Amazon SQS: FIFO queues and AWS Lambda](https://docs.amazonaws.cn/en_us/AWSSimpleQueueService/latest/SQSDeveloperGuide/fifo-queue-lambda-behavior.html)
- [AWS's answer: "Batching window is not supported for FIFO queues"](https://github.com/aws/aws-lambda-dotnet/pull/1758)
- [AWS Lambda API: CreateEventSourceMapping](https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.knowledge.connections import MOST_IN_BATCH
from sqsfifo_lint.knowledge.shapes import BATCH_SIZE, WINDOW
from sqsfifo_lint.model import Attribute, Connection, Connects, Known, Severity, SpanPlace
from sqsfifo_lint.rules.base import ConnectionRule, Options, Violation
from sqsfifo_lint.rules.words import end_of, steps_of_end

REFUSED = "Lambda refuses the event source mapping"


def check(connection: Connection, options: Options) -> Iterator[Violation]:
    """Yield a violation for each value that a FIFO queue cannot have."""
    if connection.kind is not Connects.FEEDS or connection.fifo is not Known.YES:
        return
    size, window = connection.attributes.get(BATCH_SIZE), connection.attributes.get(WINDOW)
    if size is not None and _number(size) > MOST_IN_BATCH:
        message = f"The batch size is {size.value}, and {end_of(connection)} is FIFO: {REFUSED}, whose batches of a "
        message += f"FIFO queue have at most {MOST_IN_BATCH} messages."
        help = f"Set it to {MOST_IN_BATCH} or less."
        yield Violation(SpanPlace(size.span), message, help, steps_of_end(connection))
    if window is not None and _number(window) > 0:
        message = f"The batching window is {window.value} s, and {end_of(connection)} is FIFO: {REFUSED}, since it has "
        message += "none for FIFO queues."
        yield Violation(SpanPlace(window.span), message, "Leave it out.", steps_of_end(connection))


def _number(attribute: Attribute) -> float:
    try:
        return 0 if attribute.overridable else float(attribute.value or 0)
    except ValueError:
        return 0


RULE = ConnectionRule(
    code="SQF405",
    name="fifo-event-source",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="The event source mapping of a FIFO queue has a batch size over 10 or a batching window, so it is refused.",
    check=check,
    rejected=True,
)
