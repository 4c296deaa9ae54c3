"""An ID that SQS or botocore rejects.

## What it does

Finds sends whose `MessageGroupId` or `MessageDeduplicationId` is rejected, as far as the source shows it:

- it is not text but a UUID, a number, bytes, a date, a hash object, a list, or None;
- it is empty, or has more than 128 characters (a prefix before a SHA-512 digest is enough);
- it contains a space, or a character that is not an ASCII letter, digit or punctuation mark: `str(datetime.now())`
  contains a space, and so does `time.ctime()`;
- it is a dedup ID for a queue that is known to be standard.

It also finds IDs that can be the text `None`, because `str()` is applied to something that may be None: a `get()`
without a default for a key that the file uses in no other way, or the result of a function that returns nothing on some
path.

## Why is this bad

SQS answers with an error (`InvalidParameterValue`), botocore with `ParamValidationError`, and the message is not sent.
Emulators accept many such IDs, so tests pass. With the text `None` nothing fails: all messages without an ID are
treated as one, so within five minutes all but the first are dropped, or they all share one group.

## When it is fine

For an ID that can be `None`: when something that is not visible here makes sure that the value is there, such as
another service that validates the request.

## What to do instead

Convert it to text: `str(uuid.uuid4())`, `.hexdigest()`, `.isoformat()`. Keep free text out of IDs, or hash it. Read a
required value with `record["id"]`, which fails when it is missing.

## Example

An object that is not converted, a group ID with spaces, and a missing value that becomes text.

## Options

None.

## Sources

- [Amazon SQS: message quotas](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html)
- [Amazon SQS API: SendMessage](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html)
- [boto3: error handling](https://docs.aws.amazon.com/boto3/latest/guide/error-handling.html)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqsfifo_lint.faults import Fault, Invalid, invalid_dedup, invalid_group, refused_character
from sqsfifo_lint.knowledge.apis import MAX_ID_LENGTH
from sqsfifo_lint.model import Change, Known, Material, Message, Remedy, Send, Severity, Silence, Step, Trait
from sqsfifo_lint.rules.base import Options, SendRule, Violation
from sqsfifo_lint.rules.words import code, line_of, named, quoted, service
from sqsfifo_lint.verdicts import judge_dedup, judge_group

HELP: Mapping[Fault, str] = {
    Fault.TYPE: "Convert it to text: `str(...)`, `.hex`, `.hexdigest()`, `.isoformat()`.",
    Fault.NONE: "Leave the argument out when there is no ID: build the arguments as a dict, and add it under an `if`.",
    Fault.EMPTY: "Pass an ID of 1 to 128 characters, or leave the argument out.",
    Fault.CHARACTER: (
        "Use ASCII letters, digits and punctuation, and no spaces: `.isoformat()` for a time, a digest for free text."
    ),
    Fault.LENGTH: "Shorten the ID to 128 characters: a SHA-256 digest has 64.",
    Fault.NONE_TEXT: 'Read a required value so that it is an error when it is missing, as `record["id"]` does.',
    Fault.STANDARD: "Leave it out, or send to a FIFO queue.",
}


def check(send: Send, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each ID that is rejected, or may be the text of None."""
    yield Silence("nothing that is refused is seen in an ID")
    for message in send.messages:
        group = invalid_group(message, send.queue)
        dedup = invalid_dedup(message, send.queue, send.service)
        for slot, found in (("group ID", group), ("dedup ID", dedup)):
            if found is not None:
                remedies = tuple(_remedies(slot, found, message, send))
                yield Violation(
                    found.place, _message(slot, found, send), HELP[found.fault], _steps(found), remedies=remedies
                )


def _message(slot: str, found: Invalid, send: Send) -> str:
    who = service(send)
    be, have, contain = ("is", "has", "contains") if found.always else ("can be", "can have", "can contain")
    match found.fault:
        case Fault.TYPE:
            return f"The {slot} {be} {found.detail}, not text: botocore raises ParamValidationError and sends nothing."
        case Fault.NONE:
            return f"The {slot} is None: botocore does not leave it out, but raises ParamValidationError."
        case Fault.EMPTY:
            return f"The {slot} {be} empty: {who} rejects it. It must have 1 to {MAX_ID_LENGTH} characters."
        case Fault.CHARACTER:
            what = "a space" if found.detail == " " else f"the character {quoted(found.detail)}"
            allowed = "Only ASCII letters, digits and punctuation are allowed."
            return f"The {slot} {contain} {what}{_source(found)}: {who} rejects it. {allowed}"
        case Fault.LENGTH:
            return (
                f"The {slot} {have} {found.detail} or more characters: {who} rejects it. {MAX_ID_LENGTH} are allowed."
            )
        case Fault.NONE_TEXT:
            text = found.alternative.text if found.alternative is not None else None
            dropped = f"{who} treats all such messages as one, and drops all but the first in five minutes"
            then = "all such messages share one group" if slot == "group ID" else dropped
            return f"The {slot} {be} the text {quoted(text or 'None')}{_source(found)} when there is no value: {then}."
        case Fault.STANDARD:
            return f"A dedup ID {be} given to a standard queue{named(send.queue)}: {who} rejects it."


CONVERTED = frozenset({"int", "uuid", "str"})
"""Kinds of which `str` makes the text that they were meant to be; text stays as it is."""


def _remedies(name: str, found: Invalid, message: Message, send: Send) -> Iterator[Remedy]:
    """What makes an ID that SQS takes, if all values that it can have are known to need it, or to bear it."""
    slot = message.group if name == "group ID" else message.dedup
    if send.library or send.sender or slot.absent or found.alternative is None:
        return
    match found.fault:
        case Fault.TYPE:
            kinds, kind = {one.kind for one in slot.alternatives}, found.alternative.kind
            if kinds == {kind} or (kind in CONVERTED and kinds <= CONVERTED):
                yield Remedy(Change.TEXT, found.place, kind, note=_still(name, message, send))
        case Fault.CHARACTER:
            refused = [part for part in slot.parts() if refused_character(part)]
            if all(part.trait is Trait.SPACED for part in refused):
                for place, clock in {part.place: part.material is Material.CLOCK for part in refused}.items():
                    yield Remedy(Change.NO_SPACE if clock else Change.JSON_DIGEST, place)


def _still(name: str, message: Message, send: Send) -> str:
    """What the ID is judged besides."""
    answer = judge_group(message) if name == "group ID" else judge_dedup(message, send.queue)
    if answer.judgement is None or send.queue.fifo is Known.NO:
        return ""
    return f"the {name} is still {answer.judgement.verdict.value}, which is a finding of its own"


def _source(found: Invalid) -> str:
    if found.part is None:
        return ""
    return f" ({code(found.part.place.source)}{line_of(found.part, found.place)})"


def _steps(found: Invalid) -> tuple[Step, ...]:
    parts = [found.part] if found.part is not None else list(found.alternative.parts if found.alternative else ())
    return next((part.steps for part in parts if part.steps), ())


RULE = SendRule(
    code="SQF304",
    name="invalid-id",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="SQS or botocore rejects the group or dedup ID, or it is the text of a missing value.",
    check=check,
    slots=("group", "dedup"),
    rejected=True,
    changes=(Change.TEXT, Change.JSON_DIGEST, Change.NO_SPACE),
)
