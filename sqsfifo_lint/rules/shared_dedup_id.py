"""Two different messages of one function get the same dedup ID.

## What it does

Finds sends that can follow each other in one function, or in what it calls, and give the same `MessageDeduplicationId`
to messages whose bodies visibly differ, for the same queue: "created" and "paid", both with the ID of the order. The
same is reported for two entries of one batch.

## Why is this bad

Within five minutes, SQS treats a second message with the same dedup ID as a repeat of the first, whatever is in its
body: it answers with success and drops it. So the second message is lost, and no error, log line or metric on the
sender's side says so.

## When it is fine

When the second message is meant to be dropped if the first was sent. Two messages that are each sent under a condition
of its own are not reported where the conditions may exclude each other: where they ask for the same datum, or for two
states of one thing. On a queue that is known to remember dedup IDs for each group by itself (`DeduplicationScope` is
`messageGroup`), two messages of different groups are not reported.

## What to do instead

Add what tells the two apart: `f"{order_id}-paid"`. The ID must still be the same for every attempt to send one message.

## Example

Two kinds of message with the ID of one order, one after the other and in a batch.

## Options

None.

## Sources

- [Amazon SQS API: SendMessage](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html)
- [Amazon SQS: using the message deduplication ID](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Place, Severity, Silence, Step
from sqsfifo_lint.rules.base import CaseRule, Options, Violation
from sqsfifo_lint.rules.words import code, line_between, service
from sqsfifo_lint.verdicts import Case, Judgement, Verdict

HELP = "Add what tells the two messages apart to the dedup ID, such as the kind of event."


def check(case: Case, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each message whose dedup ID a different message had before."""
    for judgement in case.dedups(Verdict.SHARED):
        if isinstance(judgement, Silence):
            yield judgement
        elif judgement.other is not None:
            steps = (Step(judgement.other, "given to another message here"), *judgement.steps)
            yield Violation(judgement.place, _message(judgement, judgement.other, service(case.send)), HELP, steps)


def _message(judgement: Judgement, other: Place, who: str) -> str:
    where = line_between(other, judgement.place)
    same = "is that of the" if judgement.always else "can be that of a"
    return (
        f"The dedup ID {same} message before it, which differs ({code(other.source)}{where}): {who} treats a "
        "second message with the same ID within five minutes as a repeat, answers with success and drops it."
    )


RULE = CaseRule(
    code="SQF206",
    name="shared-dedup-id",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="Two different messages of one function get the same dedup ID, so the second is dropped.",
    check=check,
    slots=("dedup",),
)
