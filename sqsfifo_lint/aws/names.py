"""What names a queue: the text of a value, the variable that it is read from, and what a test has shown of it."""

from __future__ import annotations

from sqsfifo_lint.flow import Fact, ends_with
from sqsfifo_lint.flow.values import Atom, Piece, TextTest
from sqsfifo_lint.model import Known, Material

SUFFIX = ".fifo"
"""How the name of every FIFO queue and topic ends."""


def is_fifo(atom: Atom, facts: frozenset[Fact]) -> Known:
    """Whether a queue is FIFO: by how its name ends, else by what a test on the way said of it."""
    if atom.known and not atom.constant:
        return Known.UNKNOWN
    known = ends_with(atom, SUFFIX)
    if known is None:
        told = [holds for holds in (True, False) if (TextTest(SUFFIX), atom.pieces, holds) in facts]
        known = told[0] if told else None
    return {True: Known.YES, False: Known.NO, None: Known.UNKNOWN}[known]


def text_of(atom: Atom) -> str:
    """The text of an atom; `*` stands for each part that cannot be seen. Empty when there is nothing to see."""
    if atom.known:
        return atom.constant if isinstance(atom.constant, str) else ""
    parts: list[str] = []
    for piece in atom.pieces:
        seen = piece.text if piece.material is Material.CONSTANT and piece.verbatim else "*"
        if not (seen == "*" and parts[-1:] == ["*"]):
            parts.append(seen)
    text = "".join(parts)
    return text if text.strip("*") else ""


def variable_of(atom: Atom) -> str:
    """The environment variable or setting that an atom is the whole value of; empty when it is none."""
    match atom.pieces:
        case (Piece(material=Material.CONFIG, text=variable),):
            return variable
    return ""
