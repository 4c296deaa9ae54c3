"""The trace of a value: its steps from the origin to the slot, and the argument that has to be changed."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.flow.context import Context, Level
from sqsfifo_lint.flow.values import Atom, Link, Piece, Role
from sqsfifo_lint.knowledge.apis import MAX_ID_LENGTH
from sqsfifo_lint.model import MAY_CHANGE, Lifetime, Material, Part, Step, Trait
from sqsfifo_lint.records import record
from sqsfifo_lint.sends.slots import Option
from sqsfifo_lint.source.chunks import Chunk, NodePlace

VARYING = frozenset({Material.UNIQUE, Material.CLOCK, Material.PROCESS, Material.INDEX})
"""Materials that give a different value each time that their code runs, or in each process."""

_ORIGINS = {
    Material.CONSTANT: "written here",
    Material.CONFIG: "read from the configuration here",
    Material.CLOCK: "read from the clock here",
    Material.UNIQUE: "made here, new at each evaluation",
    Material.PROCESS: "depends on the process here",
    Material.INDEX: "counted here",
    Material.DATA: "comes from here",
}

_PASSED = (Role.ARGUMENT, Role.CONSTRUCTION)
_CHANGED_THERE = (*_PASSED, Role.DEFAULT, Role.ITEM)


def links(piece: Piece, last: Link | None = None) -> list[Link]:
    """The steps of a piece, newest first; up to the `last`, if it is given."""
    found: list[Link] = []
    link = piece.link if last is None else last
    while link is not None:
        found.append(link)
        link = link.previous
    return found


def own_links(piece: Piece) -> list[Link]:
    """The steps of a piece since it was read of an object, newest first: before that, they are the object's."""
    several = links(piece)
    if piece.reading is None or piece.reading.link is None:
        return several
    return several[: -len(links(piece, piece.reading.link))]


def part_of(piece: Piece, life: Lifetime, last: Link, retried: Step | None = None) -> Part:
    """A piece of a value as it arrives at a slot, with its trace.

    `last` is the step into the slot; `retried` is what makes the piece again for the same message.
    """
    return Part(
        piece.material,
        life,
        piece.text if piece.material is Material.CONSTANT else "",
        _origin(piece),
        _steps(piece, last, retried),
        piece.resolution,
        piece.verbatim,
        _reason(piece, life),
        piece.trait,
        retried,
        maker=piece.text if piece.material in (Material.CLOCK, Material.UNIQUE) else "",
    )


def _origin(piece: Piece) -> NodePlace:
    """The expression that gives a piece: what is read of an object, and not the object."""
    return NodePlace(*(_read_at(piece) or (piece.chunk, piece.node)))


def _read_at(piece: Piece) -> tuple[Chunk, cst.CSTNode] | None:
    return piece.reading.place if piece.reading is not None else None


def untraced(piece: Piece, life: Lifetime) -> Part:
    """A piece that is not reported, so without a trace: computing steps takes time."""
    return Part(piece.material, life, "", NodePlace(piece.chunk, piece.node), reason=piece.text)


def _steps(piece: Piece, last: Link, retried: Step | None) -> tuple[Step, ...]:
    """From the origin to the slot; what happens in one place is one step."""
    made = "given on the command line here" if piece.trait is Trait.OPTION else _ORIGINS[piece.material]
    steps = [Step(NodePlace(piece.chunk, piece.node), made)]
    own = own_links(piece)
    before = links(piece)[len(own) :]
    read = [Link(*place, "read of it here", Role.STEP, None)] if (place := _read_at(piece)) is not None else []
    for link in (*reversed(before), *read, *reversed(own), last):
        here = NodePlace(link.chunk, link.node)
        if steps[-1].place == here:
            steps[-1] = Step(here, f"{steps[-1].text}, {link.text}")
        else:
            steps.append(Step(here, link.text))
    if retried is not None:
        steps.insert(-1, retried)
    return tuple(steps)


def _reason(piece: Piece, life: Lifetime) -> str:
    """Why knowledge ends at a piece, or what keeps it since import."""
    if piece.material is Material.DATA:
        return f"{piece.text}{MAY_CHANGE}" if piece.reading else piece.text
    if life is not Lifetime.IMPORT:
        return ""
    if any(link.role is Role.DEFAULT for link in links(piece)):
        return "default argument"
    cached = next((epoch for epoch in piece.context if epoch.level is Level.CACHED), None)
    if cached is None:
        return ""
    return "kept from its first use on" if isinstance(cached.key, cst.If) else "cached function"


# -- what has to be changed


def culprit(atom: Atom) -> Piece | None:
    """The piece to fix: one that varies by itself, else one that is refused, or that a caller passed, else the first.

    What is too long was made so here, as a digest is, of whatever was passed.
    """
    if atom.length > MAX_ID_LENGTH:
        return min(atom.pieces, key=lambda piece: sum(link.role in _PASSED for link in own_links(piece)), default=None)
    for piece in atom.pieces:
        if piece.material in VARYING:
            return piece
    refused = next((piece for piece in atom.pieces if piece.trait is Trait.SPACED and piece.verbatim), None)
    if refused is not None:
        return refused
    for piece in atom.pieces:
        if piece.trait is Trait.NONE or any(link.role in _PASSED for link in own_links(piece)):
            return piece
    return atom.pieces[0] if atom.pieces else None


@record()
class Blame:
    """The argument that has to be changed."""

    place: NodePlace
    by_caller: bool = False
    """A caller passed it: another caller may pass something else."""


def blame(option: Option) -> Blame:
    """Which argument has to be changed for a slot to have another value.

    Going back from the slot: a value that came in through a parameter is fixed where it was passed, at the outermost
    call; a value that a function returned is fixed where the result is used.
    """
    place, by_caller = option.place, False
    piece = culprit(option.atom)
    returned: set[Context] = set()
    for link in own_links(piece) if piece is not None else ():
        if link.role is Role.RETURN:
            returned.add(link.call)
        elif link.role in _CHANGED_THERE and link.call not in returned:
            place, by_caller = NodePlace(link.chunk, link.node), link.role in _PASSED
    return Blame(place, by_caller)
