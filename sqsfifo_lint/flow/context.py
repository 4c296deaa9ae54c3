"""The context in which code runs, and how two contexts lie to each other: that is what makes a lifetime.

A context is a path of levels, the outermost first: a module's import, a call, a loop, a construction. A value remembers
the context in which it was made. What that has in common with the context of a send, and what lies beyond on either
side, says how often the value is made again.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import NamedTuple

import libcst as cst


class Level(enum.Enum):
    """What opens a level of a context."""

    __hash__ = object.__hash__

    IMPORT = "import"
    SCRIPT = "script"
    CALL = "call"
    LOOP = "loop"
    INIT = "init"
    CACHED = "cached"
    INSTANCE = "instance"
    EARLIER = "earlier"
    """An earlier call, in another run, of a function that leaves something behind for the running one."""


class Epoch(NamedTuple):
    """One level of a context, and what opened it: the path of a module, the node of a call, loop or construction."""

    level: Level
    key: object


class HandedIn(NamedTuple):
    """What opens the context of an object that somebody out of sight hands in."""

    cls: cst.ClassDef
    parameter: cst.CSTNode
    """The annotation of the parameter that gets it."""


class Ref:
    """A reference to a dict, list or instance on the heap. One object for one place and context."""

    __slots__ = ()


class Context:
    """The levels in which code runs, the outermost first. One object for one path: compare by identity."""

    __slots__ = ("_inner", "_outer", "_references", "epochs")

    def __init__(self, epochs: tuple[Epoch, ...] = (), outer: Context | None = None) -> None:
        self.epochs = epochs
        self._outer = outer
        self._inner: dict[tuple[Level, object], Context] = {}
        self._references: dict[object, Ref] = {}

    def enter(self, level: Level, key: object) -> Context:
        """The context one level further in."""
        found = self._inner.get((level, key))
        if found is None:
            found = self._inner[level, key] = Context((*self.epochs, Epoch(level, key)), self)
        return found

    def reference(self, node: cst.CSTNode, extra: object = None) -> Ref:
        """The reference to what is allocated at `node` in this context."""
        key = (node, extra)
        found = self._references.get(key)
        if found is None:
            found = self._references[key] = Ref()
        return found

    def outer(self, levels: int) -> Context:
        """The context made of the first `levels` levels of this one, of which there must be as many."""
        found = self
        while len(found.epochs) > levels:
            assert found._outer is not None
            found = found._outer
        return found

    def within(self, other: Context) -> bool:
        """Whether this is `other`, or lies somewhere inside it."""
        return self is other or self.epochs[: len(other.epochs)] == other.epochs

    def common(self, other: Context) -> int:
        """How many levels this has in common with `other`, from the outermost on."""
        if self is other:
            return len(self.epochs)
        count = 0
        for ours, theirs in zip(self.epochs, other.epochs, strict=False):
            if ours != theirs:
                break
            count += 1
        return count

    def has(self, level: Level, beyond: int = 0) -> bool:
        """Whether a level of this kind is among those after the first `beyond`."""
        return level in [epoch.level for epoch in self.epochs[beyond:]]

    def loops(self, beyond: int = 0) -> Iterator[Context]:
        """The loops in which this lies, the innermost first, each as the context of one round of it.

        Those among the first `beyond` levels are left out.
        """
        for levels in range(len(self.epochs), beyond, -1):
            if self.epochs[levels - 1].level is Level.LOOP:
                yield self.outer(levels)

    @property
    def opened_by(self) -> object:
        """What opened the innermost level. There must be one."""
        return self.epochs[-1].key

    def __len__(self) -> int:
        return len(self.epochs)

    def __iter__(self) -> Iterator[Epoch]:
        return iter(self.epochs)


NOWHERE = Context()
"""The empty context: for a function, that it sees no variables but its module's."""
