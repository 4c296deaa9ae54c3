"""The result of a batch send that is never checked for `Failed`.

## What it does

Finds calls of `send_message_batch`, `send_messages` and `publish_batch` whose result is thrown away, only logged, or
kept without being checked for `Failed`; also at a caller, when the function that sends returns the result, decorated or
not, and the caller throws it away. `Failed` that is only logged or counted is a loss too, and so is a result that the
next round of a loop overwrites. A function in sight that gets the result is followed. Standard queues count too.

## Why is this bad

A batch call succeeds, with HTTP status 200 and no exception, even when the service has rejected some or all of the
entries. It lists them under `Failed`, with a code and whether the sender is at fault. boto3 raises nothing. Code that
does not look there loses those messages, typically under load, when single entries are throttled, or when one body is
too large. The HTTP status in `ResponseMetadata` says nothing about it.

## When it is fine

When losing some of the messages does no harm. Suppress the line and give that reason.

## What to do instead

Check `Failed` after each call. Send those entries again, with the same dedup IDs, and raise an error for what is left,
or store it. In a FIFO queue, later entries of a group must not overtake a failed one: send them again after it, or
stop.

## Example

The result is thrown away, checked only for its HTTP status, or returned to a caller that throws it away.

## Options

None.

## Sources

- [Amazon SQS API: SendMessageBatch](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html)
- [Amazon SNS API: PublishBatch](https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html)
- [boto3: SQS.Client.send_message_batch](https://boto3.amazonaws.com/v1/documentation/api/latest/reference/services/sqs/client/send_message_batch.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Change, Remedy, Send, Severity, Silence
from sqsfifo_lint.rules.base import Options, SendRule, Violation
from sqsfifo_lint.rules.words import is_batch, service

HELP = (
    "Check `Failed` in the result: send those entries again with the same dedup IDs, and raise an error for those that "
    "cannot be sent, or store them."
)


def check(send: Send, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each place where the result of the batch is lost."""
    if not send.unread:
        batch = is_batch(send)
        yield Silence("its result is not seen to be lost" if batch else "it is no batch: what is refused is raised")
    for loss in send.unread:
        message = (
            f"The result of this `{send.api}` is {loss.how}: {service(send)} answers with success even when it rejects "
            f"entries, and lists them only under `Failed`, so those messages are lost."
        )
        remedies = (Remedy(Change.RAISE, loss.place),) if loss.place.span == send.place.span else ()
        yield Violation(loss.place, message, HELP, loss.steps, remedies=remedies)


RULE = SendRule(
    code="SQF301",
    name="unchecked-batch-result",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="The result of a batch send is never checked for `Failed`, so entries that were rejected are lost.",
    check=check,
    changes=(Change.RAISE,),
)
