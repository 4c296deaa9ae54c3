"""Abstract values: what the evaluator knows of a Python value.

A `Value` is a tuple of alternatives, one per path. An alternative is an `Atom` (a scalar made of pieces), a reference
to a mutable object on the heap, or something that can be called or asked for attributes. The empty tuple is "no value
arrives here". All of them are immutable; what changes during evaluation is the `State`.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import product
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import libcst as cst

from sqsfifo_lint.flow.bounds import (
    MAX_ALTERNATIVES,
    MAX_COMBINATIONS,
    MAX_ELEMENTS,
    MAX_INTEGER,
    MAX_PIECES,
    MAX_READ,
    MAX_TEXT,
)
from sqsfifo_lint.flow.context import NOWHERE, Context, Ref
from sqsfifo_lint.met import met, tell
from sqsfifo_lint.model import Material, Trait
from sqsfifo_lint.records import record, replace
from sqsfifo_lint.source.chunks import Chunk

if TYPE_CHECKING:
    from sqsfifo_lint.source.project import Module

T = TypeVar("T")


class Role(enum.Enum):
    """What a link of a trace means for the place where a finding stands."""

    STEP = "step"
    ARGUMENT = "argument"
    CONSTRUCTION = "construction"
    """An argument of a constructor."""
    DEFAULT = "default"
    ITEM = "item"
    """Taken out of a dict: the dict's item is what a person changes."""
    RETURN = "return"
    SLOT = "slot"


@record(eq=False)
class Link:
    """One step that a value took, newest first."""

    chunk: Chunk
    node: cst.CSTNode
    text: str
    role: Role
    previous: Link | None
    call: Context = NOWHERE
    """ARGUMENT, DEFAULT, RETURN: the call that the value goes into or comes out of."""


@record()
class Reading:
    """What was read of an object out of sight: with the place where that came from, the identity of a datum."""

    steps: tuple[str, ...]
    """From the object on: `.name` for an attribute, `[key]` for an item, `[]` for an item that nobody can name."""
    context: Context
    """In which the last step was taken."""
    again: bool = True
    """The same steps give the same value again, as long as nobody changes the object."""
    link: Link | None = field(default=None, compare=False)
    """The last step of the object's own trace: those before it tell how the object came here, and not the datum."""
    place: tuple[Chunk, cst.CSTNode] | None = field(default=None, compare=False)
    """The expression of the last step."""


@record()
class Piece:
    """An origin's share in an atom."""

    material: Material
    context: Context
    chunk: Chunk
    node: cst.CSTNode
    text: str = ""
    """CONSTANT: the text. DATA: why it is unknown. CONFIG: the variable's name. CLOCK, UNIQUE: the maker's."""
    resolution: int | None = None
    verbatim: bool = True
    handed_in: bool = False
    """DATA that a caller or a construction of the entry could make known."""
    reading: Reading | None = None
    """DATA read from an object out of sight, which may hold another value at the next reading: what was read of it."""
    link: Link | None = field(default=None, compare=False)
    trait: Trait | None = None
    name: str = ""
    """DATA: the qualified name of what is out of sight, as that of an `External`; empty if it has none."""

    def __hash__(self) -> int:
        place = id(self.node) ^ id(self.context)
        return place if self.reading is None else place ^ hash(self.reading.steps)  # many are read at one place


class Nothing(enum.Enum):
    """No constant is known."""

    NOTHING = 0


NOTHING = Nothing.NOTHING


class About(enum.Enum):
    """What is known of a value besides, where nothing else is."""

    __hash__ = object.__hash__

    NOTHING = "nothing"
    NUMBER = "a number, or several"
    SET = "a set of text"


@record()
class TextTest:
    """That the text of an atom's pieces ends in `text`, or holds it: the atom is the answer to this question."""

    text: str


@record()
class Dumped:
    """That a text was made of a value, and that reading it gives such a value again: JSON."""

    value: Value


@record()
class MemberOf:
    """That a value is a member of an enumeration of the project, by its name there."""

    cls: ClassValue
    name: str


@record()
class Mark:
    """What a plugin knows of something out of sight: each plugin has marks of its own."""


@record()
class Atom:
    """A scalar made of pieces, in order."""

    pieces: tuple[Piece, ...]
    kind: str = "any"
    constant: object = NOTHING
    """The Python value when it is known: `str`, `bytes`, `int`, `float`, `bool` or None."""
    about: About | TextTest | Dumped | MemberOf | Mark = About.NOTHING
    unit: int = 0
    """For a number that counts time: nanoseconds that one of it stands for."""
    length: int = 0
    """Characters that its text has at least. A hash object has those of its `hexdigest()`."""

    @property
    def known(self) -> bool:
        """Its Python value is known."""
        return self.constant is not NOTHING


@record()
class TupleValue:
    """A tuple of known length."""

    items: tuple[Value, ...]


@record(eq=False)
class Decoration:
    """A decorator from outside the project, as it stands on a function."""

    path: str
    """Its qualified name: `celery.Celery().task`."""
    keywords: Mapping[str, Passed]
    node: cst.CSTNode
    open_ended: bool = False
    """It has arguments that cannot be seen."""


@record()
class Function:
    """A function, method or lambda of the project."""

    node: cst.FunctionDef | cst.Lambda
    chunk: Chunk
    module: Module = field(compare=False)
    home: Context
    """The frame whose variables it sees."""
    defaults: Mapping[str, Value] = field(compare=False, default_factory=dict)
    owner: ClassValue | None = field(compare=False, default=None)
    marks: frozenset[str] = field(compare=False, default=frozenset())
    """What its decorators make of it: `property`, `cached`, `classmethod`, `staticmethod`, `contextmanager` ...; and
    `member`, where it makes a member of an enumeration.
    """
    decorations: tuple[Decoration, ...] = field(compare=False, default=())

    @property
    def name(self) -> str:
        """Its name in the source."""
        return self.node.name.value if isinstance(self.node, cst.FunctionDef) else "lambda"


@record()
class Bound:
    """A function of the project with its receiver."""

    function: Function
    receiver: Abstract


@record()
class ClassValue:
    """A class of the project."""

    node: cst.ClassDef
    chunk: Chunk
    module: Module = field(compare=False)
    home: Context
    bases: tuple[Value, ...] = field(compare=False, default=())
    marks: frozenset[str] = field(compare=False, default=frozenset())

    @property
    def name(self) -> str:
        """Its name in the source."""
        return self.node.name.value


@record()
class Super:
    """`super()` in a method of `after`."""

    receiver: Abstract
    after: ClassValue


@record()
class ModuleValue:
    """A module of the project."""

    module: Module


@record()
class External:
    """Something outside the project, by its qualified name; `()` in it stands for "an instance of"."""

    name: str
    receiver: Atom | None = None
    """For a method of a value: the value."""
    constant: bool = False
    """An import binds it to a name in capitals: whatever it is, it is one and the same value for the process."""


class Extension:
    """A value that a plugin brings, in kinds of its own: its hooks say what attributes and calls of it give.

    `str` of one says in words what it is.
    """

    __slots__ = ()

    is_callback: ClassVar[bool] = False
    """Whoever is handed it may call it."""


@record()
class Method:
    """A method of a built-in value or container: `params.update`, `"".join`."""

    name: str
    receiver: Abstract


@record()
class Partial:
    """`functools.partial` of something callable."""

    function: Abstract
    positional: tuple[Passed, ...]
    keywords: tuple[tuple[str, Passed], ...]
    rest: Value = ()


@record()
class Awaitable:
    """A coroutine, task or future: what waiting for it gives, and by itself it is not."""

    value: Value


@record()
class Passed:
    """A value that a call passes, with the expression that gives it."""

    value: Value
    chunk: Chunk = field(compare=False)
    node: cst.CSTNode = field(compare=False)
    optional: bool = False
    """On some path it is not passed."""


@record()
class Dispatcher:
    """A function of `functools.singledispatch`, or of its kin for methods: others are registered with it.

    Which of them runs is told by the class of the first argument.
    """

    function: Function
    """What runs where no other does."""
    receiver: Abstract | None = None
    """The object whose method it is."""


Abstract = (
    Atom
    | Ref
    | TupleValue
    | Function
    | Bound
    | ClassValue
    | Super
    | ModuleValue
    | External
    | Extension
    | Method
    | Partial
    | Dispatcher
    | Awaitable
)
Value = tuple[Abstract, ...]


@record()
class Item:
    """A value under a key; `optional` when some path does not set it."""

    value: Value
    optional: bool
    chunk: Chunk
    node: cst.CSTNode
    """The expression that gives the value."""


@record()
class DictObject:
    """A dict: known keys, and the values that may stand under keys that are not known."""

    items: Mapping[object, Item]
    rest: Value
    chunk: Chunk
    node: cst.CSTNode
    context: Context


class ListKind(enum.Enum):
    """What a list, or what is like one, is; and how its order came about, where that matters."""

    __hash__ = object.__hash__

    LIST = "list"
    """Also a deque, and what an iterator yields."""
    FILLED = "filled"
    """A list extended by an unknown number of elements."""
    SHUFFLED = "shuffled"
    """A list made of a set: its order is the set's."""
    TUPLE = "tuple"
    """One of unknown length."""
    SET = "set"
    VARIABLE = "variable"
    """A context variable: its elements are what it may be set to."""
    CONTEXT = "context"
    """What a generator yields that is a context manager."""
    GENERATOR = "generator"
    """What a generator yields that has not been gone through yet."""


@record()
class ListObject:
    """A list, set or generator: the elements it may hold, in order; `exact` when it holds just these."""

    elements: tuple[Value, ...]
    exact: bool
    chunk: Chunk
    node: cst.CSTNode
    context: Context
    kind: ListKind = ListKind.LIST


@record()
class InstanceObject:
    """An instance of a class of the project."""

    cls: ClassValue
    attributes: Mapping[str, Value]
    context: Context
    handed_in: bool = False
    """Its construction is not in sight: what `__init__` does not set is unknown."""
    returned: bool = False
    """Whoever made it returns it to somebody out of sight, where it lives on."""


HeapObject = DictObject | ListObject | InstanceObject


def unique(alternatives: Iterable[Abstract]) -> Value:
    """The alternatives without repetitions; past the bound, what is left is one unknown."""
    several = tuple(alternatives)
    if len(several) < 2:  # the rule: there is no need to hash what it is made of
        return several
    seen = dict.fromkeys(several)
    if len(seen) <= MAX_ALTERNATIVES:
        return tuple(seen)
    kept = list(seen)[:MAX_ALTERNATIVES]
    reason = met("MAX_ALTERNATIVES")
    pieces = [p for a in seen if isinstance(a, Atom) for p in a.pieces]
    if not pieces:
        return tuple(kept)
    cut = replace(pieces[-1], material=Material.DATA, text=reason, resolution=None, handed_in=False)
    return (*kept, Atom((cut,)))


def join(left: Value, right: Value) -> Value:
    """Either of two values."""
    if left is right or not right:
        return left
    if not left or left == right:
        return right
    return unique((*left, *right))


def only(value: Value, kind: type[T]) -> T | None:
    """The one alternative of a value, where it has just one and that is of this kind."""
    return value[0] if len(value) == 1 and isinstance(value[0], kind) else None


def constant_of(value: Value) -> object:
    """The Python constant that a value is; NOTHING when it is not one, or may be several."""
    atom = only(value, Atom)
    return NOTHING if atom is None else atom.constant


def is_scalar(value: Value, kind: str) -> bool:
    """Whether a value is a scalar of this kind, on whatever path."""
    return bool(value) and all(isinstance(a, Atom) and a.kind == kind for a in value)


def each(value: Value, change: Callable[[Abstract], Value]) -> Value:
    """Either of what becomes of each alternative of a value."""
    result: Value = ()
    for alternative in value:
        result = join(result, change(alternative))
    return result


def awaited(value: Value) -> Value:
    """What waiting for a value gives; what is nothing to wait for stays as it is."""
    return each(value, lambda one: one.value if isinstance(one, Awaitable) else (one,))


def linked(
    value: Value, chunk: Chunk, node: cst.CSTNode, text: str, role: Role = Role.STEP, call: Context = NOWHERE
) -> Value:
    """The value after one more step of its trace; a tuple's items take the step with it."""
    result: list[Abstract] = []
    for alternative in value:
        match alternative:
            case Atom():
                result.append(_linked(alternative, chunk, node, text, role, call))
            case TupleValue():
                items = tuple(linked(item, chunk, node, text, role, call) for item in alternative.items)
                result.append(TupleValue(items))
            case Awaitable():
                result.append(Awaitable(linked(alternative.value, chunk, node, text, role, call)))
            case External(receiver=Atom() as atom):
                result.append(External(alternative.name, _linked(atom, chunk, node, text, role, call)))
            case _:
                result.append(alternative)
    return tuple(result)


def _linked(atom: Atom, chunk: Chunk, node: cst.CSTNode, text: str, role: Role, call: Context) -> Atom:
    pieces = tuple(
        p
        if p.link is not None and p.link.node is node and p.link.role is role
        else _extend(p, Link(chunk, node, text, role, p.link, call))
        for p in atom.pieces
    )
    return Atom(pieces, atom.kind, atom.constant, atom.about, atom.unit, atom.length)


def _extend(piece: Piece, link: Link) -> Piece:
    return Piece(
        piece.material,
        piece.context,
        piece.chunk,
        piece.node,
        piece.text,
        piece.resolution,
        piece.verbatim,
        piece.handed_in,
        piece.reading,
        link,
        piece.trait,
        piece.name,
    )


def data_at(
    chunk: Chunk, node: cst.CSTNode, context: Context, reason: str, handed_in: bool = False, name: str = ""
) -> Atom:
    """Something that cannot be seen; `entry` says that the entry's callers or constructions could tell."""
    return Atom((Piece(Material.DATA, context, chunk, node, reason, handed_in=handed_in, name=name),))


def read(pieces: Iterable[Piece], step: str, context: Context, chunk: Chunk, node: cst.CSTNode) -> tuple[Piece, ...]:
    """The DATA among the pieces, as read by one more step from an object that may hold another value next time."""
    return tuple(_read(p, step, context, (chunk, node)) for p in pieces if p.material is Material.DATA)


def _read(piece: Piece, step: str, context: Context, place: tuple[Chunk, cst.CSTNode]) -> Piece:
    before = piece.reading
    if before is None:
        reading = Reading((step,), context, step != "[]", piece.link, place)
    elif len(before.steps) < MAX_READ:
        reading = Reading((*before.steps, step), context, before.again and step != "[]", piece.link, place)
    elif before.again:
        reading = Reading(before.steps, context, False, piece.link, place)
        return replace(piece, reading=reading, text=f"{piece.text}, {met('MAX_READ')}")
    else:
        return piece
    return replace(piece, reading=reading)


def unsteady(piece: Piece) -> Piece:
    """The piece, as one that may be another at the next reading, whatever happens in between."""
    reading = piece.reading
    if reading is not None and not reading.again:
        return piece
    return replace(
        piece, reading=Reading((), piece.context, False) if reading is None else replace(reading, again=False)
    )


def mapped(atom: Atom, change: Callable[[Piece], Piece], kind: str, constant: object = NOTHING) -> Atom:
    """The atom with each piece changed."""
    return Atom(tuple(change(p) for p in atom.pieces), kind, constant)


def distinct(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The pieces without repetitions, within the bound.

    What varies is kept before what is constant. Where even of that some is left out, the last one is unknown.
    """
    several = tuple(pieces)
    seen = several if len(several) < 2 else tuple(dict.fromkeys(several))
    if len(seen) <= MAX_PIECES:
        return seen
    varying = [p for p in seen if p.material is not Material.CONSTANT]
    if len(varying) > MAX_PIECES:
        cut = replace(varying[-1], material=Material.DATA, text=met("MAX_PIECES"), resolution=None, handed_in=False)
        return (*varying[: MAX_PIECES - 1], replace(cut, reading=None, trait=None, name=""))
    tell("MAX_PIECES")
    constants = [p for p in seen if p.material is Material.CONSTANT][: MAX_PIECES - len(varying)]
    kept = {*varying, *constants}
    return tuple(p for p in seen if p in kept)


def told_apart(
    elements: Sequence[Value], exact: bool, chunk: Chunk, node: cst.CSTNode, context: Context
) -> tuple[tuple[Value, ...], bool]:
    """The elements of a list that are told apart, and whether they are all, if they are `exact`.

    What there is besides is one that is unknown.
    """
    if len(elements) <= MAX_ELEMENTS:
        return tuple(elements), exact
    rest = data_at(chunk, node, context, met("MAX_ELEMENTS"))
    return (*elements[: MAX_ELEMENTS - 1], (rest,)), False


def combinations(values: list[list[Atom]]) -> Iterator[tuple[Atom, ...]] | None:
    """All choices of one atom from each list, or None when there are too many."""
    total = 1
    for atoms in values:
        total *= max(1, len(atoms))
    return product(*values) if total <= MAX_COMBINATIONS else None


def opaque(piece: Piece) -> Piece:
    """A piece whose text no longer stands in the value."""
    return replace(piece, verbatim=False) if piece.verbatim else piece


def as_text(constant: object) -> str:
    """How a constant looks inside a string."""
    return constant if isinstance(constant, str) else str(constant)


def fold(function: Callable[..., Any], *arguments: object) -> object:
    """`function(*arguments)` on constants, or NOTHING where Python would raise or the result is too large."""
    try:
        result = function(*arguments)
    except Exception:
        return NOTHING
    if isinstance(result, str | bytes) and len(result) > MAX_TEXT:
        tell("MAX_TEXT")
        return NOTHING
    if isinstance(result, int) and not isinstance(result, bool) and abs(result) > MAX_INTEGER:
        tell("MAX_INTEGER")
        return NOTHING
    return result
