"""Why SQS or botocore refuses an ID, or why it is not the intended one.

Pure like `sqsfifo_lint.verdicts`, and independent of it: a `uuid4()` that is new at every attempt and not converted to
text is two mistakes.
"""

from __future__ import annotations

import enum
import string
from collections.abc import Mapping

from sqsfifo_lint.knowledge.apis import MAX_ID_LENGTH
from sqsfifo_lint.model import Alternative, Known, Material, Message, Part, Place, Queue, Slot, Trait
from sqsfifo_lint.parts import is_constant
from sqsfifo_lint.records import record, replace
from sqsfifo_lint.verdicts import dedup_is_missing, group_is_missing

ALPHABET = frozenset(string.ascii_letters + string.digits + string.punctuation)
"""The allowed characters: ASCII letters, digits and punctuation, but no space."""

NOT_TEXT: Mapping[str, str] = {
    "bool": "a bool",
    "bytes": "bytes",
    "date": "a date object",
    "datetime": "a datetime object",
    "decimal": "a Decimal or Fraction object",
    "dict": "a dict",
    "float": "a float",
    "hash": "a hash object",
    "int": "an int",
    "list": "a list, set or generator",
    "timedelta": "a timedelta object",
    "tuple": "a tuple",
    "uuid": "a UUID object",
}
"""Kinds that botocore refuses as an ID (it checks parameters against the service model, which says `string`)."""


CONTAINERS = frozenset({"dict", "list", "tuple"})
"""Kinds that count only if nothing else arrives: code that handles containers separately takes any kind of value."""


class Fault(enum.Enum):
    """Why an ID is refused, or is not the intended one."""

    TYPE = "not text"
    NONE = "None"
    EMPTY = "empty"
    CHARACTER = "a character that is not allowed"
    LENGTH = "too long"
    NONE_TEXT = "the text of None"
    STANDARD = "a dedup ID on a standard queue"


@record()
class Invalid:
    """A fault of an ID, where it is, and what in the value shows it."""

    fault: Fault
    place: Place
    always: bool = True
    alternative: Alternative | None = None
    part: Part | None = None
    detail: str = ""
    """The character, the type or the length."""


def invalid_group(message: Message, queue: Queue) -> Invalid | None:
    """The first fault of a group ID; standard queues accept one too, with the same characters."""
    if message.group.none is not None and not group_is_missing(message, queue):
        return Invalid(Fault.NONE, message.group.none)
    return _invalid(message.group)


def invalid_dedup(message: Message, queue: Queue, service: str) -> Invalid | None:
    """The first fault of a dedup ID. Only for `sqs` is it documented that standard queues refuse one."""
    slot = message.dedup
    if slot.none is not None and not (dedup_is_missing(message, queue) or group_is_missing(message, queue)):
        return Invalid(Fault.NONE, slot.none)
    if queue.fifo is Known.NO and slot.alternatives and slot.argument is not None and service == "sqs":
        return Invalid(Fault.STANDARD, slot.argument, not slot.absent, slot.alternatives[0])
    return _invalid(slot)


def _invalid(slot: Slot) -> Invalid | None:
    if not slot.verbatim:
        return None
    doubtful = not all(alternative.kind in CONTAINERS for alternative in slot.alternatives)
    judged = (a for a in slot.alternatives if not (doubtful and a.kind in CONTAINERS))
    found = [fault for alternative in judged if (fault := _fault(alternative)) is not None]
    always = len(found) == len(slot.alternatives)
    by_default = found and found[0].fault is Fault.EMPTY and not always
    return None if not found or by_default else replace(found[0], always=always)


def _fault(alternative: Alternative) -> Invalid | None:
    parts = alternative.parts
    if alternative.kind in NOT_TEXT:
        return Invalid(Fault.TYPE, alternative.place, alternative=alternative, detail=NOT_TEXT[alternative.kind])
    for part in parts:
        character = refused_character(part)
        if character:
            return Invalid(Fault.CHARACTER, alternative.place, alternative=alternative, part=part, detail=character)
    if alternative.text == "":
        return Invalid(Fault.EMPTY, alternative.place, alternative=alternative)
    length = visible_length(alternative)
    if length > MAX_ID_LENGTH:
        return Invalid(Fault.LENGTH, alternative.place, alternative=alternative, detail=str(length))
    nothing = next((p for p in parts if p.trait is Trait.NONE and p.verbatim), None)
    if nothing is not None and all(is_constant(p) or p.material is Material.CONFIG for p in parts):
        return Invalid(Fault.NONE_TEXT, alternative.place, alternative=alternative, part=nothing)
    return None


def visible_length(alternative: Alternative) -> int:
    """The minimum number of characters of a value, judging by what can be seen of it."""
    return max(alternative.length, sum(len(part.text) for part in alternative.parts if _is_visible(part)))


def _is_visible(part: Part) -> bool:
    return part.material is Material.CONSTANT and part.verbatim


def refused_character(part: Part) -> str:
    """A character in a part that SQS refuses; empty if there is none, or none that can be seen."""
    if part.trait is Trait.SPACED and part.verbatim:
        return " "
    return next((c for c in part.text if c not in ALPHABET), "") if _is_visible(part) else ""
