"""An exception from a send that ends in a log line, `pass` or an empty result.

## What it does

Finds handlers around a send, in the same function or around a call that leads to it, that catch what the client raises
(`Exception`, everything, or exceptions of botocore) and do no more than log, print, pass, or return `None`, `False` or
something empty; and `contextlib.suppress` around a send. To tell an error tracker (Sentry, Rollbar, Bugsnag, New Relic,
Datadog and others) is a kind of logging: somebody reads of it, and the message is lost all the same. What follows the
send in the same `try`, such as a pause, another `raise`, or storing the content elsewhere, is no excuse. An exception
that a future, a task or `gather(return_exceptions=True)` keeps, and that nobody asks for, is lost as well. A handler is
left alone if it calls anything else, keeps the failure in a variable that is read, raises, or is inside a loop that
tries again. So is one whose function returns
something else on success, if that result is used anywhere in the project. Standard queues count too.

## Why is this bad

When a send raises, the message is not in the queue, or nobody knows whether it is. A handler that only logs makes the
failure look like a success: the code that follows commits, acknowledges what it was handling, answers "done", and the
message is lost. With a FIFO queue it is worse still: the later messages of the group are delivered as if the lost one
had never existed.

## When it is fine

When the message may be lost, such as one that only warms a cache. Suppress the line and give that reason.

## What to do instead

Let the exception propagate, or raise one of your own: botocore has tried several times already. If the caller must go
on, keep the message where something will send it again (an outbox table, a dead-letter store), with the same dedup ID.

## Example

A handler that only logs, one around a call that leads to the send, and `contextlib.suppress`.

## Options

None.

## Sources

- [boto3: error handling](https://boto3.amazonaws.com/v1/documentation/api/latest/guide/error-handling.html)
- [boto3: retries](https://boto3.amazonaws.com/v1/documentation/api/latest/guide/retries.html)
- [Amazon SQS API: SendMessage](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Send, Severity, Silence
from sqsfifo_lint.rules.base import Options, SendRule, Violation
from sqsfifo_lint.rules.words import code

HELP = (
    "Let the exception propagate, or raise one of your own. If the code must go on, keep the message where it will be "
    "sent again with the same dedup ID, such as an outbox table."
)


def check(send: Send, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each handler in which an exception of the send is lost."""
    if not send.swallowed:
        yield Silence("no handler is seen in which an exception of the send is lost")
    for loss in send.swallowed:
        message = (
            f"An exception from the `{send.api}` on line {send.place.span.line} ends here, where "
            f"{code_of(loss.how)}: the message is not sent, but the code goes on as if it were, so it is lost."
        )
        yield Violation(loss.place, message, HELP, loss.steps)


def code_of(how: str) -> str:
    """A clause of the analysis, made fit to be shown."""
    return how if how.isprintable() else code(how)


RULE = SendRule(
    code="SQF302",
    name="swallowed-send-error",
    severity=Severity.WARNING,
    since="0.1.0",
    summary="An exception from a send ends in a log line, `pass` or an empty result, so the message is lost.",
    check=check,
)
