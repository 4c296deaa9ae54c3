"""Which datum a piece of a value is, and whether it is still the same later on.

A datum is what is read of an object, step by step: `order.lines[0].id`. Its identity is the place and context in which
the object came into being, and the steps. Read again, it is the same as before, unless it may have been changed in
between:

| what is done in between | changes |
|---|---|
| the object, or what is read on the way, gets a new attribute or item under that name | what is read by that name |
| a method of the object is called, other than one that only reads | whatever is read of the object |
| the object is handed to a call that is made for what it does, other than logging | whatever is read of the object |

What is bound to a variable is no longer read: it stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from sqsfifo_lint.flow import Machine, Notes, Outside, State, Written, atoms_of, name_of
from sqsfifo_lint.flow.context import Context, Level, Ref
from sqsfifo_lint.flow.values import Abstract, Atom, External, Method, Piece, Reading
from sqsfifo_lint.knowledge.logs import LOGGING_METHODS, PRINTING
from sqsfifo_lint.knowledge.reading import FETCHING, FETCHING_WORDS, MOVING, READING
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import record
from sqsfifo_lint.source.walk import descendants

Steps = tuple[str, ...]
Identity = tuple[object, ...]

_GIVEN = 4
"""Calls in the arguments of calls that are looked at, to see whether a result may be another one."""


def identity(piece: Piece) -> Identity:
    """What two pieces have in common if they are the same value, as far as nothing changes in between."""
    steps = piece.reading.steps if piece.reading is not None else ()
    text = piece.text if piece.material is Material.CONSTANT else ""
    origin = () if piece.material is Material.CONSTANT else (piece.node, piece.context)
    return (piece.material, text, origin, steps, piece.verbatim)


def identities(atom: Atom) -> tuple[Identity, ...]:
    """The same of a whole value: of its pieces, in order."""
    return tuple(identity(piece) for piece in atom.pieces)


def is_repeated(piece: Piece, loop: Context, notes: Notes) -> bool:
    """Whether each round of a loop finds the same value where something is read of an object made outside of it."""
    reading = piece.reading
    if reading is None or not reading.again or piece.context.within(loop) or not _runs_at_a_stretch(loop):
        return False
    if _is_gone_through(reading, loop) or not MOVING.isdisjoint(reading.steps):
        return False
    inside = [done for done in notes.outside if done.context.within(loop)]
    return not reading.context.within(loop) or not may_change(piece, inside, notes)


def _is_gone_through(reading: Reading, loop: Context) -> bool:
    """Whether an attribute is read of the very object that a loop goes through: a reader moves on by that."""
    opened = loop.opened_by
    if not isinstance(opened, cst.For | cst.CompFor) or reading.place is None:
        return False
    arguments = opened.iter.args if isinstance(opened.iter, cst.Call) else ()
    several = (opened.iter, *(argument.value for argument in arguments))
    holders = (node.value for node in descendants(reading.place[1]) if isinstance(node, cst.Attribute))
    return any(holder.deep_equals(one) for holder in holders for one in several)


def _runs_at_a_stretch(loop: Context) -> bool:
    """Whether the rounds follow each other; a callback is called when somebody else sees fit."""
    opened = loop.opened_by if loop else None
    return isinstance(opened, cst.For | cst.While | cst.CompFor) or (
        isinstance(opened, cst.Call) and is_mapping(opened)
    )


def is_mapping(call: cst.Call) -> bool:
    """Whether a call calls a function for each of several elements: `pool.map(send, orders)`."""
    return name_of(call) in _MAPPING


_MAPPING = frozenset({"map", "imap", "imap_unordered", "starmap", "amap", "map_async", "starmap_async"})


def may_change(piece: Piece, done: Iterable[Outside | Written], notes: Notes) -> bool:
    """Whether something that is done to objects out of sight may change what is read there."""
    steps = piece.reading.steps if piece.reading is not None else ()
    return any(_changes(one, piece, steps, notes) for one in done)


def hands_on(thing: Ref, done: Iterable[Outside | Written], notes: Notes) -> bool:
    """Whether an object of the project is handed to something out of sight that may change it."""
    return any(
        isinstance(one, Outside)
        and one.node in notes.statements
        and not _only_tells(one)
        and any(thing in given.value for given in one.arguments.all())
        for one in done
    )


def _changes(one: Outside | Written, piece: Piece, steps: Steps, notes: Notes) -> bool:
    if isinstance(one, Written):
        return any(_is_written((*held, one.step), steps) for held in _held(one.holder.pieces, piece))
    receiver = _receiver(one.callee)
    for called in _held(receiver.pieces, piece) if receiver is not None else ():
        if called and called[-1].removeprefix(".") not in READING and _is_inside(called[:-1], steps):
            return True
    if one.node not in notes.statements or _only_tells(one):
        return False
    passed = (a for given in one.arguments.all() for a in given.value if isinstance(a, Atom))
    return any(_is_inside(held, steps) for atom in passed for held in _held(atom.pieces, piece))


def _held(pieces: Iterable[Piece], datum: Piece) -> Iterator[Steps]:
    """By which steps something is read of the same object as the datum."""
    for piece in pieces:
        if piece.node is datum.node and piece.context is datum.context:
            yield piece.reading.steps if piece.reading is not None else ()


def _begins(changed: Steps, steps: Steps) -> bool:
    """Whether what is changed lies on the way to what is read."""
    if len(changed) > len(steps):
        return False
    return all(one == other or (one == "[]" and other[:1] == "[") for one, other in zip(changed, steps, strict=False))


def _is_written(changed: Steps, steps: Steps) -> bool:
    """Whether what is changed lies on the way to what is read, or belongs to what a method is called on."""
    called = (index - 1 for index, step in enumerate(steps) if step.startswith("("))
    return _begins(changed, steps) or any(_begins(steps[:end], changed) for end in called)


def _is_inside(held: Steps, steps: Steps) -> bool:
    """Whether a datum is read of what is held, and is not that itself."""
    return len(held) < len(steps) and _begins(held, steps)


def _receiver(callee: Abstract) -> Atom | None:
    match callee:
        case Atom():
            return callee
        case External(receiver=Atom() as atom) | Method(receiver=Atom() as atom):
            return atom
    return None


def _only_tells(one: Outside) -> bool:
    named = isinstance(one.callee, External) and one.callee.name in PRINTING
    return named or name_of(one.node) in LOGGING_METHODS


# -- what differs from round to round

_NEW = frozenset({Material.DATA, Material.INDEX, Material.UNIQUE, Material.CLOCK})


@record(eq=False)
class Past:
    """What was met before a send, and the state at it."""

    machine: Machine
    state: State
    notes: Notes

    def is_new(self, piece: Piece, loop: Context, depth: int = _GIVEN) -> bool:
        """Whether a piece is visibly another one in each round of a loop.

        What a call out of sight returns may be the same each time, if all that it is given is.
        """
        if piece.material not in _NEW:
            return False
        if not piece.context.within(loop):
            return _is_of_a_round(piece.context, loop)
        made = [one for one in self.notes.outside if one.context is piece.context and _makes(one, piece)]
        if piece.material is not Material.DATA or not made or not depth:
            return True
        return any(
            _fetches(name_of(one.node)) or any(self.is_new(p, loop, depth - 1) for p in self._given(one))
            for one in made
            if isinstance(one, Outside)
        )

    def _given(self, one: Outside) -> Iterator[Piece]:
        receiver = _receiver(one.callee)
        if receiver is not None:
            yield from receiver.pieces
        values = (*(passed.value for passed in one.arguments.all()), one.arguments.star, one.arguments.rest)
        for atom in (atom for value in values for atom in atoms_of(self.machine, value, one.node, self.state)):
            yield from atom.pieces


def _is_of_a_round(made: Context, loop: Context) -> bool:
    """Whether something is made by a round of a function of the project whose elements a loop goes through."""
    opened, outer = loop.opened_by, loop.outer(len(loop) - 1)
    if not isinstance(opened, cst.For | cst.CompFor) or not made.within(outer):
        return False
    beyond = made.epochs[len(outer) :]
    called = bool(beyond) and beyond[0].level is Level.CALL and beyond[0].key is opened.iter
    return called and made.has(Level.LOOP, len(outer) + 1)


def _fetches(name: str) -> bool:
    return name in FETCHING or name.partition("_")[0] in FETCHING_WORDS


def _makes(one: Outside | Written, piece: Piece) -> bool:
    return isinstance(one, Outside) and one.node is piece.node
