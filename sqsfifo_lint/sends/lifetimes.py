"""How long a value is reused by the messages of a send: two contexts make a lifetime.

A value remembers the context in which it was made, its *origin*: a path of levels, the outermost first. So does a
message. What the two have in common runs once for both; if the message is made again, and the origin is not, the value
is reused. What is made again for each message is `per_message`: one round of the innermost loop around the message
whose rounds send different messages, or nothing (`NOWHERE`, which contains everything) if a call sends one.

The first row that fits decides (`lifetime`):

| the origin | the value is reused | lifetime |
|---|---|---|
| is nowhere: nothing is known about it | not at all | MESSAGE |
| lies in a cached function or a memoised global, which the message does not | from its first use on | IMPORT |
| has nothing in common, and was left behind by an earlier call | not at all: each call leaves its own | MESSAGE |
| has nothing in common, and begins at import (or in a script's body) | while the process lives | IMPORT |
| has nothing in common, and begins elsewhere: in the constructor of an object | while the object lives | INSTANCE |
| lies in a loop of its own | not at all, as far as is known: each message may use another round's | MESSAGE |
| lies inside `per_message` | not at all | MESSAGE |
| is the body of a script, in whose loop it is sent | for the whole run | IMPORT |
| lies in a constructor that runs outside `per_message` | while the object lives | INSTANCE |
| lies outside `per_message` otherwise | by each round of the call | CALL |

What else a piece of a value says (`life_of`), whose object it is, and how the API reuses its arguments, comes on top of
the table: an object that is made for a call, and whose own method runs `per_message`, lives no longer than the call.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import libcst as cst

from sqsfifo_lint.flow import Notes
from sqsfifo_lint.flow.context import NOWHERE, Context, Level
from sqsfifo_lint.flow.values import Piece, Role
from sqsfifo_lint.knowledge.apis import Reuse
from sqsfifo_lint.model import Lifetime, Material
from sqsfifo_lint.records import record, replace
from sqsfifo_lint.sends.identity import is_repeated
from sqsfifo_lint.sends.traces import VARYING, links


def lifetime(origin: Context, message: Context, per_message: Context = NOWHERE) -> Lifetime:
    """How long a value made in the context `origin` is reused by messages sent in the context `message`.

    `per_message` is the part of `message` that is run again for each message. See the table above.
    """
    if not origin:
        return Lifetime.MESSAGE
    common = origin.common(message)
    if origin.has(Level.CACHED, common):
        return Lifetime.IMPORT
    if not common:
        begins = origin.outer(1)
        if begins.has(Level.EARLIER):
            return Lifetime.MESSAGE
        return Lifetime.IMPORT if begins.has(Level.IMPORT) or begins.has(Level.SCRIPT) else Lifetime.INSTANCE
    if origin.has(Level.LOOP, common) or origin.within(per_message):
        return Lifetime.MESSAGE
    if len(origin) == 1 and origin.has(Level.SCRIPT):
        return Lifetime.IMPORT
    return Lifetime.INSTANCE if origin.has(Level.INIT, common) else Lifetime.CALL


@record(eq=False)
class Sending:
    """How one message is sent, as far as the lifetimes of its values depend on it."""

    context: Context
    """In which the message is its own."""
    per_message: Context
    """The part of it that is run again for each message, as `rounds` finds it."""
    reuse: Reuse = Reuse.NONE
    at_import: bool = False
    """The call is made while a module is imported, or a script runs, and not in a function."""
    looping: AbstractSet[Context] = frozenset()
    """Where the objects are constructed whose own methods run the rounds of `per_message`."""
    returned: AbstractSet[Context] = frozenset()
    """Objects that send and that a function made for whoever asked it, out of sight."""
    notes: Notes | None = None
    """What was met from the start on. None: what is read of an object out of sight counts as another one each time."""
    moves: bool = False
    """The value is visibly not the same in each round: data in it is a message's own."""


def life_of(piece: Piece, sending: Sending) -> Lifetime:
    """How long a piece of a value is reused."""
    if piece.material in VARYING:
        match sending.reuse:
            case Reuse.SCHEDULED:
                return Lifetime.IMPORT
            case Reuse.KEPT if sending.at_import:
                return Lifetime.IMPORT
            case Reuse.OWN_PROCESS:
                return Lifetime.MESSAGE
    return _life_in_one_call(piece, sending)


def _life_in_one_call(piece: Piece, sending: Sending) -> Lifetime:
    origin = piece.context
    found = lifetime(origin, sending.context, sending.per_message)
    if found is Lifetime.CALL and piece.material is not Material.DATA and _is_bound(piece, sending):
        found = Lifetime.INSTANCE
    elif found is Lifetime.INSTANCE and origin.common(sending.context) and any(map(origin.within, sending.looping)):
        found = Lifetime.CALL
    if piece.material is Material.DATA and found is Lifetime.CALL and sending.moves:
        return Lifetime.MESSAGE
    if piece.reading is not None and (found in (Lifetime.CALL, Lifetime.INSTANCE) or piece.material is Material.INDEX):
        return Lifetime.CALL if _is_read_again(piece, sending) else Lifetime.MESSAGE
    if found is Lifetime.INSTANCE and piece.material is Material.DATA and _is_made_by_a_function(origin, sending):
        return Lifetime.MESSAGE
    return found


def _is_bound(piece: Piece, sending: Sending) -> bool:
    """Whether a piece is passed to the constructor of an object that outlives the rounds of the loop that sends."""
    return any(link.role is Role.CONSTRUCTION and link.call not in sending.looping for link in links(piece))


def _is_read_again(piece: Piece, sending: Sending) -> bool:
    """Whether what is read of an object out of sight is the same for all messages of the loop that sends."""
    per_message, notes = sending.per_message, sending.notes
    return bool(per_message) and notes is not None and is_repeated(piece, per_message, notes)


def _is_made_by_a_function(origin: Context, sending: Sending) -> bool:
    """Whether an object is constructed by a function that does not send: it may run for each request.

    What such a function returns lives on where it was asked for.
    """
    made = origin.outer(1)
    return made.has(Level.CALL) and not origin.common(sending.context) and made not in sending.returned


def kept_by_retries(piece: Piece, sending: Sending) -> Piece:
    """A dedup ID that is made before a loop which sends one message repeatedly is what a retry needs."""
    made_again = piece.material in (Material.UNIQUE, Material.CLOCK)
    if not made_again or _life_in_one_call(piece, sending) is not Lifetime.MESSAGE:
        return piece
    common = piece.context.common(sending.context)
    if piece.context.has(Level.LOOP, common) or (not common and piece.context.has(Level.EARLIER)):
        return piece
    if any(isinstance(loop.opened_by, cst.For | cst.While) for loop in sending.context.loops(common)):
        return replace(piece, material=Material.DATA, text="made once for every attempt", resolution=None)
    return piece
