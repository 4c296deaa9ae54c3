"""Which changes several rules propose, as far as values decide that."""

from __future__ import annotations

from sqsfifo_lint.model import Change, Message, Place, Remedy, Send, Trait
from sqsfifo_lint.parts import is_process_dependent
from sqsfifo_lint.verdicts import Judgement, verdict_on_body


def stable_hash(judgement: Judgement, slot: str) -> tuple[Remedy, ...]:
    """Stable hashes, if the ID depends on the process by `hash()` alone. `slot`: `group` or `dedup`."""
    alternatives = (culprit.alternative for culprit in judgement.culprits)
    parts = [part for alternative in alternatives for part in alternative.parts if is_process_dependent(part)]
    if any(part.trait is not Trait.SALT for part in parts):
        return ()
    return tuple(dict.fromkeys(Remedy(Change.STABLE_HASH, part.place, slot) for part in parts))


def digest_of_body(send: Send, message: Message, place: Place, *, missing: bool = False) -> tuple[Remedy, ...]:
    """A dedup ID made of the body, at a place, if the body is neither constant nor new at each attempt."""
    body = message.body
    if (
        send.library
        or send.sender
        or body.argument is None
        or not body.alternatives
        or verdict_on_body(body) is not None
    ):
        return ()
    if message.same_body or body.absent:
        return ()
    return (Remedy(Change.BODY_DIGEST, place, "missing" if missing else "", body.argument),)
