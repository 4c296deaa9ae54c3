"""What changes while code is evaluated: variables of the active frames, and objects on the heap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from sqsfifo_lint.flow.context import Context, Ref
from sqsfifo_lint.flow.values import (
    ClassValue,
    DictObject,
    Function,
    HeapObject,
    InstanceObject,
    Item,
    ListObject,
    Piece,
    TextTest,
    Value,
    join,
    told_apart,
)
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.project import Module

if TYPE_CHECKING:
    from sqsfifo_lint.flow.notes import Noted


@dataclass(slots=True, eq=False)
class Loop:
    """A running loop: the states in which it is left or goes round early."""

    breaks: list[State] = field(default_factory=list)
    continues: list[State] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Frame:
    """A running function or class body, or one statement of a module: what a frame runs stands in its chunk.

    The statements of one module have a frame each, with one key: their variables are the same.
    """

    key: Context
    chunk: Chunk
    module: Module
    function: Function | None = None
    owner: ClassValue | None = None
    caller: Frame | None = None
    call: cst.CSTNode | None = None
    """The call in the caller's code that started it."""
    returns: list[tuple[Value, State]] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    paused: State | None = None
    """Of a generator: the state at the `yield` that was met last."""
    loops: list[Loop] = field(default_factory=list)
    global_names: frozenset[str] = frozenset()
    outer_names: frozenset[str] = frozenset()
    expects_missing: bool = False
    """It runs the body of a `try` that is left where there is no such key."""

    def outward(self) -> Iterator[Frame]:
        """The frame, its caller, and so on up to the one where evaluation started."""
        current: Frame | None = self
        while current is not None:
            yield current
            current = current.caller

    @property
    def start(self) -> Frame:
        """The frame where evaluation started."""
        return list(self.outward())[-1]


Environment = dict[str, Value]
Fact = tuple[TextTest, tuple[Piece, ...], bool]
"""A test of the text that is made of these pieces; whether it holds."""


@dataclass(slots=True, eq=False)
class State:
    """The variables and objects at one point of one path."""

    frame: Frame
    context: Context
    environments: dict[Context, Environment]
    heap: dict[Ref, HeapObject]
    base: Mapping[Ref, HeapObject]
    """Objects made at import, seen through `heap`."""
    facts: frozenset[Fact] = frozenset()
    noted: frozenset[Noted] = frozenset()
    """The noted calls that may have been made on the way here, but for those of earlier rounds of running loops."""

    @property
    def variables(self) -> Environment:
        """The running frame's variables; not to be changed in place."""
        return self.environments.get(self.frame.key, {})

    def copy(self) -> State:
        """Another state that starts out the same."""
        return State(
            self.frame, self.context, dict(self.environments), dict(self.heap), self.base, self.facts, self.noted
        )

    def follow(self, other: State) -> None:
        """Go on with the variables and objects of `other`, which went on from here.

        The facts stay what they are: what a test on the way said holds only behind that test.
        """
        self.environments = other.environments
        self.heap = other.heap
        self.noted = other.noted

    def bind(self, name: str, value: Value, frame: Context | None = None) -> None:
        """Set a variable of the running frame, or of the one whose key is given."""
        key = self.frame.key if frame is None else frame
        self.environments[key] = {**self.environments.get(key, {}), name: value}

    def unbind(self, name: str) -> None:
        """`del name`."""
        self.environments[self.frame.key] = {k: v for k, v in self.variables.items() if k != name}

    def allocate(self, node: cst.CSTNode, found: HeapObject, extra: object = None) -> Value:
        """Put a new object on the heap; the same place in the same context is the same object."""
        reference = self.context.reference(node, extra)
        self.heap[reference] = found
        return (reference,)

    def at(self, reference: Ref) -> HeapObject | None:
        """The object behind a reference."""
        found = self.heap.get(reference)
        return self.base.get(reference) if found is None else found


def join_states(states: list[State]) -> State | None:
    """The state in which any of `states` holds; None when there is none (the code after is not reached)."""
    if not states:
        return None
    result = states[0]
    for other in states[1:]:
        result = _join_two(result, other)
    return result


def _join_two(left: State, right: State) -> State:
    if left is right:
        return left
    environments = dict(left.environments)
    for key, theirs in right.environments.items():
        ours = environments.get(key)
        if ours is not theirs:
            environments[key] = theirs if ours is None else _join_environments(ours, theirs)
    heap = dict(left.heap)
    common = 0
    for reference, found in right.heap.items():
        present = heap.get(reference)
        if present is found:  # nearly always
            common += 1
            continue
        if present is None:
            present = left.base.get(reference)
        else:
            common += 1
        heap[reference] = found if present is None else join_objects(present, found)
    if common < len(left.heap):
        for reference in left.heap.keys() - right.heap.keys() & left.base.keys():
            heap[reference] = join_objects(left.heap[reference], left.base[reference])
    noted = left.noted | right.noted
    return State(left.frame, left.context, environments, heap, left.base, left.facts & right.facts, noted)


def _join_environments(left: Environment, right: Environment) -> Environment:
    result = dict(left)
    for name, value in right.items():
        ours = result.get(name)
        result[name] = value if ours is None else join(ours, value)
    return result


def join_objects(left: HeapObject, right: HeapObject) -> HeapObject:
    """The object that is either of two states of one object."""
    match left, right:
        case DictObject(), DictObject():
            return _join_dicts(left, right)
        case ListObject(), ListObject():
            return _join_lists(left, right)
        case InstanceObject(), InstanceObject():
            attributes = _join_environments(dict(left.attributes), dict(right.attributes))
            handed_in = left.handed_in or right.handed_in
            return InstanceObject(left.cls, attributes, left.context, handed_in, left.returned or right.returned)
    return left


def _join_dicts(left: DictObject, right: DictObject) -> DictObject:
    items: dict[object, Item] = {}
    for key in dict.fromkeys((*left.items, *right.items)):
        ours, theirs = left.items.get(key), right.items.get(key)
        if ours is not None and theirs is not None:
            items[key] = join_items(ours, theirs)
        else:
            found = ours or theirs
            assert found is not None
            items[key] = found if found.optional else Item(found.value, True, found.chunk, found.node)
    return DictObject(items, join(left.rest, right.rest), left.chunk, left.node, left.context)


def join_items(left: Item, right: Item) -> Item:
    """Either of two values under one key."""
    if left is right:
        return left
    return Item(join(left.value, right.value), left.optional or right.optional, left.chunk, left.node)


def _join_lists(left: ListObject, right: ListObject) -> ListObject:
    if left.elements == right.elements:
        exact = left.exact and right.exact
        return left if exact == left.exact else ListObject(left.elements, exact, left.chunk, left.node, left.context)
    several = list(dict.fromkeys((*left.elements, *right.elements)))
    elements, _ = told_apart(several, False, left.chunk, left.node, left.context)
    return ListObject(elements, False, left.chunk, left.node, left.context, left.kind)


def changed(before: State, after: State) -> bool:
    """Whether a loop's body changed anything that the next round can see."""
    key = before.frame.key
    return _differ(before.environments.get(key, {}), after.environments.get(key, {})) or any(
        after.heap.get(reference) is not found and after.heap.get(reference) != found
        for reference, found in before.heap.items()
    )


def _differ(before: Mapping[str, Value], after: Mapping[str, Value]) -> bool:
    return any(after.get(name) is not value and after.get(name) != value for name, value in before.items())
