"""What the sends of a project make their IDs of, as the plain records that the evidence is matched with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from sqsfifo_lint.config import Config
from sqsfifo_lint.evidence.shapes import Nature, Often, Piece, Sender, Shape
from sqsfifo_lint.evidence.shapes import Place as Spot
from sqsfifo_lint.knowledge.transforms import HEX_DIGITS
from sqsfifo_lint.model import Alternative, Detail, Known, Lifetime, Material, Message, Part, Place, Problem, Send, Slot
from sqsfifo_lint.report import Overview
from sqsfifo_lint.run import engine


class Read(NamedTuple):
    """What a project sends, and what of it could not be read."""

    senders: tuple[Sender, ...]
    problems: tuple[Problem, ...]


def senders(paths: Sequence[Path], config: Config | None = None) -> Read:
    """The messages that the projects send in which `paths` lie, as far as they are sent in files below these.

    Raises ConfigError.
    """
    found = engine.overviews(paths, config, detail=Detail.TRACES)
    return Read(
        tuple(dict.fromkeys(sender for one in found for sender in _senders(one))),
        tuple(problem for one in found for problem in one.problems),
    )


def _senders(found: Overview) -> Iterator[Sender]:
    for send in found.sends:
        if found.asked(send.place.path):
            yield from (_Reading(found, send).sender(message) for message in send.messages)


_OFTEN = {
    Lifetime.IMPORT: Often.IMPORT,
    Lifetime.INSTANCE: Often.INSTANCE,
    Lifetime.CALL: Often.CALL,
    Lifetime.MESSAGE: Often.MESSAGE,
}
_NATURES = {
    Material.CONSTANT: Nature.DATA,  # changed on the way: text that arrives as it is, is taken out before
    Material.CONFIG: Nature.CONFIG,
    Material.CLOCK: Nature.CLOCK,
    Material.UNIQUE: Nature.UNIQUE,
    Material.PROCESS: Nature.PROCESS,
    Material.INDEX: Nature.COUNTER,
    Material.DATA: Nature.DATA,
}
_DIGESTS = frozenset(HEX_DIGITS.values())
_OF_THE_BODY = 64
"""Digits of a SHA-256, which SQS makes of the body if it deduplicates by content:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html"""


class _Reading:
    """Turns one send into records. Only here is it known how a report shows a file."""

    def __init__(self, found: Overview, send: Send) -> None:
        self._shown = found.shown
        self._send = send

    def sender(self, message: Message) -> Sender:
        send = self._send
        return Sender(
            self._spot(message.place if len(send.messages) > 1 else send.place, "the send"),
            send.api,
            tuple(self._queues()),
            tuple(self._shapes(message.group, "group")),
            tuple(self._shapes(message.dedup, "dedup")),
            send.queue.fifo is Known.NO,
        )

    def _queues(self) -> Iterator[str]:
        """The queue's name, or else the texts that name it; nothing if there is any of which nothing is known."""
        queue = self._send.queue
        if queue.name is not None:
            return iter((queue.name,))
        texts = [reference.text for reference in queue.references]
        return iter(dict.fromkeys(texts) if all(texts) else ())

    def _shapes(self, slot: Slot, name: str) -> Iterator[Shape]:
        yield from dict.fromkeys(map(self._shape, slot.alternatives))
        if slot.absent or slot.never_given:
            yield from self._filled(slot, name)

    def _filled(self, slot: Slot, name: str) -> Iterator[Shape]:
        """What is used if the argument is not given: by the library, or by a queue that deduplicates by content."""
        here = self._spot(self._send.place, f"the {name} ID is not given")
        often = Often.MESSAGE
        if "'default'" in slot.filled:
            yield Shape((Piece(Nature.TEXT, Often.IMPORT, "default", steps=(here,)),), here)
        elif "UUID" in slot.filled:
            yield Shape((Piece(Nature.UNIQUE, often, slot.filled, "uuid.uuid4", steps=(here,)),), here)
        elif slot.filled:
            yield Shape((Piece(Nature.DATA, often, slot.filled, steps=(here,)),), here)
        elif name == "dedup" and self._send.queue.content_based_deduplication is not Known.NO:
            yield Shape((Piece(Nature.DIGEST, often, str(_OF_THE_BODY), "SHA-256 of the body", steps=(here,)),), here)

    def _shape(self, alternative: Alternative) -> Shape:
        pieces = tuple(_joined(map(self._piece, alternative.parts)))
        return Shape(_digested(pieces, alternative.length), self._spot(alternative.place, "the value is given here"))

    def _piece(self, part: Part) -> Piece:
        steps = tuple(self._spot(step.place, step.text) for step in part.steps)
        often = _OFTEN[part.lifetime]
        if part.material is Material.CONSTANT and part.verbatim:
            return Piece(Nature.TEXT, Often.IMPORT, part.text, steps=steps)
        nature = _NATURES[part.material]
        if part.material in (Material.CONSTANT, Material.CONFIG):  # the same for the whole process
            often = Often.IMPORT
        return Piece(nature, often, part.place.source, part.maker, part.resolution, steps)

    def _spot(self, place: Place, words: str) -> Spot:
        span = place.span
        return Spot(self._shown(span.path), span.line, span.column, words, place.source)


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces, with texts that follow each other in one, and clocks as well, under the steps of the first.

    Seconds and microseconds, or a date and a time, are parts of one time.
    """
    for nature, several in groupby(pieces, lambda piece: piece.nature):
        run = list(several)
        match nature:
            case Nature.TEXT:
                yield run[0]._replace(text="".join(piece.text for piece in run))
            case Nature.CLOCK:
                known = [piece.resolution for piece in run if piece.resolution is not None]
                yield _freshest(run)._replace(steps=run[0].steps, resolution=min(known, default=None))
            case _:
                yield from run


def _freshest(pieces: Sequence[Piece]) -> Piece:
    order = list(Often)
    return max(pieces, key=lambda piece: order.index(piece.often))


def _digested(pieces: tuple[Piece, ...], length: int) -> tuple[Piece, ...]:
    """The pieces; what is not text in one, if that must be the digest of it, by the length of the whole."""
    values = [number for number, piece in enumerate(pieces) if piece.nature is not Nature.TEXT]
    digits = length - sum(len(piece.text) for piece in pieces if piece.nature is Nature.TEXT)
    if not values or digits not in _DIGESTS or values[-1] - values[0] != len(values) - 1:
        return pieces
    made = [pieces[number] for number in values]
    freshest = _freshest(made)
    digest = Piece(Nature.DIGEST, freshest.often, str(digits), f"of {freshest.text}", steps=freshest.steps)
    return (*pieces[: values[0]], digest, *pieces[values[-1] + 1 :])
