"""No dedup ID, and no sign of content-based deduplication.

## What it does

Finds sends with a `MessageGroupId`, or to a queue or topic that is known to be FIFO, that give no
`MessageDeduplicationId` on any path, unless the queue is known to be standard or to deduplicate by content. What sends
without code counts as well: EventBridge rules and schedules, which can give none, pipes and state machines.

## Why is this bad

A FIFO queue must be able to tell a repeated message from a new one. Without a dedup ID and without content-based
deduplication SQS rejects the call: 400 `InvalidParameterValue`, "The queue should either have ContentBasedDeduplication
enabled or MessageDeduplicationId provided explicitly". In a batch, one entry without it fails the whole call. With
content-based deduplication the send works, but SQS then hashes only the body: two events that happen to have equal
bodies within five minutes are one message to SQS, and a body that contains a timestamp is never recognised as a repeat.

## When it is fine

When the queue has content-based deduplication, which is an attribute of the queue and not visible in the call; or when
it is a standard queue (where a group ID makes it a fair queue). A message with a delay of its own is taken to go to a
standard queue unless its queue is known to be FIFO, since a FIFO queue rejects such a delay. Where the project declares
its queues (`create_queue`, CloudFormation, SAM, Terraform, CDK ...), the declaration is read: a queue that is declared
to deduplicate by content is not reported, nor is a send whose queue is not known if it may be such a queue.

## What to do instead

Pass an ID that is the same for every attempt to send one message and different for different messages: the ID of the
event, the outbox row or the incoming request. If the queue deduplicates by content, say so in the configuration.

## Example

A group ID is given, and nothing else.

## Options

- `content-based-deduplication`: `true`, or name patterns of the queues that deduplicate by content.

## Sources

- [Amazon SQS API: SendMessage](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html)
- [Amazon SQS: using the message deduplication ID](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html)
- [Amazon SQS: providing a message deduplication ID](https://docs.amazonaws.cn/en_us/AWSSimpleQueueService/latest/SQSDeveloperGuide/providing-message-deduplication-id.html)
- [EventBridge API: SqsParameters](https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_SqsParameters.html)
- [EventBridge Scheduler API: SqsParameters](https://docs.aws.amazon.com/scheduler/latest/APIReference/API_SqsParameters.html)
- [Amazon SQS: the message group ID, also on standard queues](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagegroupid-property.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Change, Known, Message, Send, Severity, Silence
from sqsfifo_lint.rules.base import Options, SendRule, Violation
from sqsfifo_lint.rules.remedying import digest_of_body
from sqsfifo_lint.rules.words import argument, capital, has_no, is_known_fifo, named, rejected, steps_of_queue, target
from sqsfifo_lint.verdicts import dedup_not_missed, standard

HELP = (
    "Pass a {argument} that is the same for every attempt to send one message, such as the ID of the "
    "event or outbox row. If the queue deduplicates by content, say so with `content-based-deduplication` in the "
    "configuration."
)

BY_CONTENT = (
    "Turn on content-based deduplication of the queue: {sender} cannot give a dedup ID. If it is on, say so with "
    "`content-based-deduplication` in the configuration."
)


def check(send: Send, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each message with a group ID and without a dedup ID."""
    if (silence := standard(send.queue)) is not None:
        yield silence
        return
    for message in send.messages:
        found = dedup_not_missed(message, send.queue)
        yield found or Violation(
            message.place,
            _message(send),
            _help(send, message),
            steps_of_queue(send),
            remedies=digest_of_body(send, message, message.place, missing=True),
        )


def _help(send: Send, message: Message) -> str:
    if send.sender and not message.dedup.keyword:
        return BY_CONTENT.format(sender=send.sender)
    return HELP.format(argument=argument(message.dedup, "MessageDeduplicationId"))


def _message(send: Send) -> str:
    noun = target(send)
    declared = f"no FIFO {noun} that this project declares deduplicates by content"
    not_by_content = send.queue.content_based_deduplication is Known.NO
    match is_known_fifo(send.queue), not_by_content:
        case True, True:
            unless = f", because the FIFO {noun}{named(send.queue)} is declared without content-based deduplication"
        case True, False if send.queue.declarations:
            unless = f", because {declared}"
        case False, False if send.queue.declarations:
            unless = f" unless this is a standard {noun}, because {declared}"
        case True, False:
            unless = f" unless the FIFO {noun}{named(send.queue)} deduplicates by content"
        case False, True:
            unless = f" unless this is a standard {noun}"
        case _:
            unless = f" unless this is a standard {noun} or one that deduplicates by content"
    return f"{capital(has_no(send, 'dedup ID'))}: {rejected(send, named_already=True)}{unless}."


RULE = SendRule(
    code="SQF201",
    name="missing-dedup-id",
    severity=Severity.WARNING,
    since="0.1.0",
    summary="There is no dedup ID and no sign of content-based deduplication, so SQS may reject the call.",
    check=check,
    slots=("dedup",),
    rejected=True,
    changes=(Change.BODY_DIGEST,),
)
