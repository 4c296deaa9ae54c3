"""A dedup ID that is the same for every message.

## What it does

Finds sends whose `MessageDeduplicationId` does not change from message to message: a constant, a value made at import
or read from the configuration, a value made or passed in when the object was constructed, or a value made before the
loop or comprehension that sends. Data counts as well: the ID of an order is the same for each line of the order that a
loop sends, whatever it is. That is said only where the messages differ (body, group or attributes vary in the loop), go
to one queue, and nothing in the loop can have changed what is read.

## Why is this bad

Within five minutes, SQS treats a second message with the same dedup ID as a repeat of the first: it answers with
success and drops it. So every message but the first is lost, and no error, log line or metric on the sender's side says
so. SQS remembers the ID even when the message is gone: that the first one was received and deleted changes nothing. By
default, an ID counts for the whole queue, across all groups.

## When it is fine

When there is only ever one such message in five minutes and a second one is meant to be dropped, such as a "rebuild the
index" nudge. Suppress the line and give that reason. A loop that sends one message until it is accepted is not
reported, nor one that ends with its first send, nor one whose group varies on a queue that is known to remember IDs
group by group (`DeduplicationScope`).

## What to do instead

Derive the ID from the message: the ID of the event, the outbox row or the incoming request. In a loop, include what
distinguishes its messages. The ID must be the same for every attempt to send one message, and different for two
messages.

## Example

The ID is a literal, is made in the constructor, or is made before the loop.

## Options

- `audit`: what is likely one value for the process is reported, too: attributes and items of settings out of sight,
  options of the command line, constant defaults of functions that nobody in sight calls, and what a `Publisher`,
  `Sender` ... is constructed with out of sight.

## Sources

- [Amazon SQS API: SendMessage](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html)
- [Amazon SQS: using the message deduplication ID](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html)
- [Apache Camel: one dedup ID for all entries of a batch](https://github.com/apache/camel/pull/24728)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Change, Lifetime, Material, Severity, Silence
from sqsfifo_lint.parts import is_constant
from sqsfifo_lint.rules.base import CaseRule, Options, Violation
from sqsfifo_lint.rules.remedying import digest_of_body
from sqsfifo_lint.rules.words import constants, how_made, one_or_more, origin, service
from sqsfifo_lint.verdicts import Case, Judgement, Verdict

HELP = (
    "Derive the dedup ID from the message itself, such as the ID of the event or outbox row: the same for every "
    "attempt to send one message, and different for two messages."
)


def check(case: Case, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each message whose dedup ID does not change with it."""
    for message, answer in case.messages_with(case.dedups(Verdict.FIXED)):
        if isinstance(answer, Silence):
            yield answer
            continue
        remedies = digest_of_body(case.send, message, answer.place)
        yield Violation(answer.place, _message(answer, service(case.send)), HELP, answer.steps, remedies=remedies)


def _message(judgement: Judgement, who: str) -> str:
    dropped = (
        f"{who} treats a second message with the same ID within five minutes as a repeat, answers with success and"
    )
    return f"The dedup ID is {_how_fixed(judgement)}: {dropped} drops it, so messages are lost."


def _how_fixed(judgement: Judgement) -> str:
    blamed = [part for culprit in judgement.culprits for part in culprit.parts]
    if all(is_constant(part) for part in blamed):
        return constants(judgement)
    part = judgement.part
    if is_constant(part) or len(judgement.culprits) > 1:
        sources = dict.fromkeys(origin(culprit.parts[0], judgement.place) for culprit in judgement.culprits)
        return f"not new for each message ({one_or_more(sources)})"
    if part.material is Material.DATA and part.lifetime is Lifetime.CALL:
        return f"the same for all messages of the loop that sends ({origin(part, judgement.place)})"
    return how_made(judgement)


RULE = CaseRule(
    code="SQF203",
    name="fixed-dedup-id",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="The dedup ID does not change from message to message, so all but the first in five minutes are dropped.",
    check=check,
    slots=("dedup",),
    changes=(Change.BODY_DIGEST,),
)
