"""What is noted on the way, for those who read it when evaluation has ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

import libcst as cst

from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.bounds import MAX_NOTED
from sqsfifo_lint.flow.context import Context
from sqsfifo_lint.flow.state import Frame, State
from sqsfifo_lint.flow.values import Abstract, Atom, External, Function, Value
from sqsfifo_lint.records import record
from sqsfifo_lint.source.chunks import Chunk


@record(eq=False)
class Noted:
    """A call that a plugin asked to be noted, as it was met. Plugins note kinds of their own."""

    given_on: ClassVar[bool] = False
    """It is about what its start may give to its callers, and not about what it does."""

    arguments: Arguments
    node: cst.CSTNode
    chunk: Chunk
    state: State
    notes: Notes
    """Those of the start from which it was met."""
    past: int
    """How much of `notes.outside` was met before."""

    @property
    def frame(self) -> Frame:
        """The frame that calls."""
        return self.state.frame


class Outside(NamedTuple):
    """A call of something out of sight: it may change what it is called on, and keep what it is given."""

    callee: Abstract
    arguments: Arguments
    node: cst.CSTNode
    context: Context


class Written(NamedTuple):
    """An attribute or item that is set of an object out of sight."""

    holder: Atom
    step: str
    value: Value
    context: Context


class Held(NamedTuple):
    """An attribute or item that is set of something that a library made."""

    holder: External
    step: str
    value: Value


@dataclass(slots=True, eq=False)
class Notes:
    """What evaluation from one start met. `begin` makes new ones, in which what is of the whole project stays."""

    calls: list[Noted] = field(default_factory=list)
    """The calls that plugins noted, in the order in which they were met."""
    called: set[cst.CSTNode] = field(default_factory=set)
    """Functions of the project that were run."""
    defined: dict[cst.CSTNode, Function] = field(default_factory=dict)
    """Functions that a running function defined."""
    unresolved: set[str] = field(default_factory=set)
    """Names of methods that were called on something unknown."""
    rounds: set[tuple[cst.CSTNode, cst.CSTNode]] = field(default_factory=set)
    """Of the whole project: loops and noted calls, such that after the call the loop goes round again."""
    outside: list[Outside | Written] = field(default_factory=list)
    """What may have been done to objects out of sight, in the order in which it was met."""
    held: list[Held] = field(default_factory=list)
    """What libraries' objects are given to keep."""
    statements: set[cst.CSTNode] = field(default_factory=set)
    """Calls that are made for what they do: nobody asks for their results."""
    gives: bool = False
    """The start returns something that is yet to be called, or gone through: what it sends, its callers send."""

    beyond: dict[cst.CSTNode, Chunk] = field(default_factory=dict)
    """Of the whole project: calls that were not noted from one start, since there were too many before them."""
    unseen: dict[cst.CSTNode, str] = field(default_factory=dict)
    """Of the whole project: what is handed in by some who were not looked for, and the words for the bound."""

    def renewed(self) -> Notes:
        """Those for another start."""
        return Notes(rounds=self.rounds, beyond=self.beyond, unseen=self.unseen)

    @property
    def are_full(self) -> bool:
        """No further call is noted: it is `beyond`, and nothing is kept for it."""
        return len(self.calls) >= MAX_NOTED
