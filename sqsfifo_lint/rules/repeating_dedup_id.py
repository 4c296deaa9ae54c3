"""A dedup ID that is only a loop index or a counter.

## What it does

Finds sends whose `MessageDeduplicationId` varies by nothing but an index: the number of a loop's iteration, a counter
that starts with the process or the object, the length of a list so far, or a clock that starts with the machine
(`time.monotonic()`).

## Why is this bad

The next batch, the next run and every other process count the same numbers. Within five minutes, SQS treats a message
with a number that it has seen as a repeat, answers with success, and drops it. The first run works; the second one
sends nothing.

## When it is fine

When something besides the number tells the runs apart: the ID of the batch or file, a stored offset, a number from a
database. Such IDs are not reported. It is also fine when the number is the message itself, such as the number of a
shard to clean up, and one such message in five minutes is enough.

## What to do instead

Use an ID that the message already has. If it has none, put the ID of its batch, file or run before the number.

## Example

The number comes from `enumerate()`, or from a counter that starts with the process.

## Options

None.

## Sources

- [Amazon SQS API: SendMessage](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html)
- [Amazon SQS: using the message deduplication ID](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Severity, Silence, Trait
from sqsfifo_lint.rules.base import CaseRule, Options, Violation, each
from sqsfifo_lint.rules.words import origin, service
from sqsfifo_lint.verdicts import Case, Judgement, Verdict

HELP = (
    "Use an ID that belongs to the message, such as the ID of its event or row. If there is none, put something that "
    "tells this run from the next before the number: the ID of the batch, file or job."
)


def check(case: Case, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each message whose dedup ID is a mere number."""
    return each(
        case.dedups(Verdict.REPEATING),
        lambda judgement: Violation(judgement.place, _message(judgement, service(case.send)), HELP, judgement.steps),
    )


def _message(judgement: Judgement, who: str) -> str:
    part = judgement.part
    verb = "varies" if judgement.always else "can vary"
    source = origin(part, judgement.place)
    if part.trait is Trait.UPTIME:
        return (
            f"The dedup ID {verb} only by a clock that starts with the machine or process ({source}): after a restart, "
            f"or elsewhere, it shows the same values again, and {who} drops what comes twice within five minutes."
        )
    return (
        f"The dedup ID {verb} only by a number that is counted here ({source}): the next batch or run counts the same "
        f"numbers again, and {who} drops its messages if they come within five minutes."
    )


RULE = CaseRule(
    code="SQF205",
    name="repeating-dedup-id",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="The dedup ID is a loop index or counter, so the messages of the next batch or run are dropped.",
    check=check,
    slots=("dedup",),
)
