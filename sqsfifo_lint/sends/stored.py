"""Born and stored: a unique value that is stored before the send is the ID of what comes into being there.

It is stored if it is handed to something out of sight that is called for what it does, or that stores by its name; or
if it is assigned to something out of sight that is then stored itself. Logs and traces store nothing. What is stored
after the send is not stored in time.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from sqsfifo_lint.aws.values import SendCall
from sqsfifo_lint.flow import Machine, Outside, atoms_of, name_of, value_of
from sqsfifo_lint.flow.values import Atom, External, Piece, Value
from sqsfifo_lint.knowledge.logs import LOGGING_METHODS, PRINTING
from sqsfifo_lint.knowledge.reading import COMMITTING, STORING, TELLING
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import replace
from sqsfifo_lint.source.walk import descendants

_MADE = 2
"""Calls within calls that are looked into for what an object is made of."""


def seen_as_stored(piece: Piece, machine: Machine, call: SendCall) -> Piece:
    """The piece; one that is unique and stored before the send counts as data."""
    if piece.material is not Material.UNIQUE or not _is_stored(piece, machine, call):
        return piece
    return replace(piece, material=Material.DATA, text="stored before it is sent", resolution=None)


def _is_stored(piece: Piece, machine: Machine, call: SendCall) -> bool:
    assigned: list[Piece] = []
    for done in call.notes.outside[: call.past]:
        if not isinstance(done, Outside):
            if _holds(done.value, piece, machine, call):
                assigned.extend(done.holder.pieces)
        elif _stores(done, call):
            if any(_holds(value, piece, machine, call) for value in (*_given(done), _named(done, machine, call))):
                return True
            if assigned and _stores_object(done, assigned):
                return True
    return False


def _stores(done: Outside, call: SendCall) -> bool:
    name = name_of(done.node)
    if (
        name in TELLING
        or name in LOGGING_METHODS
        or (isinstance(done.callee, External) and done.callee.name in PRINTING)
    ):
        return False
    if done.node is call.node or done.node in {noted.node for noted in call.notes.calls}:
        return False  # it sends
    return name in STORING or done.node in call.notes.statements


def _stores_object(done: Outside, assigned: list[Piece]) -> bool:
    if name_of(done.node) in COMMITTING:
        return True
    given = (a for value in _given(done) for a in value if isinstance(a, Atom))
    return any(p.node is held.node for atom in given for p in atom.pieces for held in assigned)


def _given(done: Outside) -> Iterator[Value]:
    yield from (passed.value for passed in done.arguments.all())
    yield done.arguments.star
    yield done.arguments.rest


def _named(done: Outside, machine: Machine, call: SendCall) -> Value:
    """What something is stored under, where that is the object whose method stores: the path of a file."""
    match done.node:
        case cst.Call(func=cst.Attribute(value=receiver, attr=cst.Name(value=name))) if name in STORING:
            for frame in call.frame.outward():
                if frame.function is not None and done.node in descendants(frame.function.node):
                    return value_of(machine, receiver, call.state, frame)
    return ()


def _holds(value: Value, piece: Piece, machine: Machine, call: SendCall, depth: int = _MADE) -> bool:
    """Whether a piece is in a value, or was given to what made it: `Order(id=order_id)`."""
    for held in (p for atom in atoms_of(machine, value, call.node, call.state) for p in atom.pieces):
        if held.node is piece.node and held.context is piece.context:
            return True
        made_by_call = isinstance(held.node, cst.Call) and held.node is not call.node
        if held.material is Material.DATA and depth and made_by_call:
            makers = (one for one in call.notes.outside if isinstance(one, Outside) and one.node is held.node)
            if any(_holds(given, piece, machine, call, depth - 1) for one in makers for given in _given(one)):
                return True
    return False
