"""How far the evaluator goes. What a bound cuts off is unknown, and a trace says so."""

from __future__ import annotations

from dataclasses import dataclass

# -- steps: nodes evaluated

MAX_STEPS = 10_000
"""From one start; past it, calls are no longer followed."""
MAX_CALL_STEPS = 1_000
"""In one call that a start makes: a framework's depths shall not use up all the rest."""
MAX_IMPORT_STEPS = 400
"""In a call that a module makes while it is imported."""
VAST_CALL_STEPS = 100
"""In a call of a function that used up most of that before, and in which nothing was noted."""
MAX_SEARCH_STEPS = 25_000
"""In the callers of one start; past it, further callers are not looked for."""
MIN_SEARCH_STEPS = 200
"""What a start counts for at least."""

# -- calls and callers

MAX_DEPTH = 14
"""Frames on top of each other."""
MAX_RECURSION = 2
"""How often one function may be running at once."""
MAX_NOTED = 400
"""Calls noted from one start. Each keeps what held when it was met, and which were met before it; what stays unseen
because of others is told."""
MAX_HOPS = 8
"""Callers of callers that are looked for."""
MAX_CALLERS = 60
"""Starts that are evaluated because they name one function or class."""
MAX_OBJECTS = 8
"""Constructed objects, or subclasses, on which one method is evaluated."""
MAX_STOCKING = 8
"""Functions that are run because they put something into one container of a module or class."""
MAX_REGISTERING = 40
"""Top-level statements that are run because they hand functions to what keeps them, for one container or object."""
MAX_CLASSES = 500
"""Bases of a class and of all classes above it, each counted as often as it is a base: their orders are merged one by
one. Past it, further bases are out of sight."""
MAX_LOOKS = 20_000
"""Files that are searched for the names of functions and classes, each counted as often as it is."""
MAX_ALIASES = 3
"""Names of names: `SENDERS = {"live": push}`, `send = SENDERS["live"]`."""

MAX_NAMES = 40
"""Names each from the last, across files: from there on, a larger stack is taken."""
MAX_UNCALLED = 3
"""Rounds in which nested functions that nothing calls are run, with those that they define."""

# -- loops

MAX_ROUNDS = 8
"""Elements of a known list for which a loop's body is run one by one."""
MAX_COMPREHENDED = 32
"""Elements of a known list for which a comprehension is evaluated one by one."""

# -- values

MAX_ALTERNATIVES = 16
"""Alternatives of one value."""
MAX_PIECES = 24
"""Pieces of one atom."""
MAX_COMBINATIONS = 12
"""Alternatives that a concatenation may multiply to."""
MAX_TEXT = 4096
"""Characters of a folded constant."""
MAX_BITS = 62
"""Bits of a random number that are counted: with more, nobody will see the same one twice."""
MAX_INTEGER = 10**40
"""The largest absolute value of a folded integer."""
MAX_ELEMENTS = 64
"""Elements of a list that are told apart."""
MAX_NESTING = 6
"""Containers in containers that are looked into."""
MAX_READ = 6
"""Steps by which a datum is read from an object out of sight, and that are told apart: `order.lines[0].item.id`."""
MAX_PRINTED = 6
"""Objects in objects that are shown; an object may hold itself."""

# -- names

MAX_QUALIFIED_NAME = 160
"""Characters of a qualified name; longer chains of calls are not followed."""
MAX_MENTION = 40
"""Characters of a string that is taken for a possible name."""


@dataclass(slots=True, eq=False)
class Budget:
    """The steps that are left to one start; the next has a budget of its own."""

    left: int = MAX_STEPS
    floor: int = 0
    """What a running call leaves to those after it."""
    bound: str = "MAX_STEPS"
    """The name of the bound that is met where nothing is left."""

    @property
    def used(self) -> int:
        """Steps taken since the start."""
        return MAX_STEPS - self.left

    @property
    def exhausted(self) -> bool:
        """The start's steps, or those of the call that it makes, are used up: no call is followed any more."""
        return self.left <= self.floor

    def narrow(self, steps: int, bound: str) -> None:
        """Let what runs now take so many steps at most, as the bound of this name says."""
        if self.left - steps > self.floor:
            self.floor, self.bound = self.left - steps, bound
