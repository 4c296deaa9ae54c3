"""Whether two messages may both be sent, each under conditions of its own.

Conditions exclude each other if they ask for the same datum, and not for the same of it, or for two states of one thing
(`created`, `deleted`). Whatever is not understood may exclude anything: what a call in sight gives, what the code keeps
itself, as a flag that says what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

import libcst as cst

from sqsfifo_lint.flow import Frame, Machine, Outside, State, atoms_of, name_of, value_of
from sqsfifo_lint.flow.context import Level
from sqsfifo_lint.flow.values import Atom, Piece, Role
from sqsfifo_lint.knowledge.reading import READING, STATES
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import record
from sqsfifo_lint.source.walk import children, descendants, statements, targets

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

_BRANCHING = cst.If | cst.Match | cst.For | cst.While | cst.Try | cst.TryStar

Datum = tuple[object, tuple[str, ...]]
"""Where an object came into being, and the steps by which something is read of it."""


@record(eq=False)
class Condition:
    """A test, and whether it has to hold."""

    test: cst.BaseExpression
    holds: bool

    def parts(self) -> Iterator[Condition]:
        """The conditions that all have to be met for this one: those of `a and b`."""
        match self.test:
            case cst.UnaryOperation(operator=cst.Not(), expression=negated):
                yield from Condition(negated, not self.holds).parts()
            case cst.BooleanOperation(operator=operator) as both if isinstance(operator, cst.And) is self.holds:
                yield from Condition(both.left, self.holds).parts()
                yield from Condition(both.right, self.holds).parts()
            case _:
                yield self

    @property
    def names(self) -> frozenset[str]:
        """The names in it, also those of attributes."""
        return frozenset(node.value for node in descendants(self.test) if isinstance(node, cst.Name))

    @property
    def words(self) -> frozenset[str]:
        """What its names and texts consist of, in lower case."""
        named = (n.value for n in descendants(self.test) if isinstance(n, cst.Name | cst.SimpleString))
        return frozenset(word.lower() for name in named for word in _WORDS.findall(name))


@record(eq=False)
class Asked:
    """What a condition asks for."""

    data: frozenset[Datum]
    unclear: bool
    """It may be anything else, too."""
    kept: bool
    """It is something that the code keeps itself."""
    nodes: frozenset[cst.CSTNode]
    """Where what is asked for came into being."""


class Trees:
    """The nodes around a node, looked up in trees that are each gone through once."""

    def __init__(self) -> None:
        self._parents: dict[cst.CSTNode, dict[cst.CSTNode, cst.CSTNode]] = {}

    def above(self, frame: Frame, node: cst.CSTNode) -> list[cst.CSTNode]:
        """What branches in a frame's code, and has a node in it; the innermost first."""
        root = frame.function.node if frame.function is not None else frame.chunk.module
        parents = self._parents.get(root)
        if parents is None:
            parents = {child: parent for parent in descendants(root) for child in children(parent)}
            self._parents[root] = parents
        found: list[cst.CSTNode] = []
        while node in parents:
            node = parents[node]
            if isinstance(node, cst.IfExp | _BRANCHING):
                found.append(node)
        return found


@record(eq=False)
class One:
    """One of two messages: what is evaluated in a frame that leads to both, and leads to it."""

    frame: Frame
    node: cst.CSTNode
    state: State
    """At the send."""


@record(eq=False)
class Around:
    """The code in which two messages are sent, one after the other."""

    machine: Machine
    trees: Trees
    first: One
    second: One
    outside: Sequence[object]
    """What was met on the way."""

    def conditions(self, one: One) -> list[Condition] | None:
        """Under which conditions a message is sent, and the other is not; None if they are not all understood."""
        found: list[Condition] = []
        for around in self._around(one):
            if isinstance(around, cst.Match | cst.IfExp):
                return None
            if isinstance(around, cst.If):
                if one.node in descendants(around.test):
                    return None
                found.extend(Condition(around.test, one.node in descendants(around.body)).parts())
        return found

    def told(self) -> frozenset[str]:
        """The names of what is changed by a statement that sends the first, and not the second: they may tell of it."""
        found: set[str] = set()
        for around in self._around(self.first):
            found.update(_root(target) for one in statements([around]) for target in targets(one))
            calls = (one for one in descendants(around) if isinstance(one, cst.Call) and one is not self.first.node)
            found.update(_root(one.func) for one in calls if name_of(one) not in READING)
        return frozenset(found - {""})

    def reacts_to_error(self) -> bool:
        """Whether the second is sent in a handler of the first one's errors."""
        for around in self.trees.above(self.second.frame, self.second.node):
            if isinstance(around, cst.Try | cst.TryStar) and self.first.node in descendants(around.body):
                return any(self.second.node in descendants(handler) for handler in around.handlers)
        return False

    def _around(self, one: One) -> list[cst.CSTNode]:
        """What branches around one message, and not around the other."""
        other = self.second if one is self.first else self.first
        common = self.trees.above(other.frame, other.node)
        return [around for around in self.trees.above(one.frame, one.node) if around not in common]

    def asked(self, condition: Condition) -> Asked:
        """What a condition asks for, as it stands at the second message."""
        data: set[Datum] = set()
        nodes: set[cst.CSTNode] = set()
        unclear = kept = False
        for operand in _operands(condition.test):
            atoms = self._atoms(operand)
            unclear = unclear or not atoms
            kept = kept or any(_is_kept(atom) and not self._is_of_the_module(atom) for atom in atoms)
            pieces = [p for atom in atoms for p in atom.pieces if p.material is not Material.CONSTANT]
            nodes.update(p.node for p in pieces)
            data.update(d for p in pieces for d in self._data(p))
        return Asked(frozenset(data), unclear or not data, kept, frozenset(nodes))

    def is_the_same(self, one: cst.CSTNode, other: cst.CSTNode) -> bool:
        """Whether two expressions are the same, and what their names stand for did not change in between."""
        key = self.second.frame.key
        before, after = (one.state.environments.get(key, {}) for one in (self.first, self.second))
        named = {node.value for node in descendants(one) if isinstance(node, cst.Name)}
        return one.deep_equals(other) and all(before.get(name) is after.get(name) for name in named)

    def _atoms(self, operand: cst.BaseExpression) -> list[Atom]:
        """An operand as scalars; none where it may be something else."""
        value = value_of(self.machine, operand, self.second.state, self.second.frame)
        if not all(isinstance(a, Atom) for a in value):
            return []
        return atoms_of(self.machine, value, operand, self.second.state)

    def _is_of_the_module(self, atom: Atom) -> bool:
        """Whether it is made at import, and nobody in sight makes it again: a limit, and no flag of a function's."""
        return self.second.frame.function is not None and all(p.context.has(Level.IMPORT) for p in atom.pieces)

    def _data(self, piece: Piece) -> Iterator[Datum]:
        """Which data a piece is: of what a call out of sight gives, also those that it is given."""
        yield _datum(piece)
        for one in (*self.outside, *self.machine.notes.outside):
            if isinstance(one, Outside) and one.node is piece.node and one.context is piece.context:
                yield from map(_datum, self._given(one))

    def _given(self, one: Outside) -> Iterator[Piece]:
        receiver = one.callee if isinstance(one.callee, Atom) else getattr(one.callee, "receiver", None)
        values = [passed.value for passed in one.arguments.all()]
        if isinstance(receiver, Atom):
            values.append((receiver,))
        for atom in (atom for value in values for atom in atoms_of(self.machine, value, one.node, self.second.state)):
            yield from atom.pieces


def may_both_hold(around: Around, one: Iterable[Condition], other: Iterable[Condition]) -> bool:
    """Whether two messages are sent for all that can be seen, if each has conditions of its own."""
    return all(_may_both(around, *pair) for pair in product(one, other))


def _may_both(around: Around, one: Condition, other: Condition) -> bool:
    if one.holds is other.holds and around.is_the_same(one.test, other.test):
        return True
    first, second = around.asked(one), around.asked(other)
    if any(asked.unclear or asked.kept for asked in (first, second)):
        return False
    if one.holds and other.holds and _are_states(one.words, other.words):
        return False
    return _hold_two_things(one, other) or not any(_overlap(*pair) for pair in product(first.data, second.data))


def _are_states(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool((one - other) & STATES and (other - one) & STATES)


def _hold_two_things(one: Condition, other: Condition) -> bool:
    """`"email" in changes` and `"name" in changes`."""
    match one.test, other.test:
        case (
            cst.Comparison(left=cst.SimpleString(), comparisons=[cst.ComparisonTarget(operator=cst.In()) as first]),
            cst.Comparison(left=cst.SimpleString(), comparisons=[cst.ComparisonTarget(operator=cst.In()) as second]),
        ):
            return one.holds and other.holds and first.comparator.deep_equals(second.comparator)
    return False


def _is_kept(atom: Atom) -> bool:
    """Whether it is a constant that the code sets: no default of a parameter, no answer that a key is missing."""
    given = (isinstance(p.node, cst.Call) or (p.link is not None and p.link.role is Role.DEFAULT) for p in atom.pieces)
    return atom.known and not any(given)


def _overlap(one: Datum, other: Datum) -> bool:
    """Whether one datum is the other, or is read of it."""
    shared = min(len(one[1]), len(other[1]))
    return one[0] == other[0] and one[1][:shared] == other[1][:shared]


def _datum(piece: Piece) -> Datum:
    steps = piece.reading.steps if piece.reading is not None else ()
    if piece.material is Material.CONFIG:
        return (piece.material, piece.text), steps
    return (piece.node, piece.context), steps


def _root(node: cst.CSTNode) -> str:
    """The name that an expression begins with; empty if it begins otherwise."""
    while isinstance(node, cst.Attribute | cst.Subscript):
        node = node.value
    return node.value if isinstance(node, cst.Name) else ""


def _operands(test: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """What a test asks something of."""
    match test:
        case cst.BooleanOperation() | cst.BinaryOperation():
            yield from _operands(test.left)
            yield from _operands(test.right)
        case cst.UnaryOperation():
            yield from _operands(test.expression)
        case cst.Comparison():
            for side in (test.left, *(target.comparator for target in test.comparisons)):
                if not _is_literal(side):
                    yield from _operands(side)
        case cst.Call(func=cst.Name()):
            yield from (argument.value for argument in test.args if not _is_literal(argument.value))
        case _:
            yield test


def _is_literal(node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.List | cst.Tuple | cst.Set):
        return all(_is_literal(element.value) for element in node.elements)
    return isinstance(node, cst.BaseNumber | cst.SimpleString) or (
        isinstance(node, cst.Name) and node.value in ("None", "True", "False")
    )
