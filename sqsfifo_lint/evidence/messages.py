"""Messages as people have them: read one after another from JSON, whichever way they were exported.

A message is what `aws sqs receive-message --attribute-names All` prints, or a record of the event that Lambda hands to
a function: the same names with a small first letter. Attributes may stand in `Attributes` or beside it, as in dumps of
dead-letter queues. SNS and EventBridge wrap what was published into an envelope, which then is the body.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqsfifo_lint.evidence.json_items import Item, items
from sqsfifo_lint.evidence.model import Message, Unread

DEEPEST = 8
"""Levels of lists and objects in which messages are looked for."""


def read_messages(pieces: Iterable[str], source: str, *, bodies: bool = False) -> Iterator[Message | Unread]:
    """The messages in a text, and a note on each part that is none.

    A message with an attribute that cannot be read is a message all the same: the attribute counts as missing, and a
    note follows. `pieces`: the text, in pieces of any length; `source`: its name; `bodies`: whether to keep the bodies.
    """
    number = 0
    for item in items(pieces, source):
        match item:
            case Unread():
                yield item
            case Item(value, line, member):
                found = False
                for message, problems in _messages(value, bodies, DEEPEST):
                    found = True
                    number += 1
                    yield message
                    for problem in problems:
                        yield Unread(source, line, f"message {number}: {problem}")
                if not found and not member and not _is_empty_answer(value):
                    yield Unread(source, line, "this is JSON, but no SQS message")


def _is_empty_answer(value: Mapping[str, Any]) -> bool:
    """Whether it is what a call that found no message answers."""
    return all(name in {"Messages", "Records", "ResponseMetadata"} for name in value)


def _messages(value: object, bodies: bool, depth: int) -> Iterator[tuple[Message, Sequence[str]]]:
    """The messages in a value, each with what of it cannot be read."""
    match value:
        case dict():
            fields = {str(name).lower(): inner for name, inner in value.items()}
            attributes = _attributes(fields)
            if _is_message(fields, attributes):
                yield _message(fields, attributes, bodies), [*_problems(attributes)]
            elif depth:
                for inner in value.values():
                    yield from _messages(inner, bodies, depth - 1)
        case list() if depth:
            for inner in value:
                yield from _messages(inner, bodies, depth - 1)


_MARKS = frozenset({"receipthandle", "attributes", "body", "md5ofbody", "senttimestamp"})

_TELLING = frozenset({"messagegroupid", "senttimestamp", "approximatereceivecount"})


def _attributes(fields: Mapping[str, Any]) -> dict[str, Any]:
    """By their names in small letters: what stands in `Attributes`, and what stands beside it."""
    inner = fields.get("attributes")
    return (
        {**fields, **{str(name).lower(): value for name, value in inner.items()}}
        if isinstance(inner, dict)
        else {**fields}
    )


def _is_message(fields: Mapping[str, Any], attributes: Mapping[str, Any]) -> bool:
    if "messageid" in fields and not _MARKS.isdisjoint(fields):
        return True
    return not _TELLING.isdisjoint(attributes)


def _message(fields: Mapping[str, Any], attributes: Mapping[str, Any], bodies: bool) -> Message:
    body = _text(fields.get("body"))
    content = _content(body) if body is not None else _Content(None)
    digest = _digest(content.text)
    dedup = _text(attributes.get("messagededuplicationid"))
    return Message(
        message_id=_text(fields.get("messageid")),
        group=_text(attributes.get("messagegroupid")),
        dedup=dedup,
        sent=_TIME_SENT.number(attributes),
        first_received=_TIME_RECEIVED.number(attributes),
        receive_count=_RECEIVED.number(attributes),
        sequence_number=_text(attributes.get("sequencenumber")),
        body_digest=digest if digest is not None else _text(fields.get("md5ofbody")),
        body=body if bodies else None,
        queue=_text(attributes.get("eventsourcearn") or attributes.get("queueurl") or attributes.get("queue")),
        dead_letter_source=_text(attributes.get("deadletterqueuesourcearn")),
        via=content.via,
        dedup_is_digest=None if dedup is None or body is None else _is_digest(dedup, digest, body, content),
    )


class _Content(NamedTuple):
    """What was published: the body, or what stands in its envelope."""

    text: str | None
    via: str | None = None
    """What put it into an envelope."""


def _content(body: str) -> _Content:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html and
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
    """
    if not body.startswith("{"):
        return _Content(body)
    if '"Notification"' in body and '"TopicArn"' in body:
        match _parsed(body):
            case {"Type": "Notification", "Message": str(text), "TopicArn": str(topic)}:
                return _Content(text, topic)
    if '"detail-type"' in body and '"detail"' in body:
        match _parsed(body):
            case {"detail-type": _, "source": str(source), "detail": detail}:
                return _Content(json.dumps(detail, sort_keys=True), f"EventBridge ({source})")
    return _Content(body)


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _digest(text: str | None) -> str | None:
    """As SQS makes the dedup ID of a queue with content-based deduplication: SHA-256, in hexadecimal.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    """
    return None if text is None else hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


_HEX_LENGTH = 64


def _is_digest(dedup: str, digest: str | None, body: str, content: _Content) -> bool:
    """Whether the dedup ID is the digest of what was published, or of the body with the envelope."""
    return dedup == digest or (len(dedup) == _HEX_LENGTH and content.text is not body and dedup == _digest(body))


def _text(value: object) -> str | None:
    match value:
        case str():
            return value
        case bool() | None:
            return None
        case int() | float():
            return str(value)
        case dict():  # a body that was parsed on the way
            return json.dumps(value)
    return None


class _Number(NamedTuple):
    """An attribute that is a number, which SQS gives as text."""

    attribute: str
    least: int
    most: int
    what: str

    def number(self, attributes: Mapping[str, Any]) -> int | None:
        """What it is, if that can be."""
        match attributes.get(self.attribute.lower()):
            case bool():
                return None
            case float() as given if given.is_integer():
                number = int(given)
            case int() as number:
                pass
            case str() as text if text.isascii() and text.strip().isdigit() and len(text) < LONGEST_NUMBER:
                number = int(text)
            case _:
                return None
        return number if self.least <= number <= self.most else None

    def problem(self, attributes: Mapping[str, Any]) -> str | None:
        """Why it cannot be read, if it is there at all."""
        given = attributes.get(self.attribute.lower())
        if given is None or given == "" or self.number(attributes) is not None:
            return None
        shown = json.dumps(given) if isinstance(given, str | int | float) else f"a {type(given).__name__}"
        shown = shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"
        return f"{self.attribute} is not {self.what}, and is left out: {shown}"


LONGEST_NUMBER = 32
"""Characters of a number as text."""

LONGEST_SHOWN = 40
"""Characters of what cannot be read."""

_TIME = "a time in milliseconds between 2004 and 2100"  # SQS began in 2004
_2004, _2100 = 1_072_915_200_000, 4_102_444_800_000

_TIME_SENT = _Number("SentTimestamp", _2004, _2100, _TIME)
_TIME_RECEIVED = _Number("ApproximateFirstReceiveTimestamp", _2004, _2100, _TIME)
_RECEIVED = _Number("ApproximateReceiveCount", 0, 10**9, "a number of receives")

_NUMBERS = (_TIME_SENT, _TIME_RECEIVED, _RECEIVED)
_TEXTS = ("MessageGroupId", "MessageDeduplicationId")


def _problems(attributes: Mapping[str, Any]) -> Iterator[str]:
    """What of a message's attributes cannot be read."""
    yield from filter(None, (one.problem(attributes) for one in _NUMBERS))
    for name in _TEXTS:
        given = attributes.get(name.lower())
        if given is not None and _text(given) is None:
            yield f"{name} is no text, and is left out"
