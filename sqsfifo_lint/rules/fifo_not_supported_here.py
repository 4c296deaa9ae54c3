"""A FIFO queue where AWS takes only standard ones.

## What it does

Finds FIFO queues that are subscribed to a standard topic, and FIFO queues and topics that are the target of S3 event
notifications, the dead-letter queue or a destination of a Lambda function, the dead-letter queue of an EventBridge rule
or schedule, the target of an action of an IoT rule, or that of a lifecycle hook of Auto Scaling. Both ends have to be
known.

## Why is this bad

A standard topic gives its messages no group ID, and these services send without one. AWS refuses such a
configuration, or takes it, and none of the messages arrives: what was to be kept for later, such as failed events, is
lost, and nobody is told.

## When it is fine

Never. Where it is not known of both ends what they are, the rule is silent.

## What to do instead

Use a standard queue in these places, or, for a topic, make both FIFO. If the messages must get into a FIFO queue, send
them there from a function, which can choose group and dedup ID.

## Example

A subscription to a standard topic, and a destination of a function.

## Options

None.

## Sources

- [Amazon SQS: FIFO queues and compatibility with other services](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-key-terms.html)
- [Amazon SNS: FIFO topics](https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html)
- [Amazon S3: event notifications](https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html)
- [AWS Lambda: destinations of asynchronous invocations](https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html)
- [EventBridge: dead-letter queues of rules](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Connection, Connects, Known, Severity, SpanPlace
from sqsfifo_lint.rules.base import ConnectionRule, Options, Violation
from sqsfifo_lint.rules.words import end_of, steps_of_end


def check(connection: Connection, options: Options) -> Iterator[Violation]:
    """Yield a violation where a FIFO queue or topic stands for a standard one."""
    if connection.fifo is not Known.YES:
        return
    noun, end = ("topic" if connection.service == "sns" else "queue"), end_of(connection)
    match connection.kind:
        case Connects.STANDARD_ONLY:
            message = f"{end[0].upper()}{end[1:]} is FIFO, and {connection.sender} works with a standard {noun} only."
            help = f"Use a standard {noun}, or send to the FIFO {noun} from a function."
        case Connects.SUBSCRIBES if connection.topic_fifo is Known.NO:
            message = f"{end[0].upper()}{end[1:]} is FIFO, and the topic that it is subscribed to is standard: SNS "
            message += "delivers to FIFO queues from FIFO topics only."
            help = "Make the topic FIFO as well, or subscribe a standard queue."
        case _:
            return
    yield Violation(SpanPlace(connection.queue_span), message, help, steps_of_end(connection)[1:])


RULE = ConnectionRule(
    code="SQF406",
    name="fifo-not-supported-here",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="A FIFO queue stands where AWS takes only standard ones: on a standard topic, as target of S3 or Lambda.",
    check=check,
    rejected=True,
)
