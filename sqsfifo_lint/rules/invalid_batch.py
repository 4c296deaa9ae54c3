"""A batch that is rejected as a whole: too many entries, or an entry `Id` that repeats or is not allowed.

## What it does

Finds batch sends with visibly more than ten entries, with two entries that have the same `Id`, and with an `Id` that
SQS does not accept: anything but 1 to 80 letters, digits, hyphens and underscores, or not a `str`.

## Why is this bad

SQS rejects the whole call and sends none of the entries: `TooManyEntriesInBatchRequest`, `BatchEntryIdsNotDistinct` or
`InvalidBatchEntryId`. boto3 does not check any of this beforehand, so code that was only tried with one message, or a
few, fails on the day when there are more. The `Id` only has to tell the entries of one call apart; it has nothing to do
with the dedup ID. An `Id` that is not a `str` is rejected by boto3 itself.

## When it is fine

When every entry of a loop has the reported `Id`, but the loop never makes more than one entry.

## What to do instead

Split the list into slices of ten. Number the entries of each slice: `str(number)` with `enumerate`.

## Example

More than ten entries; one `Id` for all; an `Id` with a colon.

## Options

None.

## Sources

- [Amazon SQS API: SendMessageBatch](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html)
- [Amazon SQS API: SendMessageBatchRequestEntry](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatchRequestEntry.html)
- [Amazon SNS API: PublishBatch](https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqsfifo_lint.faults import visible_length
from sqsfifo_lint.model import Alternative, Material, Message, Place, Send, Severity, Silence
from sqsfifo_lint.rules.base import Options, SendRule, Violation
from sqsfifo_lint.rules.words import code, is_batch, quoted, service

MAX_ENTRIES = 10
"""Entries of one call: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html"""

MAX_ENTRY_ID_LENGTH = 80
"""Characters of an entry's `Id`, of the alphabet below: SendMessageBatchRequestEntry."""

NOT_ALLOWED = re.compile(r"[^A-Za-z0-9_-]")

NOT_TEXT = frozenset({"bool", "bytes", "datetime", "float", "int", "uuid"})
"""Kinds of values that boto3 does not take for an `Id`."""

CUT = "Split the list into slices of ten entries, and send each slice with its own call."
NUMBER = "Number the entries of each call: `str(number)` with `enumerate`. The `Id` only tells them apart."


def check(send: Send, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for a batch that is too long, and for each entry whose `Id` repeats or is not allowed."""
    who = service(send)
    if send.least > MAX_ENTRIES:
        text = f"This batch has {send.least} entries: {who} accepts no more than ten, and rejects the whole call."
        yield Violation(send.place, text, CUT)
    for message in send.messages:
        if not message.id.alternatives or message.id.absent:
            yield Silence("no `Id` is seen on every path" if is_batch(send) else "it is no batch")
            continue
        place = message.id.alternatives[0].place
        if message.twin is not None:
            yield Violation(place, f"{_repeats(message, message.twin)}: {who} rejects the whole batch.", NUMBER)
        elif all(complaint_about(alternative) for alternative in message.id.alternatives):
            complaint = complaint_about(message.id.alternatives[0])
            yield Violation(place, f"The `Id` of this entry {complaint}: {_rejects(message, who)}.", NUMBER)
        else:
            yield Silence("the `Id` is not seen to repeat, or to be refused", place=place)


def complaint_about(alternative: Alternative) -> str:
    """What is wrong with a value as an entry's `Id`; empty when nothing is, as far as can be seen."""
    if alternative.kind in NOT_TEXT:
        return f"has the type `{alternative.kind}`, not `str`"
    text = alternative.text
    if text is not None and not 0 < len(text) <= MAX_ENTRY_ID_LENGTH:
        return f"has {len(text)} characters, but 1 to {MAX_ENTRY_ID_LENGTH} are allowed"
    if visible_length(alternative) > MAX_ENTRY_ID_LENGTH:
        return f"has at least {visible_length(alternative)} characters, but 1 to {MAX_ENTRY_ID_LENGTH} are allowed"
    for part in alternative.parts:
        if part.material is Material.CONSTANT and part.verbatim and (wrong := NOT_ALLOWED.search(part.text)):
            return f"contains {quoted(wrong[0])}, but only letters, digits, hyphens and underscores are allowed"
    return ""


def _repeats(message: Message, twin: Place) -> str:
    shown = code(message.id.alternatives[0].place.source)
    if twin == message.place:
        return f"Each entry that is made here has the same `Id` ({shown})"
    return f"This entry has the same `Id` ({shown}) as the one on line {twin.span.line}"


def _rejects(message: Message, who: str) -> str:
    if message.id.alternatives[0].kind in NOT_TEXT:
        return "boto3 rejects the whole batch"
    return f"{who} rejects the whole batch"


RULE = SendRule(
    code="SQF305",
    name="invalid-batch",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="A batch has more than ten entries, or an entry `Id` that repeats or is not allowed, and is rejected.",
    check=check,
    rejected=True,
)
