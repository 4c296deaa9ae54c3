"""Whose attribute is it: that of an object that sends, or that of the message itself?

An object that holds the client or the queue is made once and sends many messages: what it was constructed with is the
same for all of them. An order that is passed to it, or that sends itself, is different for each message; so is an
object of which all of the body comes, whatever it holds: it is made for the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

import libcst as cst

from sqsfifo_lint.aws.values import Handle, SendCall
from sqsfifo_lint.flow import Frame
from sqsfifo_lint.flow.context import NOWHERE, Context, HandedIn, Level, Ref
from sqsfifo_lint.flow.values import Atom, ClassValue, InstanceObject, Piece, Reading
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import replace
from sqsfifo_lint.sends.identity import hands_on
from sqsfifo_lint.sends.slots import Given, Option
from sqsfifo_lint.sends.traces import links
from sqsfifo_lint.source.walk import descendants, parameters, positional, statements

Holders = AbstractSet[Context]
"""Objects constructed out of sight, each represented by the context in which it is constructed."""


def holders_of(call: SendCall, queue: Given, body: Given) -> Holders:
    """The objects that hold the client or queue that a call goes through, and are not the message themselves."""
    running = list(_running(call))
    found = _origins(queue.pieces) & {instance.context.outer(1) for _, instance in running}
    receiver = call.member.receiver
    if isinstance(receiver, Atom):
        found |= _origins(iter(receiver.pieces))
    else:
        heap = (*call.state.heap.values(), *call.state.base.values())
        found |= {held.context.outer(1) for held in heap if isinstance(held, InstanceObject) and _has_handle(held)}
    return frozenset(one for one in found if not _is_the_message(one, running, body))


def _is_the_message(constructed: Context, running: Iterable[tuple[Frame, InstanceObject]], body: Given) -> bool:
    """Whether all that varies in a body was handed to the constructor of the object that sends it."""
    data = [piece for piece in body.pieces if piece.material is Material.DATA]
    if not data or not constructed.has(Level.INSTANCE):
        return False
    handed = {
        parameter
        for _, instance in running
        if instance.context.outer(1) is constructed
        for method in statements(instance.cls.node.body.body)
        if isinstance(method, cst.FunctionDef) and method.name.value == "__init__"
        for parameter in parameters(method)
    }
    return all(piece.node in handed or piece.context.within(constructed) for piece in data)


def loops_in(call: SendCall, per_message: Context) -> Holders:
    """The objects that are made for all rounds of a loop: one of their own methods runs it.

    Each as the context of its construction.
    """
    return frozenset(instance.context for frame, instance in _running(call) if per_message.within(frame.key))


def is_of_the_message(piece: Piece, holders: Holders) -> bool:
    """Whether a piece is an attribute of an object that does not hold the client: it is the message's own."""
    if piece.material in (Material.CONSTANT, Material.CONFIG) or not piece.context:
        return False
    constructed = piece.context.outer(1)
    return constructed.has(Level.INSTANCE) and constructed not in holders


def own_of_the_message(piece: Piece, option: Option, call: SendCall, per_message: Context) -> Piece:
    """A piece of an object that does not send; if a loop was given the object, it is the same in all its rounds.

    Not where a method may set it again, or a round hands the object to something out of sight.
    """
    seen = replace(piece, material=Material.DATA, context=NOWHERE, text="an attribute of the message's own object")
    if not per_message or len(piece.context) > 1 or piece.reading is not None:
        return seen
    made = piece.context
    given = made.opened_by
    start = call.frame.start
    if not isinstance(given, HandedIn) or start.function is None or not per_message.within(start.key):
        return seen
    if not any(p.annotation and p.annotation.annotation is given.parameter for p in parameters(start.function.node)):
        return seen
    inside = (done for done in call.notes.outside if done.context.within(per_message))
    if hands_on(made.reference(given.cls), inside, call.notes):
        return seen
    place = (option.place.chunk, option.place.node)
    return replace(seen, context=start.key, reading=Reading((), start.key, place=place))


def kept_options(piece: Piece, option: Option, holders: Holders, call: SendCall) -> Piece:
    """A piece of a group ID; what is read from an object handed to the constructor lives as long as what keeps it.

    Not where that object does something itself: a session, say, that goes on to the next tenant.
    """
    if not (piece.reading is not None and piece.handed_in and piece.material is Material.DATA and piece.context):
        return piece
    if not piece.context.has(Level.INSTANCE) or piece.context.outer(1) not in holders:
        return piece
    module = call.frame.module
    read = {node.attr.value for node in descendants(option.place.node) if isinstance(node, cst.Attribute)}
    if any(map(module.sets_outside, read)):
        return piece
    kept = {link.node.attr.value for link in links(piece) if isinstance(link.node, cst.Attribute)}
    acts = any(re.search(rf"\.{name}\s*\.\s*(?!get\b)\w+\s*\(", module.text) for name in kept)
    return piece if acts else replace(piece, reading=None)


def _origins(pieces: Iterator[Piece]) -> set[Context]:
    return {piece.context.outer(1) for piece in pieces if piece.context}


def _has_handle(held: InstanceObject) -> bool:
    return any(isinstance(alternative, Handle) for value in held.attributes.values() for alternative in value)


def returned(call: SendCall) -> Holders:
    """The objects that send and that their makers return to somebody out of sight."""
    return frozenset(instance.context.outer(1) for _, instance in _running(call) if instance.returned)


def given_to(piece: Piece, call: SendCall, body: Given) -> ClassValue | None:
    """The class of the running object that somebody out of sight constructed with a piece, unless it is the message."""
    made = piece.context.outer(1) if piece.context else NOWHERE
    if not piece.handed_in or not made.has(Level.INSTANCE):
        return None
    several = list(_running(call))
    found = next((instance.cls for _, instance in several if instance.context.outer(1) is made), None)
    return None if _is_the_message(made, several, body) else found


def _running(call: SendCall) -> Iterator[tuple[Frame, InstanceObject]]:
    """The objects whose methods are running: a message that merely has its queue's name is not one of them."""
    for frame in call.frame.outward():
        if frame.owner is None or frame.function is None:
            continue
        variables = call.state.environments.get(frame.key, {})
        for receiver in positional(frame.function.node)[:1]:
            for alternative in variables.get(receiver.name.value, ()):
                instance = call.state.at(alternative) if isinstance(alternative, Ref) else None
                if isinstance(instance, InstanceObject):
                    yield frame, instance
