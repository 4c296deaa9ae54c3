"""A body that content-based deduplication takes for a repeat, or never recognises.

## What it does

Finds sends without a `MessageDeduplicationId` to a queue or topic that is known to deduplicate by content, whose body

- is constant, or is the same for all messages of a loop that differ in their groups or attributes (reported as an
  error), or
- contains a clock reading or a unique value that the sending code makes for each send (reported as a warning).

## Why is this bad

With content-based deduplication, the dedup ID is the SHA-256 digest of the body, and of nothing else: attributes do not
count. So within five minutes all messages with a constant body but the first are answered with success and dropped,
also those for other groups, unless the queue remembers IDs for each group by itself.

If the body contains the time or a fresh UUID, no two bodies are ever equal. The queue then recognises no repeat: a
retry that runs the code again is delivered as a second message, although deduplication is switched on.

## When it is fine

A constant body is fine when a second message within five minutes is meant to be dropped, such as a "rebuild the index"
nudge. A time or UUID in the body is fine when nothing above the send ever repeats it.

## What to do instead

Give a dedup ID: the ID of the event, the outbox row or the incoming request. It takes precedence over the digest.

## Example

A body that is always the same, and one with a fresh UUID and the time.

## Options

None.

## Sources

- [Amazon SQS API: SendMessage](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html)
- [Amazon SQS: using the message deduplication ID](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Send, Severity, Silence
from sqsfifo_lint.rules.base import CaseRule, Options, Violation
from sqsfifo_lint.rules.words import constants, origins, service, steps_of_declarations, target
from sqsfifo_lint.verdicts import Case, Judgement, Verdict

HELP = "Give a dedup ID that stays with the message, such as the ID of the event, outbox row or incoming request."


def check(case: Case, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each body that is always the same, or never the same again."""
    for judgement in case.bodies:
        if isinstance(judgement, Silence):
            yield judgement
            continue
        generated = judgement.verdict is Verdict.GENERATED
        text = _generated(judgement, case.send) if generated else _same(judgement, case.send)
        steps = (*judgement.steps, *steps_of_declarations(case.send))
        yield Violation(judgement.place, text, HELP, steps, Severity.WARNING if generated else None)


def _same(judgement: Judgement, send: Send) -> str:
    of_a_loop = judgement.verdict is Verdict.FIXED
    same = f"the same for all messages of the loop that sends ({origins(judgement)})"
    return (
        f"The body is {same if of_a_loop else constants(judgement)}, and the {target(send)} deduplicates by content: "
        f"{service(send)} treats a second message with the same body within five minutes as a repeat, answers with "
        "success and drops it."
    )


def _generated(judgement: Judgement, send: Send) -> str:
    verb = "contains" if judgement.always else "can contain"
    return (
        f"The body {verb} a value that is new each time this code runs ({origins(judgement)}), "
        f"and the {target(send)} deduplicates by content: {service(send)} recognises a repeat by its body, so "
        "a retry that runs the code again is delivered as a second message."
    )


RULE = CaseRule(
    code="SQF207",
    name="content-deduplicated-body",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="The queue deduplicates by content, and the body is constant, or new at every attempt.",
    check=check,
    slots=("body",),
)
