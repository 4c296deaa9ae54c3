"""What the machine keeps from one start to the next: import runs once, and a class is what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from sqsfifo_lint.flow.bounds import MAX_DEPTH
from sqsfifo_lint.flow.context import Context, Ref
from sqsfifo_lint.flow.state import Environment, State
from sqsfifo_lint.flow.values import ClassValue, Function, HeapObject, Value
from sqsfifo_lint.records import record
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.project import Module, Project, inherits

if TYPE_CHECKING:
    from sqsfifo_lint.flow.reassigned import Reassigned


@dataclass(slots=True, eq=False)
class Imported:
    """What importing the modules of the project has made, as far as somebody asked for it."""

    globals: dict[tuple[str, str], Value | None] = field(default_factory=dict)
    """By a module's path and a name; None while it is being found out, and where nothing binds it."""
    heap: dict[Ref, HeapObject] = field(default_factory=dict)
    """The objects that every state sees."""
    stocked: set[Ref] = field(default_factory=set)
    """Containers that hold what functions in sight put into them."""
    applications: dict[tuple[str, str, str], Value] = field(default_factory=dict)
    """What applications keep, by the holder, the step that leads to it and the file that asks.

    Empty while it is being found out."""
    environments: dict[Context, Environment] = field(default_factory=dict)
    """Variables of functions that ran during import, and defined others that see them."""
    runs: dict[tuple[Chunk, ...], Environment | None] = field(default_factory=dict)
    """By the statements that bind it, what a name's module holds after them; None while they run."""
    depth: int = 0
    """How many names are being found out, each for the one before it."""


@dataclass(slots=True, eq=False)
class Closures:
    """The frames whose variables functions see that are defined in them. A frame's context is made once."""

    homes: dict[Context, Context] = field(default_factory=dict)
    """Of a frame, the one around its function's definition."""
    kept: set[Context] = field(default_factory=set)
    """Frames whose variables are kept after their end."""

    def scopes(self, key: Context) -> Iterator[Context]:
        """A frame, and those of the functions around it whose variables it sees."""
        for _ in range(MAX_DEPTH):
            yield key
            if key not in self.homes:
                return
            key = self.homes[key]


@record(eq=False)
class Change:
    """A method that may set an attribute of its object, or put something into what that holds."""

    cls: ClassValue
    method: cst.FunctionDef


@record(eq=False)
class Changes:
    """What other methods may do to an object after its construction, attribute by attribute."""

    state: State
    """Right after the construction."""
    by_name: Mapping[str, Sequence[Change]]


@record(eq=False)
class Left:
    """What a call of a method leaves behind."""

    attributes: Mapping[str, Value]
    heap: Mapping[Ref, HeapObject]
    """The objects that it made or changed."""
    settles: bool = False
    """It runs once, as a second constructor does: it makes a connection, or opens a `with` block."""


@record(eq=False)
class Registered:
    """A function that a dispatcher may run, and the classes of the arguments for which it does."""

    function: Function
    types: Value


@dataclass(slots=True, eq=False)
class Classes:
    """What is known of the project's classes, each thing found out once."""

    project: Project
    bodies: dict[object, Mapping[str, Value]] = field(default_factory=dict)
    """A class's own attributes."""
    writes: dict[cst.ClassDef, dict[str, Value]] = field(default_factory=dict)
    """Attributes that code sets of the class itself."""
    defined: set[cst.ClassDef] = field(default_factory=set)
    """Classes of which it is known what defining them does besides."""
    constructed: dict[cst.ClassDef, list[tuple[Ref, State]]] = field(default_factory=dict)
    """Its objects that are constructed in sight, each with the state that it is in then."""
    written_out: dict[object, cst.ClassDef] = field(default_factory=dict)
    """Classes that no statement defines: `namedtuple("Order", "id, customer")`, by the call."""
    reassigned: dict[cst.ClassDef, list[Reassigned]] = field(default_factory=dict)
    """Attributes of its objects that its methods assign again."""
    set_elsewhere: dict[tuple[cst.ClassDef, str], bool] = field(default_factory=dict)
    """Attributes of a class, and whether other code than what counts them on sets them."""
    changes: dict[Ref, Changes] = field(default_factory=dict)
    """By object, what its methods may do to it."""
    left: dict[tuple[Ref, cst.FunctionDef], Left | None] = field(default_factory=dict)
    """By object and method, what that leaves behind; None while it is being found out, and where it never ends."""
    dispatched: dict[cst.CSTNode, dict[cst.CSTNode, Registered]] = field(default_factory=dict)
    """By the function that a dispatcher is made of, what is registered with it."""
    completed: set[cst.CSTNode] = field(default_factory=set)
    """The dispatchers' functions with which all is registered that is in sight."""
    _inherited: dict[tuple[str, str], bool] = field(default_factory=dict)

    def inherited(self, module: Module, name: str) -> bool:
        """Whether some class of the project inherits from a class called `name` of `module`."""
        key = (module.path, name)
        if key not in self._inherited:
            files = self.project.files
            several = (
                files.data(path) or b""
                for path in files.importers(module.path)
                if self.project.counts(path, module.path)
            )
            self._inherited[key] = any(inherits(data, name) for data in several)
        return self._inherited[key]
