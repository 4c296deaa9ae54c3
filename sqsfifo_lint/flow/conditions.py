"""Tests: which way they go, and what each way says about the values tested."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping

import libcst as cst

from sqsfifo_lint.flow import text as texts
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import State, join_states
from sqsfifo_lint.flow.values import (
    NOTHING,
    Abstract,
    Atom,
    DictObject,
    External,
    InstanceObject,
    Item,
    ListObject,
    Piece,
    TextTest,
    TupleValue,
    Value,
    constant_of,
    distinct,
    fold,
    only,
    opaque,
)
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import record, replace
from sqsfifo_lint.source.walk import left_to_right, operands

Test = Callable[[Abstract], "bool | None"]


def truth(value: Value, state: State) -> bool | None:
    """Whether the value counts as true: None when it may go either way."""
    found = {_truth_of(alternative, state) for alternative in value}
    return found.pop() if len(found) == 1 else None


def _truth_of(alternative: Abstract, state: State) -> bool | None:
    match alternative:
        case Atom():
            if alternative.known:
                return bool(alternative.constant)
            return _atom_truth(alternative)
        case TupleValue():
            return bool(alternative.items)
        case Ref():
            match state.at(alternative):
                case DictObject() as found:
                    if any(not item.optional for item in found.items.values()):
                        return True
                    return None if found.items or found.rest else False
                case ListObject() as found:
                    return bool(found.elements) if found.exact else None
                case InstanceObject():
                    return True
            return None
        case External():
            return None
    return True


def _atom_truth(atom: Atom) -> bool | None:
    if atom.kind in ("any", "none", "bool", "int", "float"):
        only = atom.pieces[0].material if len(atom.pieces) == 1 else None
        return True if only in (Material.UNIQUE, Material.CLOCK) and atom.kind != "bool" else None
    if atom.kind in ("uuid", "datetime", "date"):
        return True
    made = any(
        p.material in (Material.UNIQUE, Material.CLOCK) or (p.material is Material.CONSTANT and p.verbatim and p.text)
        for p in atom.pieces
    )
    return True if made and atom.kind == "str" else None


# -- narrowing


@record()
class Location:
    """Where a tested value is kept: a variable, an attribute of an instance or a key of a dict."""

    frame: object
    key: object
    reference: Ref | None = None


def locate(machine: Machine, node: cst.BaseExpression, state: State) -> Location | None:
    """The one place that an expression reads from, if it is one that can be narrowed."""
    match node:
        case cst.Name():
            for key in machine.closures.scopes(state.frame.key):
                if node.value in state.environments.get(key, {}):
                    return Location(key, node.value)
            return None
        case cst.NamedExpr(target=cst.Name() as target):
            return locate(machine, target, state)
        case cst.Attribute(value=cst.Name() as holder):
            reference = only(machine.evaluate(holder, state), Ref)
            return Location(None, node.attr.value, reference) if reference is not None else None
        case cst.Subscript(value=cst.Name() as holder, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
            reference = only(machine.evaluate(holder, state), Ref)
            constant = constant_of(machine.evaluate(key, state))
            if reference is not None and constant is not NOTHING:
                return Location(None, constant, reference)
    return None


def _narrow(state: State, location: Location, value: Value) -> None:
    if location.reference is None:
        state.bind(str(location.key), value, location.frame)  # type: ignore[arg-type]
        return
    found = state.at(location.reference)
    if isinstance(found, InstanceObject):
        attributes = {**found.attributes, str(location.key): value}
        state.heap[location.reference] = replace(found, attributes=attributes)
    elif isinstance(found, DictObject) and location.key in found.items:
        item = found.items[location.key]
        items = {**found.items, location.key: Item(value, False, item.chunk, item.node)}
        state.heap[location.reference] = replace(found, items=items)


Branches = tuple["State | None", "State | None"]


def branch(machine: Machine, test: cst.BaseExpression, state: State) -> Branches:
    """The states in which `test` is true and in which it is false; None for a way that is not taken."""
    match test:
        case cst.UnaryOperation(operator=cst.Not()):
            positive, negative = branch(machine, test.expression, state)
            return negative, positive
        case cst.BooleanOperation():
            return _branch_boolean(machine, test, state)
        case cst.Comparison(comparisons=[cst.ComparisonTarget() as target]):
            return _branch_comparison(machine, test, target, state)
        case cst.Call(func=cst.Name(value="isinstance")):
            return _branch_isinstance(machine, test, state)
    value = machine.evaluate(test, state)
    location = locate(machine, test, state)
    return _split(value, value, location, lambda alternative: _truth_of(alternative, state), state)


def _branch_boolean(machine: Machine, test: cst.BooleanOperation, state: State) -> Branches:
    stays = isinstance(test.operator, cst.Or)
    ends: list[State] = []
    goes_on: State | None = state
    for operand in operands(test):
        if goes_on is None:
            break
        kept, goes_on = branch(machine, operand, goes_on)[:: 1 if stays else -1]
        if kept is not None:
            ends.append(kept)
    end = join_states(ends)
    return (end, goes_on) if stays else (goes_on, end)


def _split(value: Value, tested: Value, location: Location | None, test: Test, state: State) -> Branches:
    """Divide the alternatives of `value` by `test`, and narrow the place they came from."""
    answers = [(alternative, test(alternative)) for alternative in value]
    ways: list[State | None] = []
    for wanted in (True, False):
        kept = tuple(alternative for alternative, answer in answers if answer is None or answer is wanted)
        if not kept and value:
            ways.append(None)
            continue
        way = state.copy()
        if location is not None and len(kept) < len(value):
            _narrow(way, location, kept)
        _learn(way, tested, wanted)
        ways.append(way)
    return ways[0], ways[1]


def _learn(state: State, tested: Value, wanted: bool) -> None:
    """Keep what a test of a text says."""
    for alternative in tested:
        if isinstance(alternative, Atom) and isinstance(alternative.about, TextTest):
            state.facts |= {(alternative.about, alternative.pieces, wanted)}


_SAME: Mapping[type[cst.CSTNode], bool] = {cst.Is: True, cst.Equal: True, cst.IsNot: False, cst.NotEqual: False}


def _branch_comparison(machine: Machine, test: cst.Comparison, target: cst.ComparisonTarget, state: State) -> Branches:
    left = machine.evaluate(test.left, state)
    right = machine.evaluate(target.comparator, state)
    same = _SAME.get(type(target.operator))
    if same is None or len(right) != 1 or not isinstance(right[0], Atom) or not right[0].known:
        value = compare_values(machine, left, type(target.operator), right, test, state)
        return _split(value, value, None, lambda alternative: _truth_of(alternative, state), state)
    constant = right[0].constant

    def equal(alternative: Abstract) -> bool | None:
        if not isinstance(alternative, Atom):
            return False if not isinstance(alternative, External) else None
        if alternative.known:
            return bool(alternative.constant == constant and type(alternative.constant) is type(constant))
        return None if constant is not None or _may_be_none(alternative) else False

    positive, negative = _split(left, (), locate(machine, test.left, state), equal, state)
    return (positive, negative) if same else (negative, positive)


def _may_be_none(atom: Atom) -> bool:
    return atom.kind == "any" and any(p.material in (Material.DATA, Material.CONFIG) for p in atom.pieces)


def _branch_isinstance(machine: Machine, test: cst.Call, state: State) -> Branches:
    value = machine.evaluate(test.args[0].value, state) if test.args else ()
    location = locate(machine, test.args[0].value, state) if test.args else None
    wanted = _type_names(test.args[1].value) if len(test.args) > 1 else frozenset()

    def is_instance(alternative: Abstract) -> bool | None:
        if not isinstance(alternative, Atom):
            return None
        if alternative.kind == "none":
            return False
        if alternative.kind in ("str", "int", "bytes", "float", "bool") and wanted:
            return alternative.kind in wanted or (None if alternative.kind == "bool" else False)
        return None

    return _split(value, (), location, is_instance, state)


def _type_names(node: cst.BaseExpression) -> frozenset[str]:
    match node:
        case cst.Name():
            return frozenset({node.value})
        case cst.Tuple():
            return frozenset().union(*(_type_names(e.value) for e in node.elements))
        case cst.BinaryOperation():
            first, operations = left_to_right(node)
            return _type_names(first).union(*(_type_names(one.right) for one in operations))
    return frozenset()


# -- comparisons as values

_COMPARISONS: Mapping[type[cst.CSTNode], Callable[..., object]] = {
    cst.Equal: operator.eq,
    cst.NotEqual: operator.ne,
    cst.LessThan: operator.lt,
    cst.LessThanEqual: operator.le,
    cst.GreaterThan: operator.gt,
    cst.GreaterThanEqual: operator.ge,
    cst.In: lambda a, b: operator.contains(b, a),
    cst.NotIn: lambda a, b: not operator.contains(b, a),
    cst.Is: lambda a, b: a is b if a is None or b is None else NOTHING,
    cst.IsNot: lambda a, b: a is not b if a is None or b is None else NOTHING,
}


def compare(machine: Machine, node: cst.Comparison, state: State) -> Value:
    """The value of a comparison."""
    left = machine.evaluate(node.left, state)
    result: Value = ()
    for target in node.comparisons:
        right = machine.evaluate(target.comparator, state)
        result = compare_values(machine, left, type(target.operator), right, node, state)
        left = right
    return result if len(node.comparisons) == 1 else machine.unknown(node, state, "a chain of comparisons")


def compare_values(
    machine: Machine, left: Value, kind: type[cst.CSTNode], right: Value, node: cst.CSTNode, state: State
) -> Value:
    """True or False where both sides are known; a test that is remembered says which it is."""
    if kind is cst.In:
        text = constant_of(left)
        if isinstance(text, str) and text in machine.hooks.texts:
            test = TextTest(text)
            held = tuple(Atom(a.pieces, "bool", about=test) for a in right if isinstance(a, Atom))
            return held or machine.unknown(node, state, "a comparison")
    if kind in (cst.In, cst.NotIn):
        found = _contains(left, right, state)
        if found is not None:
            return machine.constant(node, state, found is (kind is cst.In))
    value = _compared(left, kind, right)
    if value is not NOTHING:
        return machine.constant(node, state, bool(value))
    pieces: tuple[Piece, ...] = distinct(
        opaque(p) for side in (left, right) for a in texts.atoms_of(machine, side, node, state) for p in a.pieces
    )
    if all(p.material is Material.CONSTANT for p in pieces):
        return machine.unknown(node, state, "a comparison")
    return (Atom(pieces, "bool"),)


def _compared(left: Value, kind: type[cst.CSTNode], right: Value) -> object:
    match left, right:
        case (Atom() as first,), (Atom() as second,) if first.known and second.known and kind in _COMPARISONS:
            return fold(_COMPARISONS[kind], first.constant, second.constant)
    return NOTHING


def _contains(left: Value, right: Value, state: State) -> bool | None:
    """`key in container`, where it is known."""
    if len(left) != 1 or len(right) != 1 or not isinstance(left[0], Atom) or not left[0].known:
        return None
    container = right[0]
    found = state.at(container) if isinstance(container, Ref) else None
    if isinstance(found, DictObject):
        item = found.items.get(left[0].constant)
        if item is not None:
            return None if item.optional else True
        return None if found.rest else False
    return None
