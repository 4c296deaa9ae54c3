"""Whose attribute is it: that of an object that sends, or that of the message itself?

An object that holds the client or the queue is made once and sends many messages: what it was constructed with is the
same for all of them. An order that is passed to it, or that sends itself, is different for each message.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from sqsfifo_lint.aws.values import Handle, SendCall
from sqsfifo_lint.flow.context import NOWHERE, Context, Level, Ref
from sqsfifo_lint.flow.values import Atom, InstanceObject, Piece
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import replace
from sqsfifo_lint.sends.slots import Given
from sqsfifo_lint.source.walk import positional

Holders = AbstractSet[Context]
"""Objects constructed out of sight, each represented by the context in which it is constructed."""


def holders_of(call: SendCall, queue: Given) -> Holders:
    """The objects that hold the client or queue that a call goes through."""
    found = _origins(queue.pieces) & set(_running(call))
    receiver = call.member.receiver
    if isinstance(receiver, Atom):
        return found | _origins(iter(receiver.pieces))
    heap = (*call.state.heap.values(), *call.state.base.values())
    return found | {held.context.outer(1) for held in heap if isinstance(held, InstanceObject) and _has_handle(held)}


def seen_from(piece: Piece, holders: Holders) -> Piece:
    """A piece; if it is an attribute of an object that does not hold the client, it is the message's own."""
    if piece.material in (Material.CONSTANT, Material.CONFIG) or not piece.context:
        return piece
    constructed = piece.context.outer(1)
    if not constructed.has(Level.INSTANCE) or constructed in holders:
        return piece
    return replace(piece, material=Material.DATA, context=NOWHERE, text="an attribute of the message's own object")


def _origins(pieces: Iterator[Piece]) -> set[Context]:
    return {piece.context.outer(1) for piece in pieces if piece.context}


def _has_handle(held: InstanceObject) -> bool:
    return any(isinstance(alternative, Handle) for value in held.attributes.values() for alternative in value)


def _running(call: SendCall) -> Iterator[Context]:
    """The objects whose methods are running: a message that merely has its queue's name is not one of them."""
    for frame in call.frame.outward():
        if frame.owner is None or frame.function is None:
            continue
        variables = call.state.environments.get(frame.key, {})
        for receiver in positional(frame.function.node)[:1]:
            for alternative in variables.get(receiver.name.value, ()):
                instance = call.state.at(alternative) if isinstance(alternative, Ref) else None
                if isinstance(instance, InstanceObject):
                    yield instance.context.outer(1)
