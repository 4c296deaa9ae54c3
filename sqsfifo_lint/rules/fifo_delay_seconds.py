"""A delay for a single message of a FIFO queue.

## What it does

Finds messages with a `DelaySeconds` other than 0 that go to a queue known to be FIFO: by its visible URL, name or ARN,
by its declaration, by a check such as `if url.endswith(".fifo")`, or by the dedup ID of the message, which no other
queue accepts.

## Why is this bad

A FIFO queue can only delay all of its messages equally. SQS rejects the call: 400 `InvalidParameterValue`, "The request
include parameter that is not valid for this queue type". In a batch, an entry with a delay is rejected and listed under
`Failed`, or the whole call fails.

## When it is fine

Never, for any value but 0. `DelaySeconds=0` is accepted; it does not override the delay of the queue.

## What to do instead

Leave it out, and set `DelaySeconds` on the queue, where it applies to all messages. To delay a single message, use
EventBridge Scheduler or a standard queue.

## Example

The delay is given in the call, or is a default of the function that sends.

## Options

None.

## Sources

- [Amazon SQS API: SendMessage](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html)
- [Amazon SQS: message timers](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Alternative, Change, Material, Message, Remedy, Send, Severity, Silence
from sqsfifo_lint.rules.base import Options, SendRule, Violation
from sqsfifo_lint.rules.words import is_batch, is_known_fifo, named, quoted
from sqsfifo_lint.verdicts import is_held_by_framework, standard

HELP = (
    "Leave `DelaySeconds` out, and set it on the queue if all messages should be delayed. To delay a single message, "
    "use EventBridge Scheduler or a standard queue."
)


def check(send: Send, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each message of a FIFO queue that is sure to have a delay."""
    if (silence := standard(send.queue)) is not None:
        yield silence
        return
    if send.service != "sqs":
        yield Silence("SNS takes no delay")
        return
    rejected = "SQS does not accept the message" if is_batch(send) else "SQS rejects the call"
    for message in send.messages:
        if not is_delayed(message):
            yield Silence("no delay is given that is known and not 0", next(message.delay.parts(), None))
        elif not (is_known_fifo(send.queue) or has_dedup_id(message)):
            yield Silence("the queue is not known to be FIFO, and no dedup ID says so", place=send.queue.place)
        else:
            delay = message.delay.alternatives[0]
            yield Violation(
                delay.place,
                f"This message for the FIFO queue{named(send.queue)} has its own delay ({shown(message)}): "
                f"a FIFO queue delays all of its messages equally or none, so {rejected}.",
                HELP,
                tuple(step for part in delay.parts for step in part.steps),
                remedies=() if send.library else (Remedy(Change.NO_DELAY, delay.place),),
            )


def has_dedup_id(message: Message) -> bool:
    """Whether a dedup ID is visibly given on every path: only FIFO queues take one."""
    dedup = message.dedup
    return dedup.argument is not None and bool(dedup.alternatives) and not dedup.absent


def is_delayed(message: Message) -> bool:
    """Whether a delay other than 0 is given on every path."""
    delay = message.delay
    given = bool(delay.alternatives) and not delay.absent and not is_held_by_framework(delay)
    return given and all(is_a_delay(a) for a in delay.alternatives)


def is_a_delay(alternative: Alternative) -> bool:
    """Whether a value is a known number other than 0."""
    return alternative.kind == "int" and alternative.text not in (None, "0")


def shown(message: Message) -> str:
    """The delay as the message shows it."""
    seconds = {part.text for part in message.delay.parts() if part.material is Material.CONSTANT}
    return " or ".join(f"{second} s" if second.isdigit() else quoted(second) for second in sorted(seconds))


RULE = SendRule(
    code="SQF303",
    name="fifo-delay-seconds",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="A message for a FIFO queue has its own delay, so SQS rejects the call.",
    check=check,
    slots=("delay",),
    rejected=True,
    changes=(Change.NO_DELAY,),
)
